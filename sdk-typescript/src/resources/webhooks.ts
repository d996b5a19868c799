// SPDX-License-Identifier: Apache-2.0
import type { RequestOptions } from '../calls';
import { type APIPromise, HostWebhooks } from '../compat';
import { WebhookEndpointsResource } from '../generated/resources/webhook-endpoints';
import type { WebhookEndpoint } from '../generated/types';
import * as pure from '../webhooks';

export type ClientVerifyOptions = Partial<pure.VerifyOptions>;

/** What `create` takes to be ours: `events` where the host says `event_types`. */
export interface EndpointParams {
  url: string;
  events: string[];
  description?: string | null;
}

/** Older hosts have no `create`. */
type HostCreate = Host extends { create: infer Create extends (...args: never[]) => unknown } ? Create : never;
type Host = InstanceType<typeof HostWebhooks>;

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

  /** An endpoint, with its secret: as `client.webhookEndpoints.create`, which has all that endpoints can do. */
  override create(params: EndpointParams, options?: RequestOptions): APIPromise<WebhookEndpoint>;
  /** The host's. */
  override create(...host: Parameters<HostCreate>): ReturnType<HostCreate>;
  override create(params: object, options?: object): unknown {
    if ('events' in params) {
      return new WebhookEndpointsResource(this._client).create(params as EndpointParams, options);
    }
    return super.create(params as never, options);
  }

  #filled(options: ClientVerifyOptions): pure.VerifyOptions {
    return { ...options, secret: options.secret ?? this._client.webhookSecret ?? '' };
  }
}
