// SPDX-License-Identifier: Apache-2.0
import type { TokenSource } from '../token-source';
import { type Fetch, wrapper } from './wrapping';

/**
 * A fetch that repeats a request once with a new token when the gateway calls the one it carried expired.
 * Requests whose body is a stream are not repeated: it has been read.
 */
export function renewing(fetch: Fetch, tokens: TokenSource): Fetch {
  return wrapper(fetch, async (input, init) => {
    const response = await fetch(input, init);
    const refused = tokenOf(init?.headers);
    if (response.status !== 401 || !refused || !isReplayable(init?.body)) return response;
    if (!(await saysExpired(response))) return response;
    const fresh = await tokens.replace(refused);
    if (!fresh) return response;
    await response.body?.cancel();
    const headers = new Headers(init?.headers as HeadersInit);
    headers.set('authorization', `Client ${fresh}`);
    return await fetch(input, { ...init, headers });
  });
}

function tokenOf(headers: unknown): string | undefined {
  const value = new Headers(headers as HeadersInit | undefined).get('authorization') ?? '';
  return value.startsWith('Client ') ? value.slice('Client '.length) : undefined;
}

function isReplayable(body: unknown): boolean {
  if (body === undefined || body === null || typeof body === 'string') return true;
  return (
    [ArrayBuffer, Blob, FormData, URLSearchParams].some((kind) => body instanceof kind) || ArrayBuffer.isView(body)
  );
}

/** Looks into a copy: the caller still reads the answer when it stands. */
async function saysExpired(response: Response): Promise<boolean> {
  try {
    const { error } = (await response.clone().json()) as { error?: { code?: unknown } };
    return error?.code === 'client_token_expired';
  } catch {
    return false;
  }
}
