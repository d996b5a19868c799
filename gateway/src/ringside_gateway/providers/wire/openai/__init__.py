# SPDX-License-Identifier: Apache-2.0
"""OpenAI's own format: bodies and events pass through as bytes, only what metering needs is read."""

from __future__ import annotations

from ringside_gateway.providers.wire import Wire
from ringside_gateway.providers.wire.openai.errors import fault_of
from ringside_gateway.providers.wire.openai.request import body_of
from ringside_gateway.providers.wire.openai.response import answer_of
from ringside_gateway.providers.wire.openai.stream import OpenAIStream

WIRE = Wire(body_of, answer_of, OpenAIStream, fault_of)
