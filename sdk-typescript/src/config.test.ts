// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { KEY, setEnv, useServer } from '../testing/fixtures';
import { Ringside, RingsideConfigError, TokenSource } from './index';

const server = useServer();
beforeEach(() => setEnv());
afterEach(() => vi.unstubAllEnvs());

describe('credentials', () => {
  test('FC_API_KEY is used, and an argument wins over it', () => {
    setEnv({ FC_API_KEY: KEY });
    expect(new Ringside().apiKey).toBe(KEY);
    expect(new Ringside({ apiKey: 'sk_test_other' }).apiKey).toBe('sk_test_other');
  });

  test('without a key of ours nothing starts, whatever OpenAI variables are set', () => {
    setEnv({ OPENAI_API_KEY: 'sk-openai', OPENAI_ADMIN_KEY: 'sk-admin' });
    expect(() => new Ringside()).toThrow(RingsideConfigError);
  });

  test('a key and a client token together are refused', () => {
    expect(() => new Ringside({ apiKey: KEY, clientToken: 'jwt' })).toThrow(/not both/);
  });

  test('a client token needs no key, and FC_API_KEY beside it is left alone', () => {
    setEnv({ FC_API_KEY: KEY });
    expect(new Ringside({ clientToken: 'jwt' }).apiKey).toBeNull();
  });

  test.each(['', '   ', 'sk_test_a\nb', 'sk_test_é'])('the key %j is refused without being quoted', (apiKey) => {
    const attempt = () => new Ringside({ apiKey });
    expect(attempt).toThrow(RingsideConfigError);
    if (apiKey.trim()) expect(attempt).not.toThrow(apiKey.trim());
  });

  test('blanks and line ends around a key are dropped', () => {
    expect(new Ringside({ apiKey: `${KEY}\n` }).apiKey).toBe(KEY);
    setEnv({ FC_API_KEY: ` ${KEY}\r\n` });
    expect(new Ringside().apiKey).toBe(KEY);
  });
});

describe('address', () => {
  test('is the public one by default, FC_BASE_URL if set, and never OPENAI_BASE_URL', () => {
    setEnv({ OPENAI_BASE_URL: 'http://openai.invalid/v1' });
    expect(new Ringside({ apiKey: KEY }).baseURL).toBe('https://api.fightclub.pro/v1');
    setEnv({ FC_BASE_URL: 'http://127.0.0.1:9/v1' });
    expect(new Ringside({ apiKey: KEY }).baseURL).toBe('http://127.0.0.1:9/v1');
  });

  test.each([
    ['', '/v1/models'],
    ['/', '/v1/models'],
    ['?tenant=a%26b', '/v1/models?tenant=a%26b'],
  ])('with %j behind it still leads to the right path', async (tail, target) => {
    const client = new Ringside({ apiKey: KEY, baseURL: server.current.baseURL + tail });
    await client.get('/models');
    expect(server.current.last.target).toBe(target);
    await client.withOptions({ maxRetries: 0 }).get('/models');
    expect(server.current.last.target).toBe(target);
  });

  test('may have a path in front of the version', async () => {
    const client = new Ringside({ apiKey: KEY, baseURL: `${server.current.origin}/c/case-1/v1` });
    await client.get('/models');
    expect(server.current.last.target).toBe('/c/case-1/v1/models');
  });

  test.each(['nonsense', 'ftp://host/v1', 'http://user:secret@host/v1', 'http://host/v1#part'])(
    '%j is refused',
    (baseURL) => {
      expect(() => new Ringside({ apiKey: KEY, baseURL })).toThrow(RingsideConfigError);
    },
  );
});

