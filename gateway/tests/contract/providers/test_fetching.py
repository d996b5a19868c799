# SPDX-License-Identifier: Apache-2.0
"""Images behind URLs, for models that take bytes only: what is fetched, and what never is."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest
from ringside_gateway.domain.attachments import Fetch, Fetched, UnfetchableError
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.egress.addresses import Addresses
from ringside_gateway.egress.fetch import Fetcher
from ringside_gateway.providers.wire.pivot import attachments
from ringside_gateway.providers.wire.pivot.attachments import with_bytes

from .conftest import ScriptedUpstream
from .recordings import PNG

OK = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: %d\r\n\r\n%s" % (len(PNG), PNG)
NAMES = {"inside.example": ["10.0.0.7"], "both.example": ["93.184.216.34", "169.254.169.254"], "none.example": []}


def resolve(host: str, port: int) -> Sequence[str]:
    return NAMES[host]


def fetched(url: str, limit_bytes: int = 10_000, within_s: float = 5, *, livemode: bool = False) -> Fetched:
    fetch = Fetcher(Addresses(True, resolve), livemode=livemode)
    return fetch(url, limit_bytes=limit_bytes, deadline=time.monotonic() + within_s)


def refusal(url: str, **limits: Any) -> str:
    with pytest.raises(UnfetchableError) as caught:
        fetched(url, **limits)
    return str(caught.value)


def test_an_image_is_fetched_whole_also_in_chunks_and_after_a_redirect(upstream: ScriptedUpstream) -> None:
    chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (len(PNG), PNG)
    upstream.answers(
        [OK],
        [b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk],
        [b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"],
        [OK],
    )
    for _ in range(3):
        assert fetched(upstream.url) == Fetched("image/png", PNG)
    assert upstream.requests[-1].startswith(b"GET /elsewhere HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "url",
    [
        "https://inside.example/a.png",
        "https://both.example/a.png",
        "https://none.example/a.png",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://user:secret@inside.example/",
        "http://images.example/a.png",
        "file:///etc/passwd",
        "https://inside.example:22/",
    ],
)
def test_what_is_not_public_is_never_connected_to(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr("socket.create_connection", lambda *_: pytest.fail("connected"))
    assert refusal(url)


def test_loopback_is_closed_to_live_calls(upstream: ScriptedUpstream) -> None:
    assert refusal(upstream.url, livemode=True)
    assert upstream.connections == 0


def test_a_redirect_is_checked_like_the_first_url(upstream: ScriptedUpstream) -> None:
    upstream.answers([b"HTTP/1.1 302 Found\r\nLocation: https://inside.example/\r\nContent-Length: 0\r\n\r\n"])
    assert "not on the public internet" in refusal(upstream.url)


def test_redirects_come_to_an_end(upstream: ScriptedUpstream) -> None:
    upstream.answers(*[[b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"]] * 9)
    assert "redirects" in refusal(upstream.url)
    assert len(upstream.requests) == 4


def test_a_huge_one_is_refused_by_its_length_or_where_the_limit_is_passed(upstream: ScriptedUpstream) -> None:
    upstream.answers(
        [b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "wait"],
        [b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 20_000, "wait"],
    )
    for _ in range(2):
        assert "larger than 9 KB" in refusal(upstream.url)


def test_a_server_that_drips_or_breaks_off_holds_nobody_up(upstream: ScriptedUpstream) -> None:
    upstream.answers([part for letter in b"HTTP/1.1 200 OK" * 9 for part in (bytes([letter]), 0.02)])
    began = time.monotonic()
    assert "did not come" in refusal(upstream.url, within_s=0.3)
    assert time.monotonic() - began < 1
    upstream.answers([OK[:-3], "close"], [b"\0\0\0\0", "close"], [b"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n"])
    assert "before it was whole" in refusal(upstream.url)
    assert "does not answer" in refusal(upstream.url)
    assert "404" in refusal(upstream.url)


def test_a_name_server_that_says_nothing_holds_nobody_up() -> None:
    answered = threading.Event()

    def silent(host: str, port: int) -> Sequence[str]:
        answered.wait(30)
        return []

    fetch = Fetcher(Addresses(True, silent))
    with pytest.raises(UnfetchableError, match="did not come"):
        fetch("https://silent.example/a.png", limit_bytes=9, deadline=time.monotonic() + 0.1)
    assert not answered.is_set()
    answered.set()


def body(*urls: str) -> dict[str, Any]:
    parts = [{"type": "image_url", "image_url": {"url": url, "detail": "low"}} for url in urls]
    return {"messages": [{"role": "user", "content": "Look"}, {"role": "user", "content": parts}], "n": 1}


def of(media_type: str, content: bytes) -> Fetch:
    def fetch(url: str, *, limit_bytes: int, deadline: float) -> Fetched:
        if len(content) > limit_bytes:
            raise UnfetchableError("it is larger")
        return Fetched(media_type, content)

    return fetch


def test_the_body_gets_the_bytes_under_their_true_type_and_is_not_changed_itself() -> None:
    asked = body("https://images.example/a", "data:image/gif;base64,R0lG")
    got = with_bytes(asked, of("application/octet-stream", PNG), 0)
    urls = [part["image_url"]["url"] for part in got["messages"][1]["content"]]
    assert urls == [f"data:image/png;base64,{base64.b64encode(PNG).decode()}", "data:image/gif;base64,R0lG"]
    assert got["messages"][1]["content"][0]["image_url"]["detail"] == "low"
    assert asked == body("https://images.example/a", "data:image/gif;base64,R0lG")


@pytest.mark.parametrize(
    ("fetch", "urls", "place", "says"),
    [
        (of("text/html", b"<html>"), 1, 0, "is not an image but text/html"),
        (of("image/png", PNG), 21, 20, "at most 20"),
        (of("image/png", PNG * 600_000), 3, 2, "cannot be fetched: it is larger"),
        (None, 1, 0, "send a data URL"),
    ],
)
def test_what_is_no_image_too_many_or_too_much_is_refused_by_its_place(
    monkeypatch: pytest.MonkeyPatch, fetch: Fetch | None, urls: int, place: int, says: str
) -> None:
    with pytest.raises(GatewayError) as caught:
        with_bytes(body(*["https://images.example/a"] * urls), fetch, 0)
    assert caught.value.code == "invalid_request"
    assert caught.value.param == f"messages[1].content[{place}].image_url.url"
    assert says in caught.value.message
    assert attachments.MAX_FETCHED_BYTES == 20 * 1024 * 1024
