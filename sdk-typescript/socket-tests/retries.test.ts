// SPDX-License-Identifier: Apache-2.0
//
// Retrying is the host's work; these tests hold it to what Ringside's gateway says.
import { APIConnectionError, toFile } from 'openai';
import { beforeEach, describe, expect, test } from 'vitest';
import { type RequestOptions, Ringside } from '../src/index';
import { KEY, useServer } from '../testing/fixtures';
import { json, refusal, reset } from '../testing/replies';
import type { Reply } from '../testing/scripted-server';

const server = useServer();
const soon = { 'retry-after-ms': '30' };
let client: Ringside;
beforeEach(() => {
  client = new Ringside({ apiKey: KEY, baseURL: server.current.baseURL });
});

const retrieve = (options?: RequestOptions) => client.customers.retrieve('cus_1', options);
const attempts = () => server.current.requests.length;

async function timed(...script: Reply[]): Promise<number> {
  server.script(...script);
  const started = performance.now();
  await retrieve();
  return performance.now() - started;
}

describe('a call is repeated', () => {
  test.each([408, 409, 429, 500, 503])('after %i, and says so in the attempt count', async (status) => {
    server.script(refusal(status, 'some_code', {}, soon), json(200, { id: 'cus_1' }));
    expect((await retrieve()).id).toBe('cus_1');
    const counts = server.current.requests.map((request) => request.header('x-stainless-retry-count'));
    expect(counts).toEqual(['0', '1']);
  });

  test('after a reset, at most twice', async () => {
    server.script(reset);
    await expect(retrieve({ maxRetries: 2 })).rejects.toBeInstanceOf(APIConnectionError);
    expect(attempts()).toBe(3);
  });

  test('when the gateway asks for it', async () => {
    server.script(refusal(400, 'odd', {}, { ...soon, 'x-should-retry': 'true' }), json(200, { id: 'cus_1' }));
    await retrieve();
    expect(attempts()).toBe(2);
  });

  test('after the moment the gateway names', async () => {
    const date = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000).toUTCString();
    expect(await timed(refusal(503, 'x', {}, { 'retry-after': date }), json(200, {}))).toBeGreaterThanOrEqual(900);
  });

  test('after the time the gateway names: milliseconds before seconds', async () => {
    expect(await timed(refusal(429, 'x', {}, { ...soon, 'retry-after': '9' }), json(200, {}))).toBeGreaterThanOrEqual(
      29,
    );
    expect(await timed(refusal(429, 'x', {}, { 'retry-after': '1' }), json(200, {}))).toBeGreaterThanOrEqual(990);
  });

  test.each(['soon', '-5', '1e9', new Date(0).toUTCString()])(
    'after the usual pause when it names %j',
    async (value) => {
      const pause = await timed(refusal(429, 'x', {}, { 'retry-after': value }), json(200, {}));
      expect(pause).toBeGreaterThanOrEqual(374);
      expect(pause).toBeLessThan(3000);
    },
  );

  test('with the same bytes, an upload included', async () => {
    server.script(refusal(500, 'x', {}, soon), json(200, { id: 'file_1' }));
    await client.files.create({ file: await toFile(Buffer.from('rows'), 'a"b é.jsonl'), purpose: 'batch' });
    const [first, second] = server.current.requests.map((request) => request.body.replace(/formdata-[\w-]+/g, '-'));
    expect(second).toBe(first);
    expect(first).toContain('rows');
  });
});

describe('a call is not repeated', () => {
  test.each([
    [402, 'customer_wallet_empty'],
    [404, 'not_found'],
    [422, 'idempotency_key_reused'],
  ])('after %i', async (status, code) => {
    server.script(refusal(status, code));
    await expect(retrieve()).rejects.toMatchObject({ status, code });
    expect(attempts()).toBe(1);
  });

  test('when the gateway advises against it, as for a wait of over a minute', async () => {
    server.script(
      refusal(429, 'account_rate_limit_exceeded', { retry_after_seconds: 90 }, { 'x-should-retry': 'false' }),
    );
    await expect(retrieve()).rejects.toMatchObject({ retryAfterSeconds: 90, shouldRetry: false });
    expect(attempts()).toBe(1);
  });

  test.each([
    ['retry-after', '61'],
    ['retry-after-ms', '60001'],
    ['retry-after', new Date(Date.now() + 7_200_000).toUTCString()],
  ])('when %s asks for more than a minute: %s', async (name, value) => {
    server.script(refusal(503, 'model_unavailable', {}, { [name]: value }));
    await expect(retrieve()).rejects.toMatchObject({ status: 503, code: 'model_unavailable' });
    expect(attempts()).toBe(1);
  });

  test('when it is told so, for all calls or one', async () => {
    server.script(refusal(500, 'internal_error', {}, soon));
    await expect(client.withOptions({ maxRetries: 0 }).customers.retrieve('cus_1')).rejects.toMatchObject({
      status: 500,
    });
    expect(attempts()).toBe(1);
    await expect(retrieve({ maxRetries: 1 })).rejects.toMatchObject({ status: 500 });
    expect(attempts()).toBe(3);
  });
});

test('a lost answer to a create is asked for again under the same key', async () => {
  server.script(reset, json(200, { id: 'cus_1' }, { 'idempotency-replayed': 'true' }));
  expect((await client.customers.create({ external_id: 'a' })).id).toBe('cus_1');
  const keys = server.current.requests.map((request) => request.header('idempotency-key'));
  expect(keys[0]).toBe(keys[1]);
});

test('the last refusal is the one that is thrown', async () => {
  server.script(refusal(500, 'internal_error', {}, soon), refusal(503, 'model_unavailable', {}, soon));
  await expect(retrieve({ maxRetries: 2 })).rejects.toMatchObject({ code: 'model_unavailable' });
  expect(attempts()).toBe(3);
});
