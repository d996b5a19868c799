// SPDX-License-Identifier: Apache-2.0
import { APIConnectionError, type OpenAI } from 'openai';
import type { APIPromise, PagePromise } from './compat';
import { withIdempotencyKey } from './idempotency';
import { CursorPage } from './pagination';
import { hideSecrets } from './secrets';
import { RingsideDecodeError } from './status-errors';

/** Options of one call: headers, timeout, maxRetries, signal, idempotencyKey and the rest of the host's. */
export type RequestOptions = OpenAI.RequestOptions;

type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

interface CallInput {
  query?: object | null | undefined;
  body?: unknown;
  options?: RequestOptions | undefined;
}

/**
 * One call of a Ringside resource, answered with a JSON object. POSTs carry an idempotency key.
 * A body that is cut short rejects with APIConnectionError, one that is not JSON with RingsideDecodeError.
 */
export function send<Result>(client: OpenAI, method: Method, path: string, input: CallInput): APIPromise<Result> {
  const options = method === 'post' ? withIdempotencyKey(input.options) : input.options;
  return checked(client[method]<Result>(path, requestOf(input, options)), examine);
}

/** One page of a list, which is also an async iterable over all pages. */
export function sendList<Item>(client: OpenAI, path: string, input: CallInput): PagePromise<CursorPage<Item>, Item> {
  return checked(client.getAPIList<Item, CursorPage<Item>>(path, CursorPage, requestOf(input, input.options)));
}

/** The caller's own query and body fields, set through the options, come last and win. */
function requestOf(input: CallInput, options: RequestOptions | undefined): RequestOptions {
  const { query, body } = input;
  return { ...(query ? { query: query as Record<string, unknown> } : {}), ...(body ? { body } : {}), ...options };
}

function examine(value: unknown): void {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new RingsideDecodeError({ message: 'The gateway answered without a JSON object where one is promised.' });
  }
  hideSecrets(value);
}

/**
 * The same promise, its answer checked and its rejections in our classes. It is changed in place, as the host does
 * with its own, so that `asResponse` and `withResponse` stay.
 */
function checked<P extends APIPromise<unknown>>(promise: P, check: (value: unknown) => void = () => {}): P {
  const then = promise.then.bind(promise);
  const withResponse = promise.withResponse.bind(promise);
  const failed = async (error: unknown): Promise<never> => {
    throw await translated(error, promise);
  };
  const settle = () => then(tapped(check)).catch(failed);
  // biome-ignore lint/suspicious/noThenProperty: it is a promise already
  promise.then = ((onResolved, onRejected) => settle().then(onResolved, onRejected)) as P['then'];
  promise.catch = ((onRejected) => settle().catch(onRejected)) as P['catch'];
  promise.finally = ((onFinally) => settle().finally(onFinally)) as P['finally'];
  promise.withResponse = (async () => {
    const answer = await withResponse().catch(failed);
    check(answer.data);
    return answer;
  }) as P['withResponse'];
  return promise;
}

function tapped(check: (value: unknown) => void) {
  return <T>(value: T): T => {
    check(value);
    return value;
  };
}

/** Only a body that arrived can be broken: before that, a TypeError is the caller's mistake and stays one. */
async function translated(cause: unknown, promise: APIPromise<unknown>): Promise<unknown> {
  if (!(cause instanceof TypeError || cause instanceof SyntaxError)) return cause;
  const answered = await promise.asResponse().then(
    () => true,
    () => false,
  );
  if (!answered) return cause;
  if (cause instanceof SyntaxError) {
    return new RingsideDecodeError({ message: 'The gateway answered something that is not JSON.', cause });
  }
  return new APIConnectionError({ message: 'The connection broke while the answer was being read.', cause });
}
