// SPDX-License-Identifier: Apache-2.0
//
// Compiles an application's code against the packed declarations: each promised OpenAI client, the oldest and the
// newest compiler, every way of resolving modules. Faults inside OpenAI's own declarations are not ours to judge.
import { execFileSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { here, install, pack } from './install.mjs';

const COMPILERS = {
  'TypeScript 4.9': join(here, 'node_modules', 'typescript-4.9', 'bin', 'tsc'),
  'TypeScript 6.0': join(here, '..', 'node_modules', 'typescript', 'bin', 'tsc'),
};
const NODENEXT = { module: 'nodenext', moduleResolution: 'nodenext' };
// The declarations are those that nodenext has checked: only how they are found is new.
const BUNDLER = { module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true };
const WRONG = 'wrong.mts';

/** The compiler's complaints about anything but OpenAI's own files. */
function complaints(compiler, folder, files, mode) {
  const compilerOptions = {
    ...mode,
    strict: true,
    skipDefaultLibCheck: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  try {
    execFileSync(process.execPath, [compiler, '-p', '.'], { cwd: folder, encoding: 'utf8' });
    return [];
  } catch (error) {
    return error.stdout.split('\n').filter((line) => line && !/^(node_modules\/openai\/| )/.test(line));
  }
}

let failed = 0;
function report(name, faults) {
  if (faults.length > 0) failed += 1;
  console.log(`${name}: ${faults.length === 0 ? 'compiles' : `\n${faults.join('\n')}`}`);
}

const tarball = pack();
for (const openai of ['6.0.0', '7.57.0']) {
  const folder = install(tarball, openai);
  for (const file of ['consumer.mts', 'consumer.cts'])
    cpSync(join(here, '..', 'type-tests', 'consumer.ts'), join(folder, file));
  writeFileSync(
    join(folder, WRONG),
    "import { Model } from '@ringside/sdk';\nconst n: number = Model.slot('a');\nn;\n",
  );
  for (const [name, compiler] of Object.entries(COMPILERS)) {
    const faults = complaints(compiler, folder, ['consumer.mts', 'consumer.cts', WRONG], NODENEXT);
    const right = faults.filter((line) => !line.startsWith(WRONG));
    report(`openai ${openai}, ${name}, ESM and CJS by nodenext`, right);
    if (faults.length - right.length !== 1) report(`openai ${openai}, ${name}: a wrong program`, ['was not noticed']);
    if (name === 'TypeScript 6.0')
      report(`openai ${openai}, ${name}, bundler`, complaints(compiler, folder, ['consumer.mts'], BUNDLER));
  }
}
process.exit(failed ? 1 : 0);
