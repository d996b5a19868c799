// SPDX-License-Identifier: Apache-2.0
//
// One program for every runtime: it uses nothing but the SDK and what all of them have.

function expect(condition, what) {
  if (!condition) throw new Error(`not so: ${what}`);
}

async function refused(promise) {
  return await promise.then(
    () => {
      throw new Error('the call was not refused');
    },
    (error) => error,
  );
}

async function chats(sdk, client) {
  const model = sdk.Model.match('anthropic', 'sonnet').minVersion(4).build();
  const call = client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hello' }] });
  const { data, response } = await call.withResponse();
  expect(data.choices[0].message.content === 'Hello', 'a chat is answered');
  expect(sdk.meta(response).modelResolved === 'fc:anthropic/claude-sonnet-4-5', 'headers can be read');
  const stream = await client.chat.completions.create({ model, messages: [], stream: true });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  expect(text === 'Hello', 'a chat is streamed');
}

async function ourResources(sdk, client) {
  const customer = await client.customers.create({ external_id: 'ext/1' });
  expect(customer.id === 'cus_1', 'a customer is created');
  const ids = [];
  for await (const each of client.customers.list()) ids.push(each.id);
  expect(ids.join() === 'cus_1,cus_2', 'pages are walked');
  const error = await refused(client.customers.wallet.topup('cus_1', { amount_usd: -1 }));
  expect(error instanceof sdk.InvalidRequestError && error instanceof sdk.BadRequestError, 'errors are typed');
  expect(sdk.isRingsideError(error, 'invalid_request') && error.requestID === 'req_1', 'errors carry facts');
}

async function webhooks(sdk, client) {
  const payload = '{"id":"evt_1","type":"wallet.low","data":{"object":{}}}';
  const header = await client.webhooks.sign(payload, { secret: 'whsec_1' });
  const event = await client.webhooks.verify(payload, { 'x-fc-signature': header }, { secret: 'whsec_1' });
  expect(event.type === 'wallet.low', 'a delivery is verified');
  const wrong = await refused(client.webhooks.verify(payload, header, { secret: 'whsec_2' }));
  expect(wrong instanceof sdk.WebhookVerificationError && wrong.reason === 'no_match', 'a forgery is refused');
}

/** Resolves when everything works; rejects saying what does not. */
export async function smoke(sdk, options) {
  const client = new sdk.Ringside({ maxRetries: 0, ...options });
  await chats(sdk, client.forCustomer('cus_1'));
  await ourResources(sdk, client);
  await webhooks(sdk, client);
}
