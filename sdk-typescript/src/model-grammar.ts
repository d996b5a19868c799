// SPDX-License-Identifier: Apache-2.0
//
// The grammar of model refs: what a builder was told to its parts, parts to canonical text, text to parts.
// Only `>=` is published; everything else is Ringside's own. Rule and vectors: spec/model_refs.

const NEEDS = ['audio', 'caching', 'json_schema', 'reasoning', 'tools', 'vision'] as const;
const SORTS = ['newest', 'cheapest', 'largest_context'] as const;
const CHANNELS = ['stable', 'preview'] as const;
/** What a model must be able to do. */
export type Capability = (typeof NEEDS)[number];
export type Sort = (typeof SORTS)[number];
export type Channel = (typeof CHANNELS)[number];
export type FcRef = `fc:${string}/${string}`;
export type SlotRef = `slot:${string}`;
export type MatchRef = `match:${string}/${string}`;

export interface ParsedFc {
  kind: 'fc';
  provider: string;
  model: string;
}

export interface ParsedSlot {
  kind: 'slot';
  alias: string;
}

/** The parts of a match ref; what is absent or the default is not there. */
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

/** A ref that cannot be built or read; `part` names what is wrong with it. */
export class ModelRefError extends Error {
  readonly part: string;

  constructor(part: string, message: string) {
    super(message);
    this.name = 'ModelRefError';
    this.part = part;
  }
}

/** What a builder was told, by part and unchecked. */
export type Draft = { provider: unknown; family: unknown } & { [part: string]: unknown };

