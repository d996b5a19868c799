# SPDX-License-Identifier: Apache-2.0
"""Holds a step's answers, and a case's requests on the wire, against what the case expects."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any
from urllib.parse import unquote

from ringside_conformance.matching import differences
from ringside_conformance.spec import Spec
from ringside_conformance.wire import Session, Wire

#: Facts of an error that are compared as they are.
_FACTS = ("kind", "status", "code", "type", "param", "request_id", "retry_after_seconds", "should_retry", "reason")
#: What languages add to the name of a code: an ending, a beginning, and a word that keeps it from being too general.
_ADDED = re.compile(r"_(error|exception)$|^err_|^object_")


class Step:
    """What a step expects, and what its answers were."""

    def __init__(self, expected: dict[str, Any], spec: Spec) -> None:
        self._expected = expected
        self._spec = spec

    def problems(self, answers: list[dict[str, Any]]) -> list[str]:
        """Differences; an answer that is neither pass nor fail is reported as it is."""
        final = answers[-1]
        if "any" in self._expected:
            return []
        wanted = next((kind for kind in ("error", "cancelled") if kind in self._expected), None)
        if final["kind"] == "error" and wanted != "error":
            return [f"an error nobody expected: {final['error']}"]
        if wanted is not None and final["kind"] != wanted:
            return [f"{final['kind']} {str(final.get('value', ''))[:200]} instead of {wanted} {self._expected[wanted]}"]
        events = [answer["value"] for answer in answers if answer["kind"] == "event"]
        found: list[str] = []
        for name, expected in self._expected.items():
            found += getattr(self, f"_{name}")(expected, final, events)
        return found

    def _ok(self, expected: Any, final: dict[str, Any], events: list[Any]) -> list[str]:
        return [] if final["kind"] in ("ok", "value", "done") else [f"{final['kind']}, not ok"]

    def _value(self, expected: Any, final: dict[str, Any], events: list[Any]) -> list[str]:
        if isinstance(expected, dict) and set(expected) == {"example"}:
            expected = self._spec.answer_of(expected["example"])[1]
        return differences(expected, final.get("value"), whole=True)

    def _has(self, expected: Any, final: dict[str, Any], events: list[Any]) -> list[str]:
        return differences(expected, final.get("value"))

    def _lacks(self, expected: str, final: dict[str, Any], events: list[Any]) -> list[str]:
        text = json.dumps(final, default=str)
        return [f"{expected!r} shows in {text[:300]}"] if expected in text else []

    def _length(self, expected: int, final: dict[str, Any], events: list[Any]) -> list[str]:
        return [] if len(final["value"]) == expected else [f"{len(final['value'])} items, not {expected}"]

    def _contains(self, expected: dict[str, Any], final: dict[str, Any], events: list[Any]) -> list[str]:
        """Lists of the answer that must hold an item like this, among others."""
        found = []
        for name, item in expected.items():
            among = final["value"].get(name, [])
            found += (
                []
                if any(not differences(item, one) for one in among)
                else [f"{name}: none of {len(among)} fits {item}"]
            )
        return found

    def _at_most(self, expected: dict[str, str], final: dict[str, Any], events: list[Any]) -> list[str]:
        """Numbers of the answer against sums such as `{saved}+8`."""
        found = []
        for name, bound in expected.items():
            most = sum(map(float, str(bound).split("+")))
            if final["value"][name] > most:
                found.append(f"{name} is {final['value'][name]}, at most {most:g} expected")
        return found

    def _sum(self, expected: dict[str, str], final: dict[str, Any], events: list[Any]) -> list[str]:
        """Numbers of the answer that are a sum of other fields of it and of numbers, such as `created_at+900`."""
        value, found = final["value"], []
        for name, sum_ in expected.items():
            right = sum(int(value.get(part, part)) for part in sum_.split("+"))
            found += [] if value[name] == right else [f"{name} is {value[name]}, not {sum_}, which is {right}"]
        return found

    def _count(self, expected: int, final: dict[str, Any], events: list[Any]) -> list[str]:
        return [] if final.get("events") == expected else [f"{final.get('events')} events counted, not {expected}"]

    def _depth(self, expected: dict[str, int], final: dict[str, Any], events: list[Any]) -> list[str]:
        """How many objects lie in each other below a field."""
        found = []
        for name, levels in expected.items():
            value, seen = final["value"].get(name), 0
            while isinstance(value, dict):
                value, seen = value.get("d"), seen + 1
            found += [] if seen == levels and value == "bottom" else [f"{name} is {seen} levels deep, not {levels}"]
        return found

    def _order(self, expected: dict[str, list[str]], final: dict[str, Any], events: list[Any]) -> list[str]:
        return _order_problems(expected, final["value"], "value")

    def _lists(self, expected: dict[str, str], final: dict[str, Any], events: list[Any]) -> list[str]:
        """Names, with commas between, that a header must list, among others and in any case."""
        found = []
        for header, names in expected.items():
            listed = {name.strip().lower() for name in final["value"]["headers"].get(header, "").split(",")}
            found += [f"{header} does not list {name}" for name in names.split(",") if name.lower() not in listed]
        return found

    def _no_headers(self, expected: list[str], final: dict[str, Any], events: list[Any]) -> list[str]:
        return [f"{name} is there" for name in expected if name in final["value"]["headers"]]

    def _events(self, expected: Any, final: dict[str, Any], events: list[Any]) -> list[str]:
        if isinstance(expected, int):
            return [] if len(events) == expected else [f"{len(events)} events, not {expected}"]
        return differences(expected, events, place="events")

    def _last(self, expected: Any, final: dict[str, Any], events: list[Any]) -> list[str]:
        return differences(expected, events[-1] if events else None, place="last event")

    def _text(self, expected: str, final: dict[str, Any], events: list[Any]) -> list[str]:
        deltas = [choice["delta"] for event in events for choice in event.get("choices", ())]
        written = "".join(delta.get("content") or "" for delta in deltas)
        return differences(expected, written, place="text")

    def _cancelled(self, expected: Any, final: dict[str, Any], events: list[Any]) -> list[str]:
        return []

    def _error(self, expected: dict[str, Any], final: dict[str, Any], events: list[Any]) -> list[str]:
        error = final["error"]
        facts = {name: value for name, value in expected.items() if name in (*_FACTS, "items")}
        found = differences(facts, error, place="error")
        if "class_of" in expected and _plain(error["class"]) != _plain(expected["class_of"]):
            found.append(f"error.class: {error['class']} is not the class of {expected['class_of']}")
        if expected.get("host") and not any(name.startswith("openai.") for name in error.get("is", ())):
            found.append(f"error.is: {error.get('is')} has no class of the host")
        for part in expected.get("message_has", ()):
            if part not in error["message"]:
                found.append(f"error.message: {error['message'][:200]!r} lacks {part!r}")
        if "cause" in expected and not error.get("cause"):
            found.append("error.cause: there is none")
        if len(error["message"]) > int(expected.get("message_at_most", 1 << 40)):
            found.append(f"error.message: {len(error['message'])} characters")
        return found


def wire_problems(expected: list[dict[str, Any]], session: Session) -> list[str]:
    """Differences between the requests that came and those expected, in order and in number."""
    came = session.requests
    found = []
    most = sum(int(rule.get("times", 1)) for rule in expected)
    least = most - sum(bool(rule.get("optional")) for rule in expected)
    if not least <= len(came) <= most:
        found.append(f"wire: {len(came)} requests: {', '.join(map(str, came[:8]))}; expected {len(expected)} rules")
    position = 0
    for rule in expected:
        group = came[position : position + int(rule.get("times", 1))]
        for request in group:
            found += _rule_problems(rule, request, f"wire[{position}]")
            position += 1
        for name in rule.get("same", ()):
            values = {tuple(request.values(name)) for request in group}
            found += [] if len(values) == 1 and () not in values else [f"wire: {name} is {values}, not the same"]
        for name in rule.get("different", ()):
            values = {tuple(request.values(name)) for request in group}
            found += [] if len(values) == len(group) else [f"wire: {name} repeats: {values}"]
    return found


def _rule_problems(rule: dict[str, Any], request: Wire, place: str) -> list[str]:
    found = []
    for name in ("method", "path", "query"):
        if name in rule and isinstance(rule[name], str):
            found += differences(rule[name], getattr(request, name), place=f"{place}.{name}")
    if "decoded_path" in rule:
        found += differences(rule["decoded_path"], unquote(request.path), place=f"{place}.path")
    if isinstance(rule.get("query"), (dict, list)):
        expected = list(rule["query"].items()) if isinstance(rule["query"], dict) else map(tuple, rule["query"])
        pairs = sorted((name, str(value)) for name, value in expected)
        found += differences(pairs, sorted(request.parameters()), place=f"{place}.query")
    for name, value in rule.get("headers", {}).items():
        values = request.values(name)
        if len(values) != 1:
            found.append(f"{place}.{name}: {values}, not one value")
        else:
            found += differences(value, values[0], place=f"{place}.{name}")
    for name, value in rule.get("joined", {}).items():
        found += differences(value, ", ".join(request.values(name)), place=f"{place}.{name}")
    for name in rule.get("no_headers", ()):
        found += [f"{place}: {name} is there: {request.values(name)}"] if request.values(name) else []
    for text in rule.get("nowhere", ()):
        shown = f"{request} {request.headers} {request.body!r}"
        found += [f"{place}: {text!r} is on the wire"] if text in shown else []
    for text in rule.get("body_has", ()):
        found += [] if text.encode() in request.body else [f"{place}.body: lacks {text!r}: {request.body[:200]!r}"]
    if "filename" in rule:
        found += differences(rule["filename"], request.filename(), place=f"{place}.filename")
    if "order" in rule:
        found += _order_problems(rule["order"], request.json(), f"{place}.body")
    for name, whole in (("json", True), ("json_has", False)):
        if name in rule:
            try:
                found += differences(rule[name], request.json(), whole=whole, place=f"{place}.body")
            except ValueError:
                found.append(f"{place}.body: not JSON: {request.body[:100]!r}")
    return found


def timing_problems(expected: list[list[float]], session: Session) -> list[str]:
    """Pauses between requests, in milliseconds, against their bounds."""
    moments = [request.at for request in session.requests]
    pauses = [(after - before) * 1000 for before, after in itertools.pairwise(moments)]
    found = []
    for position, ((least, most), pause) in enumerate(zip(expected, pauses, strict=False)):
        if not least <= pause <= most:
            found.append(f"timing: pause {position} is {pause:.0f} ms, not within {least}–{most}")
    return found


def jitter_problems(expected: dict[str, Any], session: Session) -> list[str]:
    """Pauses between the two attempts of many calls, told apart by a header: none too short, some shorter than others.

    A busy machine makes a pause longer, never shorter: so the drawing shows in the short ones.
    """
    moments: dict[str, list[float]] = {}
    for request in session.requests:
        moments.setdefault(request.values(expected["by"])[0], []).append(request.at)
    pauses = [(times[1] - times[0]) * 1000 for times in moments.values() if len(times) == 2]
    if len(pauses) != expected["calls"]:
        return [f"jitter: {len(pauses)} calls with two attempts, not {expected['calls']}"]
    shortest = min(pauses)
    found = [f"jitter: a pause of {shortest:.0f} ms is too short"] if shortest < expected["least"] else []
    return found + ([f"jitter: no pause is below {shortest:.0f} ms"] if shortest > expected["some_below"] else [])


def _order_problems(expected: dict[str, list[str]], value: Any, place: str) -> list[str]:
    return [
        f"{place}.{name}: the order is {list(value[name])}, not {keys}"
        for name, keys in expected.items()
        if list(value[name]) != keys
    ]


def _plain(name: str) -> str:
    """A class or a code without what languages add, in snake case."""
    return _ADDED.sub("", _ADDED.sub("", _snake(name)))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.rsplit(".", 1)[-1]).lower()
