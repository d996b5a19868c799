#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Holds what the generator makes of its torture spec against the strict compiler, with the written files beside it.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
../.venv/bin/python -m ringside_codegen generate --root ../spec/codegen/tests/torture/spec --out "$out" --target typescript >/dev/null
# Written files that name the product's own nouns have no place there, and OpenAI has no resource of the spec's name.
cp -r src/fetch "$out/sdk-typescript/src/"
for file in src/*.ts; do
  case $file in *.test.ts | src/client.ts | src/index.ts) ;; *) cp "$file" "$out/sdk-typescript/src/" ;; esac
done
cp package.json tsconfig.json "$out/sdk-typescript/"
ln -s "$PWD/node_modules" "$out/sdk-typescript/node_modules"
cd "$out/sdk-typescript"
rm -f src/fetch/*.test.ts
sed -i 's/HostInner }/APIResource as HostInner }/' src/generated/resources/inner-things.ts
node_modules/.bin/tsc --noEmit
