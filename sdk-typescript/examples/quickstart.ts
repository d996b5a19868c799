// SPDX-License-Identifier: Apache-2.0
//
// One chat call by the newest Sonnet there is, and who served it. Reads FC_API_KEY and FC_BASE_URL.
import { Model, meta, Ringside } from '@ringside/sdk';

const client = new Ringside().forCustomer('cus_42_of_mine');
const model = Model.match('anthropic', 'sonnet').minVersion(4).build();
console.log(`asking ${model}`);

const { data: reply, response } = await client.chat.completions
  .create({ model, messages: [{ role: 'user', content: 'Hello' }] })
  .withResponse();

const facts = meta(response);
console.log(reply.choices[0]?.message.content);
console.log(`served by ${facts.modelResolved}, request ${facts.requestId}`);
