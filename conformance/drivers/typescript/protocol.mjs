// SPDX-License-Identifier: Apache-2.0
// The driver protocol (PROTOCOL.md) over any client of OpenAI's shape; an adapter says which SDK it is.
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { Console } from 'node:console';
import { createInterface } from 'node:readline';
import { inspect } from 'node:util';

export const CAPABILITIES = ['async', 'cancel', 'cancel_stream', 'gzip', 'header_removal', 'raw', 'multipart', 'post'];
export const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

/** What this SDK has no way to do. */
export class Unsupported extends Error {}

// Standard output is the protocol's alone; the host logs to the console.
globalThis.console = new Console(process.stderr);
const clients = new Map();
const running = new Map();
let sdk;

/** Serves requests with the SDK of this adapter until the end of input. */
export async function main(adapter) {
  sdk = adapter;
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    if (asked.op === 'cancel') running.get(asked.call)?.abort();
    else if (asked.op === 'bye') {
      say(asked.id, 'ok');
      break;
    } else serve(asked);
  }
  process.exit(0);
}

function say(id, kind, fields = {}) {
  process.stdout.write(`${JSON.stringify({ id, kind, ...fields })}\n`);
}

/** An exception in the protocol's terms, by what the SDK says of it. */
function told(error) {
  return {
    kind: kindOf(error),
    class: error?.constructor?.name ?? typeof error,
    is: basesOf(error),
    message: String(error?.message ?? error),
    cause: error?.cause?.constructor?.name,
    status: error?.status,
    code: error?.code,
    type: error?.type,
    param: error?.param,
    request_id: error?.requestID,
    retry_after_seconds: error?.retryAfterSeconds ?? null,
    should_retry: error?.shouldRetry,
    reason: error?.reason,
  };
}

function basesOf(error) {
  const hosts = Object.entries(sdk.host).filter(([name, value]) => typeof value === 'function' && name.endsWith('Error'));
  return hosts.filter(([, value]) => error instanceof value).map(([name]) => `openai.${name}`);
}

function kindOf(error) {
  const { APIConnectionTimeoutError, APIConnectionError, APIUserAbortError, APIError } = sdk.host;
  if (error instanceof APIUserAbortError || error?.name === 'AbortError') return 'cancelled';
  const own = sdk.kindOf(error);
  if (own !== undefined) return own;
  if (error instanceof APIConnectionTimeoutError) return 'timeout';
  if (error instanceof APIConnectionError) return 'connection';
  if (error instanceof APIError) return error.status === undefined ? 'stream' : 'api_status';
  if (error instanceof SyntaxError) return 'decode';
  if (error instanceof TypeError && /terminated|fetch failed|other side/.test(`${error.message}`)) return 'connection';
  return error instanceof TypeError || error instanceof RangeError ? 'invalid_argument' : 'other';
}

/** Client options of the host under its own names. */
export function optionsOf({ base_url, api_key, max_retries, timeout_ms, headers }) {
  return present({ baseURL: base_url, apiKey: api_key, maxRetries: max_retries, timeout: timeout_ms, defaultHeaders: headers });
}

export function present(options) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function requestOf(given = {}) {
  const { headers, timeout_ms: timeout, max_retries: maxRetries, idempotency_key: idempotencyKey } = given;
  return present({ headers, timeout, maxRetries, idempotencyKey });
}

/** The SDK's method for an operation id, called as its signature has it. */
function start(client, { operation, path, args = {}, has_args: hasArgs, mode, request }, signal) {
  const options = { ...requestOf(request), signal };
  if (operation === 'post') return client.post(args.path, { body: args.body, ...options });
  if (operation === 'files.create') {
    const file = new File([Buffer.from(args.content, 'base64')], args.filename);
    return client.files.create({ file, purpose: args.purpose }, options);
  }
  if (operation === 'models.retrieve') return client.models.retrieve(args.model, options);
  if (operation === 'models.list') return client.models.list(options);
  const names = operation.split('.');
  const owner = names.slice(0, -1).reduce((at, name) => at[camel(name)], client);
  const body = mode === 'stream' ? { ...args, stream: true } : args;
  const method = camel(names.at(-1));
  const name = method in owner ? method : { delete: 'del' }[method];
  return owner[name](...path, ...(hasArgs ? [body] : []), options);
}

