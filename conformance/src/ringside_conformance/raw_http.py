# SPDX-License-Identifier: Apache-2.0
"""One request as a case writes it down, without any SDK, for what a gateway owes every client."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from ringside_conformance.answers import exact

ANSWER_S = 30.0


async def ask(request: dict[str, Any], base: str) -> dict[str, Any]:
    """`method`, `path` (raw, after /v1), `headers`, `json` or `text`; the value has status, headers, body and json."""
    where = urlsplit(base)
    body = exact(request["json"]).encode() if "json" in request else str(request.get("text", "")).encode()
    headers = {"Host": where.netloc, "Connection": "close", "Content-Length": len(body), **request.get("headers", {})}
    path = where.path.removesuffix("/v1") + request["path"]
    lines = [f"{request.get('method', 'GET')} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        answer = await asyncio.wait_for(reader.read(-1), ANSWER_S)
    finally:
        writer.close()
    return {"kind": "value", "value": parse(answer)}


def parse(answer: bytes) -> dict[str, Any]:
    """A whole answer taken apart. Headers are lower-case, joined by commas; `json` is None where the body is none."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *rows = head.decode("latin-1").split("\r\n")
    headers: dict[str, str] = {}
    for row in rows:
        name, _, value = row.partition(":")
        name = name.strip().lower()
        headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = _joined(body)
    try:
        found: Any = json.loads(body, parse_float=Decimal)
    except ValueError:
        found = None
    text = body.decode("utf-8", "replace")
    return {"status": int(first.split(" ")[1]), "headers": headers, "body": text, "json": found}


def _joined(body: bytes) -> bytes:
    parts = []
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if length == 0:
            break
        parts.append(body[:length])
        body = body[length + 2 :]
    return b"".join(parts)
