// SPDX-License-Identifier: Apache-2.0
//
// Against a running gateway: `make run` at the root, then RINGSIDE_TEST_GATEWAY=<its base URL> and FC_API_KEY.
import { BadRequestError, ConflictError } from 'openai';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Customer, isRingsideError, Model, meta, Ringside } from '../src/index';

const baseURL = process.env['RINGSIDE_TEST_GATEWAY'];
const apiKey = process.env['FC_API_KEY'];
const reason = 'set RINGSIDE_TEST_GATEWAY and FC_API_KEY to run against a gateway';
const messages = [{ role: 'user' as const, content: 'Hello' }];
const model = Model.fc('openai', 'gpt-4o-mini');

describe.skipIf(!baseURL || !apiKey)(`a real gateway (${reason})`, () => {
  let client: Ringside;
  let customer: Customer;

  beforeAll(async () => {
    client = new Ringside({ apiKey, baseURL });
    customer = await client.customers.create({ external_id: `e2e/${crypto.randomUUID()}?`, name: 'Zoë 🥊' });
  });

  test('serves a chat by a match ref and says who served it', async () => {
    const ref = Model.match('anthropic', 'sonnet').minVersion(4).build();
    const call = client.forCustomer(customer.id).chat.completions.create({ model: ref, messages });
    const { data, response } = await call.withResponse();
    expect(data.choices[0]?.message.content).toBeTruthy();
    const facts = meta(response);
    expect(facts.modelResolved).toMatch(/^fc:anthropic\/.*sonnet/);
    expect(facts.requestId).toMatch(/^req_/);
    expect((await client.models.resolve({ ref })).resolved).toBe(facts.modelResolved);
  });

  test('streams the same answer it gives whole', async () => {
    const chats = client.forCustomer(customer.id).chat.completions;
    const stream = await chats.create({ model, messages, stream: true, stream_options: { include_usage: true } });
    let text = '';
    let usage: unknown;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    const whole = await chats.create({ model, messages });
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(usage).toMatchObject({ prompt_tokens: expect.any(Number) });
  });

  test('finds, changes and lists customers', async () => {
    const found = await client.customers.retrieve(`ext:${customer.external_id}`);
    expect(found).toEqual({ ...customer, spend_usd_mtd: expect.any(Number) });
    expect((await client.customers.update(customer.id, { metadata: { a: 'b' } })).metadata).toEqual({ a: 'b' });
    const listed = await client.customers.list({ external_id: customer.external_id });
    expect(listed.data.map((each) => each.id)).toEqual([customer.id]);
    const raced = await Promise.all(
      [1, 2].map(() => client.customers.getOrCreate({ external_id: `${customer.external_id}/race` })),
    );
    expect(raced[0]?.id).toBe(raced[1]?.id);
  });

  test('takes a top-up once however often it is sent, debits calls and refunds them', async () => {
    const { wallet } = client.customers;
    const once = { idempotencyKey: crypto.randomUUID() };
    const first = await wallet.topup(customer.id, { amount_usd: 0.1 }, once);
    const again = await wallet.topup(customer.id, { amount_usd: 0.1 }, once).withResponse();
    expect([again.data.id, meta(again.response).idempotencyReplayed]).toEqual([first.id, true]);
    const call = client.forCustomer(customer.id).chat.completions.create({ model, messages });
    const { walletBalance, walletDeducted } = meta((await call.withResponse()).response);
    expect(walletBalance).toBeCloseTo(0.1 - (walletDeducted ?? Number.NaN), 9);
    const rows = [];
    for await (const row of wallet.listTransactions(customer.id, { limit: 1 })) rows.push(row);
    expect(rows.map((row) => row.type)).toEqual(['debit', 'topup']);
    await wallet.refund(customer.id, { transaction_id: rows[0]?.id ?? '' });
    expect((await wallet.retrieve(customer.id)).balance_usd).toBe(0.1);
  });

  test('sums usage', async () => {
    const usage = await client.usage.retrieve({ customer: customer.id, group_by: 'model' });
    expect(usage.total_requests).toBeGreaterThan(0);
    const csv = client.usage.retrieve({ customer: customer.id }, { headers: { Accept: 'text/csv' } }).asResponse();
    expect(await (await csv).text()).toMatch(/^\w+,/);
    const events = await client.usage.listEvents({ customer: customer.id, limit: 1 });
    expect((await client.usage.retrieveEvent(events.data[0]?.request_id ?? '')).customer).toBe(customer.id);
  });

  test('refuses in typed errors', async () => {
    const bare = await client.chat.completions.create({ model: 'gpt-4o', messages }).catch((error) => error);
    expect(bare).toBeInstanceOf(BadRequestError);
    expect(bare).toMatchObject({ code: 'invalid_model_ref', param: 'model', shouldRetry: false });
    expect(bare.requestID).toMatch(/^req_/);
    const taken = await client.customers.create({ external_id: customer.external_id }).catch((error) => error);
    expect(taken).toBeInstanceOf(ConflictError);
    expect(isRingsideError(taken, 'external_id_taken')).toBe(true);
    const unknown = await client.customers.retrieve('ext:never/made').catch((error) => error);
    expect(unknown).toMatchObject({ status: 404, code: 'not_found' });
    const wrong = await new Ringside({ apiKey: 'sk_test_wrong', baseURL }).models.list().catch((error) => error);
    expect(wrong).toMatchObject({ status: 401, code: 'invalid_api_key' });
  });

  test('refuses a customer without budget, and deletes it', async () => {
    await client.customers.update(customer.id, { budget_usd: 0 });
    const call = client.forCustomer(customer.id).chat.completions.create({ model, messages });
    await expect(call).rejects.toMatchObject({ status: 402, code: 'customer_budget_exceeded', shouldRetry: false });
    expect((await client.customers.delete(customer.id)).deleted).toBe(true);
    await expect(client.customers.retrieve(customer.id)).rejects.toMatchObject({ status: 404 });
  });
});
