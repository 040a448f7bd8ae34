"""What is told of clocks of whatever procedure, and what a tick does with them (期限的旁观)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from xinheng.access.actor import Actor, system
from xinheng.access.scope import acting, whole_city
from xinheng.casework import calendar, inbox, reminders
from xinheng.casework.inbox import ReminderRow
from xinheng.casework.models import Clock, DeadlineMove, Reminder
from xinheng.catalog.public import current_law

LADDER = ["warn_3", "warn_1", "due_today", "overdue_1", "overdue_5"]


@dataclass(frozen=True)
class Told:
    """One reminder as it is stored."""

    rung: str
    kind: str
    roles: tuple[str, ...]
    agency: UUID
    to_user: UUID | None
    before: date | None


def tick(now: datetime) -> int:
    """How many are told of a rung."""
    return reminders.remind(actor=system(), now=now)


def ticked(first: datetime, days: int) -> list[int]:
    """Each day twice: what the first run told; the second tells nothing."""
    found = []
    for day in range(days):
        now = first + timedelta(days=day)
        found.append(tick(now))
        assert tick(now + timedelta(hours=1)) == 0
    return found


def moved(now: datetime) -> int:
    return calendar.recompute(actor=system(), now=now).moved


def running(matter: UUID) -> list[Clock]:
    with transaction.atomic(), acting(system()), whole_city():
        return list(Clock.objects.filter(matter=matter, stopped_on=None).order_by("name"))


def told_of(matter: UUID) -> list[Told]:
    """In the order in which it was told."""
    with transaction.atomic(), acting(system()), whole_city():
        rows = Reminder.objects.filter(matter=matter).order_by("at", "deadline__name")
        return [Told(r.rung, r.kind, tuple(r.roles), r.agency_id, r.to_user, r.before) for r in rows]


def moves_of(matter: UUID) -> list[DeadlineMove]:
    with transaction.atomic(), acting(system()), whole_city():
        clocks = Clock.objects.filter(matter=matter)
        return list(DeadlineMove.objects.filter(deadline__in=clocks).order_by("at"))


def mine(actor: Actor, now: datetime, matter: UUID) -> list[ReminderRow]:
    """The open reminders of an officer on a matter."""
    rows = inbox.mine(actor, law=current_law(now.date()), limit=500)
    return [each for each in rows if each.matter == matter]


def days(clock: Clock) -> tuple[Any, bool]:
    return clock.last, clock.provisional
