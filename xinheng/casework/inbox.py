"""What an officer is reminded of (我的提醒): by role and agency, a clerk of the cases that he handles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from xinheng.access.actor import Actor
from xinheng.access.permissions import CLERK, require
from xinheng.access.scope import acting
from xinheng.casework.models import Reminder, ReminderKind, ReminderSeen
from xinheng.law import deadlines
from xinheng.law.lawbook import Law


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRow:
    """One reminder as a desk shows it; `open`: not seen by this officer and still of use."""

    id: UUID
    case: UUID
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
    """All reminders to this officer; a case that was handed over takes its reminders along. Called within `acting`."""
    roles = sorted(actor.roles - {CLERK})
    mine = Q(roles__overlap=roles)
    if CLERK in actor.roles:
        mine |= Q(roles__contains=[CLERK], case__handler=actor.user_id)
    return Reminder.objects.filter(mine)


def _open(actor: Actor) -> QuerySet[Reminder]:
    """Not seen by this officer; of a clock that was stopped nobody is reminded any more."""
    seen = ReminderSeen.objects.filter(reminder=OuterRef("pk"), user=actor.user_id)
    return addressed(actor).filter(~Exists(seen), deadline__stopped_on=None)


def count(actor: Actor) -> int:
    """How many open reminders this officer has. Raises Refusal PERMISSION_DENIED."""
    require(actor, "case.view")
    with acting(actor):
        return _open(actor).count()


def mine(actor: Actor, *, law: Law, limit: int = 100) -> list[ReminderRow]:
    """The open reminders of this officer, the most pressing last day first. Raises Refusal PERMISSION_DENIED."""
    require(actor, "case.view")
    with acting(actor):
        rows = _open(actor).select_related("case", "deadline")
        return [_row(each, law, True) for each in rows.order_by(F("last").asc(nulls_last=True), "id")[:limit]]


def of_case(case: UUID, *, law: Law) -> list[ReminderRow]:
    """What was told of a case, the latest first. Called within `acting`."""
    rows = Reminder.objects.filter(case=case).select_related("case", "deadline").order_by("-at", "-id")
    return [_row(each, law, each.deadline is None or each.deadline.stopped_on is None) for each in rows]


def _row(row: Reminder, law: Law, is_open: bool) -> ReminderRow:
    rungs = {each.id: each.name for each in deadlines.rungs(law)}
    clock = row.deadline
    label = deadlines.label(clock.name, law.serious_list(row.case.list), law) if clock else ""
    kind_label = ReminderKind(row.kind).label
    return ReminderRow(
        id=row.pk, case=row.case_id, number=row.case.number, kind=row.kind, kind_label=str(kind_label),
        rung=row.rung, rung_label=rungs.get(row.rung, str(kind_label)), deadline=row.deadline_id,
        deadline_label=label, day=row.day, last=row.last, provisional=row.provisional, before=row.before,
        open=is_open,
    )  # fmt: skip
