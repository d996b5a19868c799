// SPDX-License-Identifier: Apache-2.0
import type { ClientOptions } from 'openai';

export type Fetch = NonNullable<ClientOptions['fetch']>;

/** The function under each wrapper: a derived client is given the wrapper and must not wrap it once more. */
const originals = new WeakMap<Fetch, Fetch>();

/** Remembers what is under a wrapper. */
export function wrapper(original: Fetch, wrapped: Fetch): Fetch {
  originals.set(wrapped, original);
  return wrapped;
}

/** The caller's own fetch without our wrappers; the runtime's, looked up at each call, when there is none. */
export function unwrapped(fetch: Fetch | undefined): Fetch {
  if (!fetch) return (input, init) => globalThis.fetch(input, init);
  const original = originals.get(fetch);
  return original ? unwrapped(original) : fetch;
}
