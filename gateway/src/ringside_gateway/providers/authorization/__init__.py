# SPDX-License-Identifier: Apache-2.0
"""How a call proves to a provider who makes it: a key in a header, or a scheme that signs or exchanges tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Protocol

from ringside_gateway.domain.catalogue import ProviderFacts
from ringside_gateway.providers.transport import Outgoing, Response, Transport

#: Scheme in a catalogue file -> the module that has it. Imported when first used.
_SCHEMES = {
    "google": "ringside_gateway.providers.authorization.google",
    "aws": "ringside_gateway.providers.authorization.aws",
}
#: Answers that may be about the proof; AWS says 400 for an expired token and 403 for a wrong clock.
_REFUSALS = (400, 401, 403)
_MAX_REFUSAL_BYTES = 1024 * 1024


class Authorizer(Protocol):
    """Kept for the life of the client, one a provider, since it may hold tokens."""

    def headers(self, key: str, request: Outgoing) -> Mapping[str, str]:
        """The headers to add; UpstreamFault `model_unavailable` for a key that is none."""

    def repaired(self, key: str, refusal: Refusal) -> bool:
        """Whether the refusal was about our proof, and the same call proves better now."""


@dataclass(slots=True)
class Refusal:
    """An answer that is no success, read whole; also the response that it came in."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def read(self, limit_bytes: int) -> bytes:
        """The body."""
        return self.body[:limit_bytes]

    def pieces(self) -> Iterator[bytes]:
        """The body."""
        return iter([self.body])

    def finish(self) -> None:
        """Its connection has long gone on."""

    def close(self) -> None:
        """Its connection has long gone on."""


class KeyHeader:
    """The key as it is, in the header that the catalogue names."""

    def __init__(self, facts: ProviderFacts) -> None:
        self._auth = facts.auth

    def headers(self, key: str, _request: Outgoing) -> Mapping[str, str]:
        """One header; none for a provider without keys."""
        return {} if self._auth is None or not key else {self._auth.header: self._auth.prefix + key}

    def repaired(self, _key: str, _refusal: Refusal) -> bool:
        """A refused key stays refused."""
        return False


def authorizer_of(facts: ProviderFacts, options: Mapping[str, str], transport: Transport) -> Authorizer:
    """What proves calls to this provider; `transport` reaches a token service."""
    scheme = "key" if facts.auth is None else facts.auth.scheme
    if scheme == "key":
        return KeyHeader(facts)
    build: Callable[..., Authorizer] = import_module(_SCHEMES[scheme]).authorizer
    return build(facts, options, transport)


class ProvenTransport:
    """Sends with proof. A refusal that the authorizer can repair is tried once more, before anybody hears of it."""

    def __init__(self, transport: Transport, authorizer: Authorizer, key: str) -> None:
        self._transport, self._authorizer, self._key = transport, authorizer, key

    def send(self, request: Outgoing) -> Response:
        """The response to the proven request."""
        answered = self._proven(request)
        if answered.status not in _REFUSALS or isinstance(self._authorizer, KeyHeader):
            return answered
        refusal = Refusal(answered.status, answered.headers, answered.read(_MAX_REFUSAL_BYTES))
        return self._proven(request) if self._authorizer.repaired(self._key, refusal) else refusal

    def _proven(self, request: Outgoing) -> Response:
        proof = self._authorizer.headers(self._key, request)
        return self._transport.send(replace(request, headers={**request.headers, **proof}))
