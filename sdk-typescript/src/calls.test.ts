// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import { APIConnectionError, APIConnectionTimeoutError, APIUserAbortError } from 'openai';
import { beforeEach, describe, expect, test } from 'vitest';
import { KEY, useServer } from '../testing/fixtures';
import { bytes, cutShort, json, refusal, reset, stall } from '../testing/replies';
import { type RequestOptions, send } from './calls';
import { Ringside, RingsideDecodeError, RingsidePaymentRequiredError } from './index';

const server = useServer();
let client: Ringside;
beforeEach(() => {
  client = new Ringside({ apiKey: KEY, baseURL: server.current.baseURL, maxRetries: 0 });
});
const call = (options?: RequestOptions) => send<{ id: string }>(client, 'get', '/customers/cus_1', { options });

describe('a call', () => {
  test('gives the object, fields it does not know included, and its request id', async () => {
    server.script(json(200, { id: 'cus_1', brand_new: [1] }, { 'x-request-id': 'req_1' }));
    expect(await call()).toEqual({ id: 'cus_1', brand_new: [1] });
    expect((await call())._request_id).toBe('req_1');
  });

  test('gives the raw response, alone or beside the object', async () => {
    server.script(json(200, { id: 'cus_1' }, { 'x-ratelimit-remaining': '59' }));
    expect((await call().asResponse()).headers.get('x-ratelimit-remaining')).toBe('59');
    const { data, response, request_id } = await call().withResponse();
    expect([data.id, response.status, request_id]).toEqual(['cus_1', 200, null]);
  });

  test('can be caught and finished like any promise', async () => {
    server.script(refusal(402, 'customer_wallet_empty'));
    let finished = 0;
    const error = await call()
      .finally(() => finished++)
      .catch((error) => error);
    expect(error).toBeInstanceOf(RingsidePaymentRequiredError);
    await expect(call().catch(() => 'caught')).resolves.toBe('caught');
    await expect(call().withResponse()).rejects.toBeInstanceOf(RingsidePaymentRequiredError);
    expect(finished).toBe(1);
  });
});

test.each(['secret', 'token'])('a %s in an answer can be read and stored but is not printed', async (field) => {
  server.script(json(200, { id: 'x_1', [field]: 'hidden_value' }));
  for (const answer of [await call(), (await call().withResponse()).data]) {
    expect(answer).toHaveProperty(field, 'hidden_value');
    expect(JSON.stringify(answer)).toContain('hidden_value');
    expect(inspect([answer])).toBe(`[ { id: 'x_1', ${field}: '[${field}]' } ]`);
  }
});

describe('a broken answer', () => {
  test.each([
    ['JSON that is none', bytes(200, '{"id":', { 'content-type': 'application/json' })],
    ['a page of HTML', bytes(200, '<p>hello</p>', { 'content-type': 'text/html' })],
    ['a number', json(200, 7)],
    ['a list', json(200, [1, 2])],
    ['204', bytes(204, '')],
    ['nothing', bytes(200, '', { 'content-type': 'application/json' })],
  ])('%s is a decode error', async (_name, reply) => {
    server.script(reply);
    await expect(call()).rejects.toBeInstanceOf(RingsideDecodeError);
    await expect(call().withResponse()).rejects.toBeInstanceOf(RingsideDecodeError);
  });

  test('a body cut short is a connection error with its cause', async () => {
    server.script(cutShort('{"id":"cus_1"'));
    const error = await call().catch((error) => error);
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error).not.toBeInstanceOf(RingsideDecodeError);
    expect(error.cause).toBeInstanceOf(Error);
    await expect(call().withResponse()).rejects.toBeInstanceOf(APIConnectionError);
  });

  test('a reset is a connection error, a stall a timeout', async () => {
    server.script(reset);
    await expect(call()).rejects.toBeInstanceOf(APIConnectionError);
    server.script(stall);
    await expect(call({ timeout: 50 })).rejects.toBeInstanceOf(APIConnectionTimeoutError);
  });

  test("a header that cannot be sent stays the caller's TypeError", async () => {
    await expect(call({ headers: { 'X-Mine': 'ключ' } })).rejects.toBeInstanceOf(TypeError);
    expect(server.current.requests).toEqual([]);
  });
});

test('aborting closes the connection', async () => {
  server.script(stall);
  const controller = new AbortController();
  const pending = call({ signal: controller.signal });
  const closed = server.current.closedConnections;
  await expect.poll(() => server.current.requests.length).toBe(1);
  controller.abort();
  await expect(pending).rejects.toBeInstanceOf(APIUserAbortError);
  await expect.poll(() => server.current.closedConnections).toBeGreaterThan(closed);
});
