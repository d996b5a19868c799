// SPDX-License-Identifier: Apache-2.0
// Receives Ringside's events with Express: FC_WEBHOOK_SECRET=whsec_... node server.mjs
import { verify, WebhookVerificationError } from '@ringside/sdk/webhooks';
import express from 'express';

const secret = process.env.FC_WEBHOOK_SECRET;
const app = express();

// `express.raw` and not `express.json`: what was signed is the body as it came.
app.post('/hook', express.raw({ type: '*/*' }), async (request, response) => {
  try {
    const event = await verify(request.body, request.headers, { secret });
    if (event.type === 'wallet.low') console.log(`wallet of ${event.data.object.customer}: ${event.data.object.balance_usd} USD`);
    console.log(`received ${event.id}`);
    response.sendStatus(204);
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    response.status(400).send(error.reason);
  }
});

app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
