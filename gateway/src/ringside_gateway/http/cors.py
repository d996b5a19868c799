# SPDX-License-Identifier: Apache-2.0
"""Calls from pages of other origins (product page §8): preflights, and which headers a page may send and read."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from typing import Any, Protocol

import falcon

from ringside_gateway.domain._generated.headers import RESPONSE_HEADERS
from ringside_gateway.domain.errors import GatewayError

#: What OpenAI's and our SDKs send; anything else a page asks for is left out of the answer.
_MAY_SEND = re.compile(
    r"x-stainless-[a-z0-9-]+|openai-[a-z0-9-]+|fc-[a-z]+|idempotency-key|authorization|content-type|user-agent"
)
_METHODS = "GET, POST, PATCH, DELETE"
_READABLE = ", ".join(RESPONSE_HEADERS)
#: Browsers ask again after so long, and we remember as long whom we served; a revoked token is refused anyway.
_MAX_AGE_S = 600
_MOST_REMEMBERED = 10_000


class Origins(Protocol):
    """Knows the origins that living client tokens name."""

    def serves_origin(self, origin: str) -> bool:
        """Whether a page of this origin may call; GatewayError when that cannot be looked up."""


def is_preflight(req: falcon.Request) -> bool:
    """Whether a browser asks what the page's next request may hold."""
    return req.method == "OPTIONS" and req.get_header("Access-Control-Request-Method") is not None


class Cors:
    """Answers preflights, and marks answers that a page may read."""

    def __init__(self, allowed: frozenset[str], origins: Origins) -> None:
        self._allowed = allowed
        self._origins = origins
        self._served_until: dict[str, float] = {}

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Completes a preflight with 204; what is not allowed gets no CORS headers, which is how browsers say no."""
        req.context.cors_origin = self._served(req, look_up=not req.context.over_limit)
        if not is_preflight(req):
            return
        resp.status = 204
        resp.complete = True
        if req.context.cors_origin is not None:
            asked = (req.get_header("Access-Control-Request-Headers") or "").lower().split(",")
            names = [name.strip() for name in asked if _MAY_SEND.fullmatch(name.strip())]
            resp.set_header("Access-Control-Allow-Methods", _METHODS)
            resp.set_header("Access-Control-Allow-Headers", ", ".join(names))
            resp.set_header("Access-Control-Max-Age", str(_MAX_AGE_S))

    def process_response(self, req: falcon.Request, resp: falcon.Response, resource: Any, succeeded: bool) -> None:
        """Lets the page read the answer, errors included, also that of the edge limit, which comes before us."""
        resp.append_header("Vary", "Origin")
        over_limit = "cors_origin" not in req.context
        origin = self._served(req, look_up=False) if over_limit else req.context.cors_origin
        if origin is not None:
            resp.set_header("Access-Control-Allow-Origin", origin)
            resp.set_header("Access-Control-Expose-Headers", _READABLE)

    def _served(self, req: falcon.Request, *, look_up: bool) -> str | None:
        origin: str | None = req.get_header("Origin")
        if origin is None or origin == "null" or len(origin) > 300:
            return None
        listed = "*" in self._allowed or origin.lower() in self._allowed
        return origin if listed or self._serves(origin, look_up) else None

    def _serves(self, origin: str, look_up: bool) -> bool:
        """From memory where no look-up succeeds, or none may be made: strangers over their limit cost no database."""
        if look_up:
            with suppress(GatewayError):
                return self._remember(origin, self._origins.serves_origin(origin))
        return self._served_until.get(origin, 0) > time.monotonic()

    def _remember(self, origin: str, served: bool) -> bool:
        """Only origins of living tokens are remembered: strangers cannot fill the memory."""
        if not served:
            self._served_until.pop(origin, None)
            return False
        if len(self._served_until) >= _MOST_REMEMBERED:
            self._served_until.clear()
        self._served_until[origin] = time.monotonic() + _MAX_AGE_S
        return True
