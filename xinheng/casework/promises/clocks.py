"""The clocks of a case on a false promise (承诺不实案卷的期限): started and stopped by its steps, computed by the law."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F

from xinheng.casework.clocks import REMEDIES, REPLY, WINDOW
from xinheng.casework.promises.models import PromiseCase, PromiseClock
from xinheng.law import deadlines
from xinheng.law.lawbook import Law
from xinheng.ledger.emitting import part_of_event
from xinheng.runtime.db import uuid7

# A party's own time: the office is never late by it.
OF_PARTY = (WINDOW, *REMEDIES)
__all__ = ["OF_PARTY", "REMEDIES", "REPLY", "WINDOW", "ClockView", "clocks_of", "start", "stop"]


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock that runs: what it is of, its last day, and whose time it is."""

    name: str
    label: str
    start: date
    last: date | None
    provisional: bool
    of_party: bool


@part_of_event
def start(
    case: PromiseCase, name: str, day: date, law: Law, *, fixed: int | None = None, objection: UUID | None = None
) -> None:  # fmt: skip
    """Start a clock from the day of its event."""
    what = deadlines.period_of(name, law.serious_list(case.list), law)
    begun = deadlines.begin(what, day, fixed=fixed or what.n)
    due = deadlines.due(begun, law.calendar)
    PromiseClock.objects.create(
        id=uuid7(), case=case, objection_id=objection, name=name, start=day, n=begun.n, last=due.last,
        provisional=due.provisional,
    )  # fmt: skip


@part_of_event
def stop(case: PromiseCase, name: str, day: date, *, objection: UUID | None = None) -> None:
    """Stop the running clocks of a name; of one objection where told."""
    running = PromiseClock.objects.filter(case=case, name=name, stopped_on=None)
    for each in running.filter(objection=objection) if objection else running:
        each.stopped_on = day
        each.save(update_fields=["stopped_on"])


def clocks_of(case: PromiseCase, law: Law) -> Iterator[ClockView]:
    """The clocks that run, by the calendar of today. Called within `acting`."""
    listed = law.serious_list(case.list)
    rows = PromiseClock.objects.filter(case=case, stopped_on=None)
    for row in rows.order_by(F("last").asc(nulls_last=True), "id"):
        what = deadlines.period_of(row.name, listed, law)
        due = deadlines.due(deadlines.begin(what, row.start, fixed=row.n), law.calendar)
        yield ClockView(row.name, what.name, row.start, due.last, due.provisional, row.name in OF_PARTY)
