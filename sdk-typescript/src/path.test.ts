// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { KEY, useServer } from '../testing/fixtures';
import { send } from './calls';
import { Ringside, RingsideArgumentError } from './index';
import { path } from './path';

const server = useServer();

describe('a path', () => {
  test.each(['cus_1', 'ext:a/b', 'ext:a?b#c', 'ext:100%', 'ext:a b+c', 'ext:é:🥊', 'ext:..', "ext:!'()*~"])(
    'carries %j as one segment',
    async (id) => {
      const client = new Ringside({ apiKey: KEY, baseURL: server.current.baseURL });
      await send(client, 'get', path`/customers/${id}/wallet`, {});
      const [, , , segment = '', last] = server.current.last.target.split('/');
      expect([decodeURIComponent(segment), last]).toEqual([id, 'wallet']);
    },
  );

  test.each(['', '.', '..', 'ext:\ud800'])('refuses %j, which no URL can carry there', (id) => {
    expect(() => path`/customers/${id}`).toThrow(RingsideArgumentError);
  });

  test('refuses what is no string', () => {
    expect(() => path`/customers/${undefined as unknown as string}`).toThrow(RingsideArgumentError);
  });
});
