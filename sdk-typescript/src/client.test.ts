// SPDX-License-Identifier: Apache-2.0
import { OpenAI } from 'openai';
import { beforeEach, describe, expect, test } from 'vitest';
import { KEY, setEnv, useServer } from '../testing/fixtures';
import { events, json } from '../testing/replies';
import { Ringside } from './index';

const server = useServer();
const options = () => ({ apiKey: KEY, baseURL: server.current.baseURL, maxRetries: 0 });
const completion = {
  id: 'chatcmpl_1',
  object: 'chat.completion',
  created: 1767225600,
  model: 'fc:openai/gpt-4o-mini',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello' } }],
};
const hello = { model: 'fc:openai/gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Hello' }] };
beforeEach(() => setEnv());

describe('the client', () => {
  test('is an OpenAI client, and so is every client derived from it', () => {
    const client = new Ringside(options());
    expect(client).toBeInstanceOf(OpenAI);
    expect(client.forCustomer('cus_1')).toBeInstanceOf(Ringside);
    expect(client.withOptions({})).toBeInstanceOf(Ringside);
  });

  test('leaves chat as it is: no idempotency key, the ref as written', async () => {
    server.script(json(200, completion, { 'x-ringside-model-resolved': 'fc:openai/gpt-4o-mini-2024' }));
    const { data, response } = await new Ringside(options()).chat.completions.create(hello).withResponse();
    expect(data.choices[0]?.message.content).toBe('Hello');
    expect(response.headers.get('x-ringside-model-resolved')).toBe('fc:openai/gpt-4o-mini-2024');
    expect(server.current.last.target).toBe('/v1/chat/completions');
    expect(server.current.last.header('idempotency-key')).toBeUndefined();
    expect(server.current.last.json()).toEqual(hello);
  });

  test('sends a cascade as the array it is', async () => {
    server.script(json(200, completion));
    const model = ['fc:openai/gpt-4o', 'slot:fast'] as unknown as string;
    await new Ringside(options()).chat.completions.create({ ...hello, model });
    expect(server.current.last.json()).toMatchObject({ model: ['fc:openai/gpt-4o', 'slot:fast'] });
  });

  test('streams', async () => {
    const chunk = (content: string) => JSON.stringify({ ...completion, choices: [{ index: 0, delta: { content } }] });
    server.script(events([chunk('Hel'), chunk('lo'), '[DONE]'], { 'x-ringside-wallet-held': '0.5' }));
    const call = new Ringside(options()).chat.completions.create({ ...hello, stream: true });
    const { data, response } = await call.withResponse();
    expect(response.headers.get('x-ringside-wallet-held')).toBe('0.5');
    const parts: string[] = [];
    for await (const part of data) parts.push(part.choices[0]?.delta.content ?? '');
    expect(parts).toEqual(['Hel', 'lo']);
  });

  test('has the same defaults as the host: two retries and ten minutes', () => {
    const client = new Ringside({ apiKey: KEY });
    expect([client.maxRetries, client.timeout]).toEqual([2, 600_000]);
  });
});

describe('a derived client', () => {
  test('changes only what was asked', async () => {
    const client = new Ringside({
      ...options(),
      tags: ['a'],
      webhookSecret: 'whsec_1',
      defaultHeaders: { 'X-Mine': '1' },
      defaultQuery: { q: '1' },
    });
    const derived = client.forCustomer('cus_42').withOptions({ timeout: 5000 });
    expect(derived.webhookSecret).toBe('whsec_1');
    expect([client.customer, derived.customer, derived.timeout]).toEqual([null, 'cus_42', 5000]);
    await derived.get('/models');
    const seen = server.current.last;
    expect([seen.header('fc-customer'), seen.header('fc-tag'), seen.header('x-mine')]).toEqual(['cus_42', 'a', '1']);
    expect(seen.target).toBe('/v1/models?q=1');
    expect(seen.all('authorization')).toEqual([`Bearer ${KEY}`]);
  });

  test('forgets a customer and tags when told so', async () => {
    const client = new Ringside({ ...options(), customer: 'cus_1', tags: ['a'] });
    await client.withOptions({ customer: null, tags: null }).get('/models');
    expect(server.current.last.header('fc-customer')).toBeUndefined();
    expect(server.current.last.header('fc-tag')).toBeUndefined();
    await client.forCustomer('cus_2', { tags: 'b' }).get('/models');
    expect([server.current.last.header('fc-customer'), server.current.last.header('fc-tag')]).toEqual(['cus_2', 'b']);
  });

  test('may go from a key to a client token and back', async () => {
    const client = new Ringside(options());
    const browser = client.withOptions({ clientToken: 'jwt' });
    await browser.forCustomer('cus_1').get('/models');
    expect(server.current.last.all('authorization')).toEqual(['Client jwt']);
    await browser.withOptions({ apiKey: KEY }).get('/models');
    expect(server.current.last.all('authorization')).toEqual([`Bearer ${KEY}`]);
  });

  test('uses the connection of the client it came from', async () => {
    const client = new Ringside(options());
    const before = server.current.closedConnections + server.current.openConnections;
    for (let n = 0; n < 20; n++) await client.forCustomer(`cus_${n}`).get('/models');
    const after = server.current.closedConnections + server.current.openConnections;
    expect(after - before).toBeLessThanOrEqual(2);
  });
});
