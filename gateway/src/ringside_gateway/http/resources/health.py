# SPDX-License-Identifier: Apache-2.0
"""/healthz and /readyz, the OpenAPI document and its reference page: open to all."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources

import falcon

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.http._generated.operations import OPERATIONS
from ringside_gateway.http.jsons import dump
from ringside_gateway.http.operation import Resource
from ringside_gateway.services.health import NEEDED


class Live(Resource):
    """Whether the process is alive; asks nobody."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Always 200."""
        resp.data = dump({"status": "ok", "version": self.edge.version, "checks": {}})

    on_get.operation = OPERATIONS["health.live"]  # type: ignore[attr-defined]


class Ready(Resource):
    """Whether the gateway can serve."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200, or 503 `service_unavailable`."""
        checks = self.services.health.check()
        missing = [name for name in NEEDED if not checks[name]]
        if missing:
            raise GatewayError("service_unavailable", f"Not ready: {', '.join(missing)}.", retry_after_seconds=1)
        resp.data = dump({"status": "ok", "version": self.edge.version, "checks": checks})

    on_get.operation = OPERATIONS["health.ready"]  # type: ignore[attr-defined]


@cache
def _generated(name: str) -> bytes:
    return resources.files("ringside_gateway.http._generated").joinpath(name).read_bytes()


@cache
def _mark(name: str) -> falcon.ETag:
    return falcon.ETag(hashlib.sha256(_generated(name)).hexdigest()[:32])


class Document:
    """A generated file: the OpenAPI document, or its reference page."""

    def __init__(self, name: str, content_type: str) -> None:
        self._name = name
        self._content_type = content_type

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """The file, read once; 304 where the reader has it."""
        resp.content_type = self._content_type
        resp.etag = mark = _mark(self._name)
        resp.set_header("Cache-Control", "no-cache")
        if mark in (req.if_none_match or ()):
            resp.status = 304
        else:
            resp.data = _generated(self._name)

    on_head = on_get


class Root:
    """The address itself: sends people to the reference."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """A redirect."""
        raise falcon.HTTPFound("/docs")

    on_head = on_get
