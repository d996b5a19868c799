// SPDX-License-Identifier: Apache-2.0
import type { OpenAI } from 'openai';
import { isHeaderText } from './header-text';
import { RingsideArgumentError } from './status-errors';

type RequestOptions = OpenAI.RequestOptions;
type Headers_ = RequestOptions['headers'];

/** A random RFC 4122 version 4 UUID. `crypto.randomUUID` is missing on pages served over plain HTTP. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/**
 * The options with an `Idempotency-Key` header: the caller's own, else one new key for this call and all its retries.
 * It is written as a header because the host client drops its `idempotencyKey` option on the way.
 * Throws RingsideArgumentError for a key that no header can carry, the empty one included.
 */
export function withIdempotencyKey(options: RequestOptions = {}): RequestOptions {
  if (names(options.headers).includes('idempotency-key')) return options;
  const key = options.idempotencyKey ?? newIdempotencyKey();
  if (!isHeaderText(key)) {
    throw new RingsideArgumentError('`idempotencyKey` must be a non-empty ASCII string without control characters.');
  }
  return { ...options, headers: prepend(options.headers, 'Idempotency-Key', key) };
}

function isRows(headers: object): headers is Iterable<[string, string]> {
  return Symbol.iterator in headers;
}

function names(headers: Headers_): string[] {
  if (!headers) return [];
  const found = isRows(headers) ? Array.from(headers, ([name]) => name) : Object.keys(headers);
  return found.map((name) => name.toLowerCase());
}

function prepend(headers: Headers_, name: string, value: string): Headers_ {
  if (!headers) return { [name]: value };
  if (isRows(headers)) return [[name, value], ...headers];
  return { [name]: value, ...(headers as Record<string, string | null | undefined>) };
}
