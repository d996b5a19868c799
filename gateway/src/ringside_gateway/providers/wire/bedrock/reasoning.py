# SPDX-License-Identifier: Apache-2.0
"""OpenAI's `reasoning_effort` as each maker's own field, and reasoning blocks as state that travels.

Claude's blocks are kept in the form of the Anthropic wire: the same blocks with the same signatures.
"""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.catalogue import ModelFacts
from ringside_gateway.domain.chat import Chat
from ringside_gateway.providers.wire.anthropic.reasoning import detail_of, thinking_of
from ringside_gateway.providers.wire.bedrock.models import Traits
from ringside_gateway.providers.wire.pivot.refusals import invalid

_NONE = "none"
_LEVELS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "high", "max": "high"}


def reasoning_of(chat: Chat, facts: ModelFacts, traits: Traits, max_tokens: int) -> dict[str, Any] | None:
    """(Parts of) the body that an effort becomes; None when the model cannot do what was asked."""
    effort = chat.values.get("reasoning_effort")
    if effort is None:
        return {}
    if effort not in (_NONE, *_LEVELS):
        raise invalid("reasoning_effort", f"must be one of {', '.join((_NONE, *_LEVELS))}")
    if traits.claude is not None:
        return _claude(thinking_of(chat, traits.claude, max_tokens))
    if "reasoning" not in facts.capabilities:
        return {} if effort == _NONE else None
    if facts.family.startswith("nova"):
        enabled = {"type": "enabled", "maxReasoningEffort": _LEVELS.get(effort)}
        return _additional({"reasoningConfig": {"type": "disabled"} if effort == _NONE else enabled})
    if facts.family.startswith("gpt-oss") and effort != _NONE:
        return _additional({"reasoning_effort": _LEVELS[effort]})
    return None


def state_of(block: dict[str, Any], model: str) -> tuple[str, dict[str, Any] | None]:
    """(text, the detail that brings it back) of a `reasoningContent`; unsigned reasoning is not given back."""
    told = block.get("reasoningText")
    if isinstance(told, dict):
        text = str(told.get("text") or "")
        return text, detail_of({"type": "thinking", "thinking": text, "signature": told.get("signature")}, model)
    hidden = block.get("redactedContent")
    return "", detail_of({"type": "redacted_thinking", "data": hidden}, model) if hidden else None


def written(block: dict[str, Any]) -> dict[str, Any]:
    """A block of Claude's own API as Converse has it."""
    if block["type"] == "redacted_thinking":
        return {"reasoningContent": {"redactedContent": block["data"]}}
    return {"reasoningContent": {"reasoningText": {"text": block["thinking"], "signature": block["signature"]}}}


def _claude(fields: dict[str, Any] | None) -> dict[str, Any] | None:
    if not fields:
        return fields
    effort = fields.get("output_config", {}).get("effort")
    body = _additional({"thinking": fields["thinking"]}) if "thinking" in fields else {}
    return body | ({"outputConfig": {"effort": effort}} if effort else {})


def _additional(fields: dict[str, Any]) -> dict[str, Any]:
    return {"additionalModelRequestFields": fields}
