# SPDX-License-Identifier: Apache-2.0
"""Cohere's Chat API v2, translated from and to OpenAI's format."""

from __future__ import annotations

from ringside_gateway.providers.wire import Wire
from ringside_gateway.providers.wire.cohere.errors import fault_of
from ringside_gateway.providers.wire.cohere.request import body_of
from ringside_gateway.providers.wire.cohere.response import answer_of
from ringside_gateway.providers.wire.cohere.stream import CohereStream

WIRE = Wire(body_of, answer_of, CohereStream, fault_of)
