// SPDX-License-Identifier: Apache-2.0
import type { OpenAI } from 'openai';
import { checked } from './checked';
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
