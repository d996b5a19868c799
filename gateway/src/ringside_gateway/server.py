# SPDX-License-Identifier: Apache-2.0
"""Worker processes: gunicorn embedded, graceful stop and reload, and the background process beside them."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication

from ringside_gateway.providers.tokens import preload
from ringside_gateway.settings import Settings
from ringside_gateway.wiring import build_app, build_services

#: Streams under way may go on this long after a stop or reload was asked for.
GRACE_S = 60
PRELOAD_AFTER_S = 0.3
_PR_SET_PDEATHSIG = 1


class _Application(BaseApplication):  # type: ignore[misc]  # gunicorn has no type information
    def __init__(self, settings: Settings, ready: Callable[[], None], background: bool) -> None:
        self._settings, self._ready, self._background = settings, ready, background
        self._background_pid: int | None = None
        super().__init__()

    def load_config(self) -> None:
        """Gunicorn's settings from ours."""
        settings = self._settings
        options: dict[str, Any] = {
            "bind": f"{settings.host}:{settings.port}",
            "workers": settings.workers,
            "worker_class": f"ringside_gateway.worker_{settings.worker}.Worker",
            "threads": settings.threads if settings.worker == "gthread" else 1,
            "worker_connections": 4000,
            "graceful_timeout": GRACE_S,
            "timeout": 90,
            "keepalive": 75,
            "limit_request_line": 8190,
            "limit_request_field_size": 16_384,
            "loglevel": "warning",
            "proc_name": "ringside-gateway",
            "when_ready": self._when_ready,
            "post_worker_init": lambda worker: _preload_soon(),
            "on_exit": self._on_exit,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        """The application, built in each worker after the fork."""
        return build_app(self._settings)

    def _when_ready(self, arbiter: Any) -> None:
        if self._background:
            self._background_pid = _start_background(self._settings)
        self._ready()

    def _on_exit(self, arbiter: Any) -> None:
        if self._background_pid is not None:
            _stop(self._background_pid)


def serve(settings: Settings, ready: Callable[[], None], *, background: bool = True) -> None:
    """Serves until told to stop; `ready` runs once the port is open."""
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    _Application(settings, ready, background).run()


def work(settings: Settings) -> None:
    """Runs background work alone until SIGTERM or SIGINT."""
    from ringside_gateway.workers.loop import run

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(build_services(settings), stop)


def _preload_soon() -> None:
    """Loads the tokenizer once the worker answers: neither its first health check nor its first call waits for it."""
    timer = threading.Timer(PRELOAD_AFTER_S, preload)
    timer.daemon = True
    timer.start()


def _stop(pid: int) -> None:
    """Ends the background process and waits for it: nothing of ours outlives the command."""
    for number, patience_s in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        try:
            os.kill(pid, number)
            deadline = time.monotonic() + patience_s
            while time.monotonic() < deadline:
                if os.waitpid(pid, os.WNOHANG) != (0, 0):
                    return
                time.sleep(0.01)
        except (ProcessLookupError, ChildProcessError):
            return


def _start_background(settings: Settings) -> int:
    """A child process for background work, so that it never delays a request; it dies with its parent."""
    parent = os.getpid()
    pid = os.fork()
    if pid > 0:
        return pid
    try:
        _die_with(parent)
        work(settings)
    finally:
        os._exit(0)


def _die_with(parent: int) -> None:
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    except (AttributeError, OSError):
        logging.getLogger(__name__).info("no parent-death signal on this system")
    if os.getppid() != parent:
        os._exit(0)
