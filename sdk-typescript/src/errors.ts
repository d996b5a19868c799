// SPDX-License-Identifier: Apache-2.0
import { ERROR_CLASSES } from './generated/error-classes';
import {
  type RingsideAPIError,
  RingsideAuthenticationError,
  RingsideBadRequestError,
  RingsideConflictError,
  type RingsideErrorClass,
  RingsideInternalServerError,
  RingsideNotFoundError,
  RingsidePaymentRequiredError,
  RingsidePermissionDeniedError,
  RingsideRateLimitError,
  RingsideStatusError,
  RingsideUnprocessableEntityError,
} from './status-errors';

const STATUS_CLASSES = new Map<number, RingsideErrorClass>([
  [400, RingsideBadRequestError],
  [401, RingsideAuthenticationError],
  [402, RingsidePaymentRequiredError],
  [403, RingsidePermissionDeniedError],
  [404, RingsideNotFoundError],
  [409, RingsideConflictError],
  [422, RingsideUnprocessableEntityError],
  [429, RingsideRateLimitError],
]);

/** Whether the gateway answered this error, with that code if one is named. Works across copies of the package. */
export function isRingsideError(error: unknown, code?: string): error is RingsideAPIError {
  if (!(error instanceof Error)) return false;
  const facts = error as Partial<RingsideAPIError>;
  const answered = typeof facts.status === 'number' && 'retryAfterSeconds' in facts && 'shouldRetry' in facts;
  return answered && (code === undefined || facts.code === code);
}

/** The error for a refused call: its class by code, else by status. `body` is the answer's JSON, if it is any. */
export function makeError(status: number, body: unknown, text: string | undefined, headers: Headers): RingsideAPIError {
  const error = envelopeOf(body);
  const code = (error as { code?: unknown } | undefined)?.code;
  const ofCode = typeof code === 'string' ? ERROR_CLASSES.get(code) : undefined;
  const ErrorClass = ofCode ?? classOfStatus(status);
  return new ErrorClass(status, error, text, headers);
}

function classOfStatus(status: number): RingsideErrorClass {
  return STATUS_CLASSES.get(status) ?? (status >= 500 ? RingsideInternalServerError : RingsideStatusError);
}

/** The object inside the envelope; the whole answer where another server sent it without one. */
function envelopeOf(body: unknown): object | undefined {
  if (body === null || body === undefined) return undefined;
  const inner = typeof body === 'object' && 'error' in body ? body.error : body;
  return (inner ?? undefined) as object | undefined;
}
