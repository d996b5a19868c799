# SPDX-License-Identifier: Apache-2.0
"""The provider call: one deadline over all targets and attempts, and never another attempt after the first byte."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from ringside_gateway.domain._generated.headers import X_RINGSIDE_MODELS_TRIED
from ringside_gateway.domain.calls import Call, CallAttempt
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.upstream import Answer, Attempt, Chunk, ChunkStream, Target, UpstreamFault
from ringside_gateway.providers.client import ProviderClient
from ringside_gateway.services.calls.latencies import Latencies
from ringside_gateway.services.calls.outputs import OutputCheck, check_of, discarded_nano

#: Full jitter below this doubling bound: retries of many calls must not arrive together.
FIRST_BACKOFF_S, MAX_BACKOFF_S = 0.25, 4.0
#: A provider that asks for a longer pause than this is not waited for; while another target is left, none is for long.
MAX_WAIT_S, MAX_WAIT_BEFORE_ANOTHER_S = 5.0, 0.5
#: What a second try at the same target may cure; a target that was silent has had its share of the time already.
WORTH_A_RETRY = frozenset({408, 409, 429})
#: Added to the time of a failed attempt, so that a target which fails fast does not pass for a fast one.
FAILURE_S = 30.0
BROKEN_SCHEMA = "response_schema_validation_failed"


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
        """The first answer; `max_tokens` replaces the caller's when it was clamped.

        A lone target's error is the call's; where several failed it is 503 `model_unavailable`, which names them.

        A target gets at most an equal share of the time that is left, so that a silent one leaves time for the others.
        """
        deadline = time.monotonic() + self._deadline_s
        body = call.body if max_tokens is None else _clamped(call.body, max_tokens)
        check = check_of(call) if len(targets) > 1 else None
        tried: list[str] = []
        failures: list[GatewayError] = []
        for position, target in enumerate(targets):
            tried.append(target.ref)
            others = len(targets) - position - 1
            attempt = _attempt(call, target, body, deadline)
            attempt.patience.until = time.monotonic() + (deadline - time.monotonic()) / (others + 1)
            try:
                reply = self._attempts(call, attempt, others, check)
                reply.tried = tried
                return reply
            except GatewayError as error:
                if call.cancellation.cancelled or not _worth_another(error):
                    raise
                failures.append(error)
        raise _none_served(tried, failures) from failures[-1]

    def _attempts(self, call: Call, attempt: Attempt, others: int, check: OutputCheck | None) -> Reply:
        for retry in range(self._max_retries + 1):
            try:
                return self._once(call, attempt, check)
            except GatewayError as error:
                wait = _pause(error, retry)
                longest = MAX_WAIT_BEFORE_ANOTHER_S if others else MAX_WAIT_S
                out_of_time = time.monotonic() + wait > min(attempt.deadline, attempt.patience.until)
                if retry == self._max_retries or wait > longest or out_of_time or not _worth_a_retry(error):
                    raise
                self._client.pause(wait)
                if call.cancellation.cancelled:
                    raise
        raise AssertionError("the loop returns or raises")

    def _once(self, call: Call, attempt: Attempt, check: OutputCheck | None) -> Reply:
        """One try, noted whatever comes of it."""
        began = time.monotonic()
        note = _Note(call, attempt.target, began)
        try:
            result = self._client.send(attempt)
            head = None if isinstance(result, Answer) else next(result)
        except GatewayError as error:
            if _worth_another(error):
                self._latencies.note(attempt.target.ref, FAILURE_S + time.monotonic() - began)
            note(error.code, getattr(error, "upstream_status", None))
            raise
        self._latencies.note(attempt.target.ref, time.monotonic() - began)
        attempt.patience.until = attempt.deadline
        if check is not None and isinstance(result, Answer) and not check(result):
            note(BROKEN_SCHEMA, 200, discarded_nano(attempt.target, result))
            raise UpstreamFault(BROKEN_SCHEMA, retryable=True, param="response_format")
        note("answered", 200)
        return Reply(attempt.target, result, head)


@dataclass(frozen=True, slots=True)
class _Note:
    """Adds an attempt to the call's own list, which is stored when the call is settled or released."""

    call: Call
    target: Target
    began: float

    def __call__(self, outcome: str, status: int | None, discarded: int | None = None) -> None:
        duration_ms = int((time.monotonic() - self.began) * 1000)
        provider = self.target.facts.provider
        position = len(self.call.attempts) + 1
        made = CallAttempt(position, self.target.ref, provider, outcome, status, duration_ms, discarded)
        self.call.attempts.append(made)


def _attempt(call: Call, target: Target, body: dict[str, object], deadline: float) -> Attempt:
    return Attempt(
        target=target,
        body=body,
        stream=call.stream,
        deadline=deadline,
        livemode=call.caller.livemode,
        request_id=call.request_id,
        cancellation=call.cancellation,
    )


def _none_served(tried: Sequence[str], failures: Sequence[GatewayError]) -> GatewayError:
    """What the whole call comes to when every target failed; it may be tried again when the first of them may."""
    if len(tried) == 1 or all(failure.code == BROKEN_SCHEMA for failure in failures):
        return failures[-1]
    waits = [failure.retry_after_seconds for failure in failures if failure.retry_after_seconds is not None]
    return GatewayError(
        "model_unavailable",
        f"None of {', '.join(f'`{ref}`' for ref in tried)} could serve the call; the last said: {failures[-1].message}",
        retry_after_seconds=min(waits, default=None),
        headers={X_RINGSIDE_MODELS_TRIED: ",".join(tried)},
    )


def _worth_another(error: GatewayError) -> bool:
    """Whether another target may succeed."""
    return bool(getattr(error, "retryable", False))


def _worth_a_retry(error: GatewayError) -> bool:
    """Whether the same target may succeed: after a fault that passes, or with another key."""
    if not isinstance(error, UpstreamFault) or not error.retryable:
        return False
    status = error.upstream_status
    if status is None:
        return error.code == "upstream_error"
    return error.another_key or status in WORTH_A_RETRY or status >= 500 or error.code == "upstream_error"


def _pause(error: GatewayError, retry: int) -> float:
    """Seconds to wait: what the provider asks for and some more by chance, nothing where another key is at hand."""
    if getattr(error, "another_key", False):
        return 0.0
    jitter = random.uniform(0, min(MAX_BACKOFF_S, FIRST_BACKOFF_S * 2**retry))
    return jitter if error.retry_after_seconds is None else error.retry_after_seconds + jitter


def _clamped(body: dict[str, object], max_tokens: int) -> dict[str, object]:
    name = "max_completion_tokens" if body.get("max_tokens") is None else "max_tokens"
    others = {key: value for key, value in body.items() if key not in ("max_tokens", "max_completion_tokens")}
    return others | {name: max_tokens}
