# SPDX-License-Identifier: Apache-2.0
"""One attempt at a provider: request, transport, answer or chunks. Test mode never leaves the machine."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import replace

from ringside_gateway.domain.attachments import Fetch, Fetched
from ringside_gateway.domain.catalogue import CHAT, Catalogue, ProviderFacts
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.providers import ProviderSettings, ProviderStatus
from ringside_gateway.domain.upstream import Answer, Attempt, ChunkStream, UpstreamFault
from ringside_gateway.providers.addresses import Addresses
from ringside_gateway.providers.authorization import Authorizer, ProvenTransport, authorizer_of
from ringside_gateway.providers.breaker import Breaker
from ringside_gateway.providers.faults import fault_of_transport, redacted
from ringside_gateway.providers.keys import Keys, missing_reason
from ringside_gateway.providers.sandbox.transport import SandboxTransport
from ringside_gateway.providers.transport import Outgoing, Response, Transport, TransportError
from ringside_gateway.providers.transport.connections import Connections
from ringside_gateway.providers.transport.network import network
from ringside_gateway.providers.transport.sockets import SocketTransport
from ringside_gateway.providers.wire import Wire, wire_named
from ringside_gateway.providers.wire.pivot.attachments import with_bytes

SANDBOX = "sandbox"
#: No answer is larger; a provider that sends more is not answering. Errors are a page at most.
MAX_ANSWER_BYTES, MAX_ERROR_BYTES = 64 * 1024 * 1024, 1024 * 1024


class ProviderClient:
    """Knows each provider's address and keys, keeps its connections, and leaves alone who keeps failing."""

    def __init__(self, catalogue: Catalogue, settings: ProviderSettings, fetch: Fetch | None = None) -> None:
        self._catalogue = catalogue
        self._fetch = fetch
        self._settings = settings
        self._keys = Keys(settings)
        self._addresses = Addresses(settings)
        self._authorizers: dict[str, Authorizer] = {}
        self._breakers: defaultdict[str, Breaker] = defaultdict(Breaker)
        self._last_errors: dict[str, tuple[str, int]] = {}
        waiting = network(settings.transport)
        #: Sleeps as this kind of worker does.
        self.pause = waiting.pause
        self._sandbox: Transport = SandboxTransport(waiting.event)
        self._network: Transport = SocketTransport(Connections(waiting, settings.environment))

    def send(self, attempt: Attempt) -> Answer | ChunkStream:
        """The answer; raises UpstreamFault (or a refusal of the request) before anything was delivered."""
        facts = self._catalogue.providers[attempt.target.upstream]
        _serves_chat(attempt)
        if not attempt.livemode or facts.name == SANDBOX:
            _refused_as_live(facts, attempt)
            wire = _wire("openai", attempt)
            own = attempt.target.facts.name if facts.name == SANDBOX else ""
            outgoing = self._outgoing(self._catalogue.providers[SANDBOX], attempt, wire, own)
            return self._exchanged(self._sandbox, outgoing, attempt, wire)
        wire, key = _wire(facts.wire, attempt), self._key(facts, attempt)
        self._guard(facts, attempt)
        if not wire.takes_urls:
            until = min(attempt.deadline, attempt.patience.until)
            attempt = replace(attempt, body=with_bytes(attempt.body, self._fetch, until))
        attempt = self._addresses.placed(facts, attempt)
        outgoing = self._outgoing(facts, attempt, wire)
        proven = ProvenTransport(self._network, self._authorizer(facts), key or "")
        breaker = self._breakers[facts.name]
        try:
            result = self._exchanged(proven, outgoing, attempt, wire)
        except UpstreamFault as fault:
            if key and fault.upstream_status:
                fault.another_key = self._keys.note(facts, key, fault.upstream_status)
            self._last_errors[facts.name] = (fault.code, int(time.time()))
            if fault.against_upstream:
                breaker.failed()
            elif fault.upstream_status is not None:
                breaker.succeeded()
            raise redacted(fault, self._keys.of(facts)) from fault.__cause__
        breaker.succeeded()
        return result

    def status(self, facts: ProviderFacts) -> ProviderStatus:
        """How this process stands with a provider; says nothing secret."""
        keys = len(self._keys.of(facts))
        missing = missing_reason(facts) if facts.needs_key and not keys else self._addresses.missing(facts)
        circuit, wait_s = self._breakers[facts.name].state()
        resting = keys - self._keys.good(facts)
        return ProviderStatus(facts, missing, circuit, wait_s, keys, resting, self._last_errors.get(facts.name))

    def _exchanged(
        self, transport: Transport, outgoing: Outgoing, attempt: Attempt, wire: Wire
    ) -> Answer | ChunkStream:
        provider = attempt.target.facts.provider
        try:
            answered = transport.send(outgoing)
            if answered.status >= 300:
                raise wire.fault_of(answered.status, answered.headers, answered.read(MAX_ERROR_BYTES), attempt)
            if attempt.stream:
                return _stream(answered, attempt, wire)
            return wire.answer_of(answered.read(MAX_ANSWER_BYTES), attempt)
        except TransportError as error:
            raise fault_of_transport(error, provider) from error

    def _outgoing(self, facts: ProviderFacts, attempt: Attempt, wire: Wire, sandboxed: str | None = None) -> Outgoing:
        if attempt.deadline <= time.monotonic():
            raise UpstreamFault("upstream_timeout", provider=facts.name)
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity", **facts.headers}
        if sandboxed is not None:
            headers["X-Sandbox-Model"] = sandboxed
        return Outgoing(
            url=self._addresses.url(facts, attempt),
            headers=headers,
            body=wire.body_of(attempt),
            connect_timeout_s=self._settings.connect_timeout_s,
            timeout_s=self._settings.read_timeout_s,
            deadline=attempt.deadline,
            cancellation=attempt.cancellation,
            patience=attempt.patience,
        )

    def _authorizer(self, facts: ProviderFacts) -> Authorizer:
        found = self._authorizers.get(facts.name)
        if found is None:
            found = authorizer_of(facts, self._addresses.options(facts), self._network)
            self._authorizers[facts.name] = found
        return found

    def _key(self, facts: ProviderFacts, attempt: Attempt) -> str | None:
        key = self._keys.next(facts)
        if key is None and facts.needs_key:
            ref = attempt.target.ref
            raise UpstreamFault("model_unavailable", retryable=True, model=ref, reason=missing_reason(facts))
        return key

    def _guard(self, facts: ProviderFacts, attempt: Attempt) -> None:
        wait = self._breakers[facts.name].wait_s()
        if wait > 0:
            raise UpstreamFault(
                "model_unavailable",
                retryable=True,
                model=attempt.target.ref,
                retry_after_seconds=wait,
                reason=f"{facts.name} has failed repeatedly and is left alone for a moment",
            )


