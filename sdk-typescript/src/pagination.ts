// SPDX-License-Identifier: Apache-2.0
import type { OpenAI } from 'openai';
import { checked } from './checked';
import { AbstractPage } from './compat';
import { RingsideDecodeError, RingsideError } from './status-errors';

/** Where a page ended, kept on the next page's options so that a gateway repeating itself is noticed. */
const SEEN = Symbol('cursors seen');

interface ListBody<Item> {
  object?: string;
  data: Item[];
  has_more?: boolean;
  next_cursor?: string | null;
  first_id?: string | null;
  last_id?: string | null;
}

type PageOptions = AbstractPage<unknown>['nextPageRequestOptions'] extends () => infer Options
  ? NonNullable<Options> & { [SEEN]?: ReadonlySet<string> }
  : never;

/**
 * One page of a Ringside list. `for await` over it, or over the call itself, walks all pages and stops fetching when
 * the loop ends; it throws RingsideError when the gateway hands out the same cursor twice.
 * @since 0.1.0
 */
export class CursorPage<Item> extends AbstractPage<Item> {
  readonly object: string;
  readonly data: Item[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
  readonly first_id: string | null;
  readonly last_id: string | null;
  readonly #client: OpenAI;

  constructor(client: OpenAI, response: Response, body: ListBody<Item>, options: PageOptions) {
    super(client, response, body, options);
    this.#client = client;
    if (!Array.isArray(body?.data)) throw new RingsideDecodeError({ message: 'The answer is not a list object.' });
    this.object = body.object ?? 'list';
    this.data = body.data;
    this.has_more = body.has_more ?? false;
    this.next_cursor = body.next_cursor ?? null;
    this.first_id = body.first_id ?? null;
    this.last_id = body.last_id ?? null;
  }

  getPaginatedItems(): Item[] {
    return this.data;
  }

  /** An empty page with more behind it is not the end: the host's own test would stop there. */
  override hasNextPage(): boolean {
    return this.nextPageRequestOptions() !== null;
  }

  /** Asked for here, as the host's own request would let a broken answer through in no class of ours. */
  override async getNextPage(): Promise<this> {
    const options = this.nextPageRequestOptions();
    if (!options) return await super.getNextPage();
    const Page = this.constructor as new (...args: ConstructorParameters<typeof AbstractPage>) => this;
    return await checked(this.#client.requestAPIList<Item, this>(Page, options));
  }

  nextPageRequestOptions(): PageOptions | null {
    const options = this.options as PageOptions;
    const query = (options.query ?? {}) as Record<string, unknown>;
    const direction = typeof query['before'] === 'string' ? 'before' : 'after';
    const cursor = direction === 'before' ? this.first_id : this.next_cursor;
    if (!this.has_more || !cursor) return null;
    const seen = options[SEEN] ?? new Set([String(query[direction] ?? '')]);
    if (seen.has(cursor)) {
      throw new RingsideError(`The list repeats itself: cursor "${cursor}" was handed out twice.`);
    }
    return { ...options, query: { ...query, [direction]: cursor }, [SEEN]: new Set([...seen, cursor]) };
  }
}
