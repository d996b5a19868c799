# SPDX-License-Identifier: Apache-2.0
"""CPU per JSON call through the whole application, sandbox included, beside a health check through the same code.

Everything is switched on: authentication, validation, limits, hold, settlement, ledger, on a real SQLite file.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ringside_gateway.settings import Settings
from ringside_gateway.wiring import build_app, build_bootstrap

CALLS, ROUNDS = 300, 5
BODY = b'{"model":"fc:openai/gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}'


def environ(path: str, key: str, body: bytes) -> dict[str, Any]:
    """A WSGI request as the server would hand it in."""
    return {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": path,
        "RAW_URI": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "bench",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_AUTHORIZATION": f"Bearer {key}",
        "HTTP_FC_CUSTOMER": "cus_42",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }


def cpu_us(app: Any, path: str, key: str, body: bytes) -> float:
    """CPU microseconds a call, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(CALLS):
            answered = app(environ(path, key, body), lambda status, headers, error=None: None)
            assert b"".join(answered)
        best = min(best, (time.process_time() - began) / CALLS * 1e6)
    return best


def main() -> None:
    """Prints both figures and what is between them."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), worker="gthread")
        bootstrap = build_bootstrap(settings)
        bootstrap.upgrade()
        key = bootstrap.ensure_test_key(None)
        app = build_app(settings)
        health, chat = cpu_us(app, "/healthz", key, b""), cpu_us(app, "/v1/chat/completions", key, BODY)
    print(f"health check                  {health:7.0f} µs CPU")
    print(f"JSON chat call with sandbox   {chat:7.0f} µs CPU")


if __name__ == "__main__":
    main()
