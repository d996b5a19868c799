# SPDX-License-Identifier: Apache-2.0
"""`listen`: live events in a terminal, forwarded signed to the program a developer works on."""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ringside_gateway.cli import options
from ringside_gateway.domain.webhook_endpoints import new_secret
from ringside_gateway.domain.webhook_signatures import signed_headers

POLL_S = 0.5
#: For the gateway's answer and for the receiver's, as long as a delivery may take.
TIMEOUT_S = 10.0
#: Ids remembered, so that each event is forwarded once; far more than come between two looks.
_REMEMBERED = 10_000
_PAGE = 100


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other."""

    def redirect_request(self, *_: Any) -> None:
        """Never: nothing is sent elsewhere."""


#: To the program as a delivery goes: past the proxies of this machine.
_TO_PROGRAM = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)
#: To the gateway, which may be behind a proxy; wherever it sends us, the key stays here.
_TO_GATEWAY = urllib.request.build_opener(_NoRedirects)


@click.command(name="listen")
@click.option("--forward-to", required=True, help="Where to post each event, such as http://localhost:3000/hook.")
@click.option("--events", multiple=True, help="Only this event type; may be repeated. [default: all]")
@click.option("--secret", envvar="FC_WEBHOOK_SECRET", help="Signs what is forwarded. [default: a new one]")
@click.option("--api-key", envvar="FC_API_KEY", help="Whose events. [default: FC_API_KEY, then dev.env]")
@click.option("--base-url", envvar="FC_BASE_URL", help="The gateway. [default: FC_BASE_URL, then dev.env]")
@options.data_dir
def command(
    forward_to: str,
    events: tuple[str, ...],
    secret: str | None,
    api_key: str | None,
    base_url: str | None,
    data_dir: str | None,
) -> None:
    """Show live events of your account and forward each, signed, to a URL of yours until Ctrl-C.

    The gateway may be anywhere, your program too: only this command talks to both. It makes no endpoint, tries
    nothing twice, and forwards what happens from now on.

    \b
    Examples:
      ringside-gateway listen --forward-to http://localhost:3000/hook
      ringside-gateway listen --forward-to http://localhost:3000/hook --events wallet.low --events wallet.empty
      FC_API_KEY=sk_test_... FC_BASE_URL=https://gateway.example.com/v1 ringside-gateway listen --forward-to ...

    \b
    Your program verifies with the secret printed first:
      export FC_WEBHOOK_SECRET=whsec_...
    """
    known = _dev_env(Path(data_dir or os.environ.get("DATA_DIR") or "data") / "dev.env")
    key, url = api_key or known.get("FC_API_KEY"), base_url or known.get("FC_BASE_URL")
    if not key or not url:
        raise click.ClickException("no gateway: set FC_API_KEY and FC_BASE_URL, or run beside `serve` (--data-dir)")
    signing = secret or new_secret()
    feed = _Feed(url.rstrip("/"), key, frozenset(events))
    feed.skip_what_was()
    click.echo(f"export FC_WEBHOOK_SECRET={signing}")
    click.echo(f"Events of {url} go to {forward_to}. Ctrl-C stops.\n")
    click.echo(click.style(f"{'time':8}  {'answer':>10}  {'took':>8}  {'type':28}  event", bold=True))
    try:
        while True:
            for event, body in feed.new():
                _show(event, *_forward(forward_to, event["id"], body, signing))
            time.sleep(POLL_S)
    except KeyboardInterrupt:
        click.echo()


class _Feed:
    """The account's events, each once; survives a gateway that is away for a while."""

    def __init__(self, url: str, key: str, wanted: frozenset[str]) -> None:
        self._url, self._key, self._wanted = url, key, wanted
        self._seen: dict[str, None] = {}
        self._away = False

    def skip_what_was(self) -> None:
        """Takes what happened before as seen; exits when the gateway or the key is wrong."""
        try:
            self._seen = dict.fromkeys(event["id"] for event in self._page("")["data"])
        except OSError as error:
            raise click.ClickException(f"cannot read events of {self._url}: {_told(error)}") from error

    def new(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Events not seen yet with their bytes to post, oldest first."""
        found: list[dict[str, Any]] = []
        cursor = ""
        try:
            while True:
                page = self._page(cursor)
                fresh = [event for event in page["data"] if event["id"] not in self._seen]
                found += fresh
                if len(fresh) < _PAGE or not page["has_more"]:
                    break
                cursor = f"&after={page['last_id']}"
        except OSError as error:
            if not self._away:
                click.echo(f"the gateway is away ({_told(error)}); waiting for it", err=True)
            self._away = True
            return
        self._away = False
        for event in reversed(found):
            self._seen[event["id"]] = None
            if not self._wanted or event["type"] in self._wanted:
                yield event, json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
        while len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]

    def _page(self, cursor: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._key}"}
        request = urllib.request.Request(f"{self._url}/events?limit={_PAGE}{cursor}", headers=headers)
        with _TO_GATEWAY.open(request, timeout=TIMEOUT_S) as response:
            return dict(json.load(response))


def _forward(url: str, event_id: str, body: bytes, secret: str) -> tuple[str, bool, float]:
    """What the receiver said, whether that was a success, and how long it took in ms."""
    headers = {"Content-Type": "application/json", **signed_headers(event_id, body, [secret], time.time())}
    began = time.monotonic()
    try:
        request = urllib.request.Request(url, body, headers)
        with _TO_PROGRAM.open(request, timeout=TIMEOUT_S) as response:
            answer, fine = str(response.status), True
    except urllib.error.HTTPError as error:
        answer, fine = str(error.code), False
    except (OSError, ValueError) as error:
        answer, fine = _told(error), False
    return answer, fine, (time.monotonic() - began) * 1000


def _show(event: dict[str, Any], answer: str, fine: bool, took_ms: float) -> None:
    moment = time.strftime("%H:%M:%S")
    shown = click.style(f"{answer:>10}", fg="green" if fine else "red")
    click.echo(f"{moment:8}  {shown}  {took_ms:5.0f} ms  {event['type']:28}  {event['id']}")
    sys.stdout.flush()


def _told(error: Exception) -> str:
    """The reason in a word or two."""
    if isinstance(error, urllib.error.HTTPError):
        return f"it answered {error.code}"
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return "no answer"
    return "refused" if isinstance(reason, ConnectionRefusedError) else str(reason)


def _dev_env(path: Path) -> dict[str, str]:
    """What `serve` left for scripts."""
    if not path.exists():
        return {}
    lines = (line.removeprefix("export ").partition("=") for line in path.read_text(encoding="utf-8").splitlines())
    return {name: value.strip("'\"") for name, _, value in lines}
