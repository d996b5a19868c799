// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sign, verify } from '../src/webhooks';

interface Vectors {
  golden: { payload: string; time: number; secret: string; v1: string }[];
  verify: {
    name: string;
    payload: string;
    headers: [string, string][];
    secrets: string[];
    tolerance: number | null;
    now: number;
    event?: string;
    reason?: string;
  }[];
}
const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../spec/signatures/vectors.json', import.meta.url), 'utf8'),
);

test.each(vectors.golden)('signing $payload with $secret gives $v1', async ({ payload, time, secret, v1 }) => {
  expect(await sign(Buffer.from(payload, 'base64'), { secret, timestamp: time })).toBe(`t=${time},v1=${v1}`);
});

describe('verifying', () => {
  test.each(vectors.verify)('$name', async ({ payload, headers, secrets, tolerance, now, event, reason }) => {
    const options = { secret: secrets, tolerance: tolerance ?? 'none', now } as const;
    const outcome = await verify(Buffer.from(payload, 'base64'), headers, options).then(
      ({ id }) => ({ event: id }),
      (error) => ({ reason: error.reason }),
    );
    expect(outcome).toEqual(event === undefined ? { reason } : { event });
  });
});

test('all groups of the vectors are there', () => {
  expect(Math.min(vectors.golden.length, vectors.verify.length)).toBeGreaterThan(5);
});
