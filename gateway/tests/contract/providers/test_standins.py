# SPDX-License-Identifier: Apache-2.0
"""Providers that drip, stall, break off and lie, in front of every wire, over real sockets."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from .conftest import ScriptedUpstream, Step
from .recordings import Fault, attempt, client, played, raw, recording, scenarios
from .standins import chunked, cut, drip, name_another_type, promise_less, reset, stall
from .test_scenarios import PROVIDERS, check_result

CALLS, TEXT = "stream-tool-calls", "text"


def reply(provider: str, name: str) -> bytes:
    return raw(provider, recording(provider, name)["answer"])


def told(
    upstream: ScriptedUpstream, provider: str, name: str, script: list[Step], within_s: float = 10
) -> dict[str, Any]:
    """What the caller gets when the provider follows the script."""
    upstream.answers(script)
    wanted = attempt(provider, recording(provider, name)["model"], scenarios()[name]["request"])
    return played(client(provider, upstream.base), replace(wanted, deadline=time.monotonic() + within_s))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_stream_means_the_same_however_slowly_and_oddly_it_comes(upstream: ScriptedUpstream, provider: str) -> None:
    for script in (drip(reply(provider, CALLS)), chunked(reply(provider, CALLS))):
        got = told(upstream, provider, CALLS, script)
        check_result(got, scenarios()[CALLS]["result"], scenarios()[CALLS]["request"])


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("share", [0.0, 0.4, 0.8])
def test_a_broken_connection_is_a_fault_of_the_provider(
    upstream: ScriptedUpstream, provider: str, share: float
) -> None:
    for name in (CALLS, TEXT):
        for way in (cut, reset):
            got = told(upstream, provider, name, way(reply(provider, name), share))
            assert got["error"] == Fault({"code": "upstream_error", "retryable": True, "against_upstream": True})
            assert share > 0 or not got.get("chunks")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_that_falls_silent_is_left_at_the_deadline_with_what_it_said(
    upstream: ScriptedUpstream, provider: str
) -> None:
    began = time.monotonic()
    got = told(upstream, provider, CALLS, stall(reply(provider, CALLS), 0.7), within_s=0.3)
    assert got["error"] == Fault({"code": "upstream_timeout", "retryable": True, "against_upstream": True})
    assert got["chunks"] and got["text"]
    assert time.monotonic() - began < 3
    assert upstream.client_left.wait(3)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_body_that_is_longer_than_was_promised_is_not_taken_for_whole(
    upstream: ScriptedUpstream, provider: str
) -> None:
    for name in (CALLS, TEXT):
        got = told(upstream, provider, name, promise_less(reply(provider, name)))
        assert got["error"] == Fault({"code": "upstream_error", "retryable": True, "against_upstream": True})


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_stream_under_another_name_is_none(upstream: ScriptedUpstream, provider: str) -> None:
    got = told(upstream, provider, CALLS, name_another_type(reply(provider, CALLS)))
    assert got["error"] == Fault({"code": "upstream_error", "message": "answered a stream with text/html"})
