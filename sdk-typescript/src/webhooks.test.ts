// SPDX-License-Identifier: Apache-2.0
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { KEY } from '../testing/fixtures';
import { Ringside } from './index';
import { parse, sign, type VerifyOptions, verify, type WebhookHeaders, type WebhookPayload } from './webhooks';

const NOW = 1767225600;
const SECRET = 'whsec_ringside_test_1';
const PAYLOAD = '{"id":"evt_1","type":"wallet.low","data":{}}';
const DIGEST = 'c9a6a96c4cf0aa7fec0e260ef2db68e3ba4094387552fdc398ee84f66e79ef23';
const HEADER = `t=${NOW},v1=${DIGEST}`;

const check = (headers: WebhookHeaders, payload: WebhookPayload = PAYLOAD, options: Partial<VerifyOptions> = {}) =>
  verify(payload, headers, { secret: SECRET, now: NOW, ...options });

describe('the golden values', () => {
  test.each([
    [PAYLOAD, SECRET, DIGEST],
    [PAYLOAD, 'whsec_ringside_test_2', 'a8b8cc95c86abeb9c360045e60ac4586be28cd21d24c47e5c35ebf53d0368d56'],
    [
      '{"id":"evt_2","type":"wallet.low","data":{"name":"Zoë 🥊"}}',
      SECRET,
      '78152b060e2147640280b4511858edc05f85d8ceee8e30a6f088cc2af4cd1bd1',
    ],
    ['', SECRET, 'e15320e8b5186797f9ba41479d95db816eeb600f4a25581cf5e97f935e737dff'],
    ['{"id":"evt_3"}\r\n', SECRET, '8115b78cdd6d2ab1ce49af5509d28cf815f81162341fdef5427d16febff649b8'],
    [Uint8Array.of(0xff, 0xfe, 0), SECRET, 'd32fe04da016516531e868364285f99f2190ec57f0b78c71415faf3e0c94a7f2'],
    ['{}', 'ключ', '1b36e8a997914832b70a211118b62be39c1d6204c5ee6f95c83907056ca1e213'],
  ])('%j signed with %s', async (payload, secret, digest) => {
    expect(await sign(payload, { secret, timestamp: NOW })).toBe(`t=${NOW},v1=${digest}`);
  });
});

test('during a rotation a delivery carries a signature of each secret, and either may be known', async () => {
  const header = await sign(PAYLOAD, { secret: ['whsec_new', SECRET], timestamp: NOW });
  expect(header.split(',v1=')).toHaveLength(3);
  expect((await check(header)).id).toBe('evt_1');
  expect((await check(header, PAYLOAD, { secret: ['whsec_other', 'whsec_new'] })).id).toBe('evt_1');
});

describe('headers', () => {
  test.each<[string, WebhookHeaders]>([
    ['the value alone', HEADER],
    ['a Headers object', new Headers({ 'x-fc-signature': HEADER })],
    ["Node's record, lower case", { 'x-fc-signature': HEADER, host: 'x', cookie: undefined }],
    ['a record, mixed case', { 'X-Fc-sIGNATURE': HEADER }],
    ['a record of lists', { 'X-FC-Signature': [HEADER] }],
    ['pairs', [['X-FC-Signature', HEADER]]],
  ])('may be %s', async (_name, headers) => {
    expect((await check(headers)).id).toBe('evt_1');
  });

  test.each<[string, WebhookHeaders, string]>([
    ['absent', new Headers(), 'missing_header'],
    ['undefined', undefined, 'missing_header'],
    ['null', null, 'missing_header'],
    ['empty', '', 'malformed_header'],
    ['blank', { 'x-fc-signature': '  ' }, 'malformed_header'],
    [
      'there twice',
      [
        ['X-FC-Signature', HEADER],
        ['x-fc-signature', HEADER],
      ],
      'malformed_header',
    ],
    [
      'there twice in one field',
      new Headers([
        ['X-FC-Signature', HEADER],
        ['X-FC-Signature', HEADER],
      ]),
      'malformed_header',
    ],
  ])('are refused when the signature is %s', async (_name, headers, reason) => {
    await expect(check(headers)).rejects.toMatchObject({ name: 'WebhookVerificationError', reason });
  });

  test("of OpenAI's kind lead to its own check", async () => {
    await expect(check({ 'webhook-signature': 'v1,x' })).rejects.toThrow(/client\.webhooks\.unwrap/);
  });
});

