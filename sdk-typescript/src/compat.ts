// SPDX-License-Identifier: Apache-2.0
//
// The only file that touches what OpenAI's client does not document: its export paths below `core`, its protected
// hooks, and the OPENAI_* variables it reads. The tests run on 6.0 and 7.57, the ends of the range.
import { type ClientOptions, OpenAI } from 'openai';
import { VERSION as HOST_VERSION } from 'openai/version';
import { RingsideError } from './status-errors';
import type { TokenSource } from './token-source';

export type { APIPromise } from 'openai/core/api-promise';
export { AbstractPage, type PagePromise } from 'openai/core/pagination';
export { APIResource } from 'openai/core/resource';
export { HOST_VERSION };

/** The host's classes that a Ringside resource of the same name extends. */
export const HostModels: typeof OpenAI.Models = OpenAI.Models;
export const HostWebhooks: typeof OpenAI.Webhooks = OpenAI.Webhooks;

/** The host refuses to start without a key; this one never leaves the constructor. */
const NO_KEY = 'unused: this client sends a client token';

/** Every option the host would otherwise fill from its own environment, or that names a way round the gateway. */
const NOTHING_OF_THE_HOSTS = {
  adminAPIKey: null,
  organization: null,
  project: null,
  workloadIdentity: undefined,
  provider: undefined,
  credential: undefined,
  x509Transport: undefined,
  dataResidency: undefined,
};

/** The options of the host that a Ringside client does not take. */
export type RefusedHostOption = keyof typeof NOTHING_OF_THE_HOSTS;

/** All that the host needs, spelt out, so that it looks nothing up by itself. */
export type HostSettings = Omit<ClientOptions, RefusedHostOption> & {
  baseURL: string;
  webhookSecret: string | null;
};

/** OpenAI's client without its environment, sending a client token instead of a key where there is one. */
export class HostClient extends OpenAI {
  readonly #tokens: TokenSource | undefined;

  constructor(settings: HostSettings, tokens: TokenSource | undefined) {
    super({
      ...settings,
      ...NOTHING_OF_THE_HOSTS,
      apiKey: tokens ? NO_KEY : (settings.apiKey ?? null),
    } as ClientOptions);
    // The host has added what OPENAI_CUSTOM_HEADERS holds.
    this._options.defaultHeaders = settings.defaultHeaders;
    this.#tokens = tokens;
    if (tokens) {
      this.apiKey = null;
      this._options.apiKey = null;
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: the host's types for this hook are not exported and differ by version
  protected override async authHeaders(...args: any[]): Promise<any> {
    if (this.#tokens) return { Authorization: `Client ${await mint(this.#tokens)}` };
    // biome-ignore lint/suspicious/noExplicitAny: as above
    return await (super.authHeaders as any)(...args);
  }
}

async function mint(tokens: TokenSource): Promise<string> {
  try {
    return await tokens.token();
  } catch (cause) {
    throw new RingsideError('`clientToken` gave no token to send.', { cause });
  }
}
