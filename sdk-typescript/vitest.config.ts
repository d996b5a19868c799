// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

const include = ['src/**/*.test.ts', 'socket-tests/**/*.test.ts', 'spec-tests/**/*.test.ts', 'e2e/**/*.test.ts'];

// For machines with much else to do: a test that hangs is the only one to get there.
const testTimeout = 60_000;
const expect = { poll: { timeout: 20_000 } };

/** The same tests run against the newest OpenAI client and the oldest one we promise. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'openai-7', include, testTimeout, expect, env: { HOST_MAJOR: '7' } } },
      {
        resolve: { alias: [{ find: /^openai(?=$|\/)/, replacement: 'openai-6' }] },
        test: { name: 'openai-6', include, testTimeout, expect, env: { HOST_MAJOR: '6' } },
      },
    ],
  },
});
