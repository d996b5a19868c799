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
const MODES = [
  { name: 'ESM by nodenext', file: 'consumer.mts', module: 'nodenext', moduleResolution: 'nodenext', since: 4 },
  { name: 'CJS by nodenext', file: 'consumer.cts', module: 'nodenext', moduleResolution: 'nodenext', since: 4 },
  { name: 'bundler', file: 'consumer.mts', module: 'esnext', moduleResolution: 'bundler', since: 5 },
];

/** The compiler's complaints about anything but OpenAI's own files. */
function complaints(compiler, folder, file, { module, moduleResolution }) {
  const compilerOptions = {
    module,
    moduleResolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
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
for (const openai of ['6.49.0', '7.57.0']) {
  const folder = install(tarball, openai);
  for (const file of ['consumer.mts', 'consumer.cts'])
    cpSync(join(here, '..', 'type-tests', 'consumer.ts'), join(folder, file));
  writeFileSync(
    join(folder, 'wrong.mts'),
    "import { Model } from '@ringside/sdk';\nconst n: number = Model.slot('a');\nn;\n",
  );
  for (const [name, compiler] of Object.entries(COMPILERS)) {
    for (const mode of MODES.filter((each) => each.since <= Number(name.split(' ')[1]))) {
      report(`openai ${openai}, ${name}, ${mode.name}`, complaints(compiler, folder, mode.file, mode));
    }
    const noticed = complaints(compiler, folder, 'wrong.mts', MODES[0]);
    if (noticed.length !== 1) report(`openai ${openai}, ${name}: a wrong program`, ['was not noticed', ...noticed]);
  }
}
process.exit(failed ? 1 : 0);
