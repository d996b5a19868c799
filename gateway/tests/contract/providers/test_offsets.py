# SPDX-License-Identifier: Apache-2.0
"""Streams mean the same wherever the network cuts them: at every single byte, and at all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from ringside_gateway.domain.catalogue import ProviderFacts
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.upstream import Attempt
from ringside_gateway.providers.wire import Wire, wire_named

from .recordings import attempt, catalogue, payload, recording, scenarios
from .test_scenarios import PROVIDERS

#: Streams each byte of which is a place to cut: text, several calls, usage, reasoning with its state.
THOROUGH = [
    ("anthropic", "stream-reasoning-before-a-tool"),
    ("google", "stream-tool-calls"),
    ("openai", "stream-tool-calls"),
]
STREAMS = [name for name, scenario in scenarios().items() if scenario["request"].get("stream")]


class Pieces:
    """A response that arrives in the given pieces."""

    status = 200

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.headers: dict[str, str] = {}
        self._pieces = pieces

    def read(self, limit_bytes: int) -> bytes:
        return b"".join(self._pieces)[:limit_bytes]

    def pieces(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def finish(self) -> None:
        pass

    close = finish


@pytest.fixture(autouse=True)
def time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_795_435_200.0)


def speaker(provider: str) -> Wire:
    facts: ProviderFacts = catalogue().providers[provider]
    wire = wire_named(facts.wire)
    assert wire is not None
    return wire


def told(wire: Wire, pieces: Iterable[bytes], wanted: Attempt) -> tuple[list[bytes], str, object]:
    """Chunks, the error's code if it ends in one, and the usage."""
    stream, chunks, fault = wire.stream_of(Pieces(pieces), wanted), [], ""
    try:
        chunks.extend(chunk.data for chunk in stream)
    except GatewayError as error:
        fault = error.code
    return chunks, fault, stream.usage


def exchange(provider: str, name: str) -> tuple[bytes, Attempt]:
    case = recording(provider, name)
    request = {**scenarios()[name]["request"], **case.get("request", {})}
    return payload(provider, case["answer"]), attempt(provider, case["model"], request)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_stream_may_come_byte_by_byte(provider: str) -> None:
    wire = speaker(provider)
    for name in STREAMS:
        data, wanted = exchange(provider, name)
        whole = told(wire, [data], wanted)
        assert told(wire, [data[at : at + 1] for at in range(len(data))], wanted) == whole, name


@pytest.mark.parametrize(("provider", "name"), THOROUGH)
def test_a_stream_may_be_cut_in_two_anywhere(provider: str, name: str) -> None:
    wire = speaker(provider)
    data, wanted = exchange(provider, name)
    whole = told(wire, [data], wanted)
    assert whole[0] and not whole[1]
    differing = [at for at in range(len(data)) if told(wire, [data[:at], data[at:]], wanted) != whole]
    assert differing == []


@pytest.mark.parametrize(("provider", "name"), THOROUGH)
def test_a_stream_that_breaks_off_anywhere_gives_a_prefix_and_says_so(provider: str, name: str) -> None:
    wire = speaker(provider)
    data, wanted = exchange(provider, name)
    chunks, _, _ = told(wire, [data], wanted)
    for end in range(0, len(data), 7):
        got, fault, _ = told(wire, [data[:end]], wanted)
        assert got == chunks[: len(got)], end
        assert fault == "upstream_error" or len(got) == len(chunks), end
