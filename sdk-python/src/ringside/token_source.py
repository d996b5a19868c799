# SPDX-License-Identifier: Apache-2.0
"""Client tokens, fixed or renewed. Calls under way share one fetch; the text never shows in a repr or an error."""

from __future__ import annotations

import base64
import inspect
import json
import threading
import time
from collections.abc import Awaitable, Callable

#: A token is fetched anew this long before it expires, so that it does not die on the way.
EXPIRY_MARGIN_S = 10

#: Gives the text of a client token, for example by asking your own server to mint one.
TokenProvider = Callable[[], str]
AsyncTokenProvider = Callable[[], "str | Awaitable[str]"]


class TokenSource:
    """One client token for many calls and threads. Raises ValueError for text no header can carry."""

    def __init__(self, token: str | TokenProvider) -> None:
        self._provider = token if callable(token) else None
        self._token = None if callable(token) else checked(token)
        self._lock = threading.Lock()

    def token(self) -> str:
        """The token to send now; asks the provider when there is none yet or it is about to expire."""
        known = self._token
        if known is not None and (self._provider is None or not expires_soon(known)):
            return known
        return self._fetch(instead_of=known)

    def replace(self, refused: str) -> str | None:
        """Another token in place of one the gateway called expired; None when there is none to be had.

        Callers who were refused together get the same new token.
        """
        if self._provider is None:
            return None
        fresh = self._fetch(instead_of=refused)
        return None if fresh == refused else fresh

    def _fetch(self, instead_of: str | None) -> str:
        assert self._provider is not None
        with self._lock:
            if self._token is None or self._token == instead_of:
                self._token = checked(self._provider())
            return self._token

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


class AsyncTokenSource:
    """As `TokenSource`, for async clients; the provider may be a coroutine function."""

    def __init__(self, token: str | AsyncTokenProvider) -> None:
        # Only anyio's lock serves every event loop the host supports; it is imported by the host anyway.
        from anyio import Lock

        self._provider = token if callable(token) else None
        self._token = None if callable(token) else checked(token)
        self._lock = Lock()

    async def token(self) -> str:
        """As `TokenSource.token`."""
        known = self._token
        if known is not None and (self._provider is None or not expires_soon(known)):
            return known
        return await self._fetch(instead_of=known)

    async def replace(self, refused: str) -> str | None:
        """As `TokenSource.replace`."""
        if self._provider is None:
            return None
        fresh = await self._fetch(instead_of=refused)
        return None if fresh == refused else fresh

    async def _fetch(self, instead_of: str | None) -> str:
        assert self._provider is not None
        async with self._lock:
            if self._token is None or self._token == instead_of:
                made = self._provider()
                self._token = checked(await made if inspect.isawaitable(made) else made)
            return self._token

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


def checked(token: object) -> str:
    """The text without blanks around it. Raises ValueError, never quoting the token."""
    text = token.strip() if isinstance(token, str) else ""
    if not text or not all("!" <= character <= "~" for character in text):
        raise ValueError("A client token must be a non-empty string of visible ASCII characters.")
    return text


def expires_soon(token: str) -> bool:
    """Whether the token's `exp` claim is near; text that is no readable JWT is simply sent."""
    try:
        claims = token.split(".")[1]
        expiry = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"]
        return bool(time.time() >= expiry - EXPIRY_MARGIN_S)
    except (IndexError, KeyError, TypeError, ValueError):
        return False
