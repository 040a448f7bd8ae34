"""What an officer is reminded of (我的提醒): by role and agency, a clerk of what he handles or nobody handles by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from xinheng.access.actor import Actor
from xinheng.access.permissions import CLERK, may, require
from xinheng.access.scope import acting
from xinheng.casework.clocksets import HANDLES_COMPLAINTS
from xinheng.casework.models import Clock, ClockKind, Reminder, ReminderKind, ReminderSeen
from xinheng.law import deadlines
from xinheng.law.lawbook import Law


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRow:
    """One reminder as a desk shows it; `open`: not seen by this officer and still of use. `of`: of which procedure."""

    id: UUID
    of: str
    of_label: str
    matter: UUID
    number: str
    kind: str
    kind_label: str
    rung: str
    rung_label: str
    deadline: UUID | None
    deadline_label: str
    day: date
    last: date | None
    provisional: bool
    before: date | None
    open: bool


def addressed(actor: Actor) -> QuerySet[Reminder]:
    """All reminders to this officer; a case that was handed over takes its reminders along. Called within `acting`.

    Where nobody handles a matter by name, every clerk of its body is told; of a complaint, who handles complaints there.
    """
    mine = Q(roles__overlap=sorted(actor.roles - {CLERK}))
    here = Q(agency=actor.agency_id)
    if CLERK in actor.roles:
        his = Q(deadline__handler=actor.user_id) | Q(deadline__handler=None)
        mine |= here & Q(roles__contains=[CLERK]) & his
    if may(actor, HANDLES_COMPLAINTS):
        mine |= here & Q(roles__contains=[HANDLES_COMPLAINTS])
    return Reminder.objects.filter(mine)


def _open(actor: Actor) -> QuerySet[Reminder]:
    """Not seen by this officer; of a clock that was stopped nobody is reminded any more."""
    seen = ReminderSeen.objects.filter(reminder=OuterRef("pk"), user=actor.user_id)
    running = Clock.objects.filter(pk=OuterRef("deadline_id"), stopped_on=None)
    return addressed(actor).filter(~Exists(seen), Exists(running))


def count(actor: Actor) -> int:
    """How many open reminders this officer has. Raises Refusal PERMISSION_DENIED."""
    require(actor, "case.view")
    with acting(actor):
        return _open(actor).count()


def mine(actor: Actor, *, law: Law, limit: int = 100) -> list[ReminderRow]:
    """The open reminders of this officer, the most pressing last day first. Raises Refusal PERMISSION_DENIED."""
    require(actor, "case.view")
    with acting(actor):
        rows = _open(actor).select_related("deadline")
        return [_row(each, law, True) for each in rows.order_by(F("last").asc(nulls_last=True), "id")[:limit]]


def of_case(case: UUID, *, law: Law) -> list[ReminderRow]:
    """What was told of a case or matter, the latest first. Called within `acting`."""
    rows = Reminder.objects.filter(matter=case).select_related("deadline").order_by("-at", "-id")
    return [_row(each, law, each.deadline is not None and each.deadline.stopped_on is None) for each in rows]


def _row(row: Reminder, law: Law, is_open: bool) -> ReminderRow:
    rungs = {each.id: each.name for each in deadlines.rungs(law)}
    clock = row.deadline
    kind_label, of = str(ReminderKind(row.kind).label), ClockKind(clock.kind) if clock else ClockKind.LISTING
    return ReminderRow(
        id=row.pk, of=of.value, of_label=str(of.label), matter=row.matter, number=clock.number if clock else "",
        kind=row.kind, kind_label=kind_label, rung=row.rung, rung_label=rungs.get(row.rung, kind_label),
        deadline=row.deadline_id,
        deadline_label=deadlines.label(clock.name, law.serious_list(clock.listed), law) if clock else "",
        day=row.day, last=row.last, provisional=row.provisional, before=row.before, open=is_open,
    )  # fmt: skip
