# SPDX-License-Identifier: Apache-2.0
"""Passes a case's request on to a real gateway, and its answer back byte for byte."""

from __future__ import annotations

import asyncio

from ringside_conformance.wire import Wire


async def forward(behind: tuple[str, int], request: Wire, writer: asyncio.StreamWriter | None) -> None:
    """One request, one connection; without a writer the answer is read to its end and dropped."""
    reader, upstream = await asyncio.open_connection(*behind)
    target = request.path + (f"?{request.query}" if request.query else "")
    dropped = ("host", "connection", "content-length", "transfer-encoding")
    headers = [(name, value) for name, value in request.headers if name.lower() not in dropped]
    headers += [
        ("Host", f"{behind[0]}:{behind[1]}"),
        ("Connection", "close"),
        ("Content-Length", str(len(request.body))),
    ]
    head = "\r\n".join([f"{request.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)])
    upstream.write(head.encode("latin-1") + b"\r\n\r\n" + request.body)
    await upstream.drain()
    try:
        while piece := await reader.read(65_536):
            if writer is not None:
                writer.write(piece)
                await writer.drain()
    finally:
        upstream.close()
