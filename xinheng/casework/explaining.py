"""A clock explains itself day by day, with how it was moved (期限逐日说明), for the pages of every procedure."""

# clause: 4.1b

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F

from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.casework import clocks
from xinheng.casework.models import Clock, DeadlineMove
from xinheng.law import deadlines
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.runtime.clock import day_of


@dataclass(frozen=True, slots=True)
class MoveView:
    """A last day that another calendar moved, or made sure."""

    on: date
    before: date | None
    before_provisional: bool
    after: date | None
    after_provisional: bool


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """A clock: `left` working days still to come (negative: gone by), `days` each day in words, `moves` in order."""

    id: UUID
    name: str
    label: str
    start: date
    n: int
    unit: str
    last: date | None
    provisional: bool
    stopped_on: date | None
    left: int | None
    office_target: bool
    of_party: bool
    clauses: tuple[str, ...]
    days: tuple[str, ...]
    moves: tuple[MoveView, ...]


def explain(deadline: UUID, *, law: Law) -> DeadlineView:
    """One clock under the law of the day. Called within `acting`. Raises Refusal NOT_FOUND, also for another agency's."""
    row = Clock.objects.filter(pk=deadline).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    return _view(row, _moves([row.pk]).get(row.pk, ()), law)


def clocks_of(matter: UUID, *, law: Law) -> Iterator[DeadlineView]:
    """The clocks of a case or matter: those that run first, each explained day by day. Called within `acting`."""
    rows = list(
        Clock.objects.filter(matter=matter).order_by(F("stopped_on").desc(nulls_first=True), "last", "id")
    )
    moves = _moves([row.pk for row in rows])
    yield from (_view(row, moves.get(row.pk, ()), law) for row in rows)


def running_of(matter: UUID, *, actor: Actor, law: Law) -> tuple[DeadlineView, ...]:
    """The running clocks of a matter that the actor may see; none where its rows are not the actor's."""
    with acting(actor):
        return tuple(each for each in clocks_of(matter, law=law) if each.stopped_on is None)


def _moves(which: Sequence[UUID]) -> dict[UUID, tuple[MoveView, ...]]:
    found: dict[UUID, tuple[MoveView, ...]] = {}
    for row in DeadlineMove.objects.filter(deadline__in=which).order_by("at", "event"):
        move = MoveView(day_of(row.at), row.before, row.before_provisional, row.after, row.after_provisional)
        found[row.deadline_id] = (*found.get(row.deadline_id, ()), move)
    return found


def _view(row: Clock, moves: tuple[MoveView, ...], law: Law) -> DeadlineView:
    """A stopped clock keeps the day that it showed; one that no law knows any more shows its day and no reasons."""
    clock = clocks.running(row.name, row.listed, row.start, row.n, row.extended_by, law)
    due = deadlines.due(clock, law.calendar) if clock else None
    shown = due if due and row.stopped_on is None else None
    return DeadlineView(
        id=row.pk,
        name=row.name,
        label=(clock.period.name if clock else "") or row.name,
        start=row.start,
        n=row.n,
        unit=str(law.document("casework.yaml")["units"][clock.period.unit]) if clock else "",
        last=shown.last if shown else row.last,
        provisional=shown.provisional if shown else row.provisional,
        stopped_on=row.stopped_on,
        left=shown.left(law.day, law.calendar) if shown else None,
        office_target=bool(clock and clock.period.office_target),
        of_party=row.name in deadlines.without_rungs(law),
        clauses=clock.period.clauses if clock else (),
        days=deadlines.explained(due) if due else (),
        moves=moves,
    )
