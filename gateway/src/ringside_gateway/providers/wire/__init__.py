# SPDX-License-Identifier: Apache-2.0
"""Wire formats: how a request is written for a provider, and its answers, streams and errors are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from ringside_gateway.domain.catalogue import CHAT, ProviderFacts
from ringside_gateway.domain.upstream import Answer, Attempt, ChunkStream, UpstreamFault
from ringside_gateway.providers.transport import Outgoing, Response

#: Wire name in a catalogue file -> the package that speaks it. Imported when first used.
WIRES = {
    "anthropic": "ringside_gateway.providers.wire.anthropic",
    "openai": "ringside_gateway.providers.wire.openai",
}
SSE = "text/event-stream"


def catalogue_path(_attempt: Attempt, facts: ProviderFacts) -> str:
    """The path that the catalogue gives for chat."""
    return facts.paths[CHAT]


def key_header(facts: ProviderFacts, key: str | None, _outgoing: Outgoing) -> Mapping[str, str]:
    """The key in the header that the catalogue names."""
    return {} if facts.auth is None or key is None else {facts.auth[0]: facts.auth[1] + key}


@dataclass(frozen=True, slots=True)
class Wire:
    """What a wire does; each package of this folder holds one as `WIRE`.

    The first four translate. `path_of` is appended to the base URL, `authorize` gives the headers that prove who
    calls (it sees URL, headers and body, to sign them), `stream_type` is the content type of a stream. A wire that
    takes images and files as bytes only is handed a body in which they are, when `takes_urls` is False.
    """

    body_of: Callable[[Attempt], bytes]
    answer_of: Callable[[bytes, Attempt], Answer]
    stream_of: Callable[[Response, Attempt], ChunkStream]
    fault_of: Callable[[int, Mapping[str, str], bytes, Attempt], UpstreamFault]
    path_of: Callable[[Attempt, ProviderFacts], str] = catalogue_path
    authorize: Callable[[ProviderFacts, str | None, Outgoing], Mapping[str, str]] = key_header
    stream_type: str = SSE
    takes_urls: bool = True


def wire_named(name: str) -> Wire | None:
    """The wire of that name, None when this version does not speak it."""
    path = WIRES.get(name)
    wire: Wire | None = None if path is None else import_module(path).WIRE
    return wire
