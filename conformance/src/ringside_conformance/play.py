# SPDX-License-Identifier: Apache-2.0
"""Plays one case in one mode: its steps in order, then what stood on the wire and what was left behind."""

from __future__ import annotations

import asyncio
import base64
import hmac
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from ringside_conformance import raw_http
from ringside_conformance.cases import Case
from ringside_conformance.driver import Driver
from ringside_conformance.exchanges import Exchanges
from ringside_conformance.expectations import Step, jitter_problems, timing_problems, wire_problems
from ringside_conformance.fault_gateway import FaultGateway
from ringside_conformance.spec import Spec
from ringside_conformance.wire import Session, Wire

PASSED, FAILED, NOT_OFFERED, HARNESS = "passed", "failed", "not offered", "harness error"
KEY = "sk_test_conformance"
#: Until a connection that should be closed counts as left open.
CLOSE_S = 10.0
#: What a browser sets itself or lets pass without asking.
_OF_THE_BROWSER = frozenset(
    "accept accept-encoding accept-language connection content-length host origin sec-fetch-mode x-mine".split()  # noqa: SIM905
)
#: What a step tells the runner, not the driver.
_NOT_SENT = frozenset(
    (
        "call",
        "http",
        "expect",
        "repeat",
        "parallel",
        "alike",
        "cancel_after_ms",
        "cancel_after_events",
        "save",
        "client_name",
        "then",
    )
)


@dataclass
class Outcome:
    """How one case went in one mode. `missing` is what driver or run have not for it.

    `seen` and `wire`, answers and requests, are held against another driver's.
    """

    case: Case
    mode: str
    verdict: str
    problems: list[str] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    seconds: float = 0.0
    operations: set[str] = field(default_factory=set)
    seen: list[Any] = field(default_factory=list)
    wire: list[Wire] = field(default_factory=list)

    def fail(self, problems: list[str]) -> None:
        """With problems it has failed; without any it stays as it is."""
        if problems:
            self.verdict = FAILED
            self.problems += problems


@dataclass
class Stage:
    """What every play of one run shares."""

    spec: Spec
    gateway: FaultGateway
    exchanges: Exchanges
    real_key: str | None
    seed: str
    numbers: Iterator[int] = field(default_factory=lambda: count(1))


