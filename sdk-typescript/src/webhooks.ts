// SPDX-License-Identifier: Apache-2.0
//
// Verifies, parses and signs webhook deliveries. Needs WebCrypto only and imports nothing of the client.
// The rules and their vectors: spec/signatures.
import type { WebhookEvent } from './generated/events';

export type { WebhookEvent, WebhookEventType } from './generated/events';

/** The header that carries the signature. */
export const SIGNATURE_HEADER = 'X-FC-Signature';
const DEFAULT_TOLERANCE_S = 300;
/** More signatures than any rotation needs: each one costs a digest. */
const MOST_SIGNATURES = 32;
const DIGEST = /^[0-9a-f]{64}$/;
/** Unix seconds; twelve digits last until the year 33658 and stay exact in a double. */
const TIME = /^[0-9]{1,12}$/;
const PAIR = /^[^=\s]+=[^\s]+$/;

/** Why a delivery was refused; the same words in every Ringside SDK. */
export type WebhookRefusal =
  | 'missing_header'
  | 'malformed_header'
  | 'no_match'
  | 'timestamp_out_of_tolerance'
  | 'decode'
  | 'config'
  | 'argument';

/** A delivery that must not be trusted, or a call that cannot decide. `reason` says which. */
export class WebhookVerificationError extends Error {
  readonly reason: WebhookRefusal;

  constructor(reason: WebhookRefusal, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'WebhookVerificationError';
    this.reason = reason;
  }
}

/** The raw body as it came off the wire: never a parsed object, whose text is not what was signed. */
export type WebhookPayload = string | Uint8Array | ArrayBuffer;

/** The signature header's value, or all headers in any of the shapes servers hand over. */
export type WebhookHeaders =
  | string
  | null
  | undefined
  | Iterable<readonly [string, string]>
  | { readonly [name: string]: string | readonly string[] | undefined };

export interface VerifyOptions {
  /** The endpoint's secret, or several of them while one replaces another. */
  secret: string | readonly string[];
  /** How far the signature's time may lie from now, in seconds, either way; `'none'` switches the check off. */
  tolerance?: number | 'none' | undefined;
  /** Unix seconds taken for the present. */
  now?: number | undefined;
}

export interface SignOptions {
  /** The endpoint's secret; several make one signature each, as during a rotation. */
  secret: string | readonly string[];
  /** Unix seconds; now, when left out. */
  timestamp?: number | undefined;
}

/**
 * The event, once one of the signatures is ours and its time is near.
 * Throws WebhookVerificationError; bytes of an event type this version does not know are returned all the same.
 * @since 0.1.0
 */
export async function verify(
  payload: WebhookPayload,
  headers: WebhookHeaders,
  options: VerifyOptions,
): Promise<WebhookEvent> {
  await verifyHeader(payload, headers, options);
  return parse(payload);
}

/** Checks signature and time without looking into the body. Throws WebhookVerificationError. */
export async function verifyHeader(
  payload: WebhookPayload,
  headers: WebhookHeaders,
  options: VerifyOptions,
): Promise<void> {
  const secrets = secretsOf(options?.secret);
  const tolerance = toleranceOf(options.tolerance);
  const body = bytesOf(payload);
  const { time, digests } = parseSignature(signatureOf(headers));
  const message = concat(utf8(`${time}.`), body);
  if (!(await anyMatches(secrets, digests, message))) {
    throw new WebhookVerificationError('no_match', `No signature in ${SIGNATURE_HEADER} matches this body and secret.`);
  }
  // Both in whole seconds, as in every SDK.
  const age = Math.floor(options.now ?? Date.now() / 1000) - Number(time);
  if (Math.abs(age) > tolerance) {
    const side = age > 0 ? 'past' : 'future';
    const text = `The signature's time lies ${Math.abs(age)} s in the ${side}; at most ${tolerance} s are accepted.`;
    throw new WebhookVerificationError('timestamp_out_of_tolerance', text);
  }
}

/** The event of a body that has been verified. Throws WebhookVerificationError with reason `decode`. */
export function parse(payload: WebhookPayload): WebhookEvent {
  let event: unknown;
  try {
    event = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(payload)));
  } catch (cause) {
    throw new WebhookVerificationError('decode', 'The body is not JSON in UTF-8.', { cause });
  }
  if (typeof (event as { id?: unknown } | null)?.id !== 'string') {
    throw new WebhookVerificationError('decode', 'The body is not an event: it has no `id`.');
  }
  return event as WebhookEvent;
}

