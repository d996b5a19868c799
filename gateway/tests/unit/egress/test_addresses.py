# SPDX-License-Identifier: Apache-2.0
"""Which URLs of users may be connected to."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.egress import addresses as module
from ringside_gateway.egress.addresses import Addresses


def resolving(*found: str) -> Addresses:
    return Addresses(allow_loopback=True, resolve=lambda host, port: list(found))


NOBODY = resolving()

PRIVATE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.8.8.8",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::10.0.0.1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:0:127.0.0.1",
    "::ffff:0:169.254.169.254",
    "::ffff:0:8.8.8.8",
    "::ffff:8.8.8.8",
    "::8.8.8.8",
    "1::1",
    "100::1",
    "1fff:ffff::1",
    "4000::1",
    "5f00::1",
    "2620:4f:8000::1",
]
PUBLIC = ["8.8.8.8", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1"]


@pytest.mark.parametrize("address", PRIVATE)
@pytest.mark.parametrize("livemode", [True, False])
def test_a_name_that_leads_off_the_public_internet_is_refused(address: str, livemode: bool) -> None:
    addresses = resolving("8.8.8.8", address)
    with pytest.raises(GatewayError, match="not on the public internet"):
        addresses.look_up(addresses.parse("https://hooks.example.com/x", livemode))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_fine_also_where_it_carries_another(address: str) -> None:
    addresses = resolving(address)
    assert addresses.look_up(addresses.parse("https://hooks.example.com/x", True)) == [address]


@pytest.mark.parametrize("host", [f"[{a}]" if ":" in a else a for a in PRIVATE if "%" not in a])
def test_a_private_address_is_refused_when_it_is_the_host_itself(host: str) -> None:
    with pytest.raises(GatewayError, match="not on the public internet"):
        NOBODY.check(f"https://{host}/x", livemode=True)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.com/", "must be https"),
        ("http://8.8.8.8/", "must be https"),
        ("ftp://example.com/", "must begin with https://"),
        ("https:///x", "must begin with https://"),
        ("example.com/hook", "must begin with https://"),
        ("https://user@example.com/", "user name"),
        ("https://user:secret@example.com/", "user name"),
        ("https://example.com@10.0.0.1/", "user name"),
        ("https://example.com\\@10.0.0.1/", "printable ASCII"),
        ("https://example.com/a b", "printable ASCII"),
        ("https://example.com/\nHost:x", "printable ASCII"),
        ("https://ex\tample.com/", "printable ASCII"),
        ("https://exämple.com/", "printable ASCII"),
        ("https://example.com/#x", "fragment"),
        ("https://2130706433/", "unusual spelling"),
        ("https://017700000001/", "unusual spelling"),
        ("https://0177.0.0.1/", "unusual spelling"),
        ("https://0x7f000001/", "unusual spelling"),
        ("https://0x7f.0.0.1/", "unusual spelling"),
        ("https://127.1/", "unusual spelling"),
        ("https://127.0.0.1./", "unusual spelling"),
        ("https://1.2.3.4.5/", "unusual spelling"),
        ("https://127.0.0.256/", "unusual spelling"),
        ("https://[::1%25lo]/", "IPv6"),
        ("https://[fe80::1%eth0]/", "IPv6"),
        ("https://example..com/", "not a name"),
        ("https://-example.com/", "not a name"),
        ("https://exa%6dple.com/", "not a name"),
        ("https://example.com:22/", "port"),
        ("https://example.com:80/", "port"),
        ("https://example.com:0/", "port"),
        ("https://example.com:99999/", "not a URL"),
        ("https://[::1/", "not a URL"),
        ("https://" + "a" * 64 + ".com/", "not a name"),
    ],
)
@pytest.mark.parametrize("livemode", [True, False])
def test_a_url_that_could_mislead_is_refused_with_the_reason(url: str, reason: str, livemode: bool) -> None:
    with pytest.raises(GatewayError, match=reason) as refused:
        NOBODY.check(url, livemode)
    assert (refused.value.code, refused.value.param) == ("invalid_url", "url")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:3000/hook",
        "http://localhost:3000/",
        "http://[::1]:3000/",
        "https://127.0.0.1:3000/",
        "http://localhost/",
        "http://LOCALHOST:8080/x?y=1",
    ],
)
def test_loopback_is_open_to_test_mode_only_and_only_where_the_operator_allows_it(url: str) -> None:
    here = resolving("127.0.0.1", "::1")
    here.check(url, livemode=False)
    assert here.parse(url, livemode=False).loopback
    with pytest.raises(GatewayError):
        here.check(url, livemode=True)
    with pytest.raises(GatewayError):
        Addresses(allow_loopback=False, resolve=lambda host, port: ["127.0.0.1"]).check(url, livemode=False)


def test_localhost_that_leads_elsewhere_is_refused() -> None:
    with pytest.raises(GatewayError, match="not on the public internet"):
        resolving("10.0.0.1").check("http://localhost:3000/", livemode=False)


def test_a_name_without_an_address_may_be_registered_but_not_connected_to() -> None:
    def nowhere(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    addresses = Addresses(allow_loopback=False, resolve=nowhere)
    addresses.check("https://not-yet.example.com/", livemode=True)
    with pytest.raises(OSError):
        addresses.look_up(addresses.parse("https://not-yet.example.com/", True))
    with pytest.raises(OSError):
        NOBODY.look_up(NOBODY.parse("https://not-yet.example.com/", True))


def test_a_name_server_that_is_silent_delays_registration_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REGISTRATION_S", 0.05)

    def silent(host: str, port: int) -> Sequence[str]:
        time.sleep(2)
        return []

    began = time.monotonic()
    Addresses(allow_loopback=False, resolve=silent).check("https://slow.example.com/", livemode=True)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("url", "host", "port", "target", "authority"),
    [
        ("https://Example.com", "example.com", 443, "/", "example.com"),
        ("https://example.com:443/a?b=c", "example.com", 443, "/a?b=c", "example.com"),
        ("https://example.com.:8443/a", "example.com.", 8443, "/a", "example.com.:8443"),
        ("https://[2606:4700::1111]/", "2606:4700::1111", 443, "/", "[2606:4700::1111]"),
        ("https://xn--exmple-cua.com/", "xn--exmple-cua.com", 443, "/", "xn--exmple-cua.com"),
    ],
)
def test_a_url_is_taken_apart(url: str, host: str, port: int, target: str, authority: str) -> None:
    found = NOBODY.parse(url, livemode=True)
    assert (found.host, found.port, found.target, found.authority) == (host, port, target, authority)
