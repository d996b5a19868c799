# SPDX-License-Identifier: Apache-2.0
"""THE STRAIGHT LINE: every billable call of every kind passes through `Calls.serve`, and money moves nowhere else.

1. attribution.py  whose call it is
2. routing.py      model refs become ordered targets
3. holds.py        one transaction: rate limits, budget, wallets; the hold is placed
4. upstreams.py    the provider call, outside any transaction
5. streams.py      a stream passes through the meter, which settles at its end
6. settlement.py   one transaction: hold closed, usage event, debit, balances, events
"""

from __future__ import annotations

from dataclasses import dataclass

from ringside_gateway.domain.admission import Admitted
from ringside_gateway.domain.calls import Call, CallFacts, Served, StoredAnswer
from ringside_gateway.domain.settlement import Receipt
from ringside_gateway.domain.upstream import Answer
from ringside_gateway.services.calls.attribution import Attribution
from ringside_gateway.services.calls.holds import Holds, choices_of
from ringside_gateway.services.calls.leases import Leases
from ringside_gateway.services.calls.routing import Routing
from ringside_gateway.services.calls.settlement import Settlement, consumption, estimated
from ringside_gateway.services.calls.streams import Meter
from ringside_gateway.services.calls.upstreams import Reply, Upstreams


@dataclass(frozen=True, slots=True)
class Calls:
    """The steps of a call, put together once by `wiring.py`."""

    attribution: Attribution
    routing: Routing
    holds: Holds
    leases: Leases
    upstreams: Upstreams
    settlement: Settlement

    def serve(self, call: Call) -> Served:
        """The answer with its facts, or the first step's refusal; a refused or failed call costs nothing."""
        customer_id = self.attribution.customer_of(call)
        targets = self.routing.targets_of(call)
        admitted = self.holds.place(call, customer_id, targets)
        max_tokens = self.holds.upstream_max_tokens(call, admitted)
        try:
            with self.leases.kept(admitted.hold, lambda: None):
                reply = self.upstreams.send(call, targets, max_tokens)
        except BaseException:
            self.settlement.release(call, admitted)
            raise
        facts = _facts(admitted, reply, choices_of(call.body))
        if isinstance(reply.result, Answer):
            return self._answer(call, admitted, reply, reply.result, facts)
        meter = Meter(call, admitted, reply, facts, (self.settlement, self.leases))
        call.cancellation.hand_over(meter.close)
        return Served(facts, stream=meter)

    def _answer(self, call: Call, admitted: Admitted, reply: Reply, answer: Answer, facts: CallFacts) -> Served:
        """Settles first, so that an answer in a client's hands is always an answer paid for."""
        usage = answer.usage or estimated(admitted, reply.target, answer.text())

        def record(receipt: Receipt) -> StoredAnswer:
            assert call.record is not None
            return call.record(_settled(call, facts, receipt), [answer.body])

        used = consumption(admitted, reply.target, usage, "completed")
        receipt = self.settlement.settle(call, admitted, used, record if call.record else None)
        return Served(_settled(call, facts, receipt), body=answer.body)


def _facts(admitted: Admitted, reply: Reply, choices: int) -> CallFacts:
    return CallFacts(
        model_resolved=reply.target.ref,
        models_tried=tuple(reply.tried),
        fallback=len(reply.tried) > 1,
        customer_id=admitted.hold.customer_id,
        wallet_balance_nano=admitted.wallet_balance_nano,
        wallet_held_nano=None if admitted.wallet_balance_nano is None else admitted.hold.customer_nano,
        max_tokens_clamped=admitted.max_output_tokens // choices if admitted.clamped else None,
        limit=admitted.limit,
    )


def _settled(call: Call, facts: CallFacts, receipt: Receipt) -> CallFacts:
    facts.cost_nano = call.caller.cost_shown(receipt.cost_nano, receipt.billable_nano)
    facts.wallet_balance_nano = receipt.wallet_balance_nano
    facts.wallet_deducted_nano = receipt.wallet_deducted_nano
    facts.wallet_held_nano = None
    return facts
