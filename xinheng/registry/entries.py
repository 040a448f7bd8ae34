"""Entries of lists: written and ended on behalf of the case that decided it (名单信息的登记)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date
from uuid import UUID

from xinheng.ledger.emitting import part_of_event
from xinheng.registry.models import EntryState, ListEntry
from xinheng.runtime.db import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """A party that comes on a list, as the decision has it; `party` is "" for a natural person."""

    case: UUID
    subject: UUID
    subject_kind: str
    party: str
    list: str
    edition: str
    range: str
    role: str
    agency: UUID
    body_name: str
    number: str
    decided_on: date
    listed_on: date
    until: date | None
    interim: bool
    publishable: bool


@part_of_event
def enter(given: Entering) -> UUID:
    """Write the entry of a listed case; the database refuses one whose case is not listed."""
    told = asdict(given)
    subject, agency = told.pop("subject"), told.pop("agency")
    return ListEntry.objects.create(id=uuid7(), subject_id=subject, agency_id=agency, **told).pk


@part_of_event
def change(case: UUID, state: str, *, day: date, by: str) -> None:
    """The entry follows its case: hidden, listed again, or removed by a step on a day."""
    there = ListEntry.objects.select_for_update(of=("self",)).exclude(state=EntryState.REMOVED)
    entry = there.get(case=case)
    entry.state = state
    if state == EntryState.REMOVED:
        entry.ended_on, entry.ended_by = day, by
    entry.save(update_fields=["state", "ended_on", "ended_by"])


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """What the register of entries says of a case, without its party."""

    id: UUID
    edition: str
    range: str
    number: str
    decided_on: date
    listed_on: date
    until: date | None
    interim: bool
    publishable: bool
    state: str
    ended_on: date | None
    ended_by: str


def of_case(case: UUID) -> EntryView | None:
    """The entry of a case, within `acting`, the latest of several; None while there is none."""
    names = [each.name for each in fields(EntryView)]
    row = ListEntry.objects.filter(case=case).order_by("-listed_on", "-id").values(*names).first()
    return EntryView(**row) if row else None
