# SPDX-License-Identifier: Apache-2.0
"""What must hold of the books at any time, whatever was killed when."""

from __future__ import annotations

from gateway_process import Gateway


def check_ledger(gateway: Gateway) -> None:
    """Each balance is the sum of its ledger and the last row's `balance_after`; no request was debited twice."""
    for customer, balance in gateway.rows("SELECT id, balance_nano FROM customers WHERE balance_nano IS NOT NULL"):
        rows = gateway.rows(
            "SELECT amount_nano, balance_after_nano FROM wallet_transactions WHERE owner_id = ? ORDER BY seq", customer
        )
        assert balance == sum(amount for amount, _ in rows)
        assert balance == rows[-1][1]
        running = 0
        for amount, after in rows:
            running += amount
            assert running == after
    doubled = gateway.rows(
        """SELECT request_id FROM wallet_transactions WHERE type = 'debit'
           GROUP BY owner_id, request_id HAVING COUNT(*) > 1"""
    )
    assert doubled == []


def check_spend(gateway: Gateway) -> None:
    """Month-to-date spend is the sum of usage events, and each event of a wallet customer has its debit."""
    for customer, spend in gateway.rows("SELECT id, spend_nano FROM customers"):
        total = gateway.rows("SELECT COALESCE(SUM(billable_nano), 0) FROM usage_events WHERE customer_id = ?", customer)
        assert spend == total[0][0]
    unpaid = gateway.rows(
        """SELECT u.request_id FROM usage_events u JOIN customers c ON c.id = u.customer_id
           LEFT JOIN wallet_transactions w ON w.request_id = u.request_id AND w.owner_id = u.customer_id
           WHERE c.balance_nano IS NOT NULL AND w.id IS NULL"""
    )
    assert unpaid == []


def check_nothing_held(gateway: Gateway) -> None:
    """No hold is open, and no row still carries held money."""
    assert gateway.rows("SELECT id FROM holds WHERE state = 'held'") == []
    assert gateway.rows("SELECT id FROM customers WHERE held_nano <> 0") == []
    assert gateway.rows("SELECT id FROM accounts WHERE held_nano <> 0") == []


def check_billed_once(gateway: Gateway, request_ids: list[str]) -> None:
    """Every answered call has exactly one usage event and one debit."""
    for request_id in request_ids:
        events = gateway.rows("SELECT COUNT(*) FROM usage_events WHERE request_id = ?", request_id)
        debits = gateway.rows(
            "SELECT COUNT(*) FROM wallet_transactions WHERE request_id = ? AND type = 'debit'", request_id
        )
        assert (events[0][0], debits[0][0]) == (1, 1), request_id
