// SPDX-License-Identifier: Apache-2.0
// Uses sdk-typescript as a program would, on behalf of the conformance runner (PROTOCOL.md).
import * as sdk from '@ringside/sdk';
import { sign, verify, WebhookVerificationError } from '@ringside/sdk/webhooks';
import * as host from 'openai';
import { VERSION as hostVersion } from 'openai/version';
import { CAPABILITIES, camel, main, optionsOf, present } from './protocol.mjs';

const { Model, meta, Ringside } = sdk;
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function kindOf(error) {
  if (error instanceof sdk.RingsideDecodeError) return 'decode';
  if (error instanceof WebhookVerificationError) return 'signature';
  if (error instanceof sdk.ModelRefError || error instanceof sdk.RingsideArgumentError) return 'invalid_argument';
  if (error instanceof sdk.RingsideConfigError) return 'config';
  if (error instanceof sdk.RingsideError && !(error instanceof host.APIError)) return 'decode';
  return undefined;
}

function options(given) {
  const tokens = given.client_token_sequence;
  return {
    ...optionsOf(given),
    ...present({
      clientToken: tokens ? sequence(tokens) : given.client_token,
      customer: given.customer,
      tags: given.tags,
      webhookSecret: given.webhook_secret,
    }),
  };
}

function sequence(tokens) {
  let next = 0;
  return async () => tokens[Math.min(next++, tokens.length - 1)];
}

const walked = (builder, steps) => steps.reduce((at, [name, ...values]) => at[camel(name)](...values), builder);
const text = (builder) => (typeof builder === 'string' ? builder : builder.build());

function built({ steps, forks }) {
  const first = walked(Model, steps);
  return forks ? [text(first), ...forks.map((more) => text(walked(first, more))), text(first)] : text(first);
}

function verified(asked, client) {
  const body = Buffer.from(asked.payload, 'base64');
  const payload = asked.parsed ? JSON.parse(body) : body;
  const options = { tolerance: asked.tolerance ?? 'none', now: asked.now };
  if (client) return client.webhooks.verify(payload, asked.headers, options);
  return verify(payload, asked.headers, { secret: asked.secrets, ...options });
}

async function pure(asked, client) {
  switch (asked.op) {
    case 'webhook.verify':
      return verified(asked, client);
    case 'webhook.unwrap': {
      const payload = Buffer.from(asked.payload, 'base64').toString();
      const { id, type } = await client.webhooks.unwrap(payload, Object.fromEntries(asked.headers), asked.secret);
      return { id, type };
    }
    case 'webhook.sign':
      return sign(Buffer.from(asked.payload, 'base64'), { secret: asked.secret, timestamp: asked.time });
    case 'model.build':
      return built(asked);
    case 'model.parse':
      return Model.canonical(asked.text);
    default:
      throw new Error(`unknown op ${asked.op}`);
  }
}

await main({
  host,
  hostVersion,
  name: '@ringside/sdk',
  version: sdk.VERSION,
  capabilities: [...CAPABILITIES, 'timeout_retry', 'token_function', 'negative_wait', 'env', 'untyped', 'key_order', 'half_pairs', 'browser'],
  create: (given) => new Ringside(options(given)),
  derive: (client, given) => client.withOptions(options(given)),
  metaOf: (response) => Object.fromEntries(Object.entries(meta(response)).map(([name, value]) => [snake(name), value])),
  kindOf,
  pure,
});
