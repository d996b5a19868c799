# SPDX-License-Identifier: Apache-2.0
"""Worker processes: gunicorn embedded, graceful stop and reload, and the background process beside them."""

from __future__ import annotations

import gc
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from ringside_gateway.background import Background
from ringside_gateway.providers import tokens
from ringside_gateway.settings import Settings, SettingsError
from ringside_gateway.wiring import build_app, build_services

#: Streams under way may go on this long after a stop or reload was asked for.
GRACE_S = 60
#: How long TCP keeps asking a client that fell silent; workers' sockets take these over from the listener.
_KEEPALIVE = {"SO_KEEPALIVE": 1, "TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 60_000}
_log = logging.getLogger("ringside.server")


class _Application(BaseApplication):  # type: ignore[misc]  # gunicorn has no type information
    def __init__(self, load: Callable[[], Settings], ready: Callable[[int], None], background: bool) -> None:
        self._load_settings, self._ready = load, ready
        self.settings = load()
        self.background = Background(lambda: work(self.settings)) if background else None
        self._started = False
        super().__init__()

    def load_config(self) -> None:
        """Gunicorn's settings from ours; on a reload ours are read again."""
        if self._started:
            self._read_again()
        for name, value in _options(self.settings).items():
            self.cfg.set(name, value)
        for hook in ("when_ready", "on_exit", "on_reload"):
            self.cfg.set(hook, getattr(self, f"_{hook}"))

    def load(self) -> Callable[..., Any]:
        """The application, built in each worker after the fork."""
        return build_app(self.settings)

    def run(self) -> None:
        """Runs the master process. What is loaded before it forks, all workers share."""
        tokens.preload()
        gc.freeze()
        _Master(self).run()

    def _read_again(self) -> None:
        try:
            self.settings = self._load_settings()
        except SettingsError as error:
            _log.error("the settings stay as they were: %s", error)
        else:
            _configure_logging(self.settings)

    def _when_ready(self, arbiter: Any) -> None:
        self._started = True
        for listener in arbiter.LISTENERS:
            _ask_silent_clients(listener.sock)
        if self.background is not None:
            self.background.keep_running(arbiter.LISTENERS)
        self._ready(arbiter.LISTENERS[0].sock.getsockname()[1])

    def _on_reload(self, arbiter: Any) -> None:
        if self.background is not None:
            self.background.stop()

    def _on_exit(self, arbiter: Any) -> None:
        if self.background is not None:
            self.background.stop()


class _Master(Arbiter):  # type: ignore[misc]  # gunicorn has no type information
    def manage_workers(self) -> None:
        """Called every second and whenever a child ends."""
        super().manage_workers()
        if self.app.background is not None:
            self.app.background.keep_running(self.LISTENERS)


def _configure_logging(settings: Settings) -> None:
    """`log_level` is for our own lines; at debug a library's would tell what customers wrote."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in ("ringside", "ringside_gateway"):
        logging.getLogger(name).setLevel(settings.log_level.upper())


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "bind": f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}",
        "workers": settings.workers,
        "worker_class": f"ringside_gateway.worker_{settings.worker}.Worker",
        "threads": settings.threads if settings.worker == "gthread" else 1,
        "worker_connections": 4000,
        "max_requests": settings.max_requests,
        "max_requests_jitter": settings.max_requests // 5,
        "graceful_timeout": GRACE_S,
        "timeout": 90,
        "keepalive": 75,
        "limit_request_line": 8190,
        "limit_request_field_size": 16_384,
        "loglevel": "warning",
        "proc_name": "ringside-gateway",
        # gunicorn would open one in the user's home, the same for every gateway of that user
        "control_socket_disable": True,
    }


def worker_problem(settings: Settings) -> str | None:
    """Why the kind of worker asked for cannot run here, and what to do about it; None when it can."""
    if settings.worker != "meinheld":
        return None
    from ringside_gateway.worker_meinheld import missing_condition

    return missing_condition(settings.behind_normalising_proxy, settings.host)


def serve(load: Callable[[], Settings], ready: Callable[[int], None], *, background: bool = True) -> None:
    """Serves until told to stop; `ready` gets the port once it is open. SIGHUP reads `load()` again."""
    application = _Application(load, ready, background)
    _configure_logging(application.settings)
    sys.stdout.flush()
    application.run()


def work(settings: Settings) -> None:
    """Runs background work alone until SIGTERM or SIGINT."""
    from ringside_gateway.workers.loop import run

    _configure_logging(settings)
    stop = threading.Event()
    signal.signal(signal.SIGHUP, lambda *_: _log.warning("background work reads its settings when it starts"))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(build_services(settings), stop)


def _ask_silent_clients(listener: socket.socket) -> None:
    for name, value in _KEEPALIVE.items():
        if hasattr(socket, name):
            level = socket.SOL_SOCKET if name.startswith("SO_") else socket.IPPROTO_TCP
            listener.setsockopt(level, getattr(socket, name), value)
