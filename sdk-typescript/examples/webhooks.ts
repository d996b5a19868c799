// SPDX-License-Identifier: Apache-2.0
//
// A receiver that checks what it is sent. Without a gateway: the example signs a delivery and sends it to itself.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sign, verify, WebhookVerificationError } from '@ringside/sdk/webhooks';

const secret = process.env['FC_WEBHOOK_SECRET'] || 'whsec_of_the_example';

const server = createServer(async (request, response) => {
  try {
    const event = await verify(await rawBody(request), request.headers, { secret });
    console.log(`${event.type} ${event.id}`);
    response.writeHead(204).end();
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    console.log(`refused: ${error.reason}`);
    response.writeHead(400).end();
  }
});

/** The bytes as they came: a body parsed and written again would not match its signature. */
async function rawBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const body = JSON.stringify({ id: 'evt_1', object: 'event', type: 'wallet.low', data: { object: {} } });
await fetch(url, { method: 'POST', body, headers: { 'X-FC-Signature': await sign(body, { secret }) } });
await fetch(url, { method: 'POST', body: `${body} `, headers: { 'X-FC-Signature': await sign(body, { secret }) } });
server.close();
