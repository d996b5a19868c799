// SPDX-License-Identifier: Apache-2.0
import * as sdk from '@ringside/sdk';
import { smoke } from './smoke.mjs';

/** A live key must not work in a page, whatever the flag says. */
function refusesSecretKeys() {
  try {
    new sdk.Ringside({ apiKey: 'sk_live_x', dangerouslyAllowBrowser: true });
  } catch (error) {
    return error instanceof sdk.RingsideConfigError;
  }
  return false;
}

async function run() {
  if (!refusesSecretKeys()) throw new Error('a secret key was accepted in a page');
  const baseURL = new URLSearchParams(location.search).get('gateway');
  await smoke(sdk, { clientToken: async () => 'jwt', baseURL });
}

globalThis.outcome = run().then(
  () => 'works',
  (error) => String(error?.stack ?? error),
);
