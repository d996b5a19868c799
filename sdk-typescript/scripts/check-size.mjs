// SPDX-License-Identifier: Apache-2.0
//
// The entry points that work without the client must stay small and must not pull it in.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const LIMIT_BYTES = 5 * 1024;
const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');

/** The file and everything it imports, by file; throws when that reaches the host. */
function closure(file, seen = new Map()) {
  if (seen.has(file)) return seen;
  const text = readFileSync(join(dist, file), 'utf8');
  seen.set(file, text);
  for (const [, name] of text.matchAll(/(?:\bfrom|\brequire\(|\bimport)\s*["']([^"']+)["']/g)) {
    if (!name.startsWith('./')) throw new Error(`${file} imports ${name}`);
    closure(name.slice(2), seen);
  }
  return seen;
}

let failed = false;
for (const entry of ['model.mjs', 'model.cjs', 'webhooks.mjs', 'webhooks.cjs']) {
  const code = [...closure(entry).values()].join('\n').replace(/^\/\/# sourceMappingURL.*$/gm, '');
  const size = gzipSync(code).length;
  failed ||= size > LIMIT_BYTES;
  console.log(`${entry}: ${size} bytes compressed, at most ${LIMIT_BYTES}`);
}
process.exit(failed ? 1 : 0);
