# SPDX-License-Identifier: Apache-2.0
"""Meters a stream while it passes: notes that delivery began, and settles once when it ends, however it ends."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import ExitStack, suppress
from dataclasses import replace

import orjson

from ringside_gateway.domain.admission import Admitted
from ringside_gateway.domain.calls import ANSWER_LOST, Call, CallFacts, StoredAnswer
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.money import usd_text
from ringside_gateway.domain.settlement import Receipt
from ringside_gateway.domain.upstream import Chunk, ChunkStream
from ringside_gateway.domain.usage import Usage
from ringside_gateway.services.calls.leases import Leases
from ringside_gateway.services.calls.settlement import Settlement, consumption, estimated
from ringside_gateway.services.calls.upstreams import Reply

#: How long a departed client's stream is read on when only its usage is missing.
DRAIN_S = 2.0


class Meter:
    """An iterator of SSE data payloads. Exhausting or closing it settles the call, exactly once."""

    def __init__(
        self, call: Call, admitted: Admitted, reply: Reply, facts: CallFacts, keepers: tuple[Settlement, Leases]
    ) -> None:
        assert not isinstance(reply.result, bytes)
        self._call, self._admitted, self._reply, self._facts = call, admitted, reply, facts
        self._settlement, self._leases = keepers
        self._chunks: ChunkStream = reply.result  # type: ignore[assignment]
        self._head: Chunk | None = reply.head
        self._payloads: list[bytes] = []
        self._closed = self._reading = False
        self._counted_text = self._counted_tokens = 0
        self._kept = ExitStack()
        self._kept.enter_context(self._leases.kept(admitted.hold, self._delivered_tokens))

    def __iter__(self) -> Meter:
        return self

    def __next__(self) -> bytes:
        if self._closed:
            raise StopIteration
        try:
            self._reading = True
            chunk = self._take()
            if chunk.is_usage and self._wants_cost():
                chunk = self._last(chunk)
        except StopIteration:
            self._finish("completed")
            raise
        except GatewayError:
            self._finish("cancelled" if self._call.cancellation.cancelled else "failed")
            raise
        finally:
            self._reading = False
        if self._call.reservation is not None:
            self._payloads.append(chunk.data)
        return chunk.data

    @property
    def ready(self) -> bool:
        """Whether the next payload is here already."""
        return not self._closed and self._head is None and self._chunks.ready

    def close(self) -> None:
        """The client has gone or nobody reads on: lets go of the provider and bills what was delivered.

        A model that has said its last word costs nothing more: its usage is waited for, a moment at most.
        """
        if self._chunks.finished and self._chunks.usage is None and not self._closed:
            last_moment = threading.Timer(DRAIN_S, self._chunks.close)
            last_moment.start()
            if self._reading:  # whoever reads gets it, cannot send it on, and closes
                return
            with suppress(GatewayError):
                deque(self._chunks, maxlen=0)
            last_moment.cancel()
        self._chunks.close()
        self._finish("cancelled")

    def _take(self) -> Chunk:
        if self._head is None:
            return next(self._chunks)
        hold, target = self._admitted.hold, self._reply.target
        price = target.facts.price
        hold.facts |= {
            "model": target.ref,
            "provider": target.facts.provider,
            "price": price.to_data() if price else {},
        }
        self._leases.start_delivery(hold)
        hold.delivered_tokens = 0
        head, self._head = self._head, None
        return head

    def _last(self, usage_chunk: Chunk) -> Chunk:
        """The usage chunk with what the call cost: so it must be settled before this chunk leaves."""
        for _ in self._chunks:
            pass
        receipt = self._finish("completed")
        payload = orjson.loads(usage_chunk.data)
        if receipt is not None:
            cost_nano = self._call.caller.cost_shown(receipt.cost_nano, receipt.billable_nano)
            payload["ringside"] = {
                "cost_usd": orjson.Fragment(usd_text(cost_nano)),
                "billable_amount_usd": orjson.Fragment(usd_text(receipt.billable_nano)),
                "wallet_balance_usd": None
                if receipt.wallet_balance_nano is None
                else orjson.Fragment(usd_text(receipt.wallet_balance_nano)),
            }
        return replace(usage_chunk, data=orjson.dumps(payload))

    def _wants_cost(self) -> bool:
        return bool((self._call.body.get("stream_options") or {}).get("include_cost"))

    def _delivered_tokens(self) -> int | None:
        """So far; each time only what came since: the whole text, counted often, would hold up everybody else."""
        if self._admitted.hold.delivered_tokens is None:
            return None
        text = self._chunks.delivered_text()
        self._counted_tokens += estimated(self._admitted, self._reply.target, text[self._counted_text :]).output_tokens
        self._counted_text = len(text)
        return self._counted_tokens

    def _estimated(self) -> Usage:
        return estimated(self._admitted, self._reply.target, self._chunks.delivered_text())

    def _finish(self, status: str) -> Receipt | None:
        if self._closed:
            return None
        self._closed = True
        try:
            return self._settle(status)
        finally:
            self._kept.close()

    def _settle(self, status: str) -> Receipt | None:
        usage = self._chunks.usage or self._estimated()
        delivered = self._admitted.hold.delivered_tokens is not None
        if not delivered or (status != "completed" and usage.output_tokens == 0):
            self._settlement.release(self._call, self._admitted)
            return None
        used = consumption(self._admitted, self._reply.target, usage, status)
        return self._settlement.settle(self._call, self._admitted, used, self._answer(status))

    def _answer(self, status: str):  # type: ignore[no-untyped-def]
        record = self._call.record
        if record is None:
            return None

        def build(_: Receipt) -> StoredAnswer:
            return record(self._facts, self._payloads) if status == "completed" else ANSWER_LOST

        return build
