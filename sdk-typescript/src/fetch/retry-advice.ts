// SPDX-License-Identifier: Apache-2.0
import { type Fetch, wrapper } from './wrapping';

/** The longest pause a call makes by itself; a longer one is the caller's to plan. */
const LONGEST_PAUSE_MS = 60_000;

/**
 * A fetch whose refusals carry retry advice every version of the host reads alike. OpenAI's client 6 sleeps for hours
 * when told so and not at all on nonsense, 7 tries again early when told to wait for more than a minute.
 */
export function advising(fetch: Fetch): Fetch {
  return wrapper(fetch, async (input, init) => {
    const response = await fetch(input, init);
    return response.status < 400 ? response : withPlainAdvice(response);
  });
}

function withPlainAdvice(response: Response): Response {
  const { headers } = response;
  const given = ['retry-after-ms', 'retry-after'].filter((name) => headers.has(name));
  const unreadable = given.filter((name) => pauseMs(name, headers.get(name)) === undefined);
  const pause = given.map((name) => pauseMs(name, headers.get(name))).find((value) => value !== undefined) ?? 0;
  if (unreadable.length === 0 && pause <= LONGEST_PAUSE_MS) return response;
  const changed = new Headers(headers);
  for (const name of unreadable) changed.delete(name);
  if (pause > LONGEST_PAUSE_MS) changed.set('x-should-retry', 'false');
  const { status, statusText, url } = response;
  const copy = new Response(response.body, { status, statusText, headers: changed });
  return Object.defineProperty(copy, 'url', { value: url });
}

/** The pause a header asks for; undefined when it is no number, no date, or lies in the past. */
function pauseMs(name: string, value: string | null): number | undefined {
  const text = value?.trim() ?? '';
  const isNumber = /^\d+(\.\d+)?$/.test(text);
  if (name === 'retry-after-ms') return isNumber ? Number(text) : undefined;
  const pause = isNumber ? Number(text) * 1000 : /^[A-Z]/i.test(text) ? Date.parse(text) - Date.now() : Number.NaN;
  return pause >= 0 ? pause : undefined;
}
