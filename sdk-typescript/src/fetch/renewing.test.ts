// SPDX-License-Identifier: Apache-2.0
import { AuthenticationError, toFile } from 'openai';
import { describe, expect, test, vi } from 'vitest';
import { useServer } from '../../testing/fixtures';
import { json, refusal } from '../../testing/replies';
import { Ringside } from '../index';

const server = useServer();
const expired = refusal(401, 'client_token_expired', {}, { 'x-should-retry': 'false' });
const sent = () => server.current.requests.map((request) => request.all('authorization'));

function clientWith(...tokens: string[]) {
  const provider = vi.fn(async () => (tokens.length > 1 ? (tokens.shift() as string) : (tokens[0] as string)));
  return { provider, client: new Ringside({ clientToken: provider, baseURL: server.current.baseURL, maxRetries: 0 }) };
}

describe('a token that expired on the way', () => {
  test('is replaced once and the request repeated as it was', async () => {
    const { client, provider } = clientWith('old', 'new');
    server.script(expired, json(200, { ok: true }));
    expect(await client.post('/chat/completions', { body: { a: 1 } })).toEqual({ ok: true });
    expect(sent()).toEqual([['Client old'], ['Client new']]);
    expect(server.current.requests.map((request) => request.body)).toEqual(['{"a":1}', '{"a":1}']);
    await client.forCustomer('cus_1').get('/models');
    expect(provider).toHaveBeenCalledTimes(2);
    expect(sent()[2]).toEqual(['Client new']);
  });

  test('is not replaced a second time', async () => {
    const { client, provider } = clientWith('one', 'two', 'three');
    server.script(expired);
    await expect(client.get('/models')).rejects.toBeInstanceOf(AuthenticationError);
    expect(sent()).toEqual([['Client one'], ['Client two']]);
    expect(provider).toHaveBeenCalledTimes(2);
  });

  test('is an error at once when it cannot be renewed', async () => {
    const client = new Ringside({ clientToken: 'fixed', baseURL: server.current.baseURL, maxRetries: 0 });
    server.script(expired);
    await expect(client.get('/models')).rejects.toMatchObject({ code: 'client_token_expired' });
    expect(server.current.requests).toHaveLength(1);
  });

  test('is left alone when the refusal has another reason', async () => {
    const { client, provider } = clientWith('one', 'two');
    server.script(refusal(401, 'client_token_revoked'));
    await expect(client.get('/models')).rejects.toMatchObject({ code: 'client_token_revoked' });
    expect(provider).toHaveBeenCalledTimes(1);
  });
});

describe('the token', () => {
  test('goes with uploads too, as the only authorization', async () => {
    const { client } = clientWith('old', 'new');
    server.script(expired, json(200, { id: 'file_1' }));
    await client.files.create({ file: await toFile(Buffer.from('x'), 'a.txt'), purpose: 'user_data' });
    expect(sent()).toEqual([['Client old'], ['Client new']]);
    expect(server.current.last.body).toContain('a.txt');
  });

  test('is fetched through the fetch the caller gave, wrapped once however often a client is derived', async () => {
    const fetch = vi.fn(globalThis.fetch);
    const client = new Ringside({ clientToken: () => 'jwt', baseURL: server.current.baseURL, fetch });
    await client.forCustomer('cus_1').forCustomer('cus_2').get('/models');
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('whose provider fails makes the call fail with the reason as cause, before anything is sent', async () => {
    const clientToken = () => Promise.reject(new Error('mint is closed'));
    const client = new Ringside({ clientToken, baseURL: server.current.baseURL, maxRetries: 0 });
    await expect(client.get('/models')).rejects.toMatchObject({
      name: 'RingsideError',
      cause: { message: 'mint is closed' },
    });
    expect(server.current.requests).toEqual([]);
  });
});
