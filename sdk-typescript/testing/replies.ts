// SPDX-License-Identifier: Apache-2.0
import type { Reply } from './scripted-server';

type ExtraHeaders = Record<string, string>;

/** A whole answer in JSON. */
export function json(status: number, body: unknown, headers: ExtraHeaders = {}): Reply {
  return bytes(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
}

/** A whole answer of any kind. */
export function bytes(status: number, body: string, headers: ExtraHeaders = {}): Reply {
  return (socket) => {
    socket.write(head(status, { 'content-length': String(Buffer.byteLength(body)), ...headers }) + body);
  };
}

/** An error in the gateway's envelope. */
export function refusal(status: number, code: string, facts: object = {}, headers: ExtraHeaders = {}): Reply {
  const error = {
    type: 'invalid_request_error',
    code,
    message: `Refused with ${code}.`,
    param: null,
    request_id: 'req_body',
    retry_after_seconds: null,
    ...facts,
  };
  return json(status, { error }, { 'x-request-id': 'req_head', ...headers });
}

/** A stream of events, its end left to the caller: `[DONE]` is not added. */
export function events(data: readonly string[], headers: ExtraHeaders = {}): Reply {
  const text = data.map((item) => `data: ${item}\n\n`).join('');
  return (socket) => {
    socket.end(head(200, { 'content-type': 'text/event-stream', connection: 'close', ...headers }) + text);
  };
}

/** Promises more bytes than it sends, then hangs up. */
export function cutShort(body: string): Reply {
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length + 100) };
  return (socket) => {
    socket.end(head(200, headers) + body);
  };
}

/** Hangs up without an answer. */
export const reset: Reply = (socket) => {
  socket.resetAndDestroy();
};

/** Never answers. */
export const stall: Reply = () => {};

function head(status: number, headers: ExtraHeaders): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Scripted\r\n${lines.join('')}\r\n`;
}
