# SPDX-License-Identifier: Apache-2.0
"""The provider call: one deadline over all targets and attempts, and never another attempt after the first byte."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from ringside_gateway.domain.calls import Call
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.upstream import Answer, Attempt, Chunk, ChunkStream, Target
from ringside_gateway.providers.client import ProviderClient
from ringside_gateway.services.calls.latencies import Latencies

#: Full jitter below this doubling bound: retries of many calls must not arrive together.
FIRST_BACKOFF_S, MAX_BACKOFF_S = 0.25, 4.0
#: A provider that asks for a longer pause than this is not waited for.
MAX_WAIT_S = 5.0
#: Added to the time of a failed attempt, so that a target which fails fast does not pass for a fast one.
FAILURE_S = 30.0


@dataclass(slots=True)
class Reply:
    """What came back and from which target; `head` is a stream's first chunk, `tried` all refs up to the winner."""

    target: Target
    result: Answer | ChunkStream
    head: Chunk | None = None
    tried: list[str] = field(default_factory=list)


class Upstreams:
    """Sends a call to its targets in order until one answers."""

    def __init__(
        self, client: ProviderClient, latencies: Latencies, deadline_s: float = 600.0, max_retries: int = 1
    ) -> None:
        self._client = client
        self._latencies = latencies
        self._deadline_s = deadline_s
        self._max_retries = max_retries

    def send(self, call: Call, targets: Sequence[Target], max_tokens: int | None) -> Reply:
        """The first answer, or the last target's error; `max_tokens` replaces the caller's when it was clamped."""
        deadline = time.monotonic() + self._deadline_s
        body = call.body if max_tokens is None else _clamped(call.body, max_tokens)
        tried: list[str] = []
        for position, target in enumerate(targets):
            tried.append(target.ref)
            attempt = Attempt(
                target=target,
                body=body,
                stream=call.stream,
                deadline=deadline,
                livemode=call.caller.livemode,
                request_id=call.request_id,
                cancellation=call.cancellation,
            )
            try:
                reply = self._attempts(attempt)
                reply.tried = tried
                return reply
            except GatewayError as error:
                last = position == len(targets) - 1
                if last or call.cancellation.cancelled or not _worth_another(error):
                    raise
        raise AssertionError("routing never returns an empty list")

    def _attempts(self, attempt: Attempt) -> Reply:
        for retry in range(self._max_retries + 1):
            began = time.monotonic()
            try:
                result = self._client.send(attempt)
                head = None if isinstance(result, Answer) else next(result)
                self._latencies.note(attempt.target.ref, time.monotonic() - began)
                return Reply(attempt.target, result, head)
            except GatewayError as error:
                if _worth_another(error):
                    self._latencies.note(attempt.target.ref, FAILURE_S + time.monotonic() - began)
                wait = _pause(error, retry)
                out_of_time = time.monotonic() + wait > attempt.deadline
                if retry == self._max_retries or wait > MAX_WAIT_S or out_of_time or not _worth_another(error):
                    raise
                self._client.pause(wait)
                if attempt.cancellation is not None and attempt.cancellation.cancelled:
                    raise
        raise AssertionError("the loop returns or raises")


def _worth_another(error: GatewayError) -> bool:
    return bool(getattr(error, "retryable", False))


def _pause(error: GatewayError, retry: int) -> float:
    if error.retry_after_seconds is not None:
        return error.retry_after_seconds
    return random.uniform(0, min(MAX_BACKOFF_S, FIRST_BACKOFF_S * 2**retry))


def _clamped(body: dict[str, object], max_tokens: int) -> dict[str, object]:
    name = "max_tokens" if "max_tokens" in body else "max_completion_tokens"
    return body | {name: max_tokens}
