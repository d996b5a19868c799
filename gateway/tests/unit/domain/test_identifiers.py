# SPDX-License-Identifier: Apache-2.0
"""Ids sort by age, have one exact shape, and never repeat, not even across a fork."""

from __future__ import annotations

import os

from ringside_gateway.domain.identifiers import is_generated, new_id


def test_ids_have_their_shape_and_sort_by_age() -> None:
    older, newer = new_id("cus", 1_000_000.0), new_id("cus", 1_000_000.002)
    assert older < newer
    assert is_generated(older, "cus")
    assert not is_generated(older, "key")
    assert not is_generated("cus_42", "cus")


def test_ten_thousand_ids_of_one_moment_are_different() -> None:
    assert len({new_id("req", 1.0) for _ in range(10_000)}) == 10_000


def test_a_forked_process_does_not_repeat_its_parents_ids() -> None:
    new_id("req", 1.0)
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.write(writer, "\n".join(new_id("req", 1.0) for _ in range(50)).encode())
        os._exit(0)
    os.wait()
    theirs = set(os.read(reader, 10_000).decode().split("\n"))
    assert len(theirs) == 50
    assert theirs.isdisjoint(new_id("req", 1.0) for _ in range(200))
