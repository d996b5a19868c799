# SPDX-License-Identifier: Apache-2.0
"""The command `ringside-gateway`. Patching for gevent happens here, before anything else is imported."""

from __future__ import annotations

import os
import sys
from typing import Any


def _worker_class(arguments: list[str]) -> str:
    """Which kind of worker this command will run, read before any import may be patched too late."""
    for position, argument in enumerate(arguments):
        if argument == "--worker" and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith("--worker="):
            return argument.partition("=")[2]
    return os.environ.get("RINGSIDE_WORKER", "gevent")


class _Top:
    """The upper layers, imported when a command first needs them."""

    def build_services(self, settings: Any) -> Any:
        from ringside_gateway.wiring import build_services

        return build_services(settings)

    def build_bootstrap(self, settings: Any) -> Any:
        from ringside_gateway.wiring import build_bootstrap

        return build_bootstrap(settings)

    def serve(self, settings: Any, ready: Any, *, background: bool) -> None:
        from ringside_gateway.server import serve

        serve(settings, ready, background=background)

    def work(self, settings: Any) -> None:
        from ringside_gateway.server import work

        work(settings)


def main() -> None:
    """Runs the command line."""
    if "serve" in sys.argv[1:2] and _worker_class(sys.argv[2:]) == "gevent":
        from gevent import monkey

        monkey.patch_all()
    from ringside_gateway.cli.main import cli

    cli(prog_name="ringside-gateway", obj=_Top())


if __name__ == "__main__":
    main()
