// SPDX-License-Identifier: Apache-2.0
// Receives Ringside's events with Hono, here on Node; the route is the same on Workers, Deno and Bun.
import { serve } from '@hono/node-server';
import { verify, WebhookVerificationError } from '@ringside/sdk/webhooks';
import { Hono } from 'hono';

const secret = process.env.FC_WEBHOOK_SECRET;
const app = new Hono();

app.post('/hook', async (context) => {
  try {
    const event = await verify(await context.req.text(), context.req.raw.headers, { secret });
    if (event.type === 'wallet.low') console.log(`wallet of ${event.data.object.customer}: ${event.data.object.balance_usd} USD`);
    console.log(`received ${event.id}`);
    return context.body(null, 204);
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    return context.text(error.reason, 400);
  }
});

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1' });
