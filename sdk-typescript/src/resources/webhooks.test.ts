// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { KEY, useServer } from '../../testing/fixtures';
import { json } from '../../testing/replies';
import { Ringside } from '../index';

const server = useServer();
const endpoint = { id: 'wh_1', object: 'webhook_endpoint', secret: 'whsec_1' };

test('webhooks.create with `events` makes an endpoint of ours, with an idempotency key as our calls have', async () => {
  const client = new Ringside({ apiKey: KEY, baseURL: server.current.baseURL });
  server.script(json(200, endpoint));
  const made = await client.webhooks.create({ url: 'https://app.example.com/', events: ['wallet.low'] });
  expect(made.secret).toBe('whsec_1');
  const { last } = server.current;
  expect([last.method, last.target]).toEqual(['POST', '/v1/webhook_endpoints']);
  expect(last.json()).toEqual({ url: 'https://app.example.com/', events: ['wallet.low'] });
  expect(last.all('idempotency-key')).toHaveLength(1);
});