def _serves_chat(attempt: Attempt) -> None:
    facts = attempt.target.facts
    if CHAT not in facts.endpoints:
        served = " and ".join(sorted(facts.endpoints))
        message = f"`{attempt.target.ref}` does not serve chat completions; it serves {served}."
        raise GatewayError("invalid_request", message, param="model")


def _refused_as_live(facts: ProviderFacts, attempt: Attempt) -> None:
    """Lets the imitated provider's wire refuse what it cannot honour; what it writes is thrown away.

    OpenAI's own format needs no second reading: the sandbox's request is written in it, the model's quirks included.
    """
    wire = wire_named(facts.wire)
    if wire is None or facts.wire == "openai":
        return
    if not wire.takes_urls:
        attempt = replace(attempt, body=with_bytes(attempt.body, _pretended, attempt.deadline))
    wire.body_of(attempt)


def _pretended(url: str, *, limit_bytes: int, deadline: float) -> Fetched:
    """A picture for whatever a URL holds: test mode fetches nothing, and every wire that takes bytes takes this."""
    return Fetched("image/png", b"\x89PNG\r\n\x1a\n")


def _wire(name: str, attempt: Attempt) -> Wire:
    wire = wire_named(name)
    if wire is None:
        reason = f"this version does not speak the {name} format"
        raise UpstreamFault("model_unavailable", retryable=True, model=attempt.target.ref, reason=reason)
    return wire


def _stream(answered: Response, attempt: Attempt, wire: Wire) -> ChunkStream:
    kind = answered.headers.get("content-type", "")
    if wire.stream_type in kind:
        return wire.stream_of(answered, attempt)
    answered.close()
    reason = f"it answered a stream with {kind.partition(';')[0][:60] or 'something without a type'}"
    raise UpstreamFault("upstream_error", retryable=True, provider=attempt.target.facts.provider, reason=reason)
