// SPDX-License-Identifier: Apache-2.0
// The newest Sonnet from version 4 on, for one of your customers, and who really served it.
import { Model, meta, Ringside } from '@ringside/sdk';

const client = new Ringside().forCustomer('cus_42'); // key and address from FC_API_KEY and FC_BASE_URL
const model = Model.match('anthropic', 'sonnet').minVersion(4).build();
console.log(`asking ${model}`);

const { data: reply, response } = await client.chat.completions
  .create({ model, messages: [{ role: 'user', content: 'Hello' }] })
  .withResponse();
console.log(reply.choices[0]?.message.content);
console.log(`served by ${meta(response).modelResolved}`);
