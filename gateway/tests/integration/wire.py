# SPDX-License-Identifier: Apache-2.0
"""Shorthands of the integration tests: a chat body, a check of the envelope, a raw socket."""

from __future__ import annotations

import socket
from typing import Any

import httpx
from gateway_process import Gateway

ENVELOPE = {"type", "code", "message", "param", "request_id", "retry_after_seconds"}


def chat(content: Any = "Hello", **fields: Any) -> dict[str, Any]:
    """A chat body."""
    return {"model": "fc:openai/gpt-4o-mini", "messages": [{"role": "user", "content": content}], **fields}


def refused(response: httpx.Response, status: int, code: str, param: str | None = None) -> dict[str, Any]:
    """The error, after checking everything an envelope promises."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"].startswith("application/json")
    error = response.json()["error"]
    assert set(error) >= ENVELOPE
    assert error["code"] == code, error
    assert error["request_id"] == response.headers["x-request-id"]
    assert response.headers["x-should-retry"] in ("true", "false")
    assert error["param"] == param, error
    return dict(error)


def connected(gateway: Gateway) -> socket.socket:
    """A raw connection."""
    return socket.create_connection(("127.0.0.1", gateway.port), timeout=10)


def head(gateway: Gateway, path: str = "/v1/chat/completions", **headers: str) -> bytes:
    """The start of a POST with the key."""
    lines = {"Host": "x", "Authorization": f"Bearer {gateway.key}", **headers}
    text = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{text}\r\n".encode()


def answer(connection: socket.socket) -> bytes:
    """Everything until the server closes or pauses for good."""
    received = b""
    try:
        while piece := connection.recv(65_536):
            received += piece
    except TimeoutError:
        pass
    return received
