// SPDX-License-Identifier: Apache-2.0
//
// Every example runs as it stands against a real gateway, on the package as it was built.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);
const baseURL = process.env['RINGSIDE_TEST_GATEWAY'];
const apiKey = process.env['FC_API_KEY'];
/** Reads TypeScript, which Node 20 does not; what is built has the newest OpenAI client. */
const NODE22 = 'runtime-tests/node_modules/.bin/node';
const isNewestHost = process.env['HOST_MAJOR'] === '7';
const EXAMPLES = readdirSync('examples').filter((name) => name.endsWith('.ts'));

describe.skipIf(!baseURL || !apiKey || !isNewestHost)('an example', () => {
  test.for(EXAMPLES)('%s runs and says something', async (name) => {
    const env = { ...process.env, FC_BASE_URL: baseURL, OPENAI_API_KEY: 'sk-other' };
    const { stdout } = await run(NODE22, [`examples/${name}`], { env, timeout: 50_000 });
    expect(stdout.trim()).not.toBe('');
    expect(stdout).not.toContain(apiKey);
  });
});
