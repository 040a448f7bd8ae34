"""A subject is told, once, when a record or an entry may be repaired (到期可修复的告知): a row that 我的信用 shows."""

# clauses: 5.1a

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from xinheng.access.actor import system
from xinheng.access.scope import acting, whole_city
from xinheng.casework.repairs.facts import of_entry, of_record
from xinheng.casework.repairs.held import promised_falsely
from xinheng.casework.repairs.models import RepairItem, RepairTold
from xinheng.catalog.public import current_law
from xinheng.law.lawbook import Law
from xinheng.law.repair import Prospect, self_check
from xinheng.law.repairfacts import RepairFacts
from xinheng.law.standing import Mark
from xinheng.ledger.emitting import emits, nothing_to_emit
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.registry.models import ListEntry, Record, RecordState
from xinheng.registry.standing import standings
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7

AT_ONCE = 500
OPENED = (Prospect.PERMITTED, Prospect.OFFICER_DECIDES)


@emits(EventKind.REPAIR_TOLD)
def tell(*, now: datetime) -> int:
    """Tell of what has come to its day; how many. Twice on a day tells nothing new.

    A record whose repair was asked for already, or that is repaired, is told of by its own procedure.
    """
    law = current_law(day_of(now))
    with acting(system()), whole_city():
        event, rows = uuid7(), list(_rows(law, now))
        if not rows:
            nothing_to_emit()
            return 0
        for each in rows:
            each.event = event
        RepairTold.objects.bulk_create(rows)
        append(EventKind.REPAIR_TOLD, payload={"count": len(rows)}, agency=None, now=now, event_id=event)
    return len(rows)


def _rows(law: Law, now: datetime) -> Iterator[RepairTold]:
    asked = RepairItem.objects.exclude(case__state="withdrawn")
    told = RepairTold.objects.all()
    records = (
        Record.objects.select_related("facts", "agency")
        .filter(adverse=True, state=RecordState.LIVE)
        .exclude(pk__in=told.filter(record__isnull=False).values("record"))
        .exclude(pk__in=asked.filter(record__isnull=False).values("record"))
    )
    entries = (
        ListEntry.objects.filter(state="listed")
        .exclude(pk__in=told.filter(entry__isnull=False).values("entry"))
        .exclude(pk__in=asked.filter(entry__isnull=False).values("entry"))
    )
    listed = set(ListEntry.objects.filter(state="listed").values_list("subject_id", flat=True))
    promised = promised_falsely()
    for group in _grouped(list(records.order_by("pk"))):
        stand = standings([each.pk for each in group])
        for each in group:
            about = of_record(
                each, each.agency, law, listed=each.subject_id in listed, promised=promised.get(each.subject_id)
            )  # fmt: skip
            if Mark.REPAIRED not in stand[each.pk].marks:
                yield from _row(about, law, now, each.subject_id, record=each.pk)
    for entry in entries.order_by("pk"):
        about = of_entry(entry, law, promised=promised.get(entry.subject_id))
        yield from _row(about, law, now, entry.subject_id, entry=entry.pk)


def _grouped(rows: list[Record]) -> Iterator[list[Record]]:
    yield from (rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE))


def _row(
    about: RepairFacts, law: Law, now: datetime, subject: UUID, *, record: UUID | None = None, entry: UUID | None = None
) -> Iterator[RepairTold]:  # fmt: skip
    """One row where a day is known and has come."""
    found = self_check(about, law)
    if found.opens_on is not None and found.opens_on <= law.day and found.prospect in OPENED:
        yield RepairTold(
            id=uuid7(), subject_id=subject, record_id=record, entry_id=entry, opens_on=found.opens_on, day=law.day,
            at=now, event=uuid7(),
        )  # fmt: skip
