# SPDX-License-Identifier: Apache-2.0
"""Slots: created, read, changed and deleted; calls read them anew each time, so a change holds from the next one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.catalogue import Catalogue
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.domain.model_refs import SlotRef, parse_ref
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.domain.selection import resolve
from ringside_gateway.domain.slots import Slot, SlotTarget, check_alias
from ringside_gateway.storage import slots
from ringside_gateway.storage.database import Database, Transaction


class Slots:
    """Slots of the caller's account, in the caller's mode only."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self._database = database
        self._catalogue = catalogue

    def create(self, caller: Caller, fields: Mapping[str, Any]) -> Slot:
        """A new slot; 409 `alias_taken`, and what `_targets` refuses."""
        check_alias(fields["alias"])
        now = int(time.time())
        slot = Slot(
            id=new_id("slot", now),
            account_id=caller.account_id,
            livemode=caller.livemode,
            alias=fields["alias"],
            targets=self._targets(fields["targets"]),
            strategy=fields.get("strategy", "priority"),
            description=fields.get("description"),
            created_at=now,
            updated_at=now,
        )
        with self._database.transaction() as tx:
            slots.insert(tx, slot)
        return slot

    def list(self, caller: Caller, page: PageRequest) -> Page[Slot]:
        """Slots, newest first."""
        with self._database.reading() as tx:
            return slots.page(tx, caller.account_id, caller.livemode, page)

    def retrieve(self, caller: Caller, name: str) -> Slot:
        """The slot with this id or alias; 404 `not_found`."""
        with self._database.reading() as tx:
            return _find(tx, caller, name)

    def update(self, caller: Caller, name: str, fields: Mapping[str, Any]) -> Slot:
        """Changes the fields given."""
        changes: dict[str, Any] = dict(fields)
        check_alias(changes.get("alias", ""))
        if "targets" in changes:
            changes["targets"] = self._targets(changes["targets"])
        with self._database.transaction() as tx:
            changed = replace(_find(tx, caller, name, lock=True), **changes, updated_at=int(time.time()))
            slots.replace(tx, changed)
        return changed

    def delete(self, caller: Caller, name: str) -> Slot:
        """Ends a slot; its alias is free again."""
        with self._database.transaction() as tx:
            slot = _find(tx, caller, name)
            slots.delete(tx, slot.id)
        return slot

    def _targets(self, given: Sequence[Mapping[str, Any]]) -> tuple[SlotTarget, ...]:
        """Targets that resolve now; the error of one that does not names its place in the list."""
        for position, target in enumerate(given):
            param = f"targets[{position}].model"
            try:
                ref = parse_ref(target["model"])
                if isinstance(ref, SlotRef):
                    raise GatewayError("invalid_request", f"`{param}` must not name another slot.")
                resolve(self._catalogue, ref)
            except GatewayError as error:
                error.param = param
                raise
        return tuple(SlotTarget(target["model"], int(target.get("weight", 1))) for target in given)


def _find(tx: Transaction, caller: Caller, name: str, *, lock: bool = False) -> Slot:
    slot = slots.find(tx, caller.account_id, caller.livemode, name, lock=lock)
    if slot is None:
        raise GatewayError("not_found", object="slot", id=name)
    return slot
