# SPDX-License-Identifier: Apache-2.0
"""Slots; their targets are one JSON column, since they are only ever read and written together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.domain.slots import Slot, SlotTarget
from ringside_gateway.storage.database import Transaction
from ringside_gateway.storage.pages import Listing, keyset

_COLUMNS = ", ".join(Slot.__slots__)


def insert(tx: Transaction, slot: Slot) -> None:
    """Writes a new slot; 409 `alias_taken`."""
    row = _row(slot)
    sql = f"INSERT INTO slots ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) ON CONFLICT DO NOTHING"
    if tx.execute(sql, tuple(row.values())).rowcount == 0:
        raise GatewayError("alias_taken", param="alias", alias=slot.alias)


def find(tx: Transaction, account_id: str, livemode: bool, name: str, *, lock: bool = False) -> Slot | None:
    """The slot of this account and mode with this id or alias, or None; locked for a change that writes all of it."""
    sql = f"SELECT {_COLUMNS} FROM slots WHERE account_id = ? AND livemode = ? AND (id = ? OR alias = ?)"
    row = tx.execute(sql + (tx.for_update() if lock else ""), (account_id, int(livemode), name, name)).fetchone()
    return None if row is None else _slot(row)


def page(tx: Transaction, account_id: str, livemode: bool, request: PageRequest) -> Page[Slot]:
    """Slots of this account and mode, newest first."""
    scope, values = "account_id = ? AND livemode = ?", (account_id, int(livemode))
    return keyset(tx, Listing("slots", _COLUMNS, scope, values, order="id"), request, _slot)


def replace(tx: Transaction, slot: Slot) -> None:
    """Writes a changed slot; 409 `alias_taken` when another one has its new alias."""
    other = find(tx, slot.account_id, slot.livemode, slot.alias)
    if other is not None and other.id != slot.id:
        raise GatewayError("alias_taken", param="alias", alias=slot.alias)
    row = _row(slot)
    tx.execute(f"UPDATE slots SET {', '.join(f'{name} = ?' for name in row)} WHERE id = ?", (*row.values(), slot.id))


def delete(tx: Transaction, slot_id: str) -> None:
    """Removes a slot."""
    tx.execute("DELETE FROM slots WHERE id = ?", (slot_id,))


def _row(slot: Slot) -> dict[str, Any]:
    targets = [{"model": target.model, "weight": target.weight} for target in slot.targets]
    values = {name: getattr(slot, name) for name in Slot.__slots__}
    return values | {"livemode": int(slot.livemode), "targets": orjson.dumps(targets).decode()}


def _slot(row: Sequence[Any]) -> Slot:
    values = dict(zip(Slot.__slots__, row, strict=True))
    targets = tuple(SlotTarget(**target) for target in orjson.loads(values["targets"]))
    return Slot(**values | {"livemode": bool(values["livemode"]), "targets": targets})
