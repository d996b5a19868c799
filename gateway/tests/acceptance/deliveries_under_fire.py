# SPDX-License-Identifier: Apache-2.0
"""Events to many endpoints, of which some hang and some fail, while the gateway is killed again and again.

As a program (`make -C gateway deliveries-under-fire`): 10,000 events to 50 endpoints, 5 hang, 5 answer 500, 5 kills.
It prints the figures and leaves a sample of the attempts for other languages to verify.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from gateway_process import Gateway
from ringside import webhooks
from ringside_gateway.domain.identifiers import ALPHABET

HEALTHY, HANGS, FAILS = "healthy", "hangs", "fails"
ANSWERS = {
    HEALTHY: b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    FAILS: b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n",
}


@dataclass(frozen=True)
class Plan:
    """What to do. `rate` is events a second; `kills` are spread evenly over the run."""

    events: int = 10_000
    endpoints: int = 50
    hanging: int = 5
    failing: int = 5
    kills: int = 5
    rate: float = 12.0
    timeout_s: float = 10.0
    patience_s: float = 120.0


@dataclass
class Arrival:
    """The first arrival of an event at an endpoint."""

    age_s: float
    digest: bytes


@dataclass
class Sample:
    """An attempt as it stood on the wire, with the secret that signed it."""

    payload: bytes
    headers: dict[str, str]
    secret: str


@dataclass
class Endpoint:
    """One receiver and what came to it."""

    kind: str
    port: int = 0
    secret: str = ""
    arrivals: dict[str, Arrival] = field(default_factory=dict)
    attempts: int = 0
    altered: int = 0
    unsigned: int = 0


@dataclass
class Report:
    """What a run came to."""

    events: int
    missing: int
    altered: int
    unsigned: int
    repeats: int
    deliveries: int
    seconds: float
    median_age_s: float
    p99_age_s: float
    attempts: Counter[str]
    samples: list[Sample]

    def __str__(self) -> str:
        rate = self.deliveries / self.seconds
        return (
            f"{self.events} events, {self.deliveries} deliveries to healthy endpoints in {self.seconds:.0f} s"
            f" ({rate:.0f}/s): median age {self.median_age_s:.2f} s, p99 {self.p99_age_s:.2f} s; lost {self.missing},"
            f" altered {self.altered}, badly signed {self.unsigned}, repeated {self.repeats};"
            f" attempts {dict(self.attempts)}"
        )


class Receivers:
    """All endpoints on one event loop in a thread of its own."""

    def __init__(self, endpoints: list[Endpoint], samples: int) -> None:
        self.endpoints = endpoints
        self.samples: list[Sample] = []
        self._most = samples
        self._ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        self._ready.wait()

    async def _serve(self) -> None:
        for endpoint in self.endpoints:
            server = await asyncio.start_server(self._talker(endpoint), "127.0.0.1", 0, backlog=512)
            endpoint.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await asyncio.Event().wait()

    def _talker(self, endpoint: Endpoint):
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while True:
                    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                    lines = [line.partition(": ") for line in head.split("\r\n")[1:] if line]
                    headers = {name.lower(): value for name, _, value in lines}
                    body = await reader.readexactly(int(headers["content-length"]))
                    self._note(endpoint, headers, body)
                    if endpoint.kind == HANGS:
                        await reader.read()
                        return
                    writer.write(ANSWERS[endpoint.kind])
            except (asyncio.IncompleteReadError, ConnectionError):
                pass
            finally:
                writer.close()

        return talk

    def _note(self, endpoint: Endpoint, headers: dict[str, str], body: bytes) -> None:
        endpoint.attempts += 1
        event_id, digest = headers["webhook-id"], hashlib.sha256(body).digest()
        first = endpoint.arrivals.setdefault(event_id, Arrival(time.time() - born(event_id), digest))
        endpoint.altered += first.digest != digest
        try:
            webhooks.verify_header(body, headers["x-fc-signature"], secret=endpoint.secret)
        except webhooks.WebhookVerificationError:
            endpoint.unsigned += 1
        if len(self.samples) < self._most and random.random() < 0.02:
            self.samples.append(Sample(body, headers, endpoint.secret))


def born(event_id: str) -> float:
    """When an event came to be: the first 48 bits of its id are milliseconds."""
    number = 0
    for digit in event_id.removeprefix("evt_"):
        number = number * 32 + ALPHABET.index(digit)
    return (number >> 80) / 1000


def run(plan: Plan, folder: Path) -> Report:
    """One run; the report says what came of it."""
    healthy = plan.endpoints - plan.hanging - plan.failing
    kinds = [HEALTHY] * healthy + [HANGS] * plan.hanging + [FAILS] * plan.failing
    endpoints = [Endpoint(kind) for kind in kinds]
    receivers = Receivers(endpoints, samples=200)
    gateway = Gateway(folder, RINGSIDE_WEBHOOK_TIMEOUT_S=str(plan.timeout_s))
    gateway.start()
    _register(gateway, endpoints)
    began = time.monotonic()
    _produce(gateway, plan)
    events = [row[0] for row in gateway.rows("SELECT id FROM outbox WHERE type = 'customer.created'")]
    good = [endpoint for endpoint in endpoints if endpoint.kind == HEALTHY]
    deadline = time.monotonic() + plan.patience_s
    while any(len(e.arrivals) < len(events) for e in good) and time.monotonic() < deadline:
        time.sleep(0.1)
    seconds = time.monotonic() - began
    gateway.stop()
    ages = [arrival.age_s for endpoint in good for arrival in endpoint.arrivals.values()]
    return Report(
        events=len(events),
        missing=sum(event not in endpoint.arrivals for endpoint in good for event in events),
        altered=sum(endpoint.altered for endpoint in endpoints) + _differing(good),
        unsigned=sum(endpoint.unsigned for endpoint in endpoints),
        repeats=sum(endpoint.attempts - len(endpoint.arrivals) for endpoint in good),
        deliveries=len(ages),
        seconds=seconds,
        median_age_s=statistics.median(ages),
        p99_age_s=statistics.quantiles(ages, n=100)[98],
        attempts=sum((Counter({endpoint.kind: endpoint.attempts}) for endpoint in endpoints), Counter()),
        samples=receivers.samples,
    )


def _register(gateway: Gateway, endpoints: list[Endpoint]) -> None:
    with gateway.client() as client:
        for endpoint in endpoints:
            body = {"url": f"http://127.0.0.1:{endpoint.port}/", "events": ["customer.created"]}
            response = client.post("/webhook_endpoints", json=body)
            assert response.status_code == 200, response.text
            endpoint.secret = response.json()["secret"]


def _produce(gateway: Gateway, plan: Plan) -> None:
    """Makes customers at the plan's pace, and kills the gateway in between."""
    kill_at = {plan.events * (n + 1) // (plan.kills + 1) for n in range(plan.kills)}
    began, made = time.monotonic(), 0
    client = gateway.client()
    while made < plan.events:
        time.sleep(max(0.0, began + made / plan.rate - time.monotonic()))
        try:
            response = client.post("/customers", json={"external_id": f"fire-{made}", "name": "Zoë 🥊"})
            assert response.status_code in (200, 409), response.text
        except httpx.TransportError:
            continue
        made += 1
        if made in kill_at:
            gateway.kill()
            gateway.start()
            client = gateway.client()


def _differing(endpoints: list[Endpoint]) -> int:
    """Events that are not the same bytes at every endpoint."""
    seen: dict[str, set[bytes]] = {}
    for endpoint in endpoints:
        for event_id, arrival in endpoint.arrivals.items():
            seen.setdefault(event_id, set()).add(arrival.digest)
    return sum(len(digests) > 1 for digests in seen.values())


def write_sample(samples: list[Sample], path: Path) -> None:
    """One attempt a line, for the SDKs' own checks."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        {"payload": base64.b64encode(s.payload).decode(), "header": s.headers["x-fc-signature"], "secret": s.secret}
        for s in samples
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def main() -> int:
    """Runs a plan; 1 when something was lost, altered, badly signed or late."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("events", "endpoints", "hanging", "failing", "kills", "rate"):
        default = getattr(Plan, name)
        parser.add_argument(f"--{name}", type=type(default), default=default)
    parser.add_argument("--sample", type=Path, default=Path("../build/deliveries/sample.jsonl"))
    options = vars(parser.parse_args())
    sample = options.pop("sample")
    with tempfile.TemporaryDirectory() as folder:
        report = run(Plan(**options), Path(folder))
    print(report)
    write_sample(report.samples, sample)
    return int(bool(report.missing or report.altered or report.unsigned or report.median_age_s > 2))


if __name__ == "__main__":
    sys.exit(main())
