# SPDX-License-Identifier: Apache-2.0
"""The small run of what `make deliveries-under-fire` does at full size; its attempts verify in other languages."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from deliveries_under_fire import Plan, Report, run, write_sample
from ringside import webhooks

ROOT = Path(__file__).parents[3]
VERIFIERS = Path(__file__).with_name("verifiers")
SMALL = Plan(events=240, endpoints=10, hanging=1, failing=1, kills=2, rate=60, timeout_s=1, patience_s=120)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    found = run(SMALL, tmp_path_factory.mktemp("fire"))
    print(found)
    return found


def test_healthy_endpoints_get_every_event_through_kills_and_do_not_wait_for_those_that_hang_and_fail(
    report: Report,
) -> None:
    assert report.events >= SMALL.events
    assert (report.missing, report.altered, report.unsigned) == (0, 0, 0)
    # How soon is a figure of the full size; here the healthy were done while the hanging one was far behind.
    assert 0 < report.attempts["hangs"] < SMALL.events
    assert report.attempts["fails"] > 0


def test_its_attempts_verify_in_python(report: Report) -> None:
    assert report.samples
    for sample in report.samples:
        event = webhooks.verify(sample.payload, sample.headers, secret=sample.secret, tolerance="none")
        assert event.type == "customer.created"


@pytest.mark.skipif("EVERY_LANGUAGE" not in os.environ, reason="the SDKs are built first: `make attempts-verify`")
@pytest.mark.parametrize("language", ["node", "go", "java"])
def test_its_attempts_verify_in_other_languages(report: Report, language: str, tmp_path: Path) -> None:
    needed, command = verifier(language)
    assert needed.exists(), f"{needed.relative_to(ROOT)} is not here: run `make build`"
    sample = tmp_path / "sample.jsonl"
    write_sample(report.samples, sample)
    folder = VERIFIERS / ("go" if language == "go" else "")
    done = subprocess.run([*command, str(sample)], cwd=folder, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == len(report.samples)


def verifier(language: str) -> tuple[Path, list[str]]:
    """What must be there, and the command that prints how many attempts verify."""
    package, java = ROOT / "sdk-typescript/dist/webhooks.mjs", ROOT / "sdk-java/target"
    libraries = (java / "classpath.txt").read_text().strip() if (java / "classpath.txt").exists() else ""
    return {
        "node": (package, ["node", "verify.mjs", package.as_uri()]),
        "go": (ROOT / "sdk-go/go.mod", ["go", "run", "."]),
        "java": (java / "classes/pro", ["java", "-cp", f"{java / 'classes'}:{libraries}", "Verify.java"]),
    }[language]


def test_a_changed_attempt_does_not_verify(report: Report) -> None:
    sample = report.samples[0]
    changed = sample.payload.replace(b"customer.created", b"customer.deleted")
    with pytest.raises(webhooks.WebhookVerificationError, match="No signature"):
        webhooks.verify(changed, sample.headers, secret=sample.secret, tolerance="none")
