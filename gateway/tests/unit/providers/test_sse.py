# SPDX-License-Identifier: Apache-2.0
"""Server-sent events, split at any byte."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ringside_gateway.providers.sse import Events
from ringside_gateway.providers.transport import TransportError

STREAM = (
    b": a comment\n\n"
    b'data: {"a":1}\n\n'
    b"event: message\r\nid: 7\r\ndata:no space\r\n\r\n"
    b"data: two\ndata: lines\n\n"
    b"\n\n"
    b"data:\n\n"
    b"retry: 10\n\n"
    b"data: \xc3\xa4\xf0\x9f\xa5\x8a\n\n"
    b"data: [DONE]\n\n"
    b"data: cut off"
)
EVENTS = [b'{"a":1}', b"no space", b"two\nlines", "ä🥊".encode(), b"[DONE]"]


@given(st.lists(st.integers(0, len(STREAM)), max_size=30))
def test_events_are_the_same_wherever_the_bytes_are_split(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    assert list(Events(STREAM[a:b] for a, b in itertools.pairwise(edges))) == EVENTS


def test_events_are_the_same_byte_by_byte() -> None:
    assert list(Events(bytes([byte]) for byte in STREAM)) == EVENTS


def test_an_event_is_given_as_soon_as_its_blank_line_is_there() -> None:
    given_first = Events(iter([b"data: 1\n\nda", b"ta: 2\n\n"]))
    assert next(given_first) == b"1"


def test_an_endless_event_is_stopped() -> None:
    with pytest.raises(TransportError, match="too_large"):
        list(Events((b"data: " + b"x" * 100 for _ in range(1000)), max_event_bytes=10_000))


def test_a_long_stream_of_small_events_is_not_endless() -> None:
    assert len(list(Events((b"data: x\n\n" for _ in range(5000)), max_event_bytes=100))) == 5000
