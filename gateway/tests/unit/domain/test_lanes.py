# SPDX-License-Identifier: Apache-2.0
"""Slow and failing endpoints keep to their lane."""

from __future__ import annotations

from ringside_gateway.domain.lanes import IN_ALL, PER_ENDPOINT, REST_S, TROUBLE, Lanes


def test_an_endpoint_gets_no_more_than_its_lane_holds() -> None:
    lanes = Lanes()
    for number in range(PER_ENDPOINT):
        assert lanes.shares(["wh_1"], 0.0) == {"wh_1": PER_ENDPOINT - number}
        lanes.begin("wh_1")
    assert lanes.shares(["wh_1", "wh_2"], 0.0) == {"wh_2": PER_ENDPOINT}
    lanes.finish("wh_1", True, 0.0)
    assert lanes.shares(["wh_1"], 0.0) == {"wh_1": 1}


def test_what_all_may_have_is_divided_evenly() -> None:
    lanes = Lanes()
    names = [f"wh_{n}" for n in range(4 * IN_ALL // PER_ENDPOINT)]
    shares = lanes.shares(names, 0.0)
    assert (len(shares), set(shares.values())) == (len(names), {IN_ALL // len(names)})
    many = [f"wh_{n}" for n in range(2 * IN_ALL)]
    assert sum(lanes.shares(many, 0.0).values()) == IN_ALL


def test_an_endpoint_in_trouble_rests_after_each_failure_and_is_well_after_a_success() -> None:
    lanes = Lanes()
    for number in range(TROUBLE):
        assert lanes.shares(["wh_1"], 0.0) == {"wh_1": PER_ENDPOINT}, number
        lanes.begin("wh_1")
        lanes.finish("wh_1", False, 0.0)
    assert lanes.shares(["wh_1"], REST_S - 0.1) == {}
    assert lanes.shares(["wh_1"], REST_S) == {"wh_1": PER_ENDPOINT}
    lanes.begin("wh_1")
    lanes.finish("wh_1", True, REST_S)
    assert lanes.shares(["wh_1"], REST_S) == {"wh_1": PER_ENDPOINT}
    assert lanes.under_way == 0 and lanes._lanes == {}
