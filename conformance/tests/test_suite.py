# SPDX-License-Identifier: Apache-2.0
"""The suite as a whole: one entry is a case everywhere, a deployment can be tried, the document is held to."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import CONFORMANCE, NODE22, PYTHON_DRIVER, ROOT, Conformance, java_classpath
from ringside_conformance.exchanges import Exchanges
from ringside_conformance.spec import Spec
from ringside_conformance.wire import Session, Wire

ENTRY = """
- id: R999
  title: A case that was added as one entry
  call: customers.wallet.topup
  args: {customer_id: cus_7, amount_usd: 2.5}
  gateway: [{example: customers.wallet.topup}]
  expect: {has: {object: wallet_transaction}}
  wire: [{method: POST, path: /v1/customers/cus_7/wallet/topup, json: {amount_usd: 2.5}}]
"""


def drivers() -> dict[str, str]:
    """Every SDK's driver as `make drivers` builds it."""
    found = {"python": PYTHON_DRIVER, "typescript": f"{NODE22} {CONFORMANCE / 'drivers/typescript/driver.mjs'}"}
    found["java"] = f"java -XX:TieredStopAtLevel=1 -cp {java_classpath()} Driver"
    return found | {"go": str(ROOT / "build/conformance/go/driver")}


def test_a_case_that_is_one_entry_runs_in_every_language(conformance: Conformance, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(ENTRY)
    named = [part for name, command in drivers().items() for part in ("--driver", f"{name}={command}")]
    ran = conformance("run", *named, "--cases", str(tmp_path), "--only", "R999")
    assert {(row["driver"], row["verdict"]) for row in ran.rows} == {(name, "passed") for name in drivers()}, ran.text


def test_a_deployment_is_tried_without_any_sdk_of_ones_own(conformance: Conformance, gateway: list[str]) -> None:
    ran = conformance("gateway", *gateway, "--only", "G* Z2* L046 R045 T057 D183* S301")
    assert ran.code == 0, ran.text
    assert {"G301", "Z205", "L046", "T057"} <= set(ran.verdicts())
    assert "exchanges with a real gateway" in (ran.report / "matrix.md").read_text()


def test_a_gateway_that_is_not_there_passes_nothing(conformance: Conformance) -> None:
    ran = conformance("gateway", "--base-url", "http://127.0.0.1:9/v1", "--api-key", "sk_test_x", "--only", "G301 L046")
    assert ran.code == 1 and "passed" not in ran.verdicts().values()


ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-request-id: req_1\r\n\r\n"
    b'{"object":"wallet","customer":"cus_1","balance_usd":1.5,"held_usd":0,"low_threshold_usd":null,"livemode":false,'
    b'"transactions":{"object":"list","data":[],"has_more":false,"next_cursor":null,"first_id":null,"last_id":null}}'
)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ((b"", b""), None),
        ((b'"balance_usd":1.5', b'"balance_usd":"1.5"'), "$.balance_usd"),
        ((b'"customer":"cus_1",', b""), "'customer' is a required property"),
        ((b"200 OK", b"418 No"), "does not say that it answers 418"),
        ((b"application/json", b"text/html"), "does not say that it answers 200 as text/html"),
        ((b"x-request-id", b"x-other"), "without x-request-id"),
    ],
)
def test_an_answer_the_document_does_not_say_fails_its_case(changed: tuple[bytes, bytes], said: str | None) -> None:
    request = Wire("GET", "/v1/customers/cus_1/wallet", "", [], b"", 1, answer=ANSWER.replace(*changed))
    found = Exchanges(Spec()).problems(Session("x", requests=[request]))
    assert (said is None and found == []) or (said is not None and said in found[0])


def test_a_body_that_was_taken_against_the_document_fails_its_case() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-request-id: req_1\r\n\r\n{}"
    request = Wire("POST", "/v1/customers", "", [], b'{"external_id": 7}', 1, answer=answer)
    found = Exchanges(Spec()).problems(Session("x", requests=[request]))
    assert any("took a body it should not" in line for line in found)
