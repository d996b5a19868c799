# SPDX-License-Identifier: Apache-2.0
"""Wire formats: how a request is written for a provider, and its answers, streams and errors are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from ringside_gateway.domain.upstream import Answer, Attempt, ChunkStream, UpstreamFault
from ringside_gateway.providers.transport import Response

#: Wire name in a catalogue file -> the package that speaks it. Imported when first used.
WIRES = {
    "anthropic": "ringside_gateway.providers.wire.anthropic",
    "bedrock": "ringside_gateway.providers.wire.bedrock",
    "cohere": "ringside_gateway.providers.wire.cohere",
    "google": "ringside_gateway.providers.wire.google",
    "openai": "ringside_gateway.providers.wire.openai",
}
SSE = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Wire:
    """What a wire does; each package of this folder holds one as `WIRE`.

    The first four translate. `stream_type` is the content type of a stream. A wire that takes images and files as
    bytes only is handed a body in which they are, when `takes_urls` is False.
    """

    body_of: Callable[[Attempt], bytes]
    answer_of: Callable[[bytes, Attempt], Answer]
    stream_of: Callable[[Response, Attempt], ChunkStream]
    fault_of: Callable[[int, Mapping[str, str], bytes, Attempt], UpstreamFault]
    stream_type: str = SSE
    takes_urls: bool = True


def wire_named(name: str) -> Wire | None:
    """The wire of that name, None when this version does not speak it."""
    path = WIRES.get(name)
    wire: Wire | None = None if path is None else import_module(path).WIRE
    return wire
