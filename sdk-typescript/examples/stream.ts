// SPDX-License-Identifier: Apache-2.0
//
// The same call as a stream, and what it cost once it was settled. Reads FC_API_KEY and FC_BASE_URL.
import { Model, meta, Ringside } from '@ringside/sdk';

const client = new Ringside().forCustomer('cus_42_of_mine', { tags: ['example:stream'] });
const { data: stream, response } = await client.chat.completions
  .create({
    model: Model.fc('openai', 'gpt-4o-mini'),
    messages: [{ role: 'user', content: 'Count to five' }],
    stream: true,
  })
  .withResponse();

let text = '';
for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
console.log(text);

// The headers leave before the stream, so its final figures are in the usage event.
const requestId = meta(response).requestId;
if (requestId === null) throw new Error('the gateway did not name the request');
const event = await settled(requestId);
console.log(`${event.input_tokens} tokens read, ${event.output_tokens} written, ${event.billable_amount_usd} USD`);

/** The usage event, which is there moments after the last byte. */
async function settled(id: string) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.usage.retrieveEvent(id);
    } catch (error) {
      if (attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
