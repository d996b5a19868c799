# SPDX-License-Identifier: Apache-2.0
"""Passes a case's request on to a real gateway, and its answer back byte for byte."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from ringside_conformance.wire import Wire


@dataclass(frozen=True)
class Behind:
    """Where a real gateway is. `prefix` is what its base URL has before /v1."""

    host: str
    port: int
    prefix: str = ""
    tls: ssl.SSLContext | None = None

    @classmethod
    def of(cls, base_url: str) -> Behind:
        """From a base URL that ends in /v1."""
        where = urlsplit(base_url)
        secure = where.scheme == "https"
        prefix = where.path.rstrip("/").removesuffix("/v1")
        port = where.port or (443 if secure else 80)
        return cls(where.hostname or "127.0.0.1", port, prefix, ssl.create_default_context() if secure else None)


async def forward(behind: Behind, request: Wire, writer: asyncio.StreamWriter | None) -> bytes:
    """One request, one connection; the whole answer. Without a writer the client gets nothing of it."""
    reader, upstream = await asyncio.open_connection(behind.host, behind.port, ssl=behind.tls)
    target = behind.prefix + request.path + (f"?{request.query}" if request.query else "")
    dropped = ("host", "connection", "content-length", "transfer-encoding")
    headers = [(name, value) for name, value in request.headers if name.lower() not in dropped]
    headers += [
        ("Host", f"{behind.host}:{behind.port}"),
        ("Connection", "close"),
        ("Content-Length", str(len(request.body))),
    ]
    head = "\r\n".join([f"{request.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)])
    upstream.write(head.encode("latin-1") + b"\r\n\r\n" + request.body)
    await upstream.drain()
    answer = bytearray()
    try:
        while piece := await reader.read(65_536):
            answer += piece
            if writer is not None:
                writer.write(piece)
                await writer.drain()
    finally:
        upstream.close()
    return bytes(answer)
