// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { type MatchBuilder, Model, ModelRefError } from './model';

const sonnet = Model.match('anthropic', 'sonnet');

describe('a match ref', () => {
  test.each<[MatchBuilder, string]>([
    [sonnet.minVersion(4), 'match:anthropic/sonnet>=4'],
    [sonnet, 'match:anthropic/sonnet'],
    [sonnet.minVersion('4.5'), 'match:anthropic/sonnet>=4.5'],
    [sonnet.minVersion('4-5'), 'match:anthropic/sonnet>=4.5'],
    [sonnet.minVersion('4.10'), 'match:anthropic/sonnet>=4.10'],
    [sonnet.minVersion(4).minVersion(5), 'match:anthropic/sonnet>=5'],
    [sonnet.minVersion(4).maxVersion(6), 'match:anthropic/sonnet>=4,<6'],
    [sonnet.maxVersion(6).minVersion(4), 'match:anthropic/sonnet>=4,<6'],
    [sonnet.version('4.5'), 'match:anthropic/sonnet=4.5'],
    [Model.match('*', 'sonnet'), 'match:*/sonnet'],
    [sonnet.sort('newest').channel('stable'), 'match:anthropic/sonnet'],
    [sonnet.maxInputUsd(3).maxOutputUsd('15.50'), 'match:anthropic/sonnet?max_input_usd=3&max_output_usd=15.5'],
    [sonnet.maxInputUsd(0.0000001), 'match:anthropic/sonnet?max_input_usd=0.0000001'],
    [
      sonnet
        .sort('cheapest')
        .needs('vision')
        .minContext(200_000)
        .needs('tools', 'vision')
        .channel('preview')
        .minVersion(4),
      'match:anthropic/sonnet>=4?channel=preview&min_context=200000&needs=tools,vision&sort=cheapest',
    ],
  ])('%s is canonical', (builder, text) => {
    expect(builder.build()).toBe(text);
    expect([String(builder), JSON.stringify({ model: builder })]).toEqual([text, JSON.stringify({ model: text })]);
  });

  test('is built from a builder that stays as it was', () => {
    const least = sonnet.minVersion(4);
    least.maxVersion(6);
    least.needs('tools');
    expect([least.build(), sonnet.build()]).toEqual(['match:anthropic/sonnet>=4', 'match:anthropic/sonnet']);
  });

  test.each<[string, () => MatchBuilder]>([
    ['version', () => sonnet.minVersion(4.1)],
    ['version', () => sonnet.minVersion(-1)],
    ['version', () => sonnet.minVersion('v4')],
    ['version', () => sonnet.minVersion('04')],
    ['version', () => sonnet.minVersion('')],
    ['version', () => sonnet.minVersion(6).maxVersion(6)],
    ['version', () => sonnet.minVersion('4.10').maxVersion('4.9')],
    ['version', () => sonnet.version(4).minVersion(4)],
    ['provider', () => Model.match('', 'sonnet')],
    ['provider', () => Model.match('Anthropic', 'sonnet')],
    ['family', () => Model.match('anthropic', 'son net')],
    ['family', () => Model.match('anthropic', 'sonnet>=4')],
    ['family', () => Model.match('anthropic', 'ключ')],
    ['family', () => Model.match('anthropic', 'x'.repeat(65))],
    ['needs', () => sonnet.needs('flying' as 'tools')],
    ['needs', () => sonnet.needs()],
    ['sort', () => sonnet.sort('oldest' as 'newest')],
    ['channel', () => sonnet.channel('beta' as 'preview')],
    ['min_context', () => sonnet.minContext(0)],
    ['min_context', () => sonnet.minContext(1.5)],
    ['max_input_usd', () => sonnet.maxInputUsd(-1)],
    ['max_output_usd', () => sonnet.maxOutputUsd('1.0000000001')],
  ])('with a wrong %s is refused at build', (part, make) => {
    expect(() => make().build()).toThrow(expect.objectContaining({ name: 'ModelRefError', part }));
  });
});

describe('a direct ref and a slot', () => {
  test('are plain text', () => {
    expect(Model.fc('openai', 'gpt-4o-mini')).toBe('fc:openai/gpt-4o-mini');
    expect(Model.fc('openai/gpt-4o-mini')).toBe('fc:openai/gpt-4o-mini');
    expect(Model.fc('together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo')).toBe(
      'fc:together/meta-llama/Llama-3.3-70B-Instruct-Turbo',
    );
    expect(Model.slot('fast-chat')).toBe('slot:fast-chat');
  });

  test.each<[() => string]>([
    [() => Model.fc('fc:openai/gpt-4o')],
    [() => Model.fc('fc:openai', 'gpt-4o')],
    [() => Model.fc('openai', 'slot:fast')],
    [() => Model.fc('openai')],
    [() => Model.fc('openai', '')],
    [() => Model.fc('OpenAI', 'gpt-4o')],
    [() => Model.fc('openai', 'gpt 4o')],
    [() => Model.slot('')],
    [() => Model.slot('Fast')],
    [() => Model.slot('a/b')],
    [() => Model.slot('a\u0000')],
    [() => Model.slot('x'.repeat(65))],
  ])('are refused when no gateway would take them', (make) => {
    expect(make).toThrow(ModelRefError);
  });
});

describe('parse', () => {
  test('gives back what was built', () => {
    const text = 'match:anthropic/sonnet>=4,<6?max_input_usd=3&min_context=200000&needs=tools,vision';
    expect(Model.parse(text)).toEqual({
      kind: 'match',
      provider: 'anthropic',
      family: 'sonnet',
      min_version: '4',
      max_version: '6',
      max_input_usd: '3',
      min_context: 200_000,
      needs: ['tools', 'vision'],
    });
    expect(Model.parse('fc:a/b/c:d')).toEqual({ kind: 'fc', provider: 'a', model: 'b/c:d' });
    expect(Model.parse('slot:fast')).toEqual({ kind: 'slot', alias: 'fast' });
  });

  test.each([
    'gpt-4o',
    '',
    'FC:a/b',
    'match:anthropic',
    'match:anthropic/sonnet<6,>=4',
    'match:anthropic/sonnet>=4,>=5',
    'match:anthropic/sonnet?',
    'match:anthropic/sonnet?needs=vision,tools',
    'match:anthropic/sonnet?sort=cheapest&channel=preview',
    'match:anthropic/sonnet?price=3',
    'match:anthropic/sonnet ',
    'match:anthropic/sonnet>=4,',
    'slot:a\n',
  ])('refuses %j', (text) => {
    expect(() => Model.parse(text)).toThrow(ModelRefError);
  });
});
