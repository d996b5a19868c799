// SPDX-License-Identifier: Apache-2.0
//
// What applications write, compiled and never run: against the sources here, against the packed tarball in runtime-tests.
import OpenAIDefault, { type Customer, isRingsideError, Model, meta, type OpenAI, Ringside } from '@ringside/sdk';
import type { ModelRef } from '@ringside/sdk/model';
import { verify, type WebhookEvent } from '@ringside/sdk/webhooks';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => undefined;

export async function builtRefsFitTheHostsTypes(client: Ringside) {
  const model = Model.match('anthropic', 'sonnet').minVersion(4).build();
  const ref: ModelRef = model;
  const chat = await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hello' }] });
  await client.embeddings.create({ model: Model.fc('openai', 'text-embedding-3-small'), input: 'x' });
  // @ts-expect-error a capability must be one of those that exist
  Model.match('a', 'b').needs('flying');
  return [ref, chat.choices[0]?.message.content];
}

export function aRingsideClientIsAnOpenAIClient(client: Ringside): OpenAI {
  same<ReturnType<Ringside['forCustomer']>, Ringside>(true);
  return client.withOptions({ customer: 'cus_1' });
}

export function optionsAreChecked() {
  new OpenAIDefault({ apiKey: 'sk_test_x', customer: 'cus_1', tags: ['a'], maxRetries: 0, timeout: 1000 });
  new Ringside({ clientToken: async () => 'jwt' });
  // @ts-expect-error there is no organisation behind this gateway
  new Ringside({ apiKey: 'x', organization: 'org' });
  // @ts-expect-error a tag is text
  new Ringside({ apiKey: 'x', tags: [1] });
}

export async function resourcesAreTyped(client: Ringside) {
  const customer: Customer = await client.customers.create({ external_id: 'u1', budget_usd: 5, metadata: { a: 'b' } });
  await client.customers.update(customer.id, { budget_usd: null, name: undefined });
  // @ts-expect-error an external id is required
  await client.customers.create({});
  // @ts-expect-error a misspelt field
  await client.customers.create({ external_id: 'u1', budget: 5 });
  const row = await client.customers.wallet.topup(customer.id, { amount_usd: 5 }, { idempotencyKey: 'k', timeout: 5 });
  same<typeof row.amount_usd, number>(true);
  for await (const each of client.customers.list({ limit: 10 })) same<typeof each, Customer>(true);
  const { data, response } = await client.usage.retrieve({ customer: customer.id }).withResponse();
  return [data.total_cost_usd, meta(response).requestId];
}

export function enumsAreOpenAndStillSuggest(customer: Customer) {
  if (customer.status === 'blocked') return 'known';
  const unknown: string = customer.status;
  return unknown;
}

export function errorsCarryFacts(error: unknown) {
  if (!isRingsideError(error)) throw error;
  same<typeof error.retryAfterSeconds, number | null>(true);
  return [error.code, error.requestID, error.status, error.shouldRetry];
}

export async function eventsAreToldApartByType(body: Uint8Array, header: string) {
  const event: WebhookEvent = await verify(body, header, { secret: 'whsec_x' });
  switch (event.type) {
    case 'customer.created':
      return event.data.object.external_id;
    case 'chat.completion.finished':
      return event.data.object.request_id;
    default:
      return (event as { type: string }).type;
  }
}

export async function webhooksKeepTheHostsMethods(client: Ringside) {
  await client.webhooks.unwrap('{}', new Headers());
  return await client.webhooks.verify('{}', { 'x-fc-signature': 't=1,v1=' }, { tolerance: 'none' });
}
