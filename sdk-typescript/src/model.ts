// SPDX-License-Identifier: Apache-2.0
//
// Builds and reads model refs. Pure text: imports nothing, looks nothing up.
// Only `>=` is published; everything else of the grammar is Ringside's own. Rule and vectors: spec/model_refs.

export type FcRef = `fc:${string}/${string}`;
export type SlotRef = `slot:${string}`;
export type MatchRef = `match:${string}/${string}`;
/** A built ref; assignable to every `model: string` of the OpenAI types. */
export type ModelRef = FcRef | SlotRef | MatchRef;

const NEEDS = ['audio', 'caching', 'json_schema', 'reasoning', 'tools', 'vision'] as const;
const SORTS = ['newest', 'cheapest', 'largest_context'] as const;
const CHANNELS = ['stable', 'preview'] as const;
/** What a model must be able to do. */
export type Capability = (typeof NEEDS)[number];
export type Sort = (typeof SORTS)[number];
export type Channel = (typeof CHANNELS)[number];
/** `4`, `"4.5"` or `"4-5"`. Never a fraction: 4.10 and 4.1 are one number but two versions. */
export type Version = number | string;
/** USD per million tokens: a number, or a string when every digit counts. */
export type Price = number | string;

/** A ref that cannot be built or read; `part` names what is wrong with it. */
export class ModelRefError extends Error {
  readonly part: string;

  constructor(part: string, message: string) {
    super(message);
    this.name = 'ModelRefError';
    this.part = part;
  }
}

export interface ParsedFc {
  kind: 'fc';
  provider: string;
  model: string;
}

export interface ParsedSlot {
  kind: 'slot';
  alias: string;
}

/** The parts of a match ref; what is absent is not there. */
export interface ParsedMatch {
  kind: 'match';
  provider: string;
  family: string;
  min_version?: string;
  max_version?: string;
  version?: string;
  channel?: Channel;
  max_input_usd?: string;
  max_output_usd?: string;
  min_context?: number;
  needs?: Capability[];
  sort?: Sort;
}

export type ParsedRef = ParsedFc | ParsedSlot | ParsedMatch;

