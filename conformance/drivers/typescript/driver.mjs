// SPDX-License-Identifier: Apache-2.0
// Uses sdk-typescript as a program would, on behalf of the conformance runner (PROTOCOL.md).
import { createInterface } from 'node:readline';
import { inspect } from 'node:util';
import * as sdk from '@ringside/sdk';
import { sign, verify, WebhookVerificationError } from '@ringside/sdk/webhooks';
import * as openai from 'openai';
import { VERSION as OPENAI_VERSION } from 'openai/version';

const { Model, meta, Ringside } = sdk;
const CAPABILITIES = ['async', 'cancel', 'cancel_stream', 'gzip', 'header_removal', 'raw', 'timeout_retry', 'token_function', 'env', 'multipart'];

const clients = new Map();
const running = new Map();
const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

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
  const hosts = Object.entries(openai).filter(([name, value]) => typeof value === 'function' && name.endsWith('Error'));
  return hosts.filter(([, value]) => error instanceof value).map(([name]) => `openai.${name}`);
}

function kindOf(error) {
  const { APIConnectionTimeoutError, APIConnectionError, APIUserAbortError, APIError } = openai;
  if (error instanceof APIUserAbortError || error?.name === 'AbortError') return 'cancelled';
  if (error instanceof sdk.RingsideDecodeError) return 'decode';
  if (error instanceof APIConnectionTimeoutError) return 'timeout';
  if (error instanceof APIConnectionError) return 'connection';
  if (error instanceof WebhookVerificationError) return 'signature';
  if (error instanceof sdk.ModelRefError) return 'invalid_argument';
  if (error instanceof sdk.RingsideConfigError) return 'config';
  if (error instanceof APIError) return error.status === undefined ? 'stream' : 'api_status';
  if (error instanceof SyntaxError || error instanceof sdk.RingsideError) return 'decode';
  if (error instanceof TypeError && /terminated|fetch failed|other side/.test(`${error.message}`)) return 'connection';
  return error instanceof TypeError || error instanceof RangeError ? 'invalid_argument' : 'other';
}

function optionsOf(given) {
  const { base_url, api_key, client_token, client_token_sequence, max_retries, timeout_ms, headers, ...rest } = given;
  const options = {
    baseURL: base_url,
    apiKey: api_key,
    clientToken: client_token_sequence ? sequence(client_token_sequence) : client_token,
    maxRetries: max_retries,
    timeout: timeout_ms,
    defaultHeaders: headers,
    customer: rest.customer,
    tags: rest.tags,
    webhookSecret: rest.webhook_secret,
  };
  const absent = Object.entries(options).filter(([, value]) => value === undefined);
  for (const [name] of absent) delete options[name];
  return options;
}

function sequence(tokens) {
  let next = 0;
  return async () => tokens[Math.min(next++, tokens.length - 1)];
}

function requestOf(given = {}) {
  const options = {};
  if (given.headers) options.headers = given.headers;
  if (given.timeout_ms !== undefined) options.timeout = given.timeout_ms;
  if (given.max_retries !== undefined) options.maxRetries = given.max_retries;
  if (given.idempotency_key !== undefined) options.idempotencyKey = given.idempotency_key;
  return options;
}

/** The SDK's method for an operation id, called as its signature has it. */
function start(client, { operation, path, args = {}, has_args: hasArgs, mode, request }, signal) {
  const options = { ...requestOf(request), signal };
  if (operation === 'post') return client.post(args.path, { body: args.body, ...options });
  if (operation === 'files.create') {
    const file = new File([Buffer.from(args.content, 'base64')], args.filename);
    return client.files.create({ file, purpose: args.purpose }, options);
  }
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
    return say(id, 'value', { value: { ...headOf(response), request_id: response.headers.get('x-request-id'), value: data } });
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
  let count = 0;
  for await (const event of data) {
    say(id, 'event', { value: event });
    count += 1;
    if (count === asked.take) break;
  }
  say(id, running.get(id)?.signal.aborted ? 'cancelled' : 'done');
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
  const facts = Object.fromEntries(Object.entries(meta(response)).map(([name, value]) => [snake(name), value]));
  return { status: response.status, headers: Object.fromEntries(response.headers), meta: facts };
}

function built([[first, ...values], ...rest]) {
  let builder = Model[first](...values);
  for (const [name, ...more] of rest) builder = builder[camel(name)](...more);
  return typeof builder === 'string' ? builder : builder.build();
}

async function pure(asked) {
  switch (asked.op) {
    case 'hello':
      return {
        sdk: '@ringside/sdk',
        language: 'typescript',
        version: sdk.VERSION,
        host_version: `openai ${OPENAI_VERSION}`,
        runtime: `Node ${process.version}`,
        capabilities: CAPABILITIES,
      };
    case 'webhook.verify': {
      const tolerance = asked.tolerance ?? 'none';
      const { secrets: secret, now } = asked;
      return verify(Buffer.from(asked.payload, 'base64'), asked.headers, { secret, tolerance, now });
    }
    case 'webhook.sign':
      return sign(Buffer.from(asked.payload, 'base64'), { secret: asked.secret, timestamp: asked.time });
    case 'model.build':
      return built(asked.steps);
    case 'model.parse':
      return Model.canonical(asked.text);
    case 'inspect':
      return `${inspect(clients.get(asked.client), { depth: 5 })} ${JSON.stringify(clients.get(asked.client))}`;
    case 'stats':
      return { threads: 0, tasks: running.size };
    default:
      throw new Error(`unknown op ${asked.op}`);
  }
}

async function serve({ id, ...asked }) {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    if (asked.op === 'client.new') {
      clients.set(asked.client, new Ringside(optionsOf(asked.options ?? {})));
      say(id, 'ok');
    } else if (asked.op === 'client.derive') {
      clients.set(asked.client, clients.get(asked.from).withOptions(optionsOf(asked.options)));
      say(id, 'ok');
    } else if (asked.op === 'client.close') {
      clients.delete(asked.client);
      say(id, 'ok');
    } else if (asked.op === 'call') await call(id, asked, controller.signal);
    else say(id, 'value', { value: await pure(asked) });
  } catch (error) {
    const error_ = told(error);
    if (error_.kind === 'cancelled') say(id, 'cancelled');
    else if (error_.kind === 'other') say(id, 'harness_error', { message: `${error?.stack ?? error}` });
    else say(id, 'error', { error: error_ });
  } finally {
    running.delete(id);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if (asked.op === 'cancel') running.get(asked.call)?.abort();
  else if (asked.op === 'bye') {
    say(asked.id, 'ok');
    break;
  } else serve(asked);
}
process.exit(0);
