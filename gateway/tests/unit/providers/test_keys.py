# SPDX-License-Identifier: Apache-2.0
"""Where keys are found: configured, in one variable, or in several that make one key together."""

from __future__ import annotations

import pytest
from ringside_gateway.domain.catalogue import Auth, ProviderFacts
from ringside_gateway.domain.providers import ProviderSettings
from ringside_gateway.providers.keys import Keys, missing_reason

FACTS = ProviderFacts(
    name="acme",
    title="Acme",
    wire="openai",
    base_url="https://acme.example",
    auth=Auth(scheme="aws"),
    paths={},
    key_variables=("ACME_ID:ACME_SECRET:ACME_SESSION", "ACME_TOKEN"),
)


@pytest.mark.parametrize(
    ("environment", "keys"),
    [
        ({"ACME_ID": "a", "ACME_SECRET": "s"}, ("a:s",)),
        ({"ACME_ID": "a", "ACME_SECRET": "s", "ACME_SESSION": "t"}, ("a:s:t",)),
        ({"ACME_ID": "a", "ACME_SESSION": "t"}, ()),
        ({"ACME_SECRET": "s"}, ()),
        ({"ACME_TOKEN": "k"}, ("k",)),
        ({"ACME_ID": "a", "ACME_SECRET": "s", "ACME_TOKEN": "k"}, ("a:s", "k")),
    ],
)
def test_several_variables_make_one_key_or_none(environment: dict[str, str], keys: tuple[str, ...]) -> None:
    assert Keys(ProviderSettings(environment=environment)).of(FACTS) == keys


def test_a_configured_key_leaves_the_environment_alone() -> None:
    settings = ProviderSettings(api_keys={"acme": ("mine",)}, environment={"ACME_TOKEN": "k"})
    assert Keys(settings).of(FACTS) == ("mine",)


def test_what_is_missing_is_told_by_variable() -> None:
    assert "ACME_ID, ACME_SECRET, ACME_SESSION" in missing_reason(FACTS)
