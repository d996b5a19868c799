// SPDX-License-Identifier: Apache-2.0
// Receives Ringside's events in a Next.js app: this file is app/hook/route.js (or .ts) of yours.
import { verify, WebhookVerificationError } from '@ringside/sdk/webhooks';

export async function POST(request) {
  try {
    // `text` and not `json`: what was signed is the body as it came.
    const event = await verify(await request.text(), request.headers, { secret: process.env.FC_WEBHOOK_SECRET });
    if (event.type === 'wallet.low') console.log(`wallet of ${event.data.object.customer}: ${event.data.object.balance_usd} USD`);
    console.log(`received ${event.id}`);
    return new Response(null, { status: 204 });
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    return new Response(error.reason, { status: 400 });
  }
}