const NAME = /^[a-z][a-z0-9._-]{0,63}$/;
/** A prefix where a model's name belongs is a ref given twice. */
const MODEL = /^(?!(?:fc|slot|match):)[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,255}$/;
const ALIAS = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const VERSION = /^(0|[1-9][0-9]{0,8})([.-](0|[1-9][0-9]{0,8})){0,2}$/;
const AMOUNT = /^(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?$/;
const MOST_TOKENS = 9_999_999_999;
/** In the order of the canonical text. */
const QUERY = ['channel', 'max_input_usd', 'max_output_usd', 'min_context', 'needs', 'sort'] as const;

/** A direct ref from one text or two. Throws ModelRefError. */
export function fcOf(provider: string, model?: string): ParsedFc {
  const text = model === undefined ? provider : `${provider}/${model}`;
  const slash = typeof text === 'string' ? text.indexOf('/') : -1;
  if (slash < 0) throw new ModelRefError('model', 'A direct ref needs a provider and a model.');
  const name = named('provider', text.slice(0, slash), NAME);
  return { kind: 'fc', provider: name, model: named('model', text.slice(slash + 1), MODEL) };
}

export function slotOf(alias: string): ParsedSlot {
  return { kind: 'slot', alias: named('alias', alias, ALIAS) };
}

/** The parts of a match ref, checked, without defaults. Throws ModelRefError. */
export function matchOf(draft: Draft): ParsedMatch {
  const given = (part: string) => draft[part] !== undefined;
  const parts: ParsedMatch = {
    kind: 'match',
    provider: draft.provider === '*' ? '*' : named('provider', draft.provider, NAME),
    family: named('family', draft.family, NAME),
  };
  for (const part of ['min_version', 'max_version', 'version'] as const) {
    if (given(part)) parts[part] = versionOf(draft[part]);
  }
  refuseImpossibleBounds(parts);
  const channel = given('channel') ? oneOf('channel', draft['channel'], CHANNELS) : 'stable';
  if (channel !== 'stable') parts.channel = channel;
  for (const part of ['max_input_usd', 'max_output_usd'] as const) {
    if (given(part)) parts[part] = amountOf(part, draft[part]);
  }
  if (given('min_context')) parts.min_context = tokensOf(draft['min_context']);
  if (given('needs')) parts.needs = needsOf(draft['needs']);
  const sort = given('sort') ? oneOf('sort', draft['sort'], SORTS) : 'newest';
  if (sort !== 'newest') parts.sort = sort;
  return parts;
}

/** The canonical text of a ref's parts. */
export function render(ref: ParsedRef): FcRef | SlotRef | MatchRef {
  if (ref.kind === 'fc') return `fc:${ref.provider}/${ref.model}`;
  if (ref.kind === 'slot') return `slot:${ref.alias}`;
  const bound = (operator: string, version?: string) => (version === undefined ? [] : [operator + version]);
  const bounds = [...bound('=', ref.version), ...bound('>=', ref.min_version), ...bound('<', ref.max_version)];
  const pairs = QUERY.filter((key) => ref[key] !== undefined).map((key) => `${key}=${ref[key]}`);
  return `match:${ref.provider}/${ref.family}${bounds.join(',')}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}

/** The parts of a text. `-` for `.` in a version and defaults spelt out are read too. Throws ModelRefError. */
export function parse(text: string): ParsedRef {
  const [, kind, rest] = /^(fc|slot|match):(.*)$/s.exec(String(text)) ?? [];
  if (kind === undefined || rest === undefined) {
    throw new ModelRefError('prefix', 'A ref starts with fc:, slot: or match:.');
  }
  if (kind === 'slot') return slotOf(rest);
  return kind === 'fc' ? fcOf(rest) : parseMatch(rest);
}

function parseMatch(text: string): ParsedMatch {
  const [, provider, family, bounds = '', query] = /^([^/]*)\/([^<>=?,]*)([^?]*)(?:\?(.*))?$/s.exec(text) ?? [];
  const draft: Draft = { provider, family };
  for (const bound of bounds === '' ? [] : bounds.split(',')) {
    const [, operator = '', version = ''] = /^(>=|<|=)(.*)$/s.exec(bound) ?? [];
    if ('max_version' in draft) throw new ModelRefError('version', 'Bounds are `>=` before `<`, or `=` alone.');
    put(draft, { '>=': 'min_version', '<': 'max_version', '=': 'version' }[operator] ?? 'version', version);
  }
  let last = '';
  for (const pair of query === undefined ? [] : query.split('&')) {
    const [key = '', value = ''] = pair.split(/=(.*)/s);
    const part = oneOf('query', key, QUERY);
    if (part < last) throw new ModelRefError('query', 'The keys of the query must be in alphabetical order.');
    put(draft, part, queryValueOf(part, value));
    last = part;
  }
  return matchOf(draft);
}

function put(draft: Draft, part: string, value: unknown): void {
  if (part in draft) throw new ModelRefError(part.replace(/^m.._version$/, 'version'), `${part} is given twice.`);
  draft[part] = value;
}

function queryValueOf(part: string, text: string): unknown {
  if (part === 'min_context') return /^[1-9][0-9]*$/.test(text) ? Number(text) : Number.NaN;
  if (part !== 'needs') return text;
  const needs = text.split(',');
  if (needs.some((need, index) => index > 0 && need <= (needs[index - 1] as string))) {
    throw new ModelRefError('needs', 'Needs must be in alphabetical order, each once.');
  }
  return needs;
}

function named(part: string, value: unknown, shape: RegExp): string {
  if (typeof value === 'string' && shape.test(value)) return value;
  throw new ModelRefError(part, `${JSON.stringify(value)} is not a valid ${part}; it must match ${shape.source}.`);
}

function versionOf(value: unknown): string {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text === 'string' && VERSION.test(text)) return text.replaceAll('-', '.');
  const hint = typeof value === 'number' ? ' Write a fraction as a string: 4.10 and 4.1 are one number.' : '';
  throw new ModelRefError('version', `${JSON.stringify(value)} is not a version such as 4 or "4.5".${hint}`);
}

function refuseImpossibleBounds({ version, min_version: min, max_version: max }: ParsedMatch): void {
  if (version !== undefined && (min ?? max) !== undefined) {
    throw new ModelRefError('version', 'An exact version leaves no room for a least or a highest one.');
  }
  if (min !== undefined && max !== undefined && compare(min, max) >= 0) {
    throw new ModelRefError('version', 'The highest version must lie above the least one.');
  }
}

/** Number by number, missing parts as zero. */
function compare(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number)) as [number[], number[]];
  for (let index = 0; index < 3; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function needsOf(value: unknown): Capability[] {
  const needs = [...new Set((value as unknown[]).map((need) => oneOf('needs', need, NEEDS)))].sort();
  if (needs.length > 0) return needs;
  throw new ModelRefError('needs', `Name at least one of ${NEEDS.join(', ')}.`);
}

function oneOf<T extends string>(part: string, value: unknown, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) return value as T;
  throw new ModelRefError(part, `${JSON.stringify(value)} is not a valid ${part}; one of ${allowed.join(', ')}.`);
}

function tokensOf(value: unknown): number {
  const tokens = value as number;
  if (Number.isSafeInteger(tokens) && tokens > 0 && tokens <= MOST_TOKENS) return tokens;
  throw new ModelRefError('min_context', `${JSON.stringify(value)} is not a whole number of tokens above 0.`);
}

function amountOf(part: string, value: unknown): string {
  // Numbers below 1e-6 print with an exponent.
  const text = typeof value === 'number' && String(value).includes('e-') ? value.toFixed(9) : String(value);
  if ((typeof value === 'number' || typeof value === 'string') && AMOUNT.test(text)) {
    return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  }
  throw new ModelRefError(part, `${JSON.stringify(value)} is not an amount in USD with at most 9 decimal places.`);
}
