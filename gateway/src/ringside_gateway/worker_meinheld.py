# SPDX-License-Identifier: Apache-2.0
"""The meinheld worker: the fastest server and an unmaintained one, for closed networks behind a normalising proxy.

Run as a program this module tests meinheld itself: one request over a socket with a wait in its middle.
"""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.workers.base import Worker as GunicornWorker

#: Idle clients keep a stopping worker alive this long, so it is short; a proxy just connects again.
KEEPALIVE_S = 5
#: Where nginx puts the path as the client sent it: meinheld hands on a decoded one, in which `%2F` is lost.
RAW_PATH_HEADER = "HTTP_X_ORIGINAL_URI"
_BUILD = "build it with gateway/tools/build_meinheld.sh"
_SELF_TEST_S = 20


def missing_condition(behind_normalising_proxy: bool, host: str) -> str | None:
    """Which condition of this worker is not met and what to do about it; None when all are."""
    if sys.platform != "linux":
        return "worker meinheld runs on Linux only: it waits with epoll and timerfd"
    if not behind_normalising_proxy:
        return (
            "worker meinheld needs a normalising proxy in front, for its parser can be led astray by hostile requests: "
            "put nginx before it as docs/how-to/run-with-meinheld.md shows, then set behind_normalising_proxy = true"
        )
    if ":" in host:
        return f"worker meinheld listens on IPv4 only, not on {host}"
    if importlib.util.find_spec("meinheld") is None:
        return f"worker meinheld needs the package meinheld, which plain pip cannot build: {_BUILD}"
    return _failed_self_test()


def _failed_self_test() -> str | None:
    """In a process of its own: built for another greenlet, meinheld does not fail but crash."""
    command = [sys.executable, "-W", "ignore", "-m", "ringside_gateway.worker_meinheld"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SELF_TEST_S, check=False)
    except subprocess.TimeoutExpired:
        return f"meinheld hung in its self-test; it was built for another greenlet or Python: {_BUILD}"
    if done.returncode == 0:
        return None
    said = (done.stderr.strip().splitlines() or ["no message"])[-1]
    how = f"signal {-done.returncode}" if done.returncode < 0 else f"status {done.returncode}"
    return f"meinheld fails its self-test ({how}, {said}); it was built for another greenlet or Python: {_BUILD}"


class Worker(GunicornWorker):  # type: ignore[misc]  # gunicorn has no type information
    """meinheld's loop with gunicorn's heartbeat, signals and request count. gunicorn's logger is left as it is."""

    def run(self) -> None:
        """Serves until told to stop."""
        from meinheld import server

        self._server, self._stopping, self._signals_are_ours = server, False, False
        server.set_access_logger(None)
        server.set_error_logger(_Errors(self.log))
        server.set_keepalive(KEEPALIVE_S)
        server.set_max_content_length(self.app.settings.max_body_bytes)
        # Descriptors, not clients: each client may have a provider's connection and a timer beside its own.
        server.set_picoev_max_fd(3 * self.cfg.worker_connections + 1024)
        server.set_watchdog(self._every_second)
        server.set_listen_socket([listener.fileno() for listener in self.sockets])
        server.run(self._serve)

    def _serve(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.nr += 1
        if self.nr >= self.max_requests:
            self.alive = False
        if raw := environ.get(RAW_PATH_HEADER):
            environ["RAW_URI"] = raw
        answered: Iterable[bytes] = self.wsgi(environ, start_response)
        return answered

    def _every_second(self) -> None:
        """Heartbeat, and what signals asked for: meinheld's own handlers would cut streams off after a second."""
        if not self._signals_are_ours:
            self.init_signals()
            self._signals_are_ours = True
        self.notify()
        if self.ppid != os.getppid():
            self.alive = False
        if not self.alive and not self._stopping:
            self._stopping = True
            self._server.stop(self.cfg.graceful_timeout)


class _Errors:
    """What meinheld calls when the application or a connection failed."""

    def __init__(self, log: Any) -> None:
        self._log = log

    def error(self, kind: Any, value: Any, trace: Any) -> None:
        """A client that went away is no error."""
        if not isinstance(value, OSError):
            self._log.error("a request failed in the server", exc_info=(kind, value, trace))


def self_test() -> None:
    """Serves one request whose handler waits in the loop; leaves the process with 0 when the answer is right."""
    from meinheld import server

    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    ready, wake = os.pipe()

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        server.trampoline(ready, read=True, timeout=5)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    def ask() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
            threading.Timer(0.05, os.write, (wake, b"!")).start()
            answer = b""
            while piece := client.recv(4096):
                answer += piece
        os._exit(0 if answer.endswith(b"\r\n\r\nok") else 1)

    threading.Thread(target=ask, daemon=True).start()
    server.set_access_logger(None)
    server.set_listen_socket([listener.fileno()])
    server.run(application)


if __name__ == "__main__":
    self_test()
