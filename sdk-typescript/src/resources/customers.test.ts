// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, test } from 'vitest';
import { KEY, useServer } from '../../testing/fixtures';
import { json, refusal } from '../../testing/replies';
import { ExternalIdTakenError, NotFoundError, ObjectNotFoundError, Ringside } from '../index';

const server = useServer();
let client: Ringside;
beforeEach(() => {
  client = new Ringside({ apiKey: KEY, baseURL: server.current.baseURL });
});
const customer = { id: 'cus_1', object: 'customer', external_id: 'u/1', status: 'brand_new', unknown: { kept: true } };
const final = { 'x-should-retry': 'false' };

describe('customers', () => {
  test('are created with wire names, amounts as numbers, and keep what this version does not know', async () => {
    server.script(json(200, customer));
    const made = await client.customers.create({ external_id: 'u/1', budget_usd: 0.1, metadata: { a: 'é 🥊' } });
    expect(made).toEqual(customer);
    expect([server.current.last.method, server.current.last.target]).toEqual(['POST', '/v1/customers']);
    expect(server.current.last.json()).toEqual({ external_id: 'u/1', budget_usd: 0.1, metadata: { a: 'é 🥊' } });
  });

  test('are retrieved by an external id of any shape', async () => {
    server.script(json(200, customer));
    await client.customers.retrieve('ext:u/1');
    expect(server.current.last.target).toBe('/v1/customers/ext:u%2F1');
  });

  test('an update clears what is null and leaves what is absent', async () => {
    server.script(json(200, customer));
    await client.customers.update('cus_1', { budget_usd: null, name: undefined });
    expect([server.current.last.method, server.current.last.body]).toEqual(['PATCH', '{"budget_usd":null}']);
  });

  test('a delete answers what was deleted', async () => {
    server.script(json(200, { id: 'cus_1', object: 'customer', deleted: true }));
    expect((await client.customers.delete('cus_1')).deleted).toBe(true);
  });

  test('a taken external id is refused once, not retried', async () => {
    server.script(refusal(409, 'external_id_taken', {}, final));
    await expect(client.customers.create({ external_id: 'a' })).rejects.toBeInstanceOf(ExternalIdTakenError);
    expect(server.current.requests).toHaveLength(1);
  });

  test('an unknown one is an error of ours and of the host', async () => {
    server.script(refusal(404, 'not_found', {}, final));
    const error = await client.customers.retrieve('cus_2').catch((error) => error);
    expect(error).toBeInstanceOf(ObjectNotFoundError);
    expect(error).toBeInstanceOf(NotFoundError);
  });

  test.each([0, 0.1, 1e9, 8999999.123456789, 0.000000001])('%d USD travel as that number', async (amount) => {
    server.script(json(200, { ...customer, budget_usd: amount }));
    expect((await client.customers.update('cus_1', { budget_usd: amount })).budget_usd).toBe(amount);
    expect(server.current.last.json()).toEqual({ budget_usd: amount });
  });
});

describe('getOrCreate', () => {
  test('finds the customer there is', async () => {
    server.script(json(200, customer));
    expect((await client.customers.getOrCreate({ external_id: 'u/1' })).id).toBe('cus_1');
    expect(server.current.requests.map((request) => request.method)).toEqual(['GET']);
  });

  test('creates one that is missing', async () => {
    server.script(refusal(404, 'not_found', {}, final), json(200, customer));
    await client.customers.getOrCreate({ external_id: 'u/1', name: 'Zoë' });
    expect(server.current.requests.map((request) => request.method)).toEqual(['GET', 'POST']);
  });

  test('takes the customer of whoever was faster', async () => {
    server.script(
      refusal(404, 'not_found', {}, final),
      refusal(409, 'external_id_taken', {}, final),
      json(200, customer),
    );
    expect((await client.customers.getOrCreate({ external_id: 'u/1' })).id).toBe('cus_1');
    expect(server.current.requests.map((request) => request.method)).toEqual(['GET', 'POST', 'GET']);
  });

  test('passes other refusals on', async () => {
    server.script(refusal(403, 'insufficient_scope', {}, final));
    await expect(client.customers.getOrCreate({ external_id: 'a' })).rejects.toMatchObject({ status: 403 });
  });
});

describe('the wallet', () => {
  test('takes a top-up under one key', async () => {
    server.script(json(200, { id: 'txn_1', object: 'wallet_transaction', type: 'topup', amount_usd: 12.5 }));
    const row = await client.customers.wallet.topup('cus_1', { amount_usd: 12.5 }, { idempotencyKey: 'mine' });
    expect(row.amount_usd).toBe(12.5);
    expect(server.current.last.header('idempotency-key')).toBe('mine');
    expect(server.current.last.target).toBe('/v1/customers/cus_1/wallet/topup');
  });

  test('lists its history through pages, types of the future included', async () => {
    const page = (ids: string[], next: string | null) =>
      json(200, { data: ids.map((id) => ({ id, type: 'fee' })), has_more: next !== null, next_cursor: next });
    server.script(page(['txn_2'], 'txn_2'), page(['txn_1'], null));
    const seen: string[] = [];
    for await (const row of client.customers.wallet.listTransactions('cus_1', { limit: 1 })) {
      seen.push(`${row.id} ${row.type}`);
    }
    expect(seen).toEqual(['txn_2 fee', 'txn_1 fee']);
  });
});

test('usage and models answer on their routes', async () => {
  server.script(json(200, { object: 'usage_summary', total_cost_usd: 0.25 }));
  expect((await client.usage.retrieve({ customer: 'cus_1', since: '2026-11-01' })).total_cost_usd).toBe(0.25);
  expect(server.current.last.target).toBe('/v1/usage?customer=cus_1&since=2026-11-01');
  server.script(json(200, { object: 'model_resolution', resolved: 'fc:a/b' }));
  expect((await client.models.resolve({ ref: 'match:a/b>=4' })).resolved).toBe('fc:a/b');
  expect(server.current.last.target).toBe('/v1/models/resolve?ref=match%3Aa%2Fb%3E%3D4');
  server.script(json(200, { id: 'fc:a/b', object: 'model' }));
  await client.models.retrieve('fc:a/b');
  expect(server.current.last.target).toBe('/v1/models/fc:a%2Fb');
});
