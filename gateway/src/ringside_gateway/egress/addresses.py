# SPDX-License-Identifier: Apache-2.0
"""Where a user's URL may lead: public addresses only, looked up once and checked before anything connects to them.

Loopback is open to test mode where the operator allows it, and only to a URL that says so itself (product page §9).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.egress.name_lookups import NameLookups, Resolve, system_addresses
from ringside_gateway.egress.networks import is_loopback, is_public

#: Registration waits no longer than this for a name server: delivery looks the name up again anyway.
REGISTRATION_S = 2.0
#: Whoever connects waits longer: a system's resolver turns to its second name server after five seconds.
LOOK_UP_S = 10.0
_LOWEST_OPEN_PORT, _OPEN_PORTS = 1024, (443,)
_PRINTABLE = re.compile(r"[!-~]+")
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\.?$)({_LABEL}\.)*{_LABEL}\.?")
#: What a system's resolver would take for an IPv4 address, in whatever spelling: 2130706433, 0177.1, 0x7f.0.0.1.
_ENDS_IN_NUMBER = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)\.?")


@dataclass(frozen=True, slots=True)
class Destination:
    """A URL taken apart. `loopback` says that it names this machine and may."""

    scheme: str
    host: str
    port: int
    target: str
    loopback: bool

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"http": 80, "https": 443}[self.scheme] else f"{host}:{self.port}"


class Addresses:
    """Takes URLs apart and looks their hosts up; 400 `invalid_url` for what is not public."""

    def __init__(self, allow_loopback: bool, resolve: Resolve = system_addresses) -> None:
        self._allow_loopback = allow_loopback
        self._lookups = NameLookups(resolve)

    def check(self, url: str, livemode: bool) -> None:
        """For registration: refuses what could not be delivered to. A name that has no address yet may get one."""
        destination = self.parse(url, livemode)
        with suppress(OSError):
            self.look_up(destination, REGISTRATION_S)

    def parse(self, url: str, livemode: bool) -> Destination:
        """The URL's parts, checked as far as that goes without a name server."""
        if not _PRINTABLE.fullmatch(url) or "\\" in url:
            raise refusal("it may hold printable ASCII only, without blanks and backslashes")
        try:
            parts = urlsplit(url)
            scheme, host, port = parts.scheme, (parts.hostname or "").lower(), parts.port
        except ValueError as error:
            raise refusal("it is not a URL") from error
        if scheme not in ("http", "https") or not host:
            raise refusal("it must begin with https:// and a host")
        if "@" in parts.netloc:
            raise refusal("it must not hold a user name or password")
        if "#" in url:
            raise refusal("it must not have a fragment")
        loopback = _names_loopback(host) and self._allow_loopback and not livemode
        if scheme == "http" and not loopback:
            raise refusal("it must be https")
        _check_host(host)
        if port is None:
            port = 443 if scheme == "https" else 80
        elif port < _LOWEST_OPEN_PORT and port not in _OPEN_PORTS and not (loopback and port == 80):
            raise refusal("its port must be 443 or one from 1024 up")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Destination(scheme, host, port, target, loopback)

    def look_up(self, destination: Destination, within_s: float = LOOK_UP_S) -> Sequence[str]:
        """Addresses to connect to, every one checked; OSError when the name has none, or none in time."""
        host = destination.host
        found = _literal(host) or self._lookups.find(host, destination.port, within_s)
        for text in found:
            address = ipaddress.ip_address(text.partition("%")[0])
            if not (is_loopback(address) if destination.loopback else is_public(address)):
                raise refusal("its host is not on the public internet")
        if not found:
            raise OSError("the name has no address")
        return found


def refusal(reason: str) -> GatewayError:
    """400 `invalid_url`."""
    return GatewayError("invalid_url", param="url", reason=reason)


def _check_host(host: str) -> None:
    if ":" in host:
        if "%" in host or _literal(host) is None:
            raise refusal("its host is not an IPv6 address")
    elif _ENDS_IN_NUMBER.fullmatch(host):
        if _literal(host) is None:
            raise refusal("its host is an unusual spelling of an IPv4 address")
    elif not _NAME.fullmatch(host):
        raise refusal("its host is not a name; write international names in their xn-- form")


def _names_loopback(host: str) -> bool:
    if host.removesuffix(".") == "localhost":
        return True
    literal = _literal(host)
    return literal is not None and is_loopback(ipaddress.ip_address(literal[0]))


def _literal(host: str) -> Sequence[str] | None:
    """The host as the only address there is, when it is one in its usual spelling."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        return None
