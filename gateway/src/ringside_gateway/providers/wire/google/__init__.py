# SPDX-License-Identifier: Apache-2.0
"""Gemini's generateContent, of the Gemini API and of Vertex AI, translated from and to OpenAI's format."""

from __future__ import annotations

from ringside_gateway.providers.wire import Wire
from ringside_gateway.providers.wire.google.errors import fault_of
from ringside_gateway.providers.wire.google.request import body_of
from ringside_gateway.providers.wire.google.response import answer_of
from ringside_gateway.providers.wire.google.stream import GoogleStream

WIRE = Wire(body_of, answer_of, GoogleStream, fault_of, takes_urls=False)
