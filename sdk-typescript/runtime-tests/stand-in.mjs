// SPDX-License-Identifier: Apache-2.0
//
// Answers what the smoke program asks, to pages of any origin too. The real gateway is tried in src/gateway.test.ts.
import { createServer } from 'node:http';

const chat = { id: 'chatcmpl_1', created: 1767225600, model: 'fc:anthropic/claude-sonnet-4-5' };
const whole = {
  ...chat,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' } }],
};
const piece = (content) => ({ ...chat, object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }] });
const list = (id, next) => ({ object: 'list', data: [{ id }], has_more: next !== null, next_cursor: next });
const refusal = {
  error: {
    type: 'invalid_request_error',
    code: 'invalid_request',
    message: 'No.',
    param: 'amount_usd',
    request_id: 'req_1',
  },
};

function answer(request, body) {
  const url = new URL(request.url, 'http://stand-in');
  if (url.pathname.endsWith('/chat/completions')) return JSON.parse(body).stream ? [200, null] : [200, whole];
  if (url.pathname.endsWith('/wallet/topup')) return [400, refusal];
  if (request.method === 'POST') return [200, { id: 'cus_1', object: 'customer' }];
  return [200, url.searchParams.get('after') ? list('cus_2', null) : list('cus_1', 'cus_1')];
}

function headersFor(request) {
  return {
    'access-control-allow-origin': request.headers.origin ?? '*',
    'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '',
    'access-control-allow-methods': 'GET, POST, PATCH, DELETE',
    'access-control-expose-headers': 'x-request-id, x-ringside-model-resolved',
    'x-request-id': 'req_1',
    'x-ringside-model-resolved': 'fc:anthropic/claude-sonnet-4-5',
  };
}

/** Starts the server; gives its base URL and a way to stop it. */
export async function startStandIn(extra = () => undefined) {
  const server = createServer(async (request, response) => {
    const page = extra(request);
    if (page) return response.writeHead(200, { 'content-type': page.type }).end(page.text);
    if (request.method === 'OPTIONS') return response.writeHead(204, headersFor(request)).end();
    const chunks = await collect(request);
    const [status, value] = answer(request, Buffer.concat(chunks).toString());
    const type = value ? 'application/json' : 'text/event-stream';
    response.writeHead(status, { ...headersFor(request), 'content-type': type });
    const events = ['Hel', 'lo'].map((text) => `data: ${JSON.stringify(piece(text))}\n\n`);
    response.end(value ? JSON.stringify(value) : `${events.join('')}data: [DONE]\n\n`);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return { origin, baseURL: `${origin}/v1`, stop: () => server.close() };
}

async function collect(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks;
}
