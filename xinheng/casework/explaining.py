"""A clock explains itself day by day (期限逐日说明), for the case page and whoever asks about one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F

from xinheng.casework import clocks
from xinheng.casework.models import Deadline
from xinheng.law import deadlines
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """A clock: `left` working days still to come (negative: gone by), `days` each day in words."""

    id: UUID
    name: str
    label: str
    start: date
    n: int
    last: date | None
    provisional: bool
    stopped_on: date | None
    left: int | None
    office_target: bool
    clauses: tuple[str, ...]
    days: tuple[str, ...]


def explain(deadline: UUID, *, law: Law) -> DeadlineView:
    """One clock under the law of the day. Called within `acting`. Raises Refusal NOT_FOUND, also for another agency's."""
    row = Deadline.objects.select_related("case").filter(pk=deadline).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    return _view(row, law)


def clocks_of(case: UUID, *, law: Law) -> Iterator[DeadlineView]:
    """The clocks of a case: those that run first, each explained day by day. Called within `acting`."""
    rows = Deadline.objects.select_related("case").filter(case=case)
    for row in rows.order_by(F("stopped_on").desc(nulls_first=True), "last", "id"):
        yield _view(row, law)


def _view(row: Deadline, law: Law) -> DeadlineView:
    """A stopped clock keeps the day that it showed; one that no law knows any more shows its day and no reasons."""
    clock = clocks.of_row(row, row.case.list, law)
    due = deadlines.due(clock, law.calendar) if clock else None
    shown = due if due and row.stopped_on is None else None
    return DeadlineView(
        id=row.pk,
        name=row.name,
        label=(clock.period.name if clock else "") or row.name,
        start=row.start,
        n=row.n,
        last=shown.last if shown else row.last,
        provisional=shown.provisional if shown else row.provisional,
        stopped_on=row.stopped_on,
        left=shown.left(law.day, law.calendar) if shown else None,
        office_target=bool(clock and clock.period.office_target),
        clauses=clock.period.clauses if clock else (),
        days=deadlines.explained(due) if due else (),
    )
