# SPDX-License-Identifier: Apache-2.0
"""Where a call goes: the catalogue's addresses, with what only the operator knows filled in."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import replace

from ringside_gateway.domain.catalogue import CHAT, Option, ProviderFacts
from ringside_gateway.domain.providers import ProviderSettings
from ringside_gateway.domain.upstream import Attempt, UpstreamFault

#: Where the path of a stream is another one than that of a whole answer.
CHAT_STREAM = "chat_stream"
_PLACE = re.compile(r"\{(\w+)\}")


class Addresses:
    """Options come from the configuration, then from the variables that the catalogue names, then from its default."""

    def __init__(self, settings: ProviderSettings) -> None:
        self._settings = settings

    def options(self, facts: ProviderFacts) -> dict[str, str]:
        """Every option that has a value."""
        given = self._settings.options.get(facts.name, {})
        found = {name: given.get(name) or self._found(option) for name, option in facts.options.items()}
        return {name: value for name, value in found.items() if value}

    def missing(self, facts: ProviderFacts) -> str | None:
        """What the operator does about an option without a value; None when every one has."""
        options = self.options(facts) if facts.options else {}
        if facts.name in self._settings.base_urls:
            return None
        absent = next((name for name in facts.options if name not in options), None)
        return None if absent is None else _missing_reason(facts, absent)

    def placed(self, facts: ProviderFacts, attempt: Attempt) -> Attempt:
        """The attempt under the name that the operator's account has for the model: a deployment, a profile."""
        model = attempt.target.facts
        named = self._settings.models.get(facts.name, {}).get(model.name, model.upstream_name)
        if "{" in named:
            named = self._filled(named, facts, attempt, self.options(facts))
        if named == model.upstream_name:
            return attempt
        target = replace(attempt.target, facts=replace(model, upstream_name=named))
        return replace(attempt, target=target)

    def url(self, facts: ProviderFacts, attempt: Attempt) -> str:
        """The address of a chat call; `model_unavailable` says which option the operator has yet to set."""
        path = facts.paths[CHAT]
        if attempt.stream:
            path = facts.paths.get(CHAT_STREAM, path)
        options = self.options(facts) if facts.options else {}
        base = self._settings.base_urls.get(facts.name) or _base(facts, options)
        text = base.rstrip("/") + path
        if "{" not in text:
            return text
        model = urllib.parse.quote(attempt.target.facts.upstream_name, safe="")
        return self._filled(text, facts, attempt, {**options, "model": model})

    def _filled(self, text: str, facts: ProviderFacts, attempt: Attempt, values: Mapping[str, str]) -> str:
        missing = [name for name in _PLACE.findall(text) if name not in values]
        if missing:
            reason = _missing_reason(facts, missing[0])
            raise UpstreamFault("model_unavailable", retryable=True, model=attempt.target.ref, reason=reason)
        return _PLACE.sub(lambda place: values[place[1]], text)

    def _found(self, option: Option) -> str | None:
        named = (self._settings.environment.get(name) for name in option.variables)
        return next(filter(None, named), option.default)


def _base(facts: ProviderFacts, options: Mapping[str, str]) -> str:
    return next((url for value, url in facts.base_urls.items() if value in options.values()), facts.base_url)


def _missing_reason(facts: ProviderFacts, name: str) -> str:
    return f"this gateway has no {name} for {facts.name}; the operator sets {_variable(facts, name)}"


def _variable(facts: ProviderFacts, name: str) -> str:
    variables = facts.options[name].variables if name in facts.options else ()
    return variables[0] if variables else f"RINGSIDE_PROVIDER_{facts.name.upper()}_{name.upper()}"
