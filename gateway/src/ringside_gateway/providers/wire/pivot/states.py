# SPDX-License-Identifier: Apache-2.0
"""A provider's opaque state of its reasoning, carried through OpenAI's format (decision 0018).

It travels twice: as `reasoning_details` of the message, and inside the id of the tool call that came after it, because
many clients keep ids and drop every field they do not know. `<id>.rs1.<base64url of deflated JSON>`.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from typing import Any

import orjson

_MARK = ".rs1."
#: How each detail names the wire whose state it is: `ringside.anthropic.1`. Another wire leaves it alone.
FORMAT_PREFIX = "ringside."
#: A state that is larger stays out of the id: nothing is lost for clients that send `reasoning_details` back.
MAX_ID_CHARACTERS = 48_000
_REASONING = ("reasoning_details", "reasoning_content")
_MAX_STATE_BYTES = 1024 * 1024


def packed_id(call_id: str, details: Sequence[dict[str, Any]]) -> str:
    """The id that carries the details which came before (or belong to) this call."""
    if not details:
        return call_id
    state = base64.urlsafe_b64encode(zlib.compress(orjson.dumps(details), 1)).rstrip(b"=").decode()
    return call_id if len(state) > MAX_ID_CHARACTERS else f"{call_id}{_MARK}{state}"


def plain_id(call_id: str) -> str:
    """The provider's own id."""
    return call_id.partition(_MARK)[0]


def unpacked_id(call_id: str) -> tuple[str, list[dict[str, Any]]]:
    """The provider's own id and the details it carries; none when they were damaged on the way."""
    own, marked, state = call_id.partition(_MARK)
    if not marked:
        return call_id, []
    try:
        deflated = base64.urlsafe_b64decode(state + "=" * (-len(state) % 4))
        details = orjson.loads(zlib.decompressobj().decompress(deflated, _MAX_STATE_BYTES))
    except (binascii.Error, zlib.error, ValueError):
        return own, []
    return own, [detail for detail in details if isinstance(detail, dict)] if isinstance(details, list) else []


def plain_ids(messages: Any) -> Any:
    """The messages with plain ids and without reasoning of ours, for a provider whose state it is not."""
    if not isinstance(messages, list):
        return messages
    return [_plain(message) if _carries(message) else message for message in messages]


def of_format(details: Sequence[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The details that are the state of the wire called `name`."""
    return [detail for detail in details if detail.get("format") == f"{FORMAT_PREFIX}{name}.1"]


def _ours(detail: Any) -> bool:
    return isinstance(detail, dict) and str(detail.get("format")).startswith(FORMAT_PREFIX)


def _carries(message: Any) -> bool:
    if not isinstance(message, dict):
        return False
    details = message.get("reasoning_details")
    if isinstance(details, list) and any(map(_ours, details)):
        return True
    ids = [message.get("tool_call_id"), *(call.get("id") for call in _calls(message))]
    return any(isinstance(value, str) and _MARK in value for value in ids)


def _plain(message: dict[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in message.items() if name not in _REASONING}
    if isinstance(plain.get("tool_call_id"), str):
        plain["tool_call_id"] = plain_id(plain["tool_call_id"])
    if _calls(plain):
        plain["tool_calls"] = [{**call, "id": plain_id(str(call.get("id")))} for call in _calls(plain)]
    return plain


def _calls(message: dict[str, Any]) -> list[dict[str, Any]]:
    calls = message.get("tool_calls")
    return [call for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []
