// SPDX-License-Identifier: Apache-2.0
//
// Compiles every TypeScript block of the README and of the guides. What a block only mentions, such as `client`, is declared before it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, '.cache', 'readme');
const ASSUMED = {
  Model: "import { Model } from '@ringside/sdk';",
  Ringside: "import { Ringside } from '@ringside/sdk';",
  meta: "import { meta } from '@ringside/sdk';",
  client: "declare const client: import('@ringside/sdk').Ringside;",
  theirs: "declare const theirs: import('@ringside/sdk').Ringside;",
  model: 'declare const model: string;',
  messages: "declare const messages: { role: 'user'; content: string }[];",
  rawBody: 'declare const rawBody: Uint8Array;',
  request: "declare const request: import('node:http').IncomingMessage;",
  offerTopUp: 'declare function offerTopUp(): void;',
  waitFor: 'declare function waitFor(error: Error): void;',
  retryIn: 'declare function retryIn(seconds: number | null): void;',
  notify: 'declare function notify(about: object): void;',
};

/** The block as a module; a `return` at its top level, allowed in prose, needs a function around it. */
function moduleOf(block) {
  const mentions = (name) => new RegExp(`\\b${name}\\b`).test(block);
  const declares = (name) => new RegExp(`\\b(const|import) (\\{[^}]*\\b${name}\\b[^}]*\\}|${name}\\b)`).test(block);
  const missing = Object.entries(ASSUMED).filter(([name]) => mentions(name) && !declares(name));
  const imports = block.match(/^import .*;$/gm) ?? [];
  const body = block.replace(/^import .*;$/gm, '');
  const text = /^\s*if .* return /m.test(body) ? `export async function block() {${body}}` : `${body}\nexport {};`;
  return [...imports, ...missing.map(([, line]) => line), text].join('\n');
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const guides = join(root, '..', 'docs', 'how-to');
const pages = [join(root, 'README.md'), ...readdirSync(guides).map((name) => join(guides, name))];
const blocksOf = (page) => [...readFileSync(page, 'utf8').matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code);
const blocks = pages.flatMap(blocksOf);
blocks.forEach((block, index) => {
  writeFileSync(join(folder, `block-${index + 1}.ts`), moduleOf(block));
});
writeFileSync(
  join(folder, 'tsconfig.json'),
  JSON.stringify({
    extends: '../../type-tests/tsconfig.json',
    compilerOptions: { noUnusedLocals: false, typeRoots: ['../../node_modules/@types'] },
    include: ['.'],
  }),
);
try {
  execFileSync(join(root, 'node_modules', '.bin', 'tsc'), ['--noEmit', '-p', folder], { stdio: 'inherit' });
} catch {
  process.exit(1);
}
console.log(`README and guides: ${blocks.length} blocks compile`);
