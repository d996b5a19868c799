# SPDX-License-Identifier: Apache-2.0
"""Samples lead to the reader's own gateway: keys of one that is self-hosted must not go to another host."""

from __future__ import annotations

import re
import subprocess

import pytest

from ringside_codegen.ir import Document
from ringside_codegen.reference.curl import curl
from ringside_codegen.targets import docs, gateway


def _sent_to(command: str) -> str:
    """The URL that curl would get from a shell in which `dev.env` was sourced."""
    words = subprocess.run(
        ["sh", "-c", f"curl() {{ printf '%s\\n' \"$@\"; }}; {command}"],
        env={"FC_BASE_URL": "http://localhost:8080/v1", "FC_API_KEY": "sk_test_1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return next(word for word in words if word.startswith("http"))


@pytest.mark.parametrize(
    ("operation", "request_", "url"),
    [
        ("customers.create", {}, "http://localhost:8080/v1/customers"),
        ("customers.list", {"query": {"limit": 2, "external_id": "a'b $HOME"}}, "?limit=2&external_id=a%27b+%24HOME"),
        ("models.retrieve", {"path_params": {"model": "fc:openai/gpt-4o-mini"}}, "/v1/models/fc:openai/gpt-4o-mini"),
        ("health.live", {}, "http://localhost:8080/healthz"),
    ],
)
def test_a_command_calls_the_gateway_of_the_environment(
    real: Document, operation: str, request_: dict[str, object], url: str
) -> None:
    found = next(each for each in real.operations if each.id == operation)
    assert _sent_to(curl(found, request_)).endswith(url)


def test_no_page_of_the_reference_names_a_host_beside_a_key(real: Document) -> None:
    pages = [output.content for output in docs.files(real)] + [gateway.reference(real)]
    commands = [line for page in pages for line in re.findall(r"curl [^\n<]*", page)]
    assert len(commands) > 100
    assert [line for line in commands if "://" in line] == []
