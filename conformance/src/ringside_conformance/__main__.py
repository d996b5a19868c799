# SPDX-License-Identifier: Apache-2.0
"""The command line: run drivers through the cases, list the cases, try a deployment."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from ringside_conformance import known_failing, report
from ringside_conformance.cases import Case, CaseError, load
from ringside_conformance.fault_gateway import FaultGateway
from ringside_conformance.report import Result
from ringside_conformance.runner import FAILED, HARNESS, NOT_OFFERED, Outcome, Run
from ringside_conformance.spec import ROOT, Spec

#: Plays the cases against a deployment; which SDK does it makes no difference there.
PROBE = f"{sys.executable} {ROOT / 'conformance/drivers/python/driver.py'}"


def main() -> int:
    """Runs one command; 0 when everything went as it should."""
    arguments = _parser().parse_args()
    spec = Spec()
    try:
        cases = load(spec, arguments.only, arguments.skip)
    except CaseError as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.command == "list":
        for case in cases:
            print(f"{case.id:28} {case.title}")
        print(f"{len(cases)} cases")
        return 0
    if arguments.command == "gateway":
        cases = [case for case in cases if case.fields.get("real")]
        return asyncio.run(_run(arguments, spec, cases, {"gateway": PROBE}))
    named = dict(part.partition("=")[::2] for part in arguments.driver)
    return asyncio.run(_run(arguments, spec, cases, named))


async def _run(arguments: argparse.Namespace, spec: Spec, cases: list[Case], drivers: dict[str, str]) -> int:
    where = urlsplit(arguments.base_url) if arguments.base_url else None
    behind = (where.hostname or "127.0.0.1", where.port or 80) if where else None
    gateway = FaultGateway(spec, behind)
    await gateway.start()
    results, problems, seed = [], [], arguments.seed or secrets.token_hex(3)
    print(f"seed {seed}")
    folder = Path(arguments.report)
    folder.mkdir(parents=True, exist_ok=True)
    for name, command in drivers.items():
        started = time.monotonic()
        run = Run(
            command, spec, gateway, folder / f"{name}.log", arguments.api_key if where else None, arguments.jobs, seed
        )
        about, outcomes = await run.all(cases, lambda outcome: _tell(outcome, arguments.verbose))
        results.append(Result(name, about, outcomes, time.monotonic() - started))
        found = known_failing.verdicts(name, outcomes, datetime.now(UTC).date())
        problems += [f"{name}: {problem}" for problem in found]
        skipped = sum(outcome.verdict == NOT_OFFERED for outcome in outcomes)
        seconds = results[-1].seconds
        print(f"{name}: {len(outcomes) - skipped} runs, {skipped} not offered, {len(found)} problems, {seconds:.0f} s")
    await gateway.stop()
    report.write(folder, results, spec)
    print("\n".join(problems))
    matrix = folder / "matrix.md"
    print(f"report: {matrix}" if arguments.quiet else matrix.read_text(encoding="utf-8"))
    return 1 if problems else 0


def _tell(outcome: Outcome, verbose: bool) -> None:
    if verbose or outcome.verdict in (FAILED, HARNESS):
        detail = "\n    ".join(["", *outcome.problems])
        print(f"{outcome.verdict:12} {outcome.case.id} {outcome.mode} {outcome.case.title}{detail}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="conformance",
        description="Proves an SDK against the gateway.",
        epilog="example: conformance run --driver python='python drivers/python/driver.py' --only 'Y*' --verbose",
    )
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--only", default="*", metavar="GLOB", help="only cases whose id fits, such as 'E*' or Y081")
    shared.add_argument("--skip", default="", metavar="GLOB", help="no cases whose id fits")
    running = argparse.ArgumentParser(add_help=False)
    running.add_argument("--base-url", metavar="URL", help="a real gateway for the cases that need one")
    running.add_argument("--api-key", metavar="KEY", help="a test key of that gateway")
    running.add_argument("--jobs", type=int, default=8, help="cases at a time (default: 8)")
    running.add_argument("--seed", help="part of the names a real gateway sees; random unless given")
    running.add_argument("--report", default="build/conformance", metavar="DIR", help="where the reports go")
    running.add_argument("--verbose", action="store_true", help="a line for every case, not only for failures")
    running.add_argument("--quiet", action="store_true", help="no matrix on the terminal")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", parents=[shared, running], help="run drivers through the cases")
    run.add_argument("--driver", action="append", required=True, metavar="NAME=COMMAND", help="a driver; repeatable")
    commands.add_parser("list", parents=[shared], help="list the cases")
    gateway = commands.add_parser("gateway", parents=[shared, running], help="try a deployment, without any SDK")
    gateway.set_defaults(driver=[])
    return parser


def entry() -> None:
    """The installed command."""
    sys.exit(main())


if __name__ == "__main__":
    entry()
