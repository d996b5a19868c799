// SPDX-License-Identifier: Apache-2.0
//
// Every refusal is an error of its own class, below OpenAI's class of its status. Reads FC_API_KEY and FC_BASE_URL.
import {
  BadRequestError,
  CustomerBudgetExceededError,
  InvalidModelRefError,
  isRingsideError,
  Ringside,
} from '@ringside/sdk';

const client = new Ringside();

try {
  await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] });
} catch (error) {
  if (!(error instanceof InvalidModelRefError)) throw error;
  console.log(error.message);
  console.log(`${error.code}, parameter ${error.param}; OpenAI's class as well: ${error instanceof BadRequestError}`);
}

const customer = await client.customers.create({ external_id: `broke-${Date.now()}`, budget_usd: 0 });
try {
  await client
    .forCustomer(customer.id)
    .chat.completions.create({ model: 'fc:openai/gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] });
} catch (error) {
  if (!(error instanceof CustomerBudgetExceededError)) throw error;
  console.log(`${error.code}: again from ${new Date((error.resetsAt ?? 0) * 1000).toISOString()}, or raise the budget`);
}

try {
  await client.customers.create({ external_id: customer.external_id });
} catch (error) {
  // By code instead of class: also right where two copies of the package meet.
  if (!isRingsideError(error, 'external_id_taken')) throw error;
  console.log(`${error.code}: retrying helps: ${error.shouldRetry}`);
}
await client.customers.delete(customer.id);
