# SPDX-License-Identifier: Apache-2.0
"""What the bench needs beside this checkout, installed once into build/bench; versions are pinned here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HOME = ROOT / "build" / "bench"
LITELLM, PORTKEY = "1.106.12", "1.15.2"
#: Portkey's streams break with later ones.
NODE_SERVER = "1.14.1"
LOAD, LITELLM_BIN = HOME / "load", HOME / "litellm" / "bin" / "litellm"
PORTKEY_FOLDER = HOME / "portkey" / "node_modules" / "@portkey-ai" / "gateway"


def install() -> None:
    """Whatever is missing; says what it does, for it takes minutes."""
    HOME.mkdir(parents=True, exist_ok=True)
    if shutil.which("wrk") is None:
        _say("wrk, from Debian")
        sudo = [] if os.getuid() == 0 else ["sudo"]
        subprocess.run([*sudo, "apt-get", "install", "-y", "-qq", "wrk"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["go", "build", "-o", LOAD, "."], cwd=ROOT / "gateway" / "bench" / "load", check=True)
    if not LITELLM_BIN.exists():
        _say(f"litellm {LITELLM}")
        subprocess.run([sys.executable, "-m", "venv", HOME / "litellm"], check=True)
        pip = [HOME / "litellm" / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, f"litellm[proxy]=={LITELLM}"], check=True)
    if not PORTKEY_FOLDER.exists():
        _say(f"portkey {PORTKEY}")
        (HOME / "portkey").mkdir(exist_ok=True)
        wanted = {
            "private": True,
            "dependencies": {"@portkey-ai/gateway": PORTKEY},
            "overrides": {"@hono/node-server": NODE_SERVER},
        }
        (HOME / "portkey" / "package.json").write_text(json.dumps(wanted))
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=HOME / "portkey", check=True)


def _say(what: str) -> None:
    print(f"installing {what} (once)", flush=True)
