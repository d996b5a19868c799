# SPDX-License-Identifier: Apache-2.0
"""The process for background work beside the web workers: started, kept alive, and ended with its parent."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from typing import Any

#: A process that dies at once (no database yet) is not started again faster than this.
RESTART_S = 1.0
#: Patience before SIGKILL follows SIGTERM.
STOP_S = 5.0
_PR_SET_PDEATHSIG = 1
#: The master queues these for itself; a child that inherited that would not hear them.
_MASTERS_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
_log = logging.getLogger("ringside.background")


class Background:
    """One child process that runs `task`, so that background work never delays a request."""

    def __init__(self, task: Callable[[], None]) -> None:
        self._task = task
        self._pid: int | None = None
        self._started = 0.0

    def keep_running(self, listeners: Sequence[Any] = ()) -> None:
        """Starts the process unless it runs; `listeners` are the web workers' and are closed in it."""
        if self._pid is not None and not _is_running(self._pid):
            _log.warning("the background process %s ended; starting another", self._pid)
            self._pid = None
        if self._pid is None and time.monotonic() - self._started >= RESTART_S:
            self._started = time.monotonic()
            self._pid = self._start(listeners)

    def stop(self) -> None:
        """Ends the process and waits for it: nothing of ours outlives the command."""
        pid, self._pid, self._started = self._pid, None, 0.0
        for number in (signal.SIGTERM, signal.SIGKILL):
            if pid is None:
                return
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                return
            deadline = time.monotonic() + STOP_S
            while time.monotonic() < deadline:
                if not _is_running(pid):
                    return
                time.sleep(0.01)

    def _start(self, listeners: Sequence[Any]) -> int:
        parent = os.getpid()
        pid = os.fork()
        if pid > 0:
            return pid
        status = 1
        try:
            for number in _MASTERS_SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            _die_with(parent)
            for listener in listeners:
                listener.sock.close()
            self._task()
            status = 0
        except Exception:
            _log.exception("the background process failed")
        finally:
            os._exit(status)


def _is_running(pid: int) -> bool:
    """Whether a child of ours runs; one that has ended is buried, unless the master did that already."""
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False


def _die_with(parent: int) -> None:
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    except (AttributeError, OSError):
        _log.info("no parent-death signal on this system")
    if os.getppid() != parent:
        os._exit(0)
