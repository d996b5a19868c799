# SPDX-License-Identifier: Apache-2.0
"""The small run of what `make deliveries-under-fire` does at full size; its attempts verify in other languages."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from deliveries_under_fire import Plan, Report, run, write_sample
from ringside import webhooks

ROOT = Path(__file__).parents[3]
SMALL = Plan(events=240, endpoints=10, hanging=1, failing=1, kills=2, rate=60, timeout_s=1, patience_s=30)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    found = run(SMALL, tmp_path_factory.mktemp("fire"))
    print(found)
    return found


def test_healthy_endpoints_get_every_event_soon_through_kills_and_beside_those_that_hang_and_fail(
    report: Report,
) -> None:
    assert report.events >= SMALL.events
    assert (report.missing, report.altered, report.unsigned) == (0, 0, 0)
    assert report.median_age_s <= 2
    assert report.attempts["hangs"] > 0 and report.attempts["fails"] > 0


def test_its_attempts_verify_in_python(report: Report) -> None:
    assert report.samples
    for sample in report.samples:
        event = webhooks.verify(sample.payload, sample.headers, secret=sample.secret, tolerance="none")
        assert event.type == "customer.created"


def test_its_attempts_verify_in_node(report: Report, tmp_path: Path) -> None:
    package = ROOT / "sdk-typescript/dist/webhooks.mjs"
    if not package.exists() or shutil.which("node") is None:
        pytest.skip("sdk-typescript is not built")
    write_sample(report.samples, tmp_path / "sample.jsonl")
    command = ["node", "--input-type=module", "-e", _NODE, package.as_uri(), str(tmp_path / "sample.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == len(report.samples)


def test_a_changed_attempt_does_not_verify(report: Report) -> None:
    sample = report.samples[0]
    changed = sample.payload.replace(b"customer.created", b"customer.deleted")
    with pytest.raises(webhooks.WebhookVerificationError, match="No signature"):
        webhooks.verify(changed, sample.headers, secret=sample.secret, tolerance="none")


_NODE = """
import { readFileSync } from 'node:fs';
const [, module, file] = process.argv;
const { verify } = await import(module);
let count = 0;
for (const line of readFileSync(file, 'utf8').split('\\n').filter(Boolean)) {
  const { payload, header, secret } = JSON.parse(line);
  const event = await verify(Buffer.from(payload, 'base64'), header, { secret, tolerance: 'none' });
  if (event.type !== 'customer.created') throw new Error(event.type);
  count += 1;
}
console.log(count);
"""
