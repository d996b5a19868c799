// SPDX-License-Identifier: Apache-2.0
// node verify.mjs <webhooks.mjs> <sample>: prints how many attempts verify; fails at the first that does not.
import { readFileSync } from 'node:fs';

const [module, sample] = process.argv.slice(2);
const { verify } = await import(module);
let count = 0;
for (const line of readFileSync(sample, 'utf8').split('\n').filter(Boolean)) {
  const { payload, header, secret } = JSON.parse(line);
  const event = await verify(Buffer.from(payload, 'base64'), header, { secret, tolerance: 'none' });
  if (event.type !== 'customer.created') throw new Error(event.type);
  count += 1;
}
console.log(count);
