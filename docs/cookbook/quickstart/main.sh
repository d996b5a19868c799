#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The newest Sonnet from version 4 on, for one of your customers, and who really served it. No SDK at all.
set -euo pipefail
model='match:anthropic/sonnet>=4'
echo "asking $model"

headers=$(mktemp)
curl --silent --show-error --dump-header "$headers" "$FC_BASE_URL/chat/completions" \
  -H "Authorization: Bearer $FC_API_KEY" \
  -H "FC-Customer: cus_42" \
  -d "{\"model\":\"$model\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}" |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["choices"][0]["message"]["content"])'
echo "served by $(sed -n 's/^x-ringside-model-resolved: *\([^[:space:]]*\).*/\1/ip' "$headers")"
rm "$headers"
