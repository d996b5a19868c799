# SPDX-License-Identifier: Apache-2.0
"""Five calls to every provider whose key is in the environment: does it still answer as its recordings say?

Run `make live` (ONLY=google,groq for some, MODEL=name for another model than the cheapest that calls tools). Costs a
fraction of a cent a provider. Never part of the tests: those speak to nobody outside the machine.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import orjson
from ringside_gateway.domain.catalogue import CHAT, Catalogue, ModelFacts, ProviderFacts
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.providers import ProviderSettings
from ringside_gateway.domain.upstream import Answer, Attempt, Target
from ringside_gateway.domain.usage import Usage
from ringside_gateway.providers.client import ProviderClient
from ringside_gateway.providers.keys import Keys
from ringside_gateway.providers.registry import load_catalogue
from ringside_gateway.settings import load

PATIENCE_S = 60.0
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
FORM = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "number", "strict": True, "schema": FORM}}
Message = dict[str, Any]


def user(text: str) -> Message:
    return {"role": "user", "content": text}


class Check:
    """The five calls to one model; each raises AssertionError or GatewayError when it is not as it should be."""

    def __init__(self, client: ProviderClient, facts: ModelFacts) -> None:
        self._client, self._facts = client, facts
        self._asked = user("What is the weather in Paris? Use the tool.")
        self._called: Message | None = None

    def chat(self) -> None:
        """A whole answer, with usage."""
        message = self._answer([user("Answer with the one word: ready")])
        assert "ready" in (message["content"] or "").lower(), message

    def stream(self) -> None:
        """A stream whose deltas make an answer, with usage."""
        stream = self._client.send(self._attempt([user("Count from one to five in words.")], stream=True))
        assert not isinstance(stream, Answer)
        chunks = [orjson.loads(chunk.data) for chunk in stream]
        assert "five" in stream.delivered_text().lower(), stream.delivered_text()
        assert any(choice["finish_reason"] for chunk in chunks for choice in chunk["choices"])
        told(stream.usage)

    def tools(self) -> None:
        """A call of a tool."""
        message = self._answer([self._asked], tools=[TOOL])
        (call,) = message.get("tool_calls") or [None]
        assert call is not None, message
        assert "paris" in call["function"]["arguments"].lower(), call
        self._called = message

    def results(self) -> None:
        """The answer to the call, with whatever state the provider wants back."""
        assert self._called is not None, "no tool was called"
        call_id = self._called["tool_calls"][0]["id"]
        result = {"role": "tool", "tool_call_id": call_id, "content": "18 degrees and sunny"}
        message = self._answer([self._asked, self._called, result], tools=[TOOL])
        assert "18" in (message["content"] or ""), message

    def schema(self) -> None:
        """An answer in the form of a schema."""
        message = self._answer([user("Give me the number seven as JSON.")], response_format=SCHEMA)
        assert orjson.loads(message["content"]) == {"n": 7}, message

    def _answer(self, messages: list[Message], **more: Any) -> Message:
        answer = self._client.send(self._attempt(messages, **more))
        assert isinstance(answer, Answer)
        told(answer.usage)
        message: Message = orjson.loads(answer.body)["choices"][0]["message"]
        return message

    def _attempt(self, messages: list[Message], **more: Any) -> Attempt:
        target = Target(self._facts.ref, self._facts, self._facts.provider)
        body = {"model": self._facts.ref, "messages": messages, "max_completion_tokens": 2000, "drop_params": True}
        until = time.monotonic() + PATIENCE_S
        return Attempt(target, {**body, **more}, bool(more.get("stream")), until, True, f"live_{time.time_ns()}")


def told(usage: Usage | None) -> None:
    assert usage is not None and usage.input_tokens > 0 and usage.output_tokens > 0, usage


def tried(call: Callable[[], None]) -> str:
    """`ok` and how long it took, or what went wrong."""
    began = time.monotonic()
    try:
        call()
    except (GatewayError, AssertionError, ValueError, KeyError) as error:
        return f"FAILED {str(error)[:300]}"
    return f"ok {time.monotonic() - began:.1f} s"


def model_of(facts: ProviderFacts, catalogue: Catalogue) -> ModelFacts | None:
    """The one named by MODEL, else the cheapest current model that chats and calls tools."""
    named = os.environ.get("MODEL")
    if named:
        return catalogue.find(facts.name, named)
    able = [
        model for model in facts.models if CHAT in model.endpoints and "tools" in model.capabilities and model.price
    ]
    current = [model for model in able if model.status == "stable"] or able
    return min(current, key=lambda model: (model.price.output if model.price else 0, model.name), default=None)


def main() -> int:
    """The number of providers that failed a call."""
    configured, catalogue = load().settings, load_catalogue()
    settings = ProviderSettings(
        api_keys={provider: (key,) for provider, key in configured.provider_keys.items()},
        base_urls=configured.provider_base_urls,
        options=configured.provider_options,
        models=configured.provider_models,
        environment=dict(os.environ),
        transport="gthread",
    )
    client, keys = ProviderClient(catalogue, settings), Keys(settings)
    only = [name for name in os.environ.get("ONLY", "").split(",") if name not in ("", "*")]
    failed = checked = 0
    for facts in catalogue.providers.values():
        model = model_of(facts, catalogue) if keys.of(facts) and (not only or facts.name in only) else None
        if model is None:
            continue
        check = Check(client, model)
        results = {
            call.__name__: tried(call) for call in (check.chat, check.stream, check.tools, check.results, check.schema)
        }
        checked, failed = checked + 1, failed + any(result.startswith("FAILED") for result in results.values())
        sys.stdout.write(f"{model.ref}\n" + "".join(f"  {name:<8} {result}\n" for name, result in results.items()))
    if not checked:
        sys.stdout.write("no provider has a key in the environment; set GEMINI_API_KEY or its like\n")
    return failed


if __name__ == "__main__":
    sys.exit(main())
