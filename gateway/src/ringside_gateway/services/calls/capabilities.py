# SPDX-License-Identifier: Apache-2.0
"""What a call needs of a model. A target that lacks it is passed over: a cascade drops none of it silently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.upstream import Target

#: A content part's type -> the capability it takes.
_PARTS = {"image_url": "vision", "input_audio": "audio"}


def able(targets: Sequence[Target], body: Mapping[str, Any]) -> list[Target]:
    """The targets that can do what the body asks for; 400 `unsupported_parameter` names it when none can."""
    needs = needs_of(body)
    found = [target for target in targets if needs.keys() <= target.facts.capabilities]
    if not found:
        missing = next(need for need in needs if not any(need in target.facts.capabilities for target in targets[:1]))
        models = " and ".join(f"`{target.ref}`" for target in targets[:4])
        message = f"`{needs[missing]}` needs {missing}, which {models} {'has' if len(targets) == 1 else 'have'} not."
        raise GatewayError("unsupported_parameter", message, param=needs[missing])
    return found


def needs_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Capabilities that this body takes, each with the field that says so."""
    needs: dict[str, str] = {}
    for name in ("tools", "functions"):
        if body.get(name):
            needs.setdefault("tools", name)
    wanted = body.get("response_format")
    if isinstance(wanted, Mapping) and wanted.get("type") == "json_schema":
        needs["json_schema"] = "response_format"
    if isinstance(body.get("audio"), Mapping):
        needs["audio"] = "audio"
    for position, message in enumerate(body.get("messages") or ()):
        content = message.get("content") if isinstance(message, Mapping) else None
        for number, part in enumerate(content if isinstance(content, list) else ()):
            need = _PARTS.get(str(part.get("type"))) if isinstance(part, Mapping) else None
            if need is not None:
                needs.setdefault(need, f"messages[{position}].content[{number}]")
    return needs