describe('payload', () => {
  test.each<[string, WebhookPayload]>([
    ['a Buffer', Buffer.from(PAYLOAD)],
    ['an ArrayBuffer', new TextEncoder().encode(PAYLOAD).buffer as ArrayBuffer],
    ['a view into a larger buffer', new TextEncoder().encode(`xx${PAYLOAD}`).subarray(2)],
  ])('may be %s', async (_name, payload) => {
    expect((await check(HEADER, payload)).type).toBe('wallet.low');
  });

  test('that was parsed already is an argument error', async () => {
    await expect(check(HEADER, JSON.parse(PAYLOAD))).rejects.toMatchObject({ reason: 'argument' });
  });

  test.each(['[]', 'null', '7', '{"type":"x"}', '{"id":1,"type":"x"}', '{', ''])('%j is no event', (payload) => {
    expect(() => parse(payload)).toThrow(expect.objectContaining({ reason: 'decode' }));
  });

  test('of a type from the future is returned', async () => {
    const future = '{"id":"evt_1","type":"brand.new","data":{"x":1}}';
    expect(await check(await sign(future, { secret: SECRET, timestamp: NOW }), future)).toEqual(JSON.parse(future));
  });
});

describe('secret and tolerance', () => {
  test.each([[''], [[]], [['whsec_1', '']], [undefined]])('the secret %j is a configuration error', async (secret) => {
    await expect(check(HEADER, PAYLOAD, { secret: secret as string })).rejects.toMatchObject({ reason: 'config' });
  });

  test.each([-1, Number.NaN, '300' as unknown as number])(
    'the tolerance %j is an argument error',
    async (tolerance) => {
      await expect(check(HEADER, PAYLOAD, { tolerance })).rejects.toMatchObject({ reason: 'argument' });
    },
  );

  test.each<[number | 'none', number, boolean]>([
    [300, 300, true],
    [300, 300.9, true],
    [300, 301, false],
    [300, -300, true],
    [300, -300.1, false],
    [300, -301, false],
    [0, 0, true],
    [0, 1, false],
    ['none', 1e9, true],
  ])('%j s of tolerance, %i s away: %s', async (tolerance, distance, accepted) => {
    const result = check(HEADER, PAYLOAD, { tolerance, now: NOW + distance }).then(
      () => 'accepted',
      (error) => error.reason,
    );
    expect(await result).toBe(accepted ? 'accepted' : 'timestamp_out_of_tolerance');
  });
});

test.each(['new Uint8Array(bytes)', 'new Uint8Array(bytes).buffer'])(
  '%s of another realm is the body',
  async (made) => {
    const payload = runInNewContext(made, { bytes: [...Buffer.from(PAYLOAD)] });
    expect(payload instanceof Uint8Array || payload instanceof ArrayBuffer).toBe(false);
    await expect(check(HEADER, payload)).resolves.toMatchObject({ id: 'evt_1' });
  },
);

describe('client.webhooks', () => {
  const client = new Ringside({ apiKey: KEY, webhookSecret: SECRET });

  test("verifies with the client's secret, and a derived client's too", async () => {
    const header = await client.webhooks.sign(PAYLOAD);
    expect((await client.webhooks.verify(PAYLOAD, { 'X-FC-Signature': header })).id).toBe('evt_1');
    expect((await client.forCustomer('cus_1').webhooks.verify(PAYLOAD, header)).id).toBe('evt_1');
    await client.webhooks.verifyHeader('', await client.webhooks.sign(''));
  });

  test('without a secret it is a configuration error, never a pass', async () => {
    await expect(new Ringside({ apiKey: KEY }).webhooks.verify(PAYLOAD, HEADER)).rejects.toMatchObject({
      reason: 'config',
    });
  });

  test("leaves OpenAI's own verification as it is", async () => {
    const secret = `whsec_${btoa('0123456789abcdef')}`;
    const time = String(Math.floor(Date.now() / 1000));
    const key = await crypto.subtle.importKey(
      'raw',
      Buffer.from('0123456789abcdef'),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    const digest = await crypto.subtle.sign('HMAC', key, Buffer.from(`wh_1.${time}.${PAYLOAD}`));
    const headers = {
      'webhook-id': 'wh_1',
      'webhook-timestamp': time,
      'webhook-signature': `v1,${Buffer.from(digest).toString('base64')}`,
    };
    expect(await client.webhooks.unwrap(PAYLOAD, headers, secret)).toMatchObject({ id: 'evt_1' });
  });
});
