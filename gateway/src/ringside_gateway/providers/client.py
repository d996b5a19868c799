# SPDX-License-Identifier: Apache-2.0
"""One attempt at a provider: request, transport, answer or chunks. Test mode never leaves the machine."""

from __future__ import annotations

import time

from ringside_gateway.domain.catalogue import CHAT, Catalogue, ProviderFacts
from ringside_gateway.domain.providers import ProviderSettings
from ringside_gateway.domain.upstream import Answer, Attempt, ChunkStream, UpstreamFault
from ringside_gateway.providers.sandbox.transport import SandboxTransport
from ringside_gateway.providers.transport import Outgoing, Response, Transport, TransportError
from ringside_gateway.providers.transport.pooled import PooledTransport
from ringside_gateway.providers.wire.openai import errors, request, response
from ringside_gateway.providers.wire.openai.stream import OpenAIStream

SANDBOX = "sandbox"
#: No answer is larger; a provider that sends more is not answering.
MAX_ANSWER_BYTES = 64 * 1024 * 1024


class ProviderClient:
    """Knows each provider's address and key, and keeps its connections."""

    def __init__(self, catalogue: Catalogue, settings: ProviderSettings) -> None:
        self._catalogue = catalogue
        self._settings = settings
        self._sandbox = SandboxTransport()
        self._network = PooledTransport()

    def send(self, attempt: Attempt) -> Answer | ChunkStream:
        """The answer; raises UpstreamFault (or a refusal of the request) before anything was delivered."""
        facts = self._catalogue.providers[attempt.target.upstream]
        sandboxed = not attempt.livemode or facts.name == SANDBOX
        transport: Transport = self._sandbox if sandboxed else self._network
        outgoing = self._outgoing(facts, attempt, sandboxed)
        try:
            answered = transport.send(outgoing)
            attempt.cancellation.on_cancel(answered.close)
            if answered.status >= 300:
                raise errors.fault_of(answered.status, answered.headers, answered.read(), attempt)
            if attempt.stream:
                return self._stream(answered, attempt)
            return response.answer_of(answered.read(), attempt)
        except TransportError as error:
            raise errors.fault_of_transport(error, facts.name) from error

    def _stream(self, answered: Response, attempt: Attempt) -> ChunkStream:
        kind = answered.headers.get("content-type", "")
        if "event-stream" not in kind:
            answered.close()
            reason = f"it answered a stream with {kind.partition(';')[0] or 'something without a type'}"
            raise UpstreamFault("upstream_error", retryable=True, provider=attempt.target.facts.provider, reason=reason)
        return OpenAIStream(answered, attempt)

    def _outgoing(self, facts: ProviderFacts, attempt: Attempt, sandboxed: bool) -> Outgoing:
        left = attempt.deadline - time.monotonic()
        if left <= 0:
            raise UpstreamFault("upstream_timeout", provider=facts.name)
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity", **facts.headers}
        if sandboxed:
            headers["X-Sandbox-Model"] = attempt.target.facts.name
        elif facts.auth is not None:
            name, prefix = facts.auth
            headers[name] = prefix + self._key(facts, attempt)
        base = self._settings.base_urls.get(facts.name, facts.base_url).rstrip("/")
        return Outgoing(
            base + facts.paths[CHAT],
            headers,
            request.body_of(attempt),
            self._settings.connect_timeout_s,
            min(left, self._settings.read_timeout_s),
            attempt.cancellation,
        )

    def _key(self, facts: ProviderFacts, attempt: Attempt) -> str:
        keys = self._settings.api_keys.get(facts.name, ())
        for found in (*keys, *(self._settings.environment.get(name, "") for name in facts.key_variables)):
            if found:
                return found
        variable = facts.key_variables[0] if facts.key_variables else f"RINGSIDE_PROVIDER_{facts.name.upper()}_API_KEY"
        reason = f"this gateway has no key for {facts.name}; the operator sets {variable}"
        raise UpstreamFault("model_unavailable", retryable=True, model=attempt.target.ref, reason=reason)
