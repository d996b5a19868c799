// SPDX-License-Identifier: Apache-2.0
//
// Packs the SDK and installs the tarball the way an application would, beside the OpenAI client it already has.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = dirname(fileURLToPath(import.meta.url));
export const cache = join(here, '..', '.cache', 'runtime');
const quiet = { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' };

/** The path of a fresh tarball. */
export function pack() {
  mkdirSync(cache, { recursive: true });
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', cache], {
      ...quiet,
      cwd: join(here, '..'),
    }),
  );
  return join(cache, packed.filename);
}

/** The folder of an application with this OpenAI client and the tarball. Throws when it ends up with two copies. */
export function install(tarball, openai) {
  const folder = join(cache, `openai-${openai}`);
  rmSync(join(folder, 'node_modules', '@ringside'), { recursive: true, force: true });
  rmSync(join(folder, 'package-lock.json'), { force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `openai@${openai}`, tarball], {
    ...quiet,
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
  });
  if (existsSync(join(folder, 'node_modules', '@ringside', 'sdk', 'node_modules'))) {
    throw new Error(`beside openai ${openai} the SDK brings a second copy of it`);
  }
  for (const file of ['smoke.mjs', 'main.mjs', 'main.cjs', 'worker.mjs', 'page.mjs', 'chat-page.mjs']) {
    cpSync(join(here, file), join(folder, file));
  }
  return folder;
}
