#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Holds what the generator makes of its torture spec against the strict checker, with the written files beside it.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
../.venv/bin/python -m ringside_codegen generate --root ../spec/codegen/tests/torture/spec --out "$out" --target python >/dev/null
made=$out/sdk-python/src/ringside
# Written files that name the product's own nouns have no place there, and OpenAI has no resource of the spec's name.
for file in src/ringside/*.py; do
  case $file in */_client.py | */_async_client.py | */__init__.py) ;; *) cp "$file" "$made/" ;; esac
done
touch "$made/__init__.py"
sed -i -E 's/openai\.resources\.inner\b/openai.resources.moderations/; s/\b(HostAsync|Host|Async)?Inner(With|,|\)| as|$)/\1Moderations\2/g' \
  "$made"/_generated/*/inner_things.py
[ ! -d .mypy_cache ] || cp -r .mypy_cache "$out/cache"
MYPYPATH=$out/sdk-python/src .venvs/newest/bin/mypy --config-file pyproject.toml --cache-dir "$out/cache" -p ringside._generated
