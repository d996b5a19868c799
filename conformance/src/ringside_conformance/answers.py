# SPDX-License-Identifier: Apache-2.0
"""Script entries become bytes: status, headers, a body, and where a fault cuts in."""

from __future__ import annotations

import base64
import gzip
import json
import time
from dataclasses import dataclass, field
from decimal import Decimal
from email.utils import formatdate
from typing import Any

from ringside_conformance.spec import Spec

REQUEST_ID = "req_01m84gyvw6km4szcpvf79bm43f"
#: One encoder for all: json.dumps makes one for each value that it writes this way.
_text = json.JSONEncoder(ensure_ascii=False).encode
#: Named bodies that are no proper answer.
ODD_BODIES: dict[str, tuple[bytes, str]] = {
    "bad_json": (b'{"id": "cus_1", "object": ', "application/json"),
    "html_error": (b"<html><body><h1>502 Bad Gateway</h1></body></html>", "text/html"),
    "empty_body": (b"", "application/json"),
    "wrong_type": (b"plain text", "text/plain"),
    "json_array": (b"[1, 2]", "application/json"),
    "json_string": (b'"oops"', "application/json"),
    "error_null": (b'{"error": null}', "application/json"),
    "message_only": (b'{"message": "no envelope here"}', "application/json"),
}


@dataclass
class Answer:
    """An answer ready to be written. `pieces` are written one by one, `pauses_s` apart."""

    status: int
    headers: list[tuple[str, str]]
    pieces: list[bytes]
    chunked: bool = False
    pauses_s: float = 0.0
    fault: str | None = None
    delay_s: float = 0.0
    options: dict[str, Any] = field(default_factory=dict)


def exact(value: Any) -> str:
    """JSON in which decimals keep their digits."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return "{" + ",".join([f"{_text(key)}:{exact(child)}" for key, child in value.items()]) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(exact, value)) + "]"
    return _text(value)


def build(entry: dict[str, Any], spec: Spec, index: int) -> Answer:
    """The answer of a script entry; `index` is how many requests came before, for sweeps."""
    status, body, content_type = _body(entry, spec)
    headers = {"content-type": content_type, "x-request-id": REQUEST_ID}
    if "retry_at_s" in entry:
        headers["retry-after"] = formatdate(time.time() + entry["retry_at_s"], usegmt=True)
    if "error" in entry:
        headers |= spec.error_headers(entry["error"], entry.get("with", {}))
    headers |= {name.lower(): str(value) for name, value in entry.get("headers", {}).items()}
    fault = entry.get("fault")
    if fault == "bom":
        body = b"\xef\xbb\xbf" + body
    elif fault == "gzip":
        body = gzip.compress(body)
        headers["content-encoding"] = "gzip"
    elif fault == "bad_gzip":
        body = gzip.compress(body)[:-12] + b"garbage"
        headers["content-encoding"] = "gzip"
    elif fault == "huge_header":
        headers["x-padding"] = "p" * 200_000
    elif fault == "redirect":
        headers["location"] = entry["to"]
    pieces = _split(body, entry.get("split"), index)
    kept = [(name, value) for name, value in headers.items() if value != "None"]
    return Answer(
        int(entry.get("status", status)),
        kept,
        pieces,
        chunked="sse" in entry or bool(entry.get("chunked")),
        pauses_s=entry.get("pause_ms", 0) / 1000,
        fault=fault,
        delay_s=entry.get("delay_ms", 0) / 1000,
        options=entry,
    )


def _body(entry: dict[str, Any], spec: Spec) -> tuple[int, bytes, str]:
    if "error" in entry:
        status, envelope = spec.envelope(entry["error"], entry.get("with", {}))
        return status, exact(envelope).encode(), "application/json"
    if "example" in entry:
        status, body = spec.answer_of(entry["example"])
        more = {"deep": _nested(entry["deep"])} if "deep" in entry else {}
        return status, exact(body | entry.get("with", {}) | more).encode(), "application/json"
    if "odd" in entry:
        body, content_type = ODD_BODIES[entry["odd"]]
        return 200, body, content_type
    if "sse" in entry:
        return 200, _events(entry), "text/event-stream"
    if "text" in entry:
        return 200, entry["text"].encode(), "application/json"
    if "base64" in entry:
        return 200, base64.b64decode(entry["base64"]), "application/json"
    if "bytes" in entry:
        return 200, b'{"error":{"message":"' + b"x" * int(entry["bytes"]) + b'"}}', "application/json"
    return 200, exact(entry.get("json", {})).encode(), "application/json"


def _nested(levels: int) -> Any:
    value: Any = "bottom"
    for _ in range(levels):
        value = {"d": value}
    return value


def _events(entry: dict[str, Any]) -> bytes:
    """Server-sent events: a string in `sse` is written as it is, anything else is one event's JSON."""
    newline = "\r\n" if entry.get("fault") == "crlf" else "\n"
    prefix = "data:" if entry.get("tight") else "data: "
    parts = []
    for item in entry["sse"]:
        text = item if isinstance(item, str) else f"{prefix}{exact(item)}\n\n"
        parts.append(text.replace("\n", newline))
    parts = parts * int(entry.get("times", 1))
    if entry.get("done", True):
        parts.append(f"{prefix}[DONE]{newline}" + ("" if entry.get("fault") == "no_final_newline" else newline))
    return "".join(parts).encode()


def _split(body: bytes, split: Any, index: int) -> list[bytes]:
    """`sweep` cuts at the offset that is the number of requests before; a number gives pieces of that size."""
    if split == "sweep":
        cut = 1 + index % max(1, len(body) - 1)
        return [body[:cut], body[cut:]]
    if split == "events":
        return [part + b"\n\n" for part in body.split(b"\n\n") if part]
    size = int(split or 0)
    return [body[start : start + size] for start in range(0, len(body), size)] if size else [body]