async function call(id, asked, signal) {
  const pending = start(clients.get(asked.client), asked, signal);
  if (asked.mode === 'stream') return stream(id, asked, pending);
  if (asked.mode === 'all') return all(id, asked, pending);
  if (asked.mode === 'raw') {
    const { data, response } = await pending.withResponse();
    const value = typeof data?.getPaginatedItems === 'function' ? { data: data.data } : data;
    return say(id, 'value', { value: { ...headOf(response), request_id: response.headers.get('x-request-id'), value } });
  }
  const result = await pending;
  if (asked.mode === 'page') {
    const { data, has_more, next_cursor } = result;
    return say(id, 'value', { value: { data, has_more, next_cursor } });
  }
  return say(id, 'value', { value: result });
}

async function stream(id, asked, pending) {
  const { data, response } = await pending.withResponse();
  if (asked.head) say(id, 'event', { value: headOf(response) });
  let events = 0;
  for await (const event of data) {
    if (!asked.count) say(id, 'event', { value: event });
    events += 1;
    if (events === asked.take) break;
  }
  say(id, running.get(id)?.signal.aborted ? 'cancelled' : 'done', { events });
}

async function all(id, asked, pending) {
  const items = [];
  try {
    for await (const item of pending) {
      items.push(item);
      if (items.length === asked.take) break;
    }
    say(id, 'value', { value: items });
  } catch (error) {
    say(id, 'error', { error: { ...told(error), items: items.length } });
  }
}

function headOf(response) {
  return { status: response.status, headers: Object.fromEntries(response.headers), meta: sdk.metaOf(response) };
}

function hello() {
  return {
    sdk: sdk.name,
    language: 'typescript',
    version: sdk.version,
    host_version: `openai ${sdk.hostVersion}`,
    runtime: `Node ${process.version}`,
    capabilities: sdk.capabilities,
  };
}

/** What a leak would make grow. */
function stats() {
  const targets = readdirSync('/proc/self/fd').map((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      return ''; // the folder's own descriptor, closed again
    }
  });
  globalThis.gc?.();
  return {
    threads: 0,
    tasks: running.size,
    sockets: targets.filter((target) => target.startsWith('socket:')).length,
    memory_bytes: Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[1]) * 4096,
  };
}

/** Makes a client; `browser` puts a page's globals in place meanwhile. */
function create(options) {
  if (!options.browser) return sdk.create(options);
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  globalThis.window = { document: {} };
  Object.defineProperty(globalThis, 'navigator', { value: { userAgent: 'a browser' }, configurable: true });
  try {
    return sdk.create(options);
  } finally {
    delete globalThis.window;
    if (before) Object.defineProperty(globalThis, 'navigator', before);
    else delete globalThis.navigator;
  }
}

async function answer(id, asked, signal) {
  switch (asked.op) {
    case 'client.new':
      clients.set(asked.client, create(asked.options ?? {}));
      return say(id, 'ok');
    case 'client.derive':
      clients.set(asked.client, sdk.derive(clients.get(asked.from), asked.options));
      return say(id, 'ok');
    case 'client.close':
      clients.delete(asked.client);
      return say(id, 'ok');
    case 'call':
      return call(id, asked, signal);
    case 'hello':
      return say(id, 'value', { value: hello() });
    case 'stats':
      return say(id, 'value', { value: stats() });
    case 'inspect': {
      const client = clients.get(asked.client);
      return say(id, 'value', { value: `${inspect(client, { depth: 5 })} ${JSON.stringify(client)}` });
    }
    default:
      return say(id, 'value', { value: await sdk.pure(asked, clients.get(asked.client)) });
  }
}

async function serve({ id, ...asked }) {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    await answer(id, asked, controller.signal);
  } catch (error) {
    if (error instanceof Unsupported) return say(id, 'unsupported', { reason: error.message });
    const found = told(error);
    if (found.kind === 'cancelled') say(id, 'cancelled');
    else if (found.kind === 'other') say(id, 'harness_error', { message: `${error?.stack ?? error}` });
    else say(id, 'error', { error: found });
  } finally {
    running.delete(id);
  }
}