describe('headers', () => {
  test('name the customer and the tags; a call may change or remove the customer', async () => {
    const client = new Ringside({
      apiKey: KEY,
      baseURL: server.current.baseURL,
      customer: 'cus_1',
      tags: ['employee:7', 'app:x'],
    });
    await client.get('/models');
    expect(server.current.last.all('fc-customer')).toEqual(['cus_1']);
    expect(server.current.last.header('fc-tag')).toBe('employee:7, app:x');
    await client.get('/models', { headers: { 'FC-Customer': 'cus_2' } });
    expect(server.current.last.all('fc-customer')).toEqual(['cus_2']);
    await client.get('/models', { headers: { 'fc-customer': null } });
    expect(server.current.last.all('fc-customer')).toEqual([]);
  });

  test.each(['', ' x', 'ключ', 'a\r\nb'])('the customer %j is refused', (customer) => {
    expect(() => new Ringside({ apiKey: KEY, customer })).toThrow(/`customer`/);
  });

  test('a tag with a comma is refused, since commas separate tags on the way', () => {
    expect(() => new Ringside({ apiKey: KEY, tags: 'a,b' })).toThrow(/comma/);
  });

  test('name this package and its version', async () => {
    await new Ringside({ apiKey: KEY, baseURL: server.current.baseURL }).get('/models');
    const agent = server.current.last.header('user-agent');
    expect(agent).toMatch(/^openai-node\/\d+\.\d+\.\d+ ringside-typescript\/0\.1\.0$/);
    expect(agent).toContain(`openai-node/${process.env['HOST_MAJOR']}.`);
  });
});

describe('environment of the host client', () => {
  test('never reaches the wire', async () => {
    setEnv({
      OPENAI_API_KEY: 'leak-key',
      OPENAI_ADMIN_KEY: 'leak-admin',
      OPENAI_ORG_ID: 'leak-org',
      OPENAI_PROJECT_ID: 'leak-project',
      OPENAI_CUSTOM_HEADERS: 'X-Leak: leak-header\nFC-Customer: leak-customer',
      OPENAI_WEBHOOK_SECRET: 'leak-secret',
    });
    const client = new Ringside({ apiKey: KEY, baseURL: server.current.baseURL });
    for (const each of [client, client.forCustomer('cus_1'), client.withOptions({ timeout: 1000 })]) {
      await each.get('/models');
      expect(JSON.stringify(server.current.last.headers)).not.toContain('leak');
      expect(server.current.last.all('authorization')).toEqual([`Bearer ${KEY}`]);
      expect(each.webhookSecret).toBeNull();
    }
  });
});

describe('secrets', () => {
  test('show neither in inspection, nor as text, nor as JSON', () => {
    const client = new Ringside({ apiKey: KEY, webhookSecret: 'whsec_hidden' });
    const token = new Ringside({ clientToken: 'jwt_hidden' });
    const nested = { client, token, list: [client], source: new TokenSource('jwt_hidden'), part: client.webhooks };
    for (const text of [inspect(nested, { depth: 9 }), String(client), JSON.stringify(nested)]) {
      expect(text).not.toMatch(/hidden|sk_test/);
    }
  });

  test('stay out of the debug log', async () => {
    const lines: unknown[] = [];
    const log = (...args: unknown[]) => lines.push(inspect(args, { depth: 9 }));
    const logger = { error: log, warn: log, info: log, debug: log };
    const options = { baseURL: server.current.baseURL, logger, logLevel: 'debug' } as const;
    await new Ringside({ apiKey: KEY, webhookSecret: 'whsec_hidden', ...options }).get('/models');
    await new Ringside({ clientToken: 'jwt_hidden', ...options }).get('/models');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('\n')).not.toMatch(/hidden|sk_test/);
  });
});

describe('in a browser', () => {
  beforeEach(() => {
    vi.stubGlobal('window', { document: {} });
    vi.stubGlobal('navigator', {});
  });
  afterEach(() => vi.unstubAllGlobals());

  test('a live key is refused whatever the flag says, also one that a function gives', async () => {
    const options = { dangerouslyAllowBrowser: true, maxRetries: 0, baseURL: server.current.baseURL };
    expect(() => new Ringside({ apiKey: 'sk_live_x', ...options })).toThrow(/client token/);
    const late = new Ringside({ apiKey: async () => 'sk_live_x', ...options });
    await expect(late.get('/models')).rejects.toThrow(/client token/);
    expect(server.current.requests).toEqual([]);
  });

  test('a test key is refused unless the flag is set', () => {
    const options = { apiKey: 'sk_test_x', baseURL: server.current.baseURL };
    expect(() => new Ringside(options)).toThrow(/dangerouslyAllowBrowser/);
    expect(new Ringside({ ...options, dangerouslyAllowBrowser: true })).toBeInstanceOf(Ringside);
  });

  test('a client token needs no flag', async () => {
    await new Ringside({ clientToken: 'jwt', baseURL: server.current.baseURL }).get('/models');
    expect(server.current.last.header('authorization')).toBe('Client jwt');
    // Node's fetch names itself; what matters is that we do not.
    expect(server.current.last.header('user-agent')).not.toContain('ringside');
  });
});
