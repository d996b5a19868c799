// SPDX-License-Identifier: Apache-2.0
import { HostWebhooks } from '../compat';
import * as pure from '../webhooks';

export type ClientVerifyOptions = Partial<pure.VerifyOptions>;

/**
 * OpenAI's `client.webhooks`, whole, with the check of Ringside's own deliveries beside it.
 * @since 0.1.0
 */
export class RingsideWebhooks extends HostWebhooks {
  /**
   * The event, once its `X-FC-Signature` is ours and its time is within 300 s. Hand over the raw body.
   * Throws WebhookVerificationError, whose `reason` says why. Rule: spec/signatures.
   */
  async verify(
    payload: pure.WebhookPayload,
    headers: pure.WebhookHeaders,
    options: ClientVerifyOptions = {},
  ): Promise<pure.WebhookEvent> {
    return await pure.verify(payload, headers, this.#filled(options));
  }

  /** As `verify`, without looking into the body. */
  async verifyHeader(
    payload: pure.WebhookPayload,
    headers: pure.WebhookHeaders,
    options: ClientVerifyOptions = {},
  ): Promise<void> {
    await pure.verifyHeader(payload, headers, this.#filled(options));
  }

  /** The header value a delivery of this body would carry; for tests of your receiver. */
  async sign(payload: pure.WebhookPayload, options: Partial<pure.SignOptions> = {}): Promise<string> {
    return await pure.sign(payload, { ...options, secret: options.secret ?? this._client.webhookSecret ?? '' });
  }

  #filled(options: ClientVerifyOptions): pure.VerifyOptions {
    return { ...options, secret: options.secret ?? this._client.webhookSecret ?? '' };
  }
}
