// SPDX-License-Identifier: Apache-2.0
import type { ClientOptions } from 'openai';
import { HOST_VERSION, type HostSettings, type RefusedHostOption } from './compat';
import { renewing } from './fetch/renewing';
import { advising } from './fetch/retry-advice';
import { unwrapped } from './fetch/wrapping';
import { isHeaderText } from './header-text';
import { RingsideConfigError } from './status-errors';
import { type ClientTokenProvider, TokenSource } from './token-source';
import { VERSION } from './version';

const PUBLIC_BASE_URL = 'https://api.fightclub.pro/v1';
const SECRET_KEY = /^sk_live_/;

/** Options of a Ringside client: these, and all of OpenAI's but its own ways of authenticating. */
export interface RingsideOptions extends Omit<ClientOptions, RefusedHostOption | 'apiKey' | 'webhookSecret'> {
  /** Server key, or a function that gives one. Default: `FC_API_KEY`. Not together with `clientToken`. */
  apiKey?: string | (() => Promise<string>) | null | undefined;
  /** Browser token, or a function that mints one and is asked again when it expires. */
  clientToken?: string | ClientTokenProvider | TokenSource | null | undefined;
  /** The customer each call is made for: a `cus_` id or your own id. Sent as `FC-Customer`. */
  customer?: string | null | undefined;
  /** Tags each call's usage is counted under. Sent as `FC-Tag`. */
  tags?: string | readonly string[] | null | undefined;
  /** Secret, or secrets during a rotation, for `webhooks.verify`. Default: `FC_WEBHOOK_SECRET`. */
  webhookSecret?: string | null | undefined;
}

export interface Config {
  settings: HostSettings;
  tokens: TokenSource | undefined;
  customer: string | null;
  tags: readonly string[];
}

/** Options and FC_* variables resolved. Throws RingsideConfigError before anything is sent. */
export function resolveConfig(options: RingsideOptions): Config {
  const customer = options.customer == null ? null : headerText('customer', options.customer);
  const tags = [options.tags ?? []].flat().map(tagText);
  const { apiKey, tokens } = credentialsOf(options);
  const { baseURL, query } = baseOf(options.baseURL || readEnv('FC_BASE_URL') || PUBLIC_BASE_URL);
  const fetch = unwrapped(options.fetch);
  const settings = {
    ...options,
    apiKey,
    clientToken: tokens,
    baseURL,
    webhookSecret: options.webhookSecret ?? readEnv('FC_WEBHOOK_SECRET') ?? null,
    defaultHeaders: { ...plainHeaders(options.defaultHeaders), ...ownHeaders(customer, tags) },
    defaultQuery: { ...query, ...options.defaultQuery },
    // A client token is made for browsers; the host's warning is about secret keys.
    dangerouslyAllowBrowser: options.dangerouslyAllowBrowser || tokens !== undefined,
    fetch: advising(tokens ? renewing(fetch, tokens) : fetch),
  };
  return { settings, tokens, customer, tags };
}

function credentialsOf(options: RingsideOptions): { apiKey: HostSettings['apiKey']; tokens: TokenSource | undefined } {
  const { apiKey, clientToken } = options;
  if (apiKey != null && clientToken != null) {
    throw new RingsideConfigError('Pass either `apiKey` or `clientToken`, not both.');
  }
  if (clientToken != null) return { apiKey: null, tokens: tokenSourceOf(clientToken) };
  if (typeof apiKey === 'function') return { apiKey: async () => keyText(await apiKey()), tokens: undefined };
  const key = apiKey ?? readEnv('FC_API_KEY');
  if (key === undefined) {
    throw new RingsideConfigError('No credentials: pass `apiKey` or `clientToken`, or set FC_API_KEY.');
  }
  return { apiKey: keyText(key), tokens: undefined };
}

function tokenSourceOf(token: string | ClientTokenProvider | TokenSource): TokenSource {
  if (token instanceof TokenSource) return token;
  try {
    return new TokenSource(token);
  } catch (error) {
    throw new RingsideConfigError((error as Error).message);
  }
}

/** The key without blanks around it, which files and variables often bring. Never quoted in an error. */
function keyText(key: unknown): string {
  const text = typeof key === 'string' ? key.trim() : '';
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw new RingsideConfigError('`apiKey` must be a non-empty string of visible ASCII characters.');
  }
  if (SECRET_KEY.test(text) && inBrowser()) {
    throw new RingsideConfigError(
      'A secret key must not reach a browser: mint a client token on your server and pass it as `clientToken`.',
    );
  }
  return text;
}

/** The address without its query, which becomes the default query: host 6.x would put the path behind it. */
function baseOf(text: string): { baseURL: string; query: Record<string, string> } {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new RingsideConfigError(`\`baseURL\` is not a URL: ${JSON.stringify(text)}`);
  }
  if (!/^https?:$/.test(url.protocol) || url.username || url.password || url.hash) {
    throw new RingsideConfigError('`baseURL` must be http(s), without user name, password and fragment.');
  }
  return { baseURL: url.origin + url.pathname.replace(/\/+$/, ''), query: Object.fromEntries(url.searchParams) };
}

function ownHeaders(customer: string | null, tags: readonly string[]): Record<string, string | string[]> {
  return {
    ...(customer === null ? {} : { 'FC-Customer': customer }),
    ...(tags.length === 0 ? {} : { 'FC-Tag': [...tags] }),
    // Browsers name themselves, and another name would cost each call a preflight.
    ...(inBrowser() ? {} : { 'User-Agent': `openai-node/${HOST_VERSION} ringside-typescript/${VERSION}` }),
  };
}

type PlainHeaders = Record<string, string | null | undefined | readonly (string | null | undefined)[]>;

function plainHeaders(headers: ClientOptions['defaultHeaders']): PlainHeaders {
  if (!headers) return {};
  return Symbol.iterator in headers
    ? Object.fromEntries(headers as Iterable<[string, string]>)
    : (headers as PlainHeaders);
}

function headerText(name: string, value: unknown): string {
  if (isHeaderText(value)) return value;
  throw new RingsideConfigError(
    `\`${name}\` travels in a header: it must be a non-empty ASCII string without control characters or outer blanks.`,
  );
}

function tagText(tag: unknown): string {
  const text = headerText('tags', tag);
  if (text.includes(','))
    throw new RingsideConfigError('A tag must not hold a comma: commas separate tags on the way.');
  return text;
}

/** A variable of the environment; undefined when it is empty, absent, or there is no environment to read. */
function readEnv(name: string): string | undefined {
  try {
    return globalThis.process?.env?.[name]?.trim() || undefined;
  } catch {
    // Deno throws when the program may not read its environment.
    return undefined;
  }
}

function inBrowser(): boolean {
  const scope = globalThis as { window?: { document?: unknown }; navigator?: unknown; WorkerGlobalScope?: unknown };
  const page = scope.window?.document !== undefined && scope.navigator !== undefined;
  const worker =
    typeof scope.WorkerGlobalScope === 'function' && globalThis.process === undefined && !('Deno' in scope);
  return page || (worker && 'importScripts' in scope);
}
