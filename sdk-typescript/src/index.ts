// SPDX-License-Identifier: Apache-2.0

// Everything of OpenAI's package; a name below wins over the same name there.
export * from 'openai';
export type { RequestOptions } from './calls';
export { type CustomerOptions, Ringside, Ringside as default } from './client';
export type { RingsideOptions } from './config';
export { isRingsideError } from './errors';
export * from './generated/errors';
export type * from './generated/events';
export type * from './generated/types';
export { type HeaderCarrier, meta, type ResponseMeta } from './meta';
export * from './model';
export { CursorPage } from './pagination';
export type { ClientVerifyOptions } from './resources/webhooks';
export {
  type RingsideAPIError,
  RingsideArgumentError,
  RingsideAuthenticationError,
  RingsideBadRequestError,
  RingsideConfigError,
  RingsideConflictError,
  RingsideDecodeError,
  RingsideError,
  type RingsideErrorFacts,
  RingsideInternalServerError,
  RingsideNotFoundError,
  RingsidePaymentRequiredError,
  RingsidePermissionDeniedError,
  RingsideRateLimitError,
  RingsideStatusError,
  RingsideUnprocessableEntityError,
} from './status-errors';
export { type ClientTokenProvider, TokenSource } from './token-source';
export { VERSION } from './version';
export {
  parse as parseWebhook,
  SIGNATURE_HEADER,
  type SignOptions,
  sign as signWebhook,
  type VerifyOptions,
  verify as verifyWebhook,
  verifyHeader as verifyWebhookHeader,
  type WebhookHeaders,
  type WebhookPayload,
  type WebhookRefusal,
  WebhookVerificationError,
} from './webhooks';
