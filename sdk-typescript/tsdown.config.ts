// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts', 'src/model.ts', 'src/webhooks.ts'],
  format: ['esm', 'cjs'],
  // One output for Node, browsers, workers, Deno and Bun: nothing here may lean on a runtime's own modules.
  platform: 'neutral',
  target: 'es2022',
  // .mjs and .cjs say what they are whatever the package around them says.
  fixedExtension: true,
  dts: true,
  outputOptions: { exports: 'named' },
  sourcemap: true,
  clean: true,
  deps: { neverBundle: [/^openai/] },
});
