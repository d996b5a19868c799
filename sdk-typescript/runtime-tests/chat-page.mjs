// SPDX-License-Identifier: Apache-2.0
//
// What runs in the page: a chat that writes as it is told, and calls that tell how they were refused.
import { Model, Ringside } from '@ringside/sdk';

const MODEL = Model.fc('openai', 'gpt-4o-mini');
const question = [{ role: 'user', content: 'Tell me about the ropes of a boxing ring.' }];

const CALLS = {
  chat: (client) => client.chat.completions.create({ model: MODEL, messages: question }),
  chatAsAnother: (client, customer) =>
    client.forCustomer(customer).chat.completions.create({ model: MODEL, messages: question }),
  chatWithEveryHeader: (client) =>
    client.chat.completions.create(
      { model: MODEL, messages: question },
      { headers: { 'FC-Tag': 'page', 'Idempotency-Key': crypto.randomUUID() }, timeout: 20_000 },
    ),
  customers: (client) => client.customers.list(),
};

/** A client with a fixed token, or with a function that hands out `tokens` one after the other. */
function clientOf({ baseURL, tokens }) {
  const left = [...tokens];
  const clientToken = left.length === 1 ? left[0] : () => left.shift();
  return new Ringside({ baseURL, clientToken, maxRetries: 0 });
}

/** Writes the answer into the page as it comes; gives its text and in how many pieces it came. */
globalThis.streamChat = async (options) => {
  const place = document.querySelector('#answer');
  const stream = await clientOf(options).chat.completions.create({ model: MODEL, messages: question, stream: true });
  let pieces = 0;
  for await (const chunk of stream) {
    pieces += 1;
    place.textContent += chunk.choices[0]?.delta.content ?? '';
  }
  return { text: place.textContent, pieces };
};

/** 'answered', or what the page sees of the refusal. */
globalThis.attempt = async (options, call, ...args) => {
  try {
    await CALLS[call](clientOf(options), ...args);
    return 'answered';
  } catch (error) {
    return `${error.constructor.name} ${error.status} ${error.code}`;
  }
};
