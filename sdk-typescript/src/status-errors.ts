// SPDX-License-Identifier: Apache-2.0
//
// OpenAIError
// ├── RingsideError
// │   ├── RingsideConfigError        wrong mixture of options, found before any request
// │   └── RingsideArgumentError      a value no request can carry
// ├── APIConnectionError
// │   └── RingsideDecodeError        a Ringside resource answered something that is not its JSON
// └── APIError
//     ├── BadRequestError … InternalServerError    the host's class of the status,
//     │   └── Ringside<same name>                  with Ringside's facts,
//     │       └── one class a code                 see generated/errors.ts
//     ├── RingsidePaymentRequiredError             402, which the host has no class for
//     └── RingsideStatusError                      every other status
import {
  APIConnectionError,
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  OpenAIError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from 'openai';

/** Text beyond this is cut from a message; `error` keeps the whole body. */
const LONGEST_MESSAGE = 2_000;

/** Anything this package itself refuses. */
export class RingsideError extends OpenAIError {
  override readonly cause?: unknown;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message);
    this.name = this.constructor.name;
    if (options && 'cause' in options) this.cause = options.cause;
  }
}

/** The client cannot be built from these options and this environment. */
export class RingsideConfigError extends RingsideError {}

/** An argument that no request can carry. */
export class RingsideArgumentError extends RingsideError {}

/** A Ringside resource answered with something other than the JSON it promises. */
export class RingsideDecodeError extends APIConnectionError {}

/** What every error answered by the gateway carries beyond the host's fields. */
export interface RingsideErrorFacts {
  /** When the gateway says the call may succeed, in whole seconds; null when it does not say. */
  readonly retryAfterSeconds: number | null;
  /** The gateway's advice on repeating the same request; false for waits of over a minute, null when it gave none. */
  readonly shouldRetry: boolean | null;
}

/** An error answered by the gateway, whatever its class. */
export type RingsideAPIError = APIError & RingsideErrorFacts;

// biome-ignore lint/suspicious/noExplicitAny: each host class narrows the types of its own constructor's arguments
type HostErrorClass<T> = new (status: any, error: any, message: any, headers: any) => T;

/** Any class of such errors. */
export type RingsideErrorClass = HostErrorClass<RingsideAPIError>;

/** The host's error class, its instances filled with Ringside's facts and a message that leads with status and code. */
export function withFacts<T extends APIError>(Host: HostErrorClass<T>): HostErrorClass<T & RingsideErrorFacts> {
  // biome-ignore lint/suspicious/noExplicitAny: a class expression cannot extend a type parameter otherwise
  class WithFacts extends (Host as HostErrorClass<any>) {
    // biome-ignore lint/suspicious/noExplicitAny: as above
    constructor(status: any, error: any, message: any, headers: any) {
      super(status, error, message, headers);
      Object.assign(this, factsOf(error, headers));
      retitle(this as unknown as Error, titleOf(status, error, message));
    }
  }
  return WithFacts as HostErrorClass<T & RingsideErrorFacts>;
}

export class RingsideBadRequestError extends withFacts(BadRequestError) {}
export class RingsideAuthenticationError extends withFacts(AuthenticationError) {}
export class RingsidePermissionDeniedError extends withFacts(PermissionDeniedError) {}
export class RingsideNotFoundError extends withFacts(NotFoundError) {}
export class RingsideConflictError extends withFacts(ConflictError) {}
export class RingsideUnprocessableEntityError extends withFacts(UnprocessableEntityError) {}
export class RingsideRateLimitError extends withFacts(RateLimitError) {}
export class RingsideInternalServerError extends withFacts(InternalServerError) {}
export class RingsideStatusError extends withFacts(APIError) {}

/** 402: a budget or a wallet is exhausted. */
export class RingsidePaymentRequiredError extends withFacts(APIError<402, Headers>) {
  /** What refused: `customer_budget`, `customer_wallet` or `account_wallet`; null when the gateway did not say. */
  get scope(): string | null {
    return textOf(this.error, 'scope');
  }

  /** When a budget starts anew, in unix seconds; null for wallets, which do not. */
  get resetsAt(): number | null {
    const value = fieldOf(this.error, 'resets_at');
    return typeof value === 'number' ? value : null;
  }
}

function factsOf(error: unknown, headers: Headers | undefined): object {
  const code = fieldOf(error, 'code');
  return {
    code: typeof code === 'string' ? code : null,
    requestID: headers?.get('x-request-id') ?? textOf(error, 'request_id'),
    retryAfterSeconds: retryAfterOf(error, headers),
    shouldRetry: { true: true, false: false }[headers?.get('x-should-retry') ?? ''] ?? null,
  };
}

function retryAfterOf(error: unknown, headers: Headers | undefined): number | null {
  const told = fieldOf(error, 'retry_after_seconds');
  if (typeof told === 'number') return told;
  const header = headers?.get('retry-after')?.trim() ?? '';
  return /^\d+$/.test(header) ? Number(header) : null;
}

function titleOf(status: number | undefined, error: unknown, message: string | undefined): string {
  const code = textOf(error, 'code');
  const text = textOf(error, 'message') ?? (message || (error ? JSON.stringify(error) : 'status code (no body)'));
  const shown = text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text;
  return [status, code ? `${code}:` : undefined, shown].filter((part) => part !== undefined).join(' ');
}

/** Changes the message where the engine has already copied it into the stack. */
function retitle(error: Error, message: string): void {
  const frames = error.stack?.slice(error.stack.indexOf('\n    at '));
  error.message = message;
  if (error.stack?.includes('\n    at ')) error.stack = `${error.constructor.name}: ${message}${frames}`;
}

function fieldOf(error: unknown, name: string): unknown {
  return error && typeof error === 'object' ? (error as Record<string, unknown>)[name] : undefined;
}

function textOf(error: unknown, name: string): string | null {
  const value = fieldOf(error, name);
  return typeof value === 'string' ? value : null;
}