/** The header value a delivery of this body would carry; for tests of your receiver. */
export async function sign(payload: WebhookPayload, options: SignOptions): Promise<string> {
  const secrets = secretsOf(options?.secret);
  const time = String(options.timestamp ?? Math.floor(Date.now() / 1000));
  if (!TIME.test(time)) throw new WebhookVerificationError('argument', '`timestamp` must be whole unix seconds.');
  const message = concat(utf8(`${time}.`), bytesOf(payload));
  const signatures = secrets.map(async (secret) => {
    const digest = await subtle().sign('HMAC', await keyOf(secret), message);
    return `v1=${Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  });
  return [`t=${time}`, ...(await Promise.all(signatures))].join(',');
}

function secretsOf(secret: unknown): readonly string[] {
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret];
  if (secrets.length === 0 || secrets.some((item) => typeof item !== 'string' || item === '')) {
    throw new WebhookVerificationError('config', 'A webhook secret is needed: pass `secret` or set FC_WEBHOOK_SECRET.');
  }
  return secrets as readonly string[];
}

function toleranceOf(tolerance: VerifyOptions['tolerance']): number {
  if (tolerance === 'none') return Number.POSITIVE_INFINITY;
  const seconds = tolerance ?? DEFAULT_TOLERANCE_S;
  if (typeof seconds === 'number' && seconds >= 0) return seconds;
  throw new WebhookVerificationError('argument', "`tolerance` must be a number of seconds, 0 or more, or 'none'.");
}

function bytesOf(payload: WebhookPayload): Uint8Array<ArrayBuffer> {
  if (typeof payload === 'string') return utf8(payload);
  // By tag, as bytes made in another realm (a test's sandbox, a frame) are no instance of this one's classes.
  const tag = Object.prototype.toString.call(payload);
  if (tag === '[object ArrayBuffer]') return new Uint8Array(payload as ArrayBuffer);
  if (tag === '[object Uint8Array]') return Uint8Array.from(payload as Uint8Array);
  throw new WebhookVerificationError(
    'argument',
    'Pass the raw body as a string or bytes; a parsed object no longer has the text that was signed.',
  );
}

/** The one value of the signature header. */
function signatureOf(headers: WebhookHeaders): string {
  if (typeof headers === 'string') return headers;
  const wanted = SIGNATURE_HEADER.toLowerCase();
  const pairs = pairsOf(headers);
  const values = pairs.filter(([name]) => name.toLowerCase() === wanted).flatMap(([, value]) => value);
  if (values.length > 1) throw new WebhookVerificationError('malformed_header', `${SIGNATURE_HEADER} came twice.`);
  if (values[0] !== undefined) return values[0];
  const others = pairs.some(([name]) => name.toLowerCase() === 'webhook-signature');
  const hint = others ? ' These are Standard Webhooks headers: check them with `client.webhooks.unwrap`.' : '';
  throw new WebhookVerificationError('missing_header', `${SIGNATURE_HEADER} is missing.${hint}`);
}

function pairsOf(headers: Exclude<WebhookHeaders, string>): (readonly [string, string | readonly string[]])[] {
  if (!headers) return [];
  if (Symbol.iterator in headers) return [...(headers as Iterable<readonly [string, string]>)];
  return Object.entries(headers).filter((pair): pair is [string, string | readonly string[]] => pair[1] !== undefined);
}

/** Reads `t=<unix>,v1=<hex>[,v1=<hex>…]`; blanks around commas and unknown keys are allowed. */
function parseSignature(value: string): { time: string; digests: string[] } {
  const parts = value.split(',').map((part) => part.trim());
  if (!parts.every((part) => PAIR.test(part))) throw malformed('it is not a list of `key=value`');
  const valuesOf = (key: string) =>
    parts.filter((part) => part.startsWith(`${key}=`)).map((part) => part.slice(key.length + 1));
  const times = valuesOf('t');
  const digests = valuesOf('v1');
  const time = times[0];
  if (times.length !== 1 || time === undefined || !TIME.test(time)) {
    throw malformed('it needs exactly one `t` in unix seconds');
  }
  if (digests.length === 0) throw malformed('it holds no `v1` signature');
  if (digests.length > MOST_SIGNATURES) throw malformed(`it holds more than ${MOST_SIGNATURES} signatures`);
  if (!digests.every((digest) => DIGEST.test(digest))) throw malformed('a `v1` is not 64 lower-case hex digits');
  return { time, digests };
}

function malformed(why: string): WebhookVerificationError {
  return new WebhookVerificationError('malformed_header', `${SIGNATURE_HEADER} cannot be read: ${why}.`);
}

/** WebCrypto's own comparison, which takes the same time wherever the digests differ. */
async function anyMatches(
  secrets: readonly string[],
  digests: readonly string[],
  message: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  let found = false;
  for (const secret of secrets) {
    const key = await keyOf(secret);
    for (const digest of digests) {
      found = (await subtle().verify('HMAC', key, fromHex(digest), message)) || found;
    }
  }
  return found;
}

function keyOf(secret: string): Promise<CryptoKey> {
  return subtle().importKey('raw', utf8(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

function subtle(): SubtleCrypto {
  if (globalThis.crypto?.subtle) return globalThis.crypto.subtle;
  throw new WebhookVerificationError('config', 'WebCrypto is missing here; browsers offer it on HTTPS pages only.');
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function concat(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