class Play:
    """One case in one mode, with the driver that plays it; None where the case speaks HTTP itself."""

    def __init__(self, stage: Stage, name: str, driver: Driver | None, outcome: Outcome) -> None:
        self._stage = stage
        self._case = outcome.case
        self._driver = driver
        self._outcome = outcome
        self._name = name
        sent = ",".join(sorted(stage.gateway.header_names - _OF_THE_BROWSER))
        self._saved: dict[str, Any] = {"run": name.lower(), "key": stage.real_key, "sent_headers": sent}

    async def play(self, base: str, session: Session) -> None:
        """Runs to the first problem; the outcome has the verdict."""
        self._saved |= {"base": base, "elsewhere": base.replace("127.0.0.1", "localhost", 1)}
        session.script, session.by = self._filled(self._case.script), self._case.fields.get("gateway_by")
        if self._case.fields.get("client", {}) is not None and self._driver is not None and not self._case.env:
            await self._new_client(base)
        for step in self._case.steps:
            await self._step(step)
            if self._outcome.verdict != PASSED:
                return
        await self._after(session)

    async def _new_client(self, base: str) -> None:
        key = self._stage.real_key if self._case.is_real else KEY
        options = {"base_url": base, "api_key": key, "max_retries": 0} | self._case.fields.get("client", {})
        options = {name: value for name, value in options.items() if value is not None}
        asked = {"op": "client.new", "client": self._name, "options": options, "async": self._outcome.mode == "async"}
        assert self._driver is not None
        self._judge({"ok": True}, await self._driver.ask(asked))

    async def _step(self, step: dict[str, Any]) -> None:
        if "call" in step:
            self._outcome.operations.add(step["call"])
        for _ in range(int(step.get("repeat", 1))):
            expect = self._filled(step.get("expect", {"ok": True}))
            many = [self._done(step) for _ in range(int(step.get("parallel", 1)))]
            found = await asyncio.gather(*many)
            for answers in found:
                self._judge(expect, answers)
                if self._case.group == "D":
                    self._outcome.seen += answers
                if "save" in step and self._outcome.verdict == PASSED:
                    self._save(step["save"], answers[-1].get("value"))
            for name in step.get("alike", ()):
                values = {str(answers[-1].get("value", {}).get(name)) for answers in found}
                self._outcome.fail([f"{name} is not one for all: {sorted(values)}"] if len(values) > 1 else [])
            if "then" in step and self._outcome.verdict == PASSED:
                await self._step({"client_name": step["client"], **step["then"]})
            if self._outcome.verdict != PASSED:
                return

    async def _done(self, step: dict[str, Any]) -> list[dict[str, Any]]:
        if "http" in step:
            return [await raw_http.ask(self._filled(step["http"]), self._saved["base"])]
        return await self._asked(step, self._request(step))

    def _request(self, step: dict[str, Any]) -> dict[str, Any]:
        request = {name: value for name, value in step.items() if name not in _NOT_SENT}
        if "call" in step:
            request |= {"op": "call", "operation": step["call"], "client": self._name}
        elif request["op"].startswith("client.") or request["op"] == "inspect":
            request["client"] = self._named(step.get("client", self._name))
            if request["op"] == "client.derive":
                request["from"] = self._named(step.get("from", self._name))
            request.setdefault("async", self._outcome.mode == "async")
        elif "client" in step:
            request["client"] = self._named(step["client"])
        if "client_name" in step:
            request["client"] = self._named(step["client_name"])
        filled = dict(self._filled(request))
        if filled.pop("standard", False):
            filled["headers"] = standard_headers(filled["payload"], filled["secret"])
        return filled | self._stage.spec.arguments(step["call"], filled.get("args", {})) if "call" in step else filled

    def _named(self, name: str) -> str:
        """A client's name in this play; `mine` is the one every play begins with."""
        if name == "mine":
            return self._name
        return name if name.startswith(self._name) else f"{self._name}/{name}"

    def _filled(self, value: Any) -> Any:
        """Texts with `{base}` and saved values put in; a text that is nothing but a name is the value itself."""
        if isinstance(value, str):
            if value[1:-1] in self._saved and value == f"{{{value[1:-1]}}}":
                return self._saved[value[1:-1]]
            for name, saved in self._saved.items():
                value = value.replace("{" + name + "}", str(saved))
            return value
        if isinstance(value, dict):
            return {name: self._filled(child) for name, child in value.items()}
        return [self._filled(child) for child in value] if isinstance(value, list) else value

    def _save(self, wanted: dict[str, str], value: Any) -> None:
        """Keeps parts of an answer by name; `.` is the whole."""
        for name, path in wanted.items():
            found = value
            for part in path.split(".") if path != "." else ():
                found = found[int(part)] if isinstance(found, list) else found[part]
            self._saved[name] = found

    async def _asked(self, step: dict[str, Any], request: dict[str, Any]) -> list[dict[str, Any]]:
        assert self._driver is not None
        if "cancel_after_ms" not in step and "cancel_after_events" not in step:
            return await self._driver.ask(request)
        number = self._driver.send(request)
        answers: list[dict[str, Any]] = []
        if "cancel_after_ms" in step:
            await asyncio.sleep(step["cancel_after_ms"] / 1000)
            self._driver.cancel(number)
        left = int(step.get("cancel_after_events", -1))
        while not answers or answers[-1]["kind"] == "event":
            answers.append(await self._driver.answer(number))
            left -= 1
            if left == 0:
                self._driver.cancel(number)
        return answers

    def _judge(self, expect: dict[str, Any], answers: list[dict[str, Any]]) -> None:
        final = answers[-1]
        if final["kind"] == "unsupported":
            self._outcome.verdict, self._outcome.problems = NOT_OFFERED, [final.get("reason", "")]
        elif final["kind"] == "harness_error":
            self._outcome.verdict, self._outcome.problems = HARNESS, [final.get("message", "")]
        else:
            self._outcome.fail(Step(expect, self._stage.spec).problems(answers))

    async def _after(self, session: Session) -> None:
        fields = self._case.fields
        after = fields.get("after", {})
        if self._case.group == "D":
            self._outcome.wire = session.requests
        if "open_connections" in after:
            await self._closed(session, after["open_connections"])
        if "wire" in fields:
            self._outcome.fail(wire_problems(self._filled(fields["wire"]), session))
        elif session.surplus:
            self._outcome.fail([f"wire: not expected: {', '.join(map(str, session.surplus[:5]))}"])
        self._outcome.fail(timing_problems(fields.get("timing", []), session))
        self._outcome.fail(jitter_problems(fields["jitter"], session) if "jitter" in fields else [])
        if "connections_at_most" in after:
            used, most = len({request.connection for request in session.requests}), after["connections_at_most"]
            self._outcome.fail([f"{used} connections, at most {most} expected"] if used > most else [])
        if "closed_within_ms" in after:
            self._outcome.fail(_late(session, after["closed_within_ms"]))
        self._outcome.fail(self._stage.exchanges.problems(session))

    async def _closed(self, session: Session, most: int) -> None:
        deadline = time.monotonic() + CLOSE_S
        while session.open_connections > most and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        if session.open_connections > most:
            self._outcome.fail([f"{session.open_connections} connections are still open"])


def log_problems(case: Case, log: Path) -> list[str]:
    """What a driver of this case's own must not have written."""
    written = log.read_text(encoding="utf-8", errors="replace")
    lacking = case.fields.get("after", {}).get("log_lacks", ())
    return [f"{text!r} shows in the driver's log" for text in lacking if text in written]


def standard_headers(payload: str, secret: str) -> list[list[str]]:
    """What OpenAI sends with a delivery of this body (base64), signed now as standardwebhooks.com has it."""
    name, moment = "msg_1", str(int(time.time()))
    signed = f"{name}.{moment}.".encode() + base64.b64decode(payload)
    digest = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, "sha256")
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return [["webhook-id", name], ["webhook-timestamp", moment], ["webhook-signature", signature]]


def _late(session: Session, most_ms: float) -> list[str]:
    """Requests whose client left later than allowed after it was told to, or never."""
    found = []
    for request in session.requests:
        took = (request.closed_at - request.at) * 1000 if request.closed_at is not None else None
        if took is None or took > most_ms:
            found.append(f"{request} was left after {took and round(took)} ms, not within {most_ms}")
    return found
