# SPDX-License-Identifier: Apache-2.0
"""What a model's quirks make of a body; a limit that was asked for is never lost on the way."""

from __future__ import annotations

import pytest
from ringside_gateway.domain.catalogue import Quirks
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.providers.wire.quirks import applied

RENAMES = Quirks(renamed={"max_completion_tokens": "max_tokens"})


def test_a_renamed_limit_survives_a_null_under_the_other_name() -> None:
    assert applied(RENAMES, {"max_tokens": None, "max_completion_tokens": 10}, "fc:a/b") == {"max_tokens": 10}
    assert applied(RENAMES, {"max_tokens": 10, "max_completion_tokens": None}, "fc:a/b") == {"max_tokens": 10}


@pytest.mark.parametrize(
    "field", [{"service_tier": "priority"}, {"web_search_options": {}}, {"plugins": [{"id": "web"}]}, {"models": ["x"]}]
)
def test_what_is_charged_apart_from_the_tokens_is_refused_or_dropped(field: dict[str, object]) -> None:
    (name,) = field
    with pytest.raises(GatewayError) as refused:
        applied(Quirks(), field, "fc:a/b")
    assert (refused.value.code, refused.value.param) == ("unsupported_parameter", name)
    assert applied(Quirks(), field | {"drop_params": True}, "fc:a/b") == {}


def test_the_usual_tier_passes_and_a_catalogue_may_allow_others() -> None:
    assert applied(Quirks(), {"service_tier": "default"}, "fc:a/b") == {"service_tier": "default"}
    groq = Quirks(refused={"service_tier": ("on_demand",)})
    assert applied(groq, {"service_tier": "on_demand"}, "fc:a/b") == {"service_tier": "on_demand"}
