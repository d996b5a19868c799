# SPDX-License-Identifier: Apache-2.0
"""AWS: signatures with an access key, or a Bedrock API key as a bearer token."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from ringside_gateway.domain.catalogue import ProviderFacts
from ringside_gateway.providers.authorization import Authorizer, Refusal
from ringside_gateway.providers.sigv4 import Credentials, Scope, Signable, signed_headers
from ringside_gateway.providers.transport import Outgoing, Transport

_SERVICE = "bedrock"
#: How AWS says that a signature is of another time than its own; an expired *token* says something else.
_WRONG_CLOCK = re.compile(rb"Signature expired|Signature not yet current|RequestTimeTooSkewed|RequestExpired")
#: AWS allows five minutes; a difference below this cannot have been the reason.
_LEAST_SKEW = timedelta(seconds=30)


def authorizer(facts: ProviderFacts, options: Mapping[str, str], _transport: Transport) -> Authorizer:
    """Signs for the operator's region."""
    return AwsAuthorizer(Scope(options.get("region", ""), _SERVICE))


class AwsAuthorizer:
    """A key with colons is `access:secret` or `access:secret:session token`, any other a Bedrock API key.

    Where AWS says that our clock is wrong, AWS's own time counts from then on.
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._skew = timedelta(0)

    def headers(self, key: str, request: Outgoing) -> Mapping[str, str]:
        """The signature over what is sent, with its date."""
        access_key, signs, rest = key.partition(":")
        if not signs:
            return {"Authorization": f"Bearer {key}"}
        secret, _, token = rest.partition(":")
        signable = Signable(request.url, {"Content-Type": request.headers["Content-Type"]}, request.body)
        return signed_headers(signable, Credentials(access_key, secret, token), self._scope, self._now())

    def repaired(self, _key: str, refusal: Refusal) -> bool:
        """Whether it told of a wrong clock, and by how much."""
        if not _WRONG_CLOCK.search(refusal.body + refusal.headers.get("x-amzn-errortype", "").encode()):
            return False
        try:
            told = email.utils.parsedate_to_datetime(refusal.headers.get("date", ""))
        except ValueError:
            return False
        change = told - self._now()
        self._skew += change
        return abs(change) > _LEAST_SKEW

    def _now(self) -> datetime:
        return datetime.now(UTC) + self._skew
