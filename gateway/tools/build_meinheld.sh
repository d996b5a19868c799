#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds meinheld 1.0.2 for one Python and the greenlet installed there, and installs it: into that environment, or
# into FOLDER. Needs a C compiler. Plain pip cannot: meinheld pins a greenlet of 2020, brings that greenlet's header,
# and leaves out an include that newer systems need.
#   gateway/tools/build_meinheld.sh [PYTHON [FOLDER]]
set -euo pipefail
PYTHON=${1:-python3}; FOLDER=${2:-}
SHA256=008c76937ac2117cc69e032dc69cea9f85fc605de9bac1417f447c41c16a56d6
HEADER=$("$PYTHON" -c 'import greenlet, pathlib; print(pathlib.Path(greenlet.__file__).with_name("greenlet.h"))')
WORK=$(mktemp -d); trap 'rm -rf "$WORK"' EXIT
echo "meinheld==1.0.2 --hash=sha256:$SHA256" >"$WORK/requirements.txt"
export CFLAGS="-O2 -DNDEBUG -include sys/uio.h -include $HEADER"
# A cached wheel may be of another greenlet: the two are only compatible at the version they were built together.
"$PYTHON" -m pip wheel --quiet --disable-pip-version-check --no-cache-dir --require-hashes --no-deps --no-binary meinheld \
  --no-build-isolation -r "$WORK/requirements.txt" -w "$WORK"
"$PYTHON" -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall \
  ${FOLDER:+--target "$FOLDER" --upgrade} "$WORK"/meinheld-*.whl
echo "meinheld is built for $("$PYTHON" -c 'import greenlet, sys; print("Python", sys.version.split()[0], "and greenlet", greenlet.__version__)')"
