// SPDX-License-Identifier: Apache-2.0
//
// Tries the packed SDK on every runtime that is here: `node run.mjs [name…]`. A runtime that is missing fails the run;
// only the browser, which comes from the system's packages, and the gateway may be left out, which is said. Where
// RINGSIDE_TEST_EVERYTHING is set, as in CI, nothing may.
import { existsSync } from 'node:fs';
import { tryWithGateway } from './gateway-page.mjs';
import { install, pack } from './install.mjs';
import { bin, browser, bundle, commandLine, workerd } from './runtimes.mjs';
import { startStandIn } from './stand-in.mjs';

const OLDEST = '6.0.0';
const NEWEST = '7.57.0';
const CHROMIUM = '/usr/bin/chromium';
const tarball = pack();
const folders = { [OLDEST]: install(tarball, OLDEST), [NEWEST]: install(tarball, NEWEST) };
const gateway = await startStandIn();

const lane = (name, openai, run) => ({ name: `${name}, openai ${openai}`, run: () => run(folders[openai]) });
const program = (name, openai, ...command) =>
  lane(name, openai, (folder) => commandLine(command, folder, gateway.baseURL));

const lanes = [
  program('this node, ESM', OLDEST, process.execPath, 'main.mjs'),
  program('this node, CJS', OLDEST, process.execPath, 'main.cjs'),
  program('node 22, ESM', NEWEST, bin('node'), 'main.mjs'),
  program('node 22, CJS', NEWEST, bin('node'), 'main.cjs'),
  program(
    'deno',
    NEWEST,
    bin('deno'),
    'run',
    '--quiet',
    '--no-config',
    '--node-modules-dir=manual',
    '--allow-env',
    '--allow-net',
    '--allow-read',
    'main.mjs',
  ),
  program('bun', NEWEST, bin('bun'), 'run', 'main.mjs'),
  lane('workerd', NEWEST, (folder) => workerd(folder, gateway.baseURL)),
];
if (existsSync(CHROMIUM)) {
  lanes.push(lane('chromium', NEWEST, tryInBrowser), lane('chromium', OLDEST, tryInBrowser));
  if (process.env.RINGSIDE_TEST_GATEWAY)
    lanes.push(lane('chromium and a real gateway', NEWEST, (folder) => tryWithGateway(folder, CHROMIUM)));
  else leaveOut('chromium and a real gateway', 'RINGSIDE_TEST_GATEWAY is not set');
} else leaveOut('chromium', `${CHROMIUM} is not installed`);

function leaveOut(name, reason) {
  if (process.env.RINGSIDE_TEST_EVERYTHING) lanes.push({ name, run: async () => reason });
  else console.log(`${name}: left out, ${reason}`);
}

async function tryInBrowser(folder) {
  const script = await bundle(folder, 'page.mjs');
  const text = `<!doctype html><title>smoke</title><script type="module">${script.replaceAll('</script', '<\\/script')}</script>`;
  const site = await startStandIn((request) => request.url.startsWith('/page') && { type: 'text/html', text });
  try {
    return await browser(CHROMIUM, `${site.origin}/page?gateway=${encodeURIComponent(gateway.baseURL)}`);
  } finally {
    site.stop();
  }
}

let failed = 0;
const wanted = process.argv.slice(2);
for (const { name, run } of lanes.filter(
  (each) => wanted.length === 0 || wanted.some((part) => each.name.includes(part)),
)) {
  const outcome = await run().catch((error) => String(error.stderr || error.stack || error));
  if (outcome !== 'works') failed += 1;
  console.log(`${name}: ${outcome}`);
}
gateway.stop();
process.exit(failed ? 1 : 0);
