// SPDX-License-Identifier: Apache-2.0
//
// A customer with a budget and a prepaid wallet, from the first top-up to its history. Reads FC_API_KEY and FC_BASE_URL.
import { Model, meta, Ringside } from '@ringside/sdk';

const client = new Ringside();
const customer = await client.customers.getOrCreate({
  external_id: `example-${Date.now()}`,
  name: 'Zoë',
  metadata: { plan: 'pro' },
});
await client.customers.update(customer.id, { budget_usd: 25, rate_limit_rpm: 60 });
await client.customers.wallet.topup(customer.id, { amount_usd: 10, description: 'Welcome credits' });

const { response } = await client
  .forCustomer(customer.id)
  .chat.completions.create({
    model: Model.fc('openai', 'gpt-4o-mini'),
    messages: [{ role: 'user', content: 'Hello' }],
  })
  .withResponse();
const facts = meta(response);
console.log(`the call took ${facts.walletDeducted} USD and left ${facts.walletBalance} USD`);

for await (const row of client.customers.wallet.listTransactions(customer.id)) {
  console.log(`${row.type}: ${row.amount_usd} USD, then ${row.balance_after_usd} USD`);
}
const usage = await client.usage.retrieve({ customer: customer.id, group_by: 'model' });
console.log(`${usage.total_requests} call for ${usage.total_billable_usd} USD`);

await client.customers.delete(customer.id);
