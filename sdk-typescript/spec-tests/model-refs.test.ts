// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Model, ModelRefError } from '../src/model';

type Step = [name: string, ...args: unknown[]];
type Steps = [Step, ...Step[]];
interface Vectors {
  build: { steps: Steps; text?: string; error?: string }[];
  parse: { text: string; parts?: object; error?: true }[];
  canonical: { text: string; canonical: string }[];
}
const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../spec/model_refs/vectors.json', import.meta.url), 'utf8'),
);

/** Runs the steps on our builder: `min_version` is `minVersion` here. */
function build([[first, ...args], ...steps]: Steps): string {
  type Methods = Record<string, (...args: unknown[]) => unknown>;
  const start = (Model as unknown as Methods)[first]?.(...args);
  const made = steps.reduce<unknown>((builder, [name, ...rest]) => {
    const method = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    return (builder as Methods)[method]?.(...rest);
  }, start);
  return typeof made === 'string' ? made : (made as { build(): string }).build();
}

describe('building', () => {
  test.each(vectors.build.filter((row) => row.text !== undefined))('$steps is $text', ({ steps, text }) => {
    expect(build(steps)).toBe(text);
    expect(Model.canonical(text ?? '')).toBe(text);
  });

  test.each(vectors.build.filter((row) => row.error !== undefined))('$steps is refused: $error', ({ steps, error }) => {
    expect(() => build(steps)).toThrow(expect.objectContaining({ name: 'ModelRefError', part: error }));
  });
});

describe('reading', () => {
  test.each(vectors.parse.filter((row) => row.parts))('$text has its parts', ({ text, parts }) => {
    expect(Model.parse(text)).toEqual(parts);
  });

  test.each(vectors.parse.filter((row) => row.error))('$text is refused', ({ text }) => {
    expect(() => Model.parse(text)).toThrow(ModelRefError);
  });

  test.each(vectors.canonical)('$text is written $canonical', ({ text, canonical }) => {
    expect(Model.canonical(text)).toBe(canonical);
  });
});

test('all groups of the vectors are there', () => {
  expect(Math.min(vectors.build.length, vectors.parse.length, vectors.canonical.length)).toBeGreaterThan(5);
});
