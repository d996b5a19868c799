// SPDX-License-Identifier: Apache-2.0
import {
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  OpenAIError,
} from 'openai';
import { describe, expect, test } from 'vitest';
import { KEY, useServer } from '../testing/fixtures';
import { bytes, events, json, refusal } from '../testing/replies';
import type { Reply } from '../testing/scripted-server';
import * as sdk from './index';
import { isRingsideError, Ringside, type RingsideAPIError } from './index';

const server = useServer();

async function caught(...replies: Reply[]): Promise<RingsideAPIError> {
  server.script(...replies);
  const client = new Ringside({ apiKey: KEY, baseURL: server.current.baseURL, maxRetries: 0 });
  return await client.chat.completions.create({ model: 'fc:a/b', messages: [] }).then(
    () => expect.fail('the call was not refused'),
    (error) => error,
  );
}

describe('an error by its code', () => {
  test.each([
    [400, 'invalid_model_ref', sdk.InvalidModelRefError, BadRequestError],
    [401, 'invalid_api_key', sdk.InvalidApiKeyError, AuthenticationError],
    [402, 'customer_budget_exceeded', sdk.CustomerBudgetExceededError, APIError],
    [402, 'budget_exceeded', sdk.CustomerBudgetExceededError, APIError],
    [402, 'customer_wallet_empty', sdk.CustomerWalletEmptyError, sdk.RingsidePaymentRequiredError],
    [409, 'external_id_taken', sdk.ExternalIdTakenError, ConflictError],
    [503, 'model_unavailable', sdk.ModelUnavailableError, InternalServerError],
  ])('%i %s has its class, below the host class of its status', async (status, code, Class, Host) => {
    const error = await caught(refusal(status, code));
    expect(error).toBeInstanceOf(Class);
    expect(error).toBeInstanceOf(Host);
    expect(error).toBeInstanceOf(OpenAIError);
    expect([error.status, error.code, error.type]).toEqual([status, code, 'invalid_request_error']);
    expect(error.message).toBe(`${status} ${code}: Refused with ${code}.`);
    expect(error.stack).toMatch(new RegExp(`^${Class.name}: ${status} ${code}: Refused`));
  });

  test('carries request id, retry advice and the facts of a budget', async () => {
    const facts = { retry_after_seconds: 7, scope: 'customer', resets_at: 1769904000, param: 'model' };
    const error = await caught(
      refusal(402, 'customer_budget_exceeded', facts, { 'x-should-retry': 'false', 'retry-after': '9' }),
    );
    expect(error).toMatchObject({
      requestID: 'req_head',
      retryAfterSeconds: 7,
      shouldRetry: false,
      param: 'model',
      scope: 'customer',
      resetsAt: 1769904000,
    });
    expect(sdk.meta(error as { headers: Headers }).requestId).toBe('req_head');
  });

  test('an unknown code gets the class of its status, an unknown status the general one', async () => {
    const error = await caught(refusal(404, 'brand_new'));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.code).toBe('brand_new');
    const teapot = await caught(refusal(418, 'teapot'));
    expect(teapot).toBeInstanceOf(sdk.RingsideStatusError);
    expect(teapot.status).toBe(418);
  });

  test.each(['constructor', '__proto__', 'toString'])('the code %j is only a word', async (code) => {
    expect(await caught(refusal(400, code))).toBeInstanceOf(BadRequestError);
  });
});

describe('an answer without the envelope', () => {
  test.each([
    ['HTML', bytes(502, '<h1>Bad gateway</h1>', { 'content-type': 'text/html' }), /502 <h1>Bad gateway/],
    ['nothing', bytes(500, ''), /^500 status code/],
    ['an array', json(500, [1, 2]), /500 \[1,2\]/],
    ['a string', json(500, 'down'), /500 "down"/],
    ['a message', json(500, { message: 'down' }), /500 down/],
    ['a null error', json(500, { error: null }), /^500 /],
    ['an error without code', json(500, { error: { message: 'down' } }), /500 down/],
    ['a number for a code', json(500, { error: { message: 'down', code: 7 } }), /500 down/],
  ])('%s is still an error of its status', async (_name, reply, message) => {
    const error = await caught(reply);
    expect(error).toBeInstanceOf(InternalServerError);
    expect(error.message).toMatch(message);
    expect(error.code).toBeNull();
    expect(isRingsideError(error)).toBe(true);
  });

  test('of eight megabytes does not become an eight-megabyte message', async () => {
    const error = await caught(bytes(500, 'x'.repeat(8_000_000), { 'content-type': 'text/plain' }));
    expect(error.message.length).toBeLessThan(2_100);
    const envelope = await caught(refusal(500, 'internal_error', { message: 'y'.repeat(8_000_000) }));
    expect(envelope.message.length).toBeLessThan(2_100);
  });
});

describe('request id', () => {
  test('comes from the header, else from the body, else is null', async () => {
    expect((await caught(refusal(400, 'x'))).requestID).toBe('req_head');
    expect((await caught(json(400, { error: { code: 'x', request_id: 'req_body' } }))).requestID).toBe('req_body');
    expect((await caught(json(400, { error: { code: 'x' } }))).requestID).toBeNull();
  });
});

describe('isRingsideError', () => {
  test('looks at fields, so that a copy of the package recognises the other copy', () => {
    const foreign = Object.assign(new Error('402'), {
      status: 402,
      retryAfterSeconds: null,
      shouldRetry: null,
      code: 'a',
    });
    expect(isRingsideError(foreign)).toBe(true);
    expect(isRingsideError(foreign, 'a')).toBe(true);
    expect(isRingsideError(foreign, 'b')).toBe(false);
    expect(isRingsideError(new TypeError('no'))).toBe(false);
    expect(isRingsideError({ status: 402 })).toBe(false);
  });
});

describe('in the middle of a stream', () => {
  test('an error event keeps its code', async () => {
    const error = { code: 'upstream_error', type: 'upstream_error', message: 'gone', request_id: 'req_1' };
    server.script(events(['{"choices":[]}', JSON.stringify({ error })]));
    const client = new Ringside({ apiKey: KEY, baseURL: server.current.baseURL, maxRetries: 0 });
    const stream = await client.chat.completions.create({ model: 'fc:a/b', messages: [], stream: true });
    const read = async () => {
      for await (const _ of stream);
    };
    await expect(read()).rejects.toMatchObject({ code: 'upstream_error' });
  });
});
