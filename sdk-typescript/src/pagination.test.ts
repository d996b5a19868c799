// SPDX-License-Identifier: Apache-2.0
import { APIConnectionError } from 'openai';
import { beforeEach, describe, expect, test } from 'vitest';
import { KEY, useServer } from '../testing/fixtures';
import { bytes, cutShort, json, refusal } from '../testing/replies';
import { type RequestOptions, sendList } from './calls';
import { Ringside, RingsideDecodeError, RingsideError } from './index';

interface Item {
  id: string;
}
const server = useServer();
let client: Ringside;
beforeEach(() => {
  client = new Ringside({ apiKey: KEY, baseURL: server.current.baseURL });
});

const list = (query: object = {}, options?: RequestOptions) => sendList<Item>(client, '/customers', { query, options });
const queries = () =>
  server.current.requests.map((request) => Object.fromEntries(new URL(request.target, 'http://x').searchParams));

function page(ids: string[], next: string | null, more: boolean | undefined = next !== null) {
  const data = ids.map((id) => ({ id }));
  const ends = { first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null };
  return json(200, { object: 'list', data, has_more: more, next_cursor: next, ...ends });
}

async function collect(items: AsyncIterable<Item>): Promise<string[]> {
  const ids: string[] = [];
  for await (const item of items) ids.push(item.id);
  return ids;
}

describe('walking a list', () => {
  test('takes all pages in order, each with the same filters and headers', async () => {
    server.script(page(['a', 'b'], 'b'), page(['c'], 'c'), page(['d'], null));
    expect(await collect(list({ limit: 2, external_id: 'x' }, { headers: { 'FC-Tag': 't' } }))).toEqual([...'abcd']);
    expect(queries()).toEqual([
      { limit: '2', external_id: 'x' },
      { limit: '2', external_id: 'x', after: 'b' },
      { limit: '2', external_id: 'x', after: 'c' },
    ]);
    expect(server.current.requests.map((request) => request.header('fc-tag'))).toEqual(['t', 't', 't']);
  });

  test('ends at once when the first page is empty', async () => {
    server.script(page([], null));
    expect(await collect(list())).toEqual([]);
    expect(server.current.requests).toHaveLength(1);
  });

  test('goes past an empty page with more behind it', async () => {
    server.script(page(['a'], 'a'), page([], 'b'), page(['c'], null));
    expect(await collect(list())).toEqual(['a', 'c']);
  });

  test('stops when more is promised without a cursor', async () => {
    server.script(page(['a'], null, true));
    expect(await collect(list())).toEqual(['a']);
  });

  test('fails rather than going round in circles', async () => {
    server.script(page(['a'], 'a'), page(['b'], 'b'), page(['a'], 'a'));
    await expect(collect(list())).rejects.toBeInstanceOf(RingsideError);
    expect(server.current.requests).toHaveLength(3);
    server.script(page(['a'], 'a'));
    await expect(collect(list({ after: 'a' }))).rejects.toThrow(/"a" was handed out twice/);
  });

  test('asks for nothing more once the loop ends', async () => {
    server.script(page(['a', 'b'], 'b'));
    for await (const item of list()) {
      if (item.id === 'b') break;
    }
    expect(server.current.requests).toHaveLength(1);
  });

  test('gives the items of page one before the error of page two', async () => {
    server.script(page(['a'], 'a'), refusal(400, 'invalid_cursor'));
    const seen: string[] = [];
    const walk = async () => {
      for await (const item of list()) seen.push(item.id);
    };
    await expect(walk()).rejects.toMatchObject({ code: 'invalid_cursor' });
    expect(seen).toEqual(['a']);
  });

  test('retries page two', async () => {
    server.script(page(['a'], 'a'), refusal(500, 'internal_error', {}, { 'retry-after-ms': '5' }), page(['b'], null));
    expect(await collect(list())).toEqual(['a', 'b']);
  });

  test.each([
    ['cut short', cutShort('{"object":"list","data":['), APIConnectionError],
    ['that is no JSON', bytes(200, '{"object":', { 'content-type': 'application/json' }), RingsideDecodeError],
    ['that is no list', json(200, {}), RingsideDecodeError],
  ])('a page two %s fails as a page one does', async (_name, broken, Class) => {
    const unrepeated = { maxRetries: 0 };
    server.script(page(['a'], 'a'), broken);
    await expect(collect(list({}, unrepeated))).rejects.toBeInstanceOf(Class);
    server.script(page(['a'], 'a'), broken);
    const first = await list({}, unrepeated);
    await expect(first.getNextPage()).rejects.toBeInstanceOf(Class);
  });

  test('encodes a cursor once', async () => {
    server.script(page(['a'], 'a+/=&b'), page([], null));
    await collect(list());
    expect(server.current.last.target).toBe('/v1/customers?after=a%2B%2F%3D%26b');
  });

  test('goes backwards from `before` by the first id of each page', async () => {
    server.script(page(['d', 'e'], 'e'), page(['b', 'c'], null));
    expect(await collect(list({ before: 'f' }))).toEqual(['d', 'e', 'b', 'c']);
    expect(queries()).toEqual([{ before: 'f' }, { before: 'd' }]);
  });
});

describe('one page', () => {
  test('has the fields of the list object and the raw response', async () => {
    server.script(page(['a'], 'a'));
    const { data, response } = await list().withResponse();
    expect(data).toMatchObject({ object: 'list', has_more: true, next_cursor: 'a', first_id: 'a', last_id: 'a' });
    expect(data.data).toEqual([{ id: 'a' }]);
    expect(response.status).toBe(200);
  });

  test('can be asked for the next by hand', async () => {
    server.script(page(['a'], 'a'), page(['b'], null));
    const next = await (await list()).getNextPage();
    expect(next.data).toEqual([{ id: 'b' }]);
    expect(next.hasNextPage()).toBe(false);
  });

  test.each([[{}], [{ data: null }], [[]], ['text']])('%j is a decode error', async (body) => {
    server.script(json(200, body));
    await expect(list()).rejects.toBeInstanceOf(RingsideDecodeError);
  });
});
