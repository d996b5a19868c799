#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/install.sh PYTHON ARGUMENTS: `uv pip install` for that interpreter, with the index, wheels and certificates that
# pip is told to use, for uv reads its own settings only.
set -euo pipefail
HOME_BIN=$(cd "$(dirname "$0")/.." && pwd)/.venv/bin
PYTHON=$1; shift

told_pip=$("$HOME_BIN/python" -m pip config list 2>/dev/null || true)
pass_on() {
  local value; value=$(sed -n "s/^[^=]*\.$1='\(.*\)'$/\1/p" <<<"$told_pip" | tail -1)
  [ -z "$value" ] || [ -n "${!2:-}" ] || export "$2=$value"
}
pass_on index-url UV_DEFAULT_INDEX
pass_on extra-index-url UV_INDEX
pass_on find-links UV_FIND_LINKS
pass_on cert SSL_CERT_FILE
exec "$HOME_BIN/uv" pip install --quiet --python "$PYTHON" "$@"
