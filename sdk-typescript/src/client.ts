// SPDX-License-Identifier: Apache-2.0
import { type RingsideOptions, resolveConfig } from './config';
import { makeError } from './errors';
import { ResourcesClient } from './generated/resources-client';
import { Customers } from './resources/customers';
import { RingsideWebhooks } from './resources/webhooks';

/** What changes from one customer to the next. */
export interface CustomerOptions {
  /** Tags of this customer's calls, in place of the client's own. */
  tags?: RingsideOptions['tags'];
}

/**
 * OpenAI's client with Ringside's resources. One instance serves a whole program; `forCustomer` derives cheap ones
 * that share its connections.
 * @since 0.1.0
 */
export class Ringside extends ResourcesClient {
  override readonly customers: Customers = new Customers(this);
  override webhooks: RingsideWebhooks = new RingsideWebhooks(this);

  /** The customer each call is attributed to, unless the call names another; null for none. */
  readonly customer: string | null;
  readonly tags: readonly string[];
  /** The options as given, for derived clients: the host keeps them only with ours mixed in. */
  readonly #given: Partial<RingsideOptions>;

  /** Throws RingsideConfigError for a wrong mixture of options, before any request. */
  constructor(options: RingsideOptions = {}) {
    const { settings, tokens, customer, tags } = resolveConfig(options);
    super(settings, tokens);
    this.customer = customer;
    this.tags = tags;
    const { baseURL, defaultHeaders, defaultQuery } = options;
    this.#given = { baseURL, defaultHeaders, defaultQuery };
  }

  /**
   * A client whose calls are made for this customer: a `cus_` id or your own id. A call's own `FC-Customer` header
   * still wins.
   */
  forCustomer(customer: string, options: CustomerOptions = {}): this {
    return this.withOptions({ customer, ...options });
  }

  /** A client with some options changed, of the same class and on the same connections. */
  override withOptions(options: Partial<RingsideOptions>): this {
    const swapped =
      options.clientToken != null ? { apiKey: null } : options.apiKey != null ? { clientToken: null } : {};
    return super.withOptions({ ...this.#given, ...swapped, ...options } as Partial<RingsideOptions>);
  }

  protected override makeStatusError(...args: Parameters<typeof makeError>): ReturnType<typeof makeError> {
    return makeError(...args);
  }

  toJSON(): object {
    return { baseURL: this.baseURL, customer: this.customer, tags: this.tags };
  }

  /** Node, Deno and Bun print this in place of the fields, which hold secrets. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Ringside ${JSON.stringify(this)}`;
  }
}
