// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { json } from './replies';
import { type Reply, ScriptedServer } from './scripted-server';

export const KEY = 'sk_test_0123456789abcdefghijklmnopqrstuvwxyz';

/** One server for a test file; each test starts with an empty record and 200 `{}` answers. */
export function useServer(): { readonly current: ScriptedServer; script(...replies: Reply[]): void } {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await ScriptedServer.start();
  });
  beforeEach(() => server.script(json(200, {})));
  afterAll(() => server.close());
  return {
    get current() {
      return server;
    },
    script: (...replies) => server.script(...replies),
  };
}

/** The environment of one test: no variable of either product but these. */
export function setEnv(variables: Record<string, string> = {}): void {
  for (const name of Object.keys(process.env)) {
    if (/^(FC|OPENAI)_/.test(name)) vi.stubEnv(name, undefined);
  }
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}
