# SPDX-License-Identifier: Apache-2.0
"""Anthropic's Messages API, translated from and to OpenAI's format."""

from __future__ import annotations

from ringside_gateway.providers.wire import Wire
from ringside_gateway.providers.wire.anthropic.errors import fault_of
from ringside_gateway.providers.wire.anthropic.request import body_of
from ringside_gateway.providers.wire.anthropic.response import answer_of
from ringside_gateway.providers.wire.anthropic.stream import AnthropicStream

WIRE = Wire(body_of, answer_of, AnthropicStream, fault_of)
