# SPDX-License-Identifier: Apache-2.0
"""Models that misbehave on demand, like a payment provider's test cards; docs/reference/sandbox.md lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ringside_gateway.providers.sandbox import completions
from ringside_gateway.providers.transport import TransportError

#: What a card gives: status, headers, and the pieces of the body.
Played = tuple[int, dict[str, str], Iterator[bytes]]
#: Waits like a network would: ends with TransportError when the caller's patience or the caller is gone.
Wait = Callable[[float], None]
JSON = {"content-type": "application/json"}
EVENTS = {"content-type": "text/event-stream; charset=utf-8"}
SLOW_S, DRIP_S, RETRY_AFTER_S = 2.0, 0.25, 7
HANG_S = 3600.0
OVERLONG_WORDS = 2000


def well_behaved(body: dict[str, Any], wait: Wait) -> Played:
    """Answers as it should."""
    if body.get("stream"):
        return 200, EVENTS, completions.stream(body)
    return 200, JSON, iter([completions.completion(body)])


def _slow(body: dict[str, Any], wait: Wait) -> Played:
    wait(SLOW_S)
    return well_behaved(body, wait)


def _slow_stream(body: dict[str, Any], wait: Wait) -> Played:
    def drip(pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            wait(DRIP_S)
            yield piece

    status, headers, pieces = well_behaved(body, wait)
    return status, headers, drip(pieces)


def _rate_limited(body: dict[str, Any], wait: Wait) -> Played:
    return 429, JSON | {"retry-after": str(RETRY_AFTER_S)}, _error("rate_limit_exceeded", "Rate limit reached.")


def _error_500(body: dict[str, Any], wait: Wait) -> Played:
    return 500, JSON, _error("server_error", "The server had an error.")


def _error_400(body: dict[str, Any], wait: Wait) -> Played:
    return 400, JSON, _error("invalid_value", "The sandbox refuses this request, as it was asked to.")


def _hang(body: dict[str, Any], wait: Wait) -> Played:
    wait(HANG_S)
    raise TransportError("timeout")


def _silent_stream(body: dict[str, Any], wait: Wait) -> Played:
    def silent(pieces: Iterator[bytes]) -> Iterator[bytes]:
        yield next(pieces)
        yield next(pieces)
        wait(HANG_S)

    return 200, EVENTS, silent(completions.stream(body | {"stream": True}))


def _reset(body: dict[str, Any], wait: Wait) -> Played:
    raise TransportError("reset")


def _cut(body: dict[str, Any], wait: Wait) -> Played:
    def cut(pieces: Iterator[bytes]) -> Iterator[bytes]:
        for _ in range(4):
            yield next(pieces)
        raise TransportError("truncated")

    status, headers, pieces = well_behaved(body, wait)
    return status, headers, cut(pieces) if body.get("stream") else _truncated(pieces)


def _truncated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield next(pieces)[:50]
    raise TransportError("truncated")


def _quiet_cut(body: dict[str, Any], wait: Wait) -> Played:
    def ended(pieces: Iterator[bytes]) -> Iterator[bytes]:
        for _ in range(4):
            yield next(pieces)

    return 200, EVENTS, ended(completions.stream(body | {"stream": True}))


def _garbage(body: dict[str, Any], wait: Wait) -> Played:
    if body.get("stream"):
        return 200, EVENTS, iter([b'data: {"choices": [not json\n\n'])
    return 200, JSON, iter([b"\x00\xff this is no JSON"])


def _empty(body: dict[str, Any], wait: Wait) -> Played:
    return 200, EVENTS if body.get("stream") else JSON, iter(())


def _html(body: dict[str, Any], wait: Wait) -> Played:
    return 502, {"content-type": "text/html"}, iter([b"<html><body>502 Bad Gateway</body></html>"])


def _no_usage(body: dict[str, Any], wait: Wait) -> Played:
    if body.get("stream"):
        return 200, EVENTS, completions.stream({**body, "stream_options": {}})
    return 200, JSON, iter([completions.completion(body).replace(b'"usage"', b'"no_usage"')])


def _error_in_stream(body: dict[str, Any], wait: Wait) -> Played:
    def failing(pieces: Iterator[bytes]) -> Iterator[bytes]:
        for _ in range(4):
            yield next(pieces)
        yield completions.frame({"error": {"message": "The model stumbled.", "type": "server_error", "code": None}})

    return 200, EVENTS, failing(completions.stream(body | {"stream": True}))


def _overlong(body: dict[str, Any], wait: Wait) -> Played:
    """Ignores every limit on its output, as some providers do: what it really wrote is billed."""
    unlimited = {name: value for name, value in body.items() if name not in ("max_tokens", "max_completion_tokens")}
    said = {"role": "user", "content": f"Write {OVERLONG_WORDS} words."}
    return well_behaved({**unlimited, "messages": [*body["messages"], said]}, wait)


def _error(code: str, message: str) -> Iterator[bytes]:
    yield completions.frame({"error": {"message": message, "type": code, "param": None, "code": code}})[6:].strip()


CARDS: dict[str, Callable[[dict[str, Any], Wait], Played]] = {
    "echo": well_behaved,
    "slow": _slow,
    "slow-stream": _slow_stream,
    "rate-limited": _rate_limited,
    "error-500": _error_500,
    "error-400": _error_400,
    "hang": _hang,
    "silent-stream": _silent_stream,
    "reset": _reset,
    "cut": _cut,
    "quiet-cut": _quiet_cut,
    "garbage": _garbage,
    "empty": _empty,
    "html-502": _html,
    "no-usage": _no_usage,
    "error-in-stream": _error_in_stream,
    "overlong": _overlong,
}
