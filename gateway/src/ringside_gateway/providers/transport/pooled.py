# SPDX-License-Identifier: Apache-2.0
"""urllib3's pools: with threads as they are, under gevent through its patched sockets."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from functools import cached_property

import certifi
import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    IncompleteRead,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)

from ringside_gateway.providers.transport import Outgoing, TransportError

#: Connections kept open to one provider.
POOL_SIZE = 100


class PooledResponse:
    """A response of urllib3 behind the port."""

    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        self._response = response
        self.status = response.status
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in response.headers.items()}

    def read(self) -> bytes:
        """The whole body."""
        with _translated():
            body = self._response.read(decode_content=True)
        self._response.release_conn()
        return body

    def pieces(self) -> Iterator[bytes]:
        """What arrives, as it arrives."""
        with _translated():
            while piece := self._response.read1(65_536, decode_content=True):
                yield piece
        self._response.release_conn()

    def close(self) -> None:
        """Shuts the connection down, which ends a read elsewhere."""
        with contextlib.suppress(Exception):
            self._response.shutdown()
        self._response.close()


class PooledTransport:
    """One pool manager for the life of the process."""

    @cached_property
    def _pools(self) -> urllib3.PoolManager:
        return urllib3.PoolManager(num_pools=64, maxsize=POOL_SIZE, block=False, ca_certs=certifi.where())

    def send(self, request: Outgoing) -> PooledResponse:
        """Posts; no redirect is followed and nothing is retried here."""
        timeout = urllib3.Timeout(connect=request.connect_timeout_s, read=request.timeout_s)
        with _translated():
            response = self._pools.request(
                "POST",
                request.url,
                body=request.body,
                headers=dict(request.headers),
                timeout=timeout,
                preload_content=False,
                redirect=False,
                retries=False,
            )
        return PooledResponse(response)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (ConnectTimeoutError, NewConnectionError, NameResolutionError) as error:
        raise TransportError("connect", str(error)) from error
    except ReadTimeoutError as error:
        raise TransportError("timeout", str(error)) from error
    except IncompleteRead as error:
        raise TransportError("truncated", str(error)) from error
    except ProtocolError as error:
        cut = "IncompleteRead" in str(error) or "Premature" in str(error)
        raise TransportError("truncated" if cut else "reset", str(error)) from error
    except (HTTPError, OSError, ValueError, AttributeError) as error:
        raise TransportError("protocol", str(error)) from error
