# SPDX-License-Identifier: Apache-2.0
"""What the providers layer costs in CPU: a call's request and answer, an event of a stream, the transport around both.

Run `python bench/provider_cost.py`; figures are microseconds of process time, the median of five rounds.
"""

from __future__ import annotations

import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator

import orjson
from ringside_gateway.domain.calls import Cancellation
from ringside_gateway.domain.providers import ProviderSettings
from ringside_gateway.domain.upstream import Answer, Attempt, Target
from ringside_gateway.providers import tokens
from ringside_gateway.providers.client import ProviderClient
from ringside_gateway.providers.registry import load_catalogue
from ringside_gateway.providers.wire.openai import WIRE

ROUNDS, EVENTS = 5, 200
CATALOGUE = load_catalogue()
FACTS = CATALOGUE.find("openai", "gpt-4o-mini")
ANSWER = orjson.dumps(
    {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-4o-mini",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "word " * 60}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 20, "completion_tokens": 60, "total_tokens": 80},
    }
)
EVENT = (
    b'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini",'
    b'"service_tier":"default","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"content":" word"},'
    b'"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"abcdef"}\n\n'
)
STREAM = EVENT * EVENTS + EVENT.replace(b'"finish_reason":null', b'"finish_reason":"stop"') + b"data: [DONE]\n\n"


class Canned:
    """A response that is already there."""

    status, headers = 200, {"content-type": "text/event-stream"}

    def pieces(self) -> Iterator[bytes]:
        return (STREAM[start : start + 1400] for start in range(0, len(STREAM), 1400))

    def read(self, limit_bytes: int) -> bytes:
        return ANSWER

    def finish(self) -> None:
        return

    def close(self) -> None:
        return


def attempt(*, stream: bool) -> Attempt:
    assert FACTS is not None
    body = {
        "model": FACTS.ref,
        "messages": [{"role": "user", "content": "Hello there, how are you?"}],
        "stream": stream,
    }
    target = Target(FACTS.ref, FACTS, "openai")
    return Attempt(target, body, stream, time.monotonic() + 60, True, "req_1", Cancellation())


def upstream() -> int:
    """A provider in a thread of its own that answers everything at once; its CPU time is not counted."""
    listener = socket.create_server(("127.0.0.1", 0))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
    replies = {
        False: head % (b"application/json", len(ANSWER), ANSWER),
        True: head % (b"text/event-stream", len(STREAM), STREAM),
    }

    def answer(connection: socket.socket) -> None:
        with connection:
            while request := connection.recv(65_536):
                connection.sendall(replies[b'"stream":true' in request])

    def serve() -> None:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return int(listener.getsockname()[1])


def cost_us(action: Callable[[], object], times: int, per: int = 1) -> float:
    """Microseconds of this thread's CPU for one action, divided by what it holds."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        for _ in range(times):
            action()
        rounds.append((time.thread_time() - began) / times / per * 1e6)
    return statistics.median(rounds)


def whole(client: ProviderClient, *, stream: bool) -> None:
    result = client.send(attempt(stream=stream))
    if not isinstance(result, Answer):
        for _ in result:
            pass


def main() -> None:
    tokens.preload()
    plain, streamed = attempt(stream=False), attempt(stream=True)
    rows = {
        "estimate of the input": cost_us(lambda: tokens.estimate_input_tokens(plain.body), 2000),
        "request body": cost_us(lambda: WIRE.body_of(plain), 2000),
        "answer read for its usage": cost_us(lambda: WIRE.answer_of(ANSWER, plain), 2000),
        "event of a stream, parsed": cost_us(lambda: list(WIRE.stream_of(Canned(), streamed)), 20, EVENTS),
    }
    base = f"http://127.0.0.1:{upstream()}/v1"
    for kind in ("gevent", "gthread"):
        settings = ProviderSettings(api_keys={"openai": ("k",)}, base_urls={"openai": base}, transport=kind)
        client = ProviderClient(CATALOGUE, settings)
        rows[f"JSON call over a socket, {kind}"] = cost_us(lambda client=client: whole(client, stream=False), 200)
        rows[f"event over a socket, {kind}"] = cost_us(lambda client=client: whole(client, stream=True), 10, EVENTS)
    for name, value in rows.items():
        sys.stdout.write(f"{name:<36}{value:>10.1f} us\n")


if __name__ == "__main__":
    main()
