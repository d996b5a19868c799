// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, test } from 'vitest';
import { KEY, useServer } from '../testing/fixtures';
import { json, refusal, reset } from '../testing/replies';
import { type RequestOptions, send } from './calls';
import { newIdempotencyKey } from './idempotency';
import { Ringside, RingsideArgumentError } from './index';

const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const server = useServer();
let client: Ringside;
beforeEach(() => {
  client = new Ringside({ apiKey: KEY, baseURL: server.current.baseURL });
});

const post = (options?: RequestOptions) => send(client, 'post', '/customers', { body: { external_id: 'a' }, options });
const keys = () => server.current.requests.map((request) => request.all('idempotency-key'));

test('a new key is a version 4 UUID and never the same', () => {
  const made = Array.from({ length: 1000 }, newIdempotencyKey);
  expect(made.every((key) => UUID4.test(key))).toBe(true);
  expect(new Set(made).size).toBe(1000);
});

describe('a POST of ours', () => {
  test('carries one key, the same on every attempt, another on the next call', async () => {
    const soon = { 'retry-after-ms': '5' };
    server.script(refusal(500, 'internal_error', {}, soon), reset, json(200, {}));
    await post();
    const first = keys();
    expect(first).toHaveLength(3);
    expect(first[0]?.[0]).toMatch(UUID4);
    expect(new Set(first.flat()).size).toBe(1);
    const bodies = new Set(server.current.requests.map((request) => request.body));
    expect(bodies.size).toBe(1);
    await post();
    expect(keys().at(-1)).not.toEqual(first[0]);
  });

  test.each<[string, RequestOptions]>([
    ['option', { idempotencyKey: 'mine' }],
    ['header', { headers: { 'idempotency-key': 'mine' } }],
    ['Headers object', { headers: new Headers({ 'Idempotency-Key': 'mine' }) }],
    ['list of headers', { headers: [['IDEMPOTENCY-KEY', 'mine']] }],
  ])("takes the caller's own key, given as %s", async (_name, options) => {
    await post(options);
    expect(keys()).toEqual([['mine']]);
  });

  test.each<[string, RequestOptions]>([
    ['record', { headers: { 'X-Mine': '1' } }],
    ['Headers object', { headers: new Headers({ 'X-Mine': '1' }) }],
    ['list', { headers: [['X-Mine', '1']] }],
  ])('keeps the other headers of a %s', async (_name, options) => {
    await post(options);
    expect(server.current.last.header('x-mine')).toBe('1');
    expect(keys()[0]?.[0]).toMatch(UUID4);
  });
});

test.each(['', ' ', 'schlüssel', 'a\nb'])('the key %j is refused before anything is sent', (idempotencyKey) => {
  expect(() => post({ idempotencyKey })).toThrow(RingsideArgumentError);
  expect(keys()).toEqual([]);
});

test('nothing else carries a key', async () => {
  await send(client, 'get', '/customers/cus_1', {});
  await send(client, 'patch', '/customers/cus_1', { body: { name: 'x' } });
  await send(client, 'delete', '/customers/cus_1', {});
  await client.post('/chat/completions', { body: {} });
  expect(keys()).toEqual([[], [], [], []]);
});
