"""The clocks of a repair (修复期限): started and stopped by its steps; what is not read is a target of the office, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F

from xinheng.casework.models import Clock
from xinheng.casework.repairs.facts import of_item
from xinheng.casework.repairs.held import Held
from xinheng.casework.repairs.models import RepairClock
from xinheng.law import deadlines
from xinheng.law.lawbook import Law
from xinheng.law.periods import Period
from xinheng.law.repair import step_period
from xinheng.ledger.emitting import part_of_event
from xinheng.runtime.db import uuid7

REMEDIES = ("reconsideration", "litigation")
# An applicant's own time: the office is never late by it.
OF_PARTY = (*REMEDIES, "repair_supplement")


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock of a case. `unsure`: no legal period was read, and `n` is the office's own target (待核)."""

    name: str
    label: str
    start: date
    n: int
    unit: str
    last: date | None
    provisional: bool
    stopped_on: date | None
    left: int | None
    unsure: bool
    clauses: tuple[str, ...]

    @property
    def of_party(self) -> bool:
        return self.name in OF_PARTY


@part_of_event
def start(held: Held, name: str, day: date, law: Law) -> None:
    """Start a clock from the day of its event, the shortest that the law has for any of the records."""
    what = min((step_period(name, of_item(each, held, law), law) for each in held.items), key=_length)
    begun = deadlines.begin(what, day, fixed=what.n)
    due = deadlines.due(begun, law.calendar)
    RepairClock.objects.create(
        id=uuid7(), case=held.case, name=name, start=day, n=begun.n, last=due.last, provisional=due.provisional
    )  # fmt: skip


def _length(what: Period) -> int:
    return what.n or 1_000


@part_of_event
def stop(held: Held, name: str, day: date) -> None:
    """Stop the running clocks of a name."""
    for each in RepairClock.objects.filter(case=held.case, name=name, stopped_on=None):
        each.stopped_on = day
        each.save(update_fields=["stopped_on"])


def clocks_of(case: UUID, law: Law) -> Iterator[ClockView]:
    """The clocks of a case, those that run first, by the calendar of today. Called within `acting`."""
    rows = Clock.objects.filter(matter=case)
    for row in rows.order_by(F("stopped_on").desc(nulls_first=True), "last", "id"):
        yield view(row, law)


def view(row: Clock, law: Law) -> ClockView:
    """A clock in words; a stopped one keeps the day that it showed."""
    what = deadlines.period_of_clock(row.name, law.serious_list(row.listed), row.n, law)
    due = deadlines.due(deadlines.begin(what, row.start, fixed=row.n), law.calendar)
    runs = row.stopped_on is None
    return ClockView(
        name=row.name,
        label=what.name,
        start=row.start,
        n=row.n,
        unit=str(law.document("casework.yaml")["units"][what.unit]),
        last=due.last if runs else row.last,
        provisional=due.provisional if runs else row.provisional,
        stopped_on=row.stopped_on,
        left=due.left(law.day, law.calendar) if runs else None,
        unsure=what.office_target,
        clauses=what.clauses,
    )
