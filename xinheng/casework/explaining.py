"""A clock explains itself day by day (期限逐日说明), for the case page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from xinheng.casework import clocks
from xinheng.casework.models import Deadline
from xinheng.law import deadlines
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A clock in words: what it is, from which day, its last day, each day between, the provisions behind it.

    `left`: working days still to come, negative when gone by; None for a stopped clock or one that has no last day.
    """

    id: UUID
    name: str
    label: str
    length: str
    start: date
    last: date | None
    provisional: bool
    stopped_on: date | None
    left: int | None
    days: tuple[str, ...]
    clauses: tuple[str, ...]
    source: str
    office_target: bool


def explain(deadline: UUID, *, law: Law) -> Explained:
    """One clock under the law of the day. Called within `acting`. Raises Refusal NOT_FOUND, also for another agency's."""
    row = Deadline.objects.select_related("case").filter(pk=deadline).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    return _explained(row, law)


def clocks_of(case: UUID, *, law: Law) -> tuple[Explained, ...]:
    """All clocks of a case, running ones first, by their last day. Called within `acting`."""
    rows = Deadline.objects.select_related("case").filter(case=case)
    found = [_explained(each, law) for each in rows]
    return tuple(
        sorted(found, key=lambda each: (each.stopped_on is not None, each.last or date.max, each.id))
    )


def _explained(row: Deadline, law: Law) -> Explained:
    what = clocks.of_row(row, row.case.list, law)
    due = deadlines.due(what, law.calendar)
    left = due.left(law.day, law.calendar) if row.stopped_on is None else None
    return Explained(
        id=row.pk, name=row.name, label=deadlines.label(row.name, law.serious_list(row.case.list), law), length=replace(what.period, n=what.n).told, start=row.start,
        last=due.last, provisional=due.provisional, stopped_on=row.stopped_on, left=left,
        days=deadlines.explained(due), clauses=what.period.clauses, source=what.period.source,
        office_target=what.period.office_target,
    )  # fmt: skip
