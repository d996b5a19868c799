# SPDX-License-Identifier: Apache-2.0
"""The command line: run drivers through the cases, list the cases, tell what they cover, try a deployment."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from ringside_conformance import demands, differential, known_failing, not_offered, report
from ringside_conformance.cases import CASES, Case, CaseError, Choice, load
from ringside_conformance.driver import PATIENCE_S
from ringside_conformance.exchanges import Exchanges
from ringside_conformance.fault_gateway import FaultGateway
from ringside_conformance.play import FAILED, HARNESS, NOT_OFFERED, Outcome, Stage
from ringside_conformance.proxy import Behind
from ringside_conformance.report import Result
from ringside_conformance.runner import Run
from ringside_conformance.spec import ROOT, Spec

#: Plays the cases against a deployment; which SDK does it makes no difference there.
PROBE = f"{sys.executable} {ROOT / 'conformance/drivers/python/driver.py'}"
#: The column of what cases ask of the gateway itself, without any SDK.
GATEWAY = "gateway"


def main() -> int:
    """Runs one command; 0 when everything went as it should."""
    arguments = _parser().parse_args()
    arguments.seed = arguments.seed or secrets.token_hex(3)
    spec = Spec()
    try:
        every = load(spec, Choice(seed=arguments.seed, folder=Path(arguments.cases)))
    except CaseError as error:
        print(error, file=sys.stderr)
        return 2
    choice = Choice(arguments.only, arguments.skip, arguments.long)
    cases = [case for case in every if choice.takes(case)]
    if arguments.command == "list":
        print("\n".join(f"{case.id:28} {case.title}" for case in cases), f"\n{len(cases)} cases")
        return 0
    if arguments.command == "coverage":
        return _coverage(spec, cases)
    if arguments.command == "gateway":
        real = [case for case in cases if case.fields.get("real")]
        return asyncio.run(_run(arguments, spec, [(GATEWAY, PROBE, real)], None))
    of_drivers = [case for case in cases if not case.is_of_the_gateway]
    named = (part.partition("=")[::2] for part in arguments.driver)
    plan: list[tuple[str, str | None, list[Case]]] = [(name, command, of_drivers) for name, command in named]
    if arguments.base_url:
        plan.append((GATEWAY, None, [case for case in cases if case.is_of_the_gateway]))
    all_chosen = {case.id for case in every} if (arguments.only, arguments.skip) == ("*", "") else None
    return asyncio.run(_run(arguments, spec, plan, all_chosen))


def _coverage(spec: Spec, cases: list[Case]) -> int:
    found = demands.answered(cases)
    problems = demands.problems(found, cases)
    print(demands.table(found, cases, spec), "\n".join(problems), sep="\n")
    return 1 if problems else 0


async def _run(
    arguments: argparse.Namespace, spec: Spec, plan: list[tuple[str, str | None, list[Case]]], every: set[str] | None
) -> int:
    """Runs the plan; `every` case's id where all were chosen."""
    behind = Behind.of(arguments.base_url) if arguments.base_url else None
    gateway = FaultGateway(spec, behind)
    await gateway.start()
    stage = Stage(spec, gateway, Exchanges(spec), arguments.api_key if behind else None, arguments.seed)
    print(f"seed {arguments.seed}")
    folder = Path(arguments.report)
    folder.mkdir(parents=True, exist_ok=True)
    results: list[Result] = []
    for name, command, cases in plan:
        started = time.monotonic()
        run = Run(command, stage, folder / f"{name}.log", arguments.jobs, arguments.patience)
        about, outcomes = await run.all(cases, lambda outcome: _tell(outcome, arguments.verbose))
        results.append(Result(name, about, outcomes, time.monotonic() - started))
        _sum_up(results[-1])
    await gateway.stop()
    differential.compared(results)
    problems = [f"{result.name}: {problem}" for result in results for problem in _wrong(result, every)]
    if every is not None:
        problems += report.gaps(results, spec)
    report.write(folder, results, spec, stage.exchanges.checked)
    matrix = folder / "matrix.md"
    print(f"report: {matrix}" if arguments.quiet else matrix.read_text(encoding="utf-8"))
    print("\n".join(problems))
    return 1 if problems else 0


def _wrong(result: Result, every: set[str] | None) -> list[str]:
    """What makes the run fail; a driver that did not even start has offered nothing to hold it to."""
    names = None if every is None else every | {outcome.case.id for outcome in result.outcomes}
    found = known_failing.verdicts(result.name, result.outcomes, datetime.now(UTC).date(), names)
    if result.about:
        found += not_offered.problems(result.name, set(result.about["capabilities"]), result.outcomes, names)
    return found


def _sum_up(result: Result) -> None:
    skipped = sum(outcome.verdict == NOT_OFFERED for outcome in result.outcomes)
    wrong = sum(outcome.verdict in (FAILED, HARNESS) for outcome in result.outcomes)
    runs = len(result.outcomes) - skipped
    print(f"{result.name}: {runs} runs, {skipped} not offered, {wrong} not passed, {result.seconds:.0f} s", flush=True)


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
    shared.add_argument("--only", default="*", metavar="GLOBS", help="only cases whose id fits, such as 'E* Y081'")
    shared.add_argument("--skip", default="", metavar="GLOBS", help="no cases whose id fits")
    shared.add_argument("--seed", help="what drawn values and names in a real gateway come from; random unless given")
    shared.add_argument("--long", action="store_true", help="also the cases that take their time")
    shared.add_argument("--cases", default=str(CASES), metavar="DIR", help="the folder of written cases")
    running = argparse.ArgumentParser(add_help=False)
    running.add_argument("--base-url", metavar="URL", help="a real gateway for the cases that need one; ends in /v1")
    running.add_argument("--api-key", metavar="KEY", help="a test key of that gateway")
    running.add_argument("--jobs", type=int, default=8, help="cases at a time (default: 8)")
    running.add_argument(
        "--patience", type=float, default=PATIENCE_S, metavar="S", help="a driver silent so long hangs"
    )
    running.add_argument("--report", default="build/conformance", metavar="DIR", help="where the reports go")
    running.add_argument("--verbose", action="store_true", help="a line for every case, not only for failures")
    running.add_argument("--quiet", action="store_true", help="no matrix on the terminal")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", parents=[shared, running], help="run drivers through the cases")
    run.add_argument("--driver", action="append", required=True, metavar="NAME=COMMAND", help="a driver; repeatable")
    commands.add_parser("list", parents=[shared], help="list the cases")
    commands.add_parser("coverage", parents=[shared], help="which case proves which demand, operation and error code")
    commands.add_parser(GATEWAY, parents=[shared, running], help="try a deployment, without any SDK of yours")
    return parser


def entry() -> None:
    """The installed command."""
    sys.exit(main())


if __name__ == "__main__":
    entry()
