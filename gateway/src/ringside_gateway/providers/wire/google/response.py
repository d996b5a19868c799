# SPDX-License-Identifier: Apache-2.0
"""A whole answer of Gemini's in OpenAI's shape."""

from __future__ import annotations

from typing import Any

import orjson

from ringside_gateway.domain.upstream import Answer, Attempt, UpstreamFault
from ringside_gateway.providers.faults import answer_json, garbled, shown
from ringside_gateway.providers.wire.google.contents import OWN_ID
from ringside_gateway.providers.wire.google.errors import fault_inside
from ringside_gateway.providers.wire.google.reasoning import detail_of
from ringside_gateway.providers.wire.google.usages import usage_of
from ringside_gateway.providers.wire.pivot.completions import (
    CONTENT_FILTER,
    LENGTH,
    STOP,
    TOOL_CALLS,
    Choice,
    completion,
)
from ringside_gateway.providers.wire.pivot.schemas import ANSWER_TOOL

#: Gemini's finish reason -> OpenAI's; a new one is a stop.
FINISHES = {
    "MAX_TOKENS": LENGTH,
    **dict.fromkeys(("SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"), CONTENT_FILTER),
    **dict.fromkeys(("IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "MODEL_ARMOR"), CONTENT_FILTER),
}
#: Reasons that tell of a failure. An answer that says nothing and ends so is none; another attempt may do better.
FAILURES = (
    "MALFORMED_FUNCTION_CALL",
    "MALFORMED_RESPONSE",
    "MISSING_THOUGHT_SIGNATURE",
    "TOO_MANY_TOOL_CALLS",
    "UNEXPECTED_TOOL_CALL",
)


def answer_of(body: bytes, attempt: Attempt) -> Answer:
    """The answer, or 502 `upstream_error` when it is none."""
    facts = attempt.target.facts
    parsed = answer_json(body, facts.provider)
    if isinstance(parsed, dict) and "error" in parsed:
        raise fault_inside(parsed, attempt)
    candidates = candidates_of(parsed)
    if not candidates:
        raise garbled(facts.provider, "its answer has no candidates")
    choices = [_choice(candidate, str(parsed.get("responseId") or ""), attempt) for candidate in candidates]
    return completion(
        parsed.get("responseId"), model_of(parsed, attempt), choices, usage_of(parsed.get("usageMetadata"))
    )


def candidates_of(parsed: Any) -> list[dict[str, Any]]:
    """The candidates in order. A prompt that was blocked is one that says nothing, with the reason as its message."""
    if not isinstance(parsed, dict):
        return []
    found = _listed(parsed, "candidates")
    feedback = parsed.get("promptFeedback")
    if not found and isinstance(feedback, dict) and feedback.get("blockReason"):
        return [{"finishReason": "SAFETY", "finishMessage": feedback.get("blockReasonMessage")}]
    return sorted(found, key=lambda candidate: _index(candidate))


def model_of(parsed: dict[str, Any], attempt: Attempt) -> str:
    """The model's own name of itself."""
    named = parsed.get("modelVersion")
    return named if isinstance(named, str) and named else attempt.target.facts.upstream_name


def parts_of(candidate: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of a candidate; none where it has no content."""
    return _listed(candidate.get("content"), "parts")


def finish_of(reason: Any, *, calls: bool) -> str:
    """The finish reason. Gemini says STOP of an answer that calls tools, too."""
    finish = FINISHES.get(reason, STOP) if isinstance(reason, str) else STOP
    return TOOL_CALLS if finish == STOP and calls else finish


def failure_of(candidate: dict[str, Any], attempt: Attempt) -> UpstreamFault:
    """The error for a candidate that failed before it said anything; the provider as a whole is well."""
    reason = shown(candidate.get("finishMessage")) or f"the model ended with {candidate.get('finishReason')}"
    provider = attempt.target.facts.provider
    return UpstreamFault("upstream_error", retryable=True, provider=provider, reason=reason)


def call_of(part: dict[str, Any], response_id: str, index: int, number: int) -> tuple[str, str, str]:
    """(id, name, arguments) of a call; without an id of Gemini's it gets one that is the same for the same answer."""
    call = part["functionCall"]
    own = f"{OWN_ID}{response_id}_{index}_{number}"
    arguments = call.get("args")
    text = orjson.dumps(arguments if isinstance(arguments, dict) else {}).decode()
    return str(call.get("id") or own), str(call.get("name") or ""), text


def is_call(part: dict[str, Any]) -> bool:
    """Whether the part calls a function."""
    return isinstance(part.get("functionCall"), dict)


def logprobs_of(candidate: dict[str, Any]) -> dict[str, Any] | None:
    """The log probabilities as OpenAI writes them; None where there are none."""
    result = candidate.get("logprobsResult")
    chosen = _listed(result, "chosenCandidates")
    if not chosen:
        return None
    tops = [_listed(top, "candidates") for top in _listed(result, "topCandidates")]
    content = []
    for number, token in enumerate(chosen):
        others = tops[number] if number < len(tops) else []
        content.append({**_token(token), "top_logprobs": [_token(other) for other in others]})
    return {"content": content, "refusal": None}


def _listed(holder: Any, name: str) -> list[dict[str, Any]]:
    """The objects in a list; none where there is no list."""
    value = holder.get(name) if isinstance(holder, dict) else None
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _token(token: dict[str, Any]) -> dict[str, Any]:
    text = str(token.get("token") or "")
    return {"token": text, "logprob": token.get("logProbability"), "bytes": list(text.encode())}


def _choice(candidate: dict[str, Any], response_id: str, attempt: Attempt) -> Choice:
    choice, reason = Choice(), candidate.get("finishReason")
    for part in parts_of(candidate):
        _read(part, choice, attempt.target.facts.upstream_name, response_id, _index(candidate))
    if reason in FAILURES and not choice.written():
        raise failure_of(candidate, attempt)
    choice.finish = finish_of(reason, calls=bool(choice.calls))
    if choice.finish == CONTENT_FILTER:
        choice.refusal = shown(candidate.get("finishMessage"))
    choice.logprobs = logprobs_of(candidate)
    return choice


def _read(part: dict[str, Any], choice: Choice, model: str, response_id: str, index: int) -> None:
    text = part.get("text")
    if is_call(part):
        call = call_of(part, response_id, index, len(choice.calls))
        if call[1] == ANSWER_TOOL:
            choice.text.append(call[2])
            return
        _sign(part, choice, model, "call")
        choice.call(*call)
    elif isinstance(text, str) and part.get("thought") is True:
        choice.thoughts.append(text)
    else:
        choice.text.append(text if isinstance(text, str) else "")
        _sign(part, choice, model, "text")


def _sign(part: dict[str, Any], choice: Choice, model: str, on: str) -> None:
    detail = detail_of(part.get("thoughtSignature"), model, on)
    if detail is not None:
        choice.think("", detail)


def _index(candidate: dict[str, Any]) -> int:
    index = candidate.get("index")
    return index if isinstance(index, int) else 0
