"""What a day brings of itself (每日事项): clocks healed, rungs told, entries ended. Twice a day does no more than once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from xinheng.access.actor import system
from xinheng.casework.calendar import recompute
from xinheng.casework.reminders import remind
from xinheng.casework.repairs.plans import due as plans_due
from xinheng.casework.repairs.plans import end_due
from xinheng.casework.repairs.telling import tell
from xinheng.casework.sweep import STEPS, Swept, due, sweep
from xinheng.runtime.clock import day_of


@dataclass(frozen=True, slots=True)
class Day:
    """Last days that moved, reminders told, steps taken and not taken, records told of that may be repaired now,
    plans that their last day has ended."""

    moved: int
    reminders: int
    swept: Swept
    repairable: int = 0
    plans: int = 0


def daily(*, now: datetime) -> Day:
    """First what ends, so that nobody is reminded of it; each part commits for itself and may be repeated.

    Clocks are looked at again although a lawbook moves its own: one that a step began while the other committed is
    found here.
    """
    swept = sweep(now=now)
    moved = recompute(actor=system(), now=now).moved
    return Day(moved, remind(actor=system(), now=now), swept, tell(now=now), end_due(now=now))


def preview(*, now: datetime) -> Day:
    """What a day would bring as things stand; nothing is kept. Steps that follow from others of the day are not seen."""
    with transaction.atomic():
        moved = recompute(actor=system(), now=now).moved
        reminders, repairable = remind(actor=system(), now=now), tell(now=now)
        transaction.set_rollback(True)
    return Day(
        moved,
        reminders,
        Swept(tuple(each for step in STEPS for each in due(step, day_of(now))), ()),
        repairable,
        len(plans_due(day_of(now))),
    )
