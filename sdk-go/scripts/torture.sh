#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compiles what the generator makes of its torture spec, with the written files beside it.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
../.venv/bin/python -m ringside_codegen generate --root ../spec/codegen/tests/torture/spec --out "$out" --target go >/dev/null
# Written helpers of the product's own nouns have no place there, and OpenAI has no service of the torture spec's name.
for file in *.go; do
  case $file in *.gen.go | *_test.go | customers.go) ;; *) cp "$file" "$out/sdk-go/" ;; esac
done
cp go.mod go.sum "$out/sdk-go/"
sed -i 's/\bInnerService\b/ModelService/g; s/NewInnerService/NewModelService/g' "$out/sdk-go/inner_things.gen.go"
cd "$out/sdk-go"
go vet .
