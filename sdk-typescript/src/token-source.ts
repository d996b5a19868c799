// SPDX-License-Identifier: Apache-2.0

/** Gives the text of a client token, for example by asking your own server to mint one. */
export type ClientTokenProvider = () => string | Promise<string>;

/** A token is fetched anew this long before it expires, so that it does not die on the way. */
const EXPIRY_MARGIN_MS = 10_000;

/**
 * One client token, fixed or renewed. Calls under way share one fetch. The text is kept out of inspection and JSON.
 * @since 0.1.0
 */
export class TokenSource {
  readonly #provider: ClientTokenProvider | undefined;
  #token: string | undefined;
  #fetching: Promise<string> | undefined;

  constructor(token: string | ClientTokenProvider) {
    if (typeof token === 'function') this.#provider = token;
    else this.#token = checked(token);
  }

  /** The token to send now; asks the provider when there is none yet or it is about to expire. */
  async token(): Promise<string> {
    const known = this.#token;
    if (known !== undefined && (this.#provider === undefined || !expiresSoon(known))) return known;
    return await this.#fetch();
  }

  /**
   * Another token in place of one the gateway called expired; undefined when there is none to be had.
   * Callers who were refused together get the same new token.
   */
  async replace(refused: string): Promise<string | undefined> {
    if (this.#provider === undefined) return undefined;
    const fresh = this.#token === refused || this.#token === undefined ? await this.#fetch() : this.#token;
    return fresh === refused ? undefined : fresh;
  }

  toJSON(): string {
    return '[client token]';
  }

  #fetch(): Promise<string> {
    this.#fetching ??= this.#ask().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #ask(): Promise<string> {
    const token = checked(await (this.#provider as ClientTokenProvider)());
    this.#token = token;
    return token;
  }
}

/** The text without blanks around it. Throws TypeError, never quoting the token, when a header cannot carry it. */
function checked(token: unknown): string {
  const text = typeof token === 'string' ? token.trim() : '';
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw new TypeError('A client token must be a non-empty string of visible ASCII characters.');
  }
  return text;
}

function expiresSoon(token: string): boolean {
  const expiry = expiryMs(token);
  return expiry !== undefined && Date.now() >= expiry - EXPIRY_MARGIN_MS;
}

/** The `exp` claim in milliseconds; undefined when the text is no readable JWT, which is then simply sent. */
function expiryMs(token: string): number | undefined {
  try {
    const claims = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { exp } = JSON.parse(atob(claims)) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
