// SPDX-License-Identifier: Apache-2.0
// Uses OpenAI's own package, with nothing of Ringside's: what a program does that only changed its base URL.
// `node driver.mjs openai-6` takes the older of the packages that sdk-typescript tests with.
import { readFileSync } from 'node:fs';
import { CAPABILITIES, main, optionsOf, Unsupported } from '../typescript/protocol.mjs';

const folder = new URL(`../../../sdk-typescript/node_modules/${process.argv[2] ?? 'openai'}/`, import.meta.url);
const host = await import(new URL('index.mjs', folder));
const hostVersion = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')).version;

await main({
  host,
  hostVersion,
  name: 'openai',
  version: hostVersion,
  capabilities: [...CAPABILITIES, 'openai'],
  create: (given) => new host.OpenAI(optionsOf(given)),
  derive: (client, given) => client.withOptions(optionsOf(given)),
  metaOf: () => null,
  kindOf: () => undefined,
  pure: (asked) => {
    throw new Unsupported(`the plain client has no ${asked.op}`);
  },
});
