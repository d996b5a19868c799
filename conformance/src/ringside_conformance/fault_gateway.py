# SPDX-License-Identifier: Apache-2.0
"""A gateway that does what a case's script says, down to the bytes; each case has a base URL of its own."""

from __future__ import annotations

import asyncio
import itertools
import socket
import struct
import time
from http import HTTPStatus
from typing import Any

from ringside_conformance import answers
from ringside_conformance.answers import Answer
from ringside_conformance.proxy import Behind, forward
from ringside_conformance.spec import Spec
from ringside_conformance.wire import Session, Wire

#: A stall ends when the client leaves, or after this.
STALL_S = 20.0
#: What SDKs are known to send, for a run in which none has sent anything yet.
_OF_EVERY_SDK = """
accept authorization content-type user-agent idempotency-key fc-customer fc-tag openai-organization openai-project
x-stainless-lang x-stainless-os x-stainless-arch x-stainless-runtime x-stainless-runtime-version
x-stainless-package-version x-stainless-retry-count x-stainless-timeout
""".split()  # noqa: SIM905  # a list would take seventeen lines
_UNSCRIPTED = {"error": "internal_error", "headers": {"x-should-retry": "false"}}


class FaultGateway:
    """Listens on loopback; `session` opens a base URL. `behind` is a real gateway."""

    def __init__(self, spec: Spec, behind: Behind | None = None) -> None:
        self._spec = spec
        self._behind = behind
        self._sessions: dict[str, Session] = {}
        self._numbers = itertools.count(1)
        self._server: asyncio.Server | None = None
        #: Every name of a header that a client has sent.
        self.header_names = set(_OF_EVERY_SDK)
        self.port = 0

    async def start(self) -> None:
        """Starts to listen on a free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 26, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stops listening."""
        if self._server is not None:
            self._server.close()

    def session(self, token: str) -> tuple[Session, str]:
        """A case's share, and its base URL."""
        self._sessions[token] = opened = Session(token)
        return opened, f"http://127.0.0.1:{self.port}/c/{token}/v1"

    def forget(self, token: str) -> None:
        """Ends a case's share."""
        self._sessions.pop(token, None)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number, seen = next(self._numbers), list[Session]()
        last: Wire | None = None
        try:
            while (request := await _read_request(reader, number)) is not None:
                session = self._sessions.get(request[0])
                if session is None:
                    break
                last = request[1]
                if last.values("x-stainless-lang") == ["js"]:
                    self.header_names |= {name.lower() for name, _ in last.headers}
                if not any(session is known for known in seen):
                    seen.append(session)
                    session.open_connections += 1
                if not await self._answer(session, last, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            pass
        finally:
            if last is not None and last.closed_at is None:
                last.closed_at = time.monotonic()
            for session in seen:
                session.open_connections -= 1
                session.note()
            writer.close()

    async def _answer(
        self, session: Session, request: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answers one request; False when the connection must end."""
        index = len(session.requests)
        entry = session.next_answer(request) or _UNSCRIPTED
        if entry.get("real"):
            assert self._behind is not None
            kept = entry.get("fault") != "reset_before_headers"
            request.answer = await forward(self._behind, request, writer if kept else None)
            if not kept:
                _reset(writer)
            return False
        answer = answers.build(entry, self._spec, index)
        if answer.delay_s:
            await _pause(answer.delay_s, reader, request)
        return await _write(answer, request, reader, writer)


async def _read_request(reader: asyncio.StreamReader, number: int) -> tuple[str, Wire] | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    line, *rest = head.decode("latin-1").split("\r\n")
    method, target, _ = line.split(" ", 2)
    headers = [(name, value.strip()) for name, _, value in (row.partition(":") for row in rest if row)]
    body = await _read_body(reader, {name.lower(): value for name, value in headers})
    path, _, query = target.partition("?")
    _, _, token, *tail = path.split("/", 3) if path.startswith("/c/") else ("", "", "", path)
    rest_of_path = "/" + (tail[0] if tail else "")
    return token, Wire(method, rest_of_path, query, headers, body, number)


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = b""
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readuntil(b"\r\n")
        return body
    return await reader.readexactly(int(headers.get("content-length", 0)))


async def _write(answer: Answer, request: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    fault = answer.fault
    if fault == "reset_before_headers":
        _reset(writer)
        return False
    if fault == "stall_before_headers":
        await _pause(STALL_S, reader, request)
        return False
    body = b"".join(answer.pieces)
    headers = [*answer.headers]
    headers.append(("transfer-encoding", "chunked") if answer.chunked else ("content-length", str(len(body))))
    if answer.status == 204:
        headers.pop()
    lines = [f"HTTP/1.1 {answer.status} {_reason(answer.status)}", *(f"{name}: {value}" for name, value in headers)]
    writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
    pieces, rest = answer.pieces, True
    if fault in ("reset_mid_body", "truncate_content_length", "truncate_chunked", "stall_mid_body"):
        kept = body[: int(answer.options.get("after_bytes", len(body) // 2))]
        pieces, rest = [kept], False
    for position, piece in enumerate(pieces):
        if position and answer.pauses_s:
            await _pause(answer.pauses_s, reader, request)
        framed = f"{len(piece):x}\r\n".encode() + piece + b"\r\n" if answer.chunked and piece else piece
        writer.write(framed)
        await writer.drain()
    if fault == "stall_mid_body":
        await _pause(STALL_S, reader, request)
        return False
    if fault == "reset_mid_body":
        await asyncio.sleep(0.02)
        _reset(writer)
        return False
    if not rest:
        return False
    if answer.chunked:
        writer.write(b"0\r\n\r\n")
    await writer.drain()
    return fault != "early_close_keepalive"


async def _pause(seconds: float, reader: asyncio.StreamReader, request: Wire) -> None:
    """Waits, and notes the moment when the client leaves meanwhile."""
    try:
        gone = await asyncio.wait_for(reader.read(1), seconds)
    except TimeoutError:
        return
    if not gone:
        request.closed_at = time.monotonic()
        raise ConnectionResetError


def _reset(writer: asyncio.StreamWriter) -> None:
    """Ends the connection with a reset, not a proper close."""
    connection: Any = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