const NAME = /^[a-z][a-z0-9._-]{0,63}$/;
const MODEL = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}$/;
const ALIAS = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const VERSION = /^(0|[1-9][0-9]{0,8})([.-](0|[1-9][0-9]{0,8})){0,2}$/;
const MONEY = /^(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?$/;

/**
 * Model refs for every `model` field. Each call gives a new builder; mistakes are told by `build`.
 * @since 0.1.0
 */
export const Model = {
  /** One model of one provider: `Model.fc('openai', 'gpt-4o-mini')` or `Model.fc('openai/gpt-4o-mini')`. */
  fc(provider: string, model?: string): FcRef {
    const text = model === undefined ? provider : `${provider}/${model}`;
    const slash = typeof text === 'string' ? text.indexOf('/') : -1;
    if (slash < 0) throw new ModelRefError('model', 'A direct ref needs a provider and a model.');
    const name = named('provider', text.slice(0, slash), NAME);
    return `fc:${name}/${named('model', text.slice(slash + 1), MODEL)}`;
  },

  /** An alias you defined: `Model.slot('fast-chat')`. */
  slot(alias: string): SlotRef {
    return `slot:${named('alias', alias, ALIAS)}`;
  },

  /** The best model of a family, chosen when a request arrives. The provider `*` stands for any. */
  match(provider: string, family: string): MatchBuilder {
    return new MatchBuilder({ kind: 'match', provider, family });
  },

  /** The parts of a canonical ref. Throws ModelRefError for any other text. */
  parse(text: string): ParsedRef {
    return parse(text);
  },
};

type Draft = { kind: 'match'; provider: unknown; family: unknown } & { [part: string]: unknown };

/** A match ref in the making. Immutable: every method gives another builder. */
export class MatchBuilder {
  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** At least this version: 4 admits 4, 4.5 and 5. */
  minVersion(version: Version): MatchBuilder {
    return this.#with('min_version', version);
  }

  /** Below this version: 6 excludes 6 and all later ones. */
  maxVersion(version: Version): MatchBuilder {
    return this.#with('max_version', version);
  }

  /** Exactly this version; excludes the other two. */
  version(version: Version): MatchBuilder {
    return this.#with('version', version);
  }

  /** Only models that can do all of these; adds to earlier needs. */
  needs(...capabilities: Capability[]): MatchBuilder {
    return this.#with('needs', [...((this.#draft['needs'] as Capability[] | undefined) ?? []), ...capabilities]);
  }

  /** Only models with room for this many tokens. */
  minContext(tokens: number): MatchBuilder {
    return this.#with('min_context', tokens);
  }

  /** Only models whose input costs at most this much. */
  maxInputUsd(perMillionTokens: Price): MatchBuilder {
    return this.#with('max_input_usd', perMillionTokens);
  }

  /** Only models whose output costs at most this much. */
  maxOutputUsd(perMillionTokens: Price): MatchBuilder {
    return this.#with('max_output_usd', perMillionTokens);
  }

  /** What makes a model the best one; the newest, when not said. */
  sort(order: Sort): MatchBuilder {
    return this.#with('sort', order);
  }

  /** Stable models only, when not said. */
  channel(channel: Channel): MatchBuilder {
    return this.#with('channel', channel);
  }

  /** The canonical text. Throws ModelRefError naming the part that is wrong. */
  build(): MatchRef {
    return render(this.#draft);
  }

  toString(): string {
    return this.build();
  }

  toJSON(): string {
    return this.build();
  }

  #with(part: string, value: unknown): MatchBuilder {
    return new MatchBuilder({ ...this.#draft, [part]: value });
  }
}

function render(draft: Draft): MatchRef {
  const provider = draft.provider === '*' ? '*' : named('provider', draft.provider, NAME);
  const query = queryOf(draft);
  const tail = query.length > 0 ? `?${query.join('&')}` : '';
  return `match:${provider}/${named('family', draft.family, NAME)}${boundsOf(draft)}${tail}`;
}

function boundsOf(draft: Draft): string {
  const bound = (part: string, operator: string) =>
    draft[part] === undefined ? [] : [operator + versionText(part, draft[part])];
  const exact = bound('version', '=');
  const range = [...bound('min_version', '>='), ...bound('max_version', '<')];
  if (exact.length > 0 && range.length > 0) {
    throw new ModelRefError('version', 'An exact version leaves no room for a least or a highest one.');
  }
  if (range.length === 2 && compare(draft['min_version'], draft['max_version']) >= 0) {
    throw new ModelRefError('max_version', 'The highest version must lie above the least one.');
  }
  return [...exact, ...range].join(',');
}

/** `key=value` pairs in alphabetical order; what equals the default is left out. */
function queryOf(draft: Draft): string[] {
  const given = (part: string) => draft[part] !== undefined;
  const needs = given('needs') ? needsOf(draft['needs']) : [];
  const channel = given('channel') ? oneOf('channel', draft['channel'], CHANNELS) : 'stable';
  const sort = given('sort') ? oneOf('sort', draft['sort'], SORTS) : 'newest';
  return [
    channel === 'stable' ? '' : `channel=${channel}`,
    given('max_input_usd') ? `max_input_usd=${priceText('max_input_usd', draft['max_input_usd'])}` : '',
    given('max_output_usd') ? `max_output_usd=${priceText('max_output_usd', draft['max_output_usd'])}` : '',
    given('min_context') ? `min_context=${contextText(draft['min_context'])}` : '',
    needs.length > 0 ? `needs=${needs.join(',')}` : '',
    sort === 'newest' ? '' : `sort=${sort}`,
  ].filter((pair) => pair !== '');
}

function named(part: string, value: unknown, shape: RegExp): string {
  if (typeof value === 'string' && shape.test(value)) return value;
  throw new ModelRefError(part, `${JSON.stringify(value)} is not a valid ${part}; it must match ${shape.source}.`);
}

function versionText(part: string, value: unknown): string {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text === 'string' && VERSION.test(text)) return text.replaceAll('-', '.');
  const hint = typeof value === 'number' ? ' Write a fraction as a string: 4.10 and 4.1 are one number.' : '';
  throw new ModelRefError(part, `${JSON.stringify(value)} is not a version such as 4 or "4.5".${hint}`);
}

/** Number by number, missing parts as zero. */
function compare(one: unknown, other: unknown): number {
  const [a, b] = [one, other].map((version) => String(version).split(/[.-]/).map(Number)) as [number[], number[]];
  for (let index = 0; index < 3; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function needsOf(value: unknown): string[] {
  return [...new Set((value as unknown[]).map((need) => oneOf('needs', need, NEEDS)))].sort();
}

function oneOf<T extends string>(part: string, value: unknown, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) return value as T;
  throw new ModelRefError(part, `${JSON.stringify(value)} is not a valid ${part}; one of ${allowed.join(', ')}.`);
}

function contextText(value: unknown): string {
  if (Number.isSafeInteger(value) && (value as number) > 0 && (value as number) < 1e9) return String(value);
  throw new ModelRefError('min_context', `${JSON.stringify(value)} is not a whole number of tokens above 0.`);
}

function priceText(part: string, value: unknown): string {
  // Numbers below 1e-6 print with an exponent.
  const text = typeof value === 'number' && String(value).includes('e-') ? value.toFixed(9) : String(value);
  if ((typeof value === 'number' || typeof value === 'string') && MONEY.test(text)) {
    return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  }
  throw new ModelRefError(part, `${JSON.stringify(value)} is not an amount in USD with at most 9 decimal places.`);
}

function parse(text: string): ParsedRef {
  const [, kind, rest] = /^(fc|slot|match):(.*)$/s.exec(String(text)) ?? [];
  if (kind === undefined || rest === undefined) {
    throw new ModelRefError('prefix', 'A ref starts with fc:, slot: or match:.');
  }
  if (kind === 'slot') return { kind, alias: named('alias', rest, ALIAS) };
  if (kind === 'match') return parseMatch(rest);
  const ref = Model.fc(rest);
  const slash = ref.indexOf('/');
  return { kind: 'fc', provider: ref.slice('fc:'.length, slash), model: ref.slice(slash + 1) };
}

function parseMatch(text: string): ParsedMatch {
  const [, provider, family, bounds = '', query] = /^([^/]*)\/([^<>=?,]*)([^?]*)(?:\?(.*))?$/s.exec(text) ?? [];
  const parsed: Draft = { kind: 'match', provider, family };
  for (const bound of bounds === '' ? [] : bounds.split(',')) {
    const [, operator = '', version = ''] = /^(>=|<|=)(.*)$/s.exec(bound) ?? [];
    put(parsed, { '>=': 'min_version', '<': 'max_version', '=': 'version' }[operator] ?? 'version', version);
  }
  for (const pair of query === undefined ? [] : query.split('&')) {
    const [key = '', value = ''] = pair.split(/=(.*)/s);
    put(parsed, queryPart(key), key === 'needs' ? value.split(',') : key === 'min_context' ? whole(value) : value);
  }
  if (render(parsed) !== `match:${text}`) {
    throw new ModelRefError('order', `The canonical text of this ref is "${render(parsed)}".`);
  }
  return parsed as unknown as ParsedMatch;
}

function put(parsed: Draft, part: string, value: unknown): void {
  if (part in parsed) throw new ModelRefError(part, `${part} is given twice.`);
  parsed[part] = value;
}

function queryPart(key: string): string {
  const known = ['channel', 'max_input_usd', 'max_output_usd', 'min_context', 'needs', 'sort'];
  if (known.includes(key)) return key;
  throw new ModelRefError('query', `${JSON.stringify(key)} is not known here; use ${known.join(', ')}.`);
}

function whole(text: string): number {
  return /^[1-9][0-9]*$/.test(text) ? Number(text) : Number.NaN;
}
