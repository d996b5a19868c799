#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compiles what the generator makes of its torture spec, every warning an error, with the written files beside it.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
../.venv/bin/python -m ringside_codegen generate --root ../spec/codegen/tests/torture/spec --out "$out" --target java >/dev/null
# OpenAI has no service of the spec's name, nor one below a resource of ours; written classes of the product's own nouns
# have no place there.
made=$out/sdk-java/src/generated/java
sed -i 's/\bInnerService/ModelService/g; s/ForwardingInnerService/ForwardingModelService/g; s/new \(InnerThingsResource\w*\)(options)/new \1(null, options)/' \
  "$made"/pro/fightclub/ringside/resources/*.java
written=$(find src/main/java -name '*.java' \
  -not -path '*/resources/Ringside*' -not -name '*RingsideClient*.java' -not -path '*/webhooks/*')
forwarders=$(find src/generated/java/pro/fightclub/ringside/compat -name '*.java')
# shellcheck disable=SC2046,SC2086
javac -Xlint:all,-processing,-classfile -Werror -d "$out/classes" -cp "$(cat target/classpath.txt)" \
  $(find "$made" -name '*.java') $written $forwarders
