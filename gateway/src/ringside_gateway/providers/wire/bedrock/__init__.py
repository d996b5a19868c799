# SPDX-License-Identifier: Apache-2.0
"""Amazon Bedrock's Converse and ConverseStream, translated from and to OpenAI's format."""

from __future__ import annotations

from ringside_gateway.providers.wire import Wire
from ringside_gateway.providers.wire.bedrock.errors import fault_of
from ringside_gateway.providers.wire.bedrock.request import body_of
from ringside_gateway.providers.wire.bedrock.response import answer_of
from ringside_gateway.providers.wire.bedrock.stream import BedrockStream

EVENT_STREAM = "application/vnd.amazon.eventstream"
WIRE = Wire(body_of, answer_of, BedrockStream, fault_of, stream_type=EVENT_STREAM, takes_urls=False)
