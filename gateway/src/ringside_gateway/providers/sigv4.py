# SPDX-License-Identifier: Apache-2.0
"""AWS Signature Version 4 of a request in its headers (AWS: "Create a signed AWS API request")."""

from __future__ import annotations

import hashlib
import hmac
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

_ALGORITHM = "AWS4-HMAC-SHA256"
_UNRESERVED = "-_.~"


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key with its secret; `session_token` belongs to temporary ones."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a signature counts."""

    region: str
    service: str


@dataclass(frozen=True, slots=True)
class Signable:
    """What is signed: the URL as it is sent, and those of its headers that nobody changes on the way."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"


def signed_headers(request: Signable, credentials: Credentials, scope: Scope, at: datetime) -> dict[str, str]:
    """The headers to add: date, session token and signature. `at` is in UTC."""
    moment = at.strftime("%Y%m%dT%H%M%SZ")
    added = {"X-Amz-Date": moment}
    if credentials.session_token:
        added["X-Amz-Security-Token"] = credentials.session_token
    parts = urllib.parse.urlsplit(request.url)
    fields = _fields({"host": _authority(parts), **request.headers, **added})
    names = ";".join(fields)
    canonical = "\n".join(
        [
            request.method,
            # Every service but S3 encodes the path once more than it is on the wire.
            urllib.parse.quote(parts.path or "/", safe=f"/{_UNRESERVED}"),
            _query(parts.query),
            *(f"{name}:{value}" for name, value in fields.items()),
            "",
            names,
            hashlib.sha256(request.body).hexdigest(),
        ]
    )
    day = moment[:8]
    ground = f"{day}/{scope.region}/{scope.service}/aws4_request"
    text = f"{_ALGORITHM}\n{moment}\n{ground}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = _mac(_signing_key(credentials.secret_key, day, scope), text).hex()
    added["Authorization"] = (
        f"{_ALGORITHM} Credential={credentials.access_key}/{ground}, SignedHeaders={names}, Signature={signature}"
    )
    return added


def _authority(parts: urllib.parse.SplitResult) -> str:
    """The Host header as the transport writes it: no port where it is the scheme's own."""
    own = {"http": 80, "https": 443}.get(parts.scheme)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, own) else f"{host}:{parts.port}"


def _fields(headers: Mapping[str, str]) -> dict[str, str]:
    """Names in lower case and in order, runs of spaces as one."""
    return {name: " ".join(headers[key].split()) for name, key in sorted((key.lower(), key) for key in headers)}


def _query(query: str) -> str:
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
    quoted = sorted((_quoted(name), _quoted(value)) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in quoted)


def _quoted(text: str) -> str:
    return urllib.parse.quote(text, safe=_UNRESERVED)


@lru_cache(maxsize=64)
def _signing_key(secret: str, day: str, scope: Scope) -> bytes:
    """The same for a whole day, so that a call costs one round of HMAC instead of five."""
    key = _mac(f"AWS4{secret}".encode(), day)
    for part in (scope.region, scope.service, "aws4_request"):
        key = _mac(key, part)
    return key


def _mac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
