// SPDX-License-Identifier: Apache-2.0
//
// One function a kind of runtime: runs the smoke program there and gives what it printed.
import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { here } from './install.mjs';

export const bin = (name) => join(here, 'node_modules', '.bin', name);

/** A command-line runtime: node, deno or bun. */
export async function commandLine(command, folder, baseURL) {
  const [program, ...args] = command;
  const options = { cwd: folder, env: { ...process.env, BASE_URL: baseURL, NO_COLOR: '1' }, timeout: 60_000 };
  const { stdout } = await promisify(execFile)(program, args, options);
  return stdout.trim();
}

/** Everything a page or worker needs in one file. */
export async function bundle(folder, entry) {
  const build = await rolldown({ input: join(folder, entry), cwd: folder, platform: 'browser', logLevel: 'silent' });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  return output[0].code;
}

/** Cloudflare's runtime, by its own server. */
export async function workerd(folder, baseURL) {
  writeFileSync(join(folder, 'bundled.mjs'), await bundle(folder, 'worker.mjs'));
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "net", network = (allow = ["private"])),
    (name = "main", worker = (
      modules = [(name = "bundled.mjs", esModule = embed "bundled.mjs")],
      compatibilityDate = "2025-11-01", globalOutbound = "net",
      bindings = [(name = "BASE_URL", text = "${baseURL}")])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]);`;
  writeFileSync(join(folder, 'config.capnp'), config);
  const server = spawn(bin('workerd'), ['serve', '--control-fd=3', 'config.capnp'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  try {
    const port = await new Promise((resolve, reject) => {
      server.stdio[3].on('data', (bytes) => {
        const found = /"port":(\d+)/.exec(String(bytes));
        if (found) resolve(found[1]);
      });
      server.on('exit', (code) => reject(new Error(`workerd ended with ${code}`)));
    });
    return await (await fetch(`http://127.0.0.1:${port}/`)).text();
  } finally {
    server.kill('SIGKILL');
  }
}

/** Chromium with a page of one origin calling a gateway of another. */
export async function browser(executablePath, pageURL) {
  const { chromium } = await import('playwright-core');
  const instance = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await instance.newPage();
    await page.goto(pageURL);
    return await page.evaluate(() => globalThis.outcome);
  } finally {
    await instance.close();
  }
}
