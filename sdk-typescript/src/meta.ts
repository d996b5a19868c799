// SPDX-License-Identifier: Apache-2.0

/**
 * What a response's headers say about the call. A fact whose header is absent is null.
 * Money is USD as a number; it is exact to nine places for amounts below 9 million dollars.
 */
export interface ResponseMeta {
  /** The request's id, for support and for `usage.retrieveEvent`. */
  requestId: string | null;
  /** What actually served the call, as an `fc:` ref. */
  modelResolved: string | null;
  /** The target of a cascade that answered. */
  modelUsed: string | null;
  /** Every target of a cascade in the order tried, the winner last. */
  modelsTried: string[];
  /** Whether a cascade moved past its first target. */
  fallbackTriggered: boolean;
  /** The customer's wallet after the call; on a stream, at admission. */
  walletBalance: number | null;
  /** What this call took from the wallet; absent on a stream. */
  walletDeducted: number | null;
  /** On a stream: what is reserved until the call is settled. */
  walletHeld: number | null;
  /** What the call cost; absent on a stream. */
  cost: number | null;
  /** The lower `max_tokens` the wallet could still pay for. */
  maxTokensClamped: number | null;
  rateLimitLimit: number | null;
  rateLimitRemaining: number | null;
  /** Seconds until the tightest window has room again. */
  rateLimitReset: number | null;
  /** Whether this is the stored answer to an earlier request with the same idempotency key. */
  idempotencyReplayed: boolean;
}

/** Anything with response headers: a Response, the result of `withResponse()`, an API error, or the headers. */
export type HeaderCarrier = Headers | { headers: Headers | undefined } | { response: { headers: Headers } };

/**
 * Reads Ringside's response headers into typed facts.
 * @since 0.1.0
 */
export function meta(raw: HeaderCarrier): ResponseMeta {
  const headers = headersOf(raw);
  const text = (name: string) => headers?.get(name) ?? null;
  const amount = (name: string) => numeric(text(name));
  return {
    requestId: text('x-request-id'),
    modelResolved: text('x-ringside-model-resolved'),
    modelUsed: text('x-ringside-model-used'),
    modelsTried: listed(text('x-ringside-models-tried')),
    fallbackTriggered: text('x-ringside-fallback-triggered') === 'true',
    walletBalance: amount('x-ringside-wallet-balance'),
    walletDeducted: amount('x-ringside-wallet-deducted'),
    walletHeld: amount('x-ringside-wallet-held'),
    cost: amount('x-ringside-cost'),
    maxTokensClamped: amount('x-ringside-max-tokens-clamped'),
    rateLimitLimit: amount('x-ratelimit-limit'),
    rateLimitRemaining: amount('x-ratelimit-remaining'),
    rateLimitReset: amount('x-ratelimit-reset'),
    idempotencyReplayed: text('idempotency-replayed') === 'true',
  };
}

function headersOf(raw: HeaderCarrier): Headers | undefined {
  if ('response' in raw) return raw.response.headers;
  return 'headers' in raw ? raw.headers : raw;
}

/** A decimal header as a number; null for one that is absent, empty or not a number. */
function numeric(value: string | null): number | null {
  const number = value?.trim() ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

function listed(value: string | null): string[] {
  return (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
