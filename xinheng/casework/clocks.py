"""The clocks of a case (案卷期限): started and stopped by its steps, computed by the law."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from xinheng.casework.held import Held
from xinheng.casework.models import Deadline
from xinheng.law import deadlines
from xinheng.law.lawbook import Law
from xinheng.ledger.emitting import part_of_event
from xinheng.runtime.db import uuid7

WINDOW, REPLY, DECISION, EXIT_DECISION = "objection_window", "objection_reply", "decision", "exit_decision"
# A party's time to go to the body above or to court runs on whatever becomes of the case.
REMEDIES = ("reconsideration", "litigation")
# What the list alone may set a time for; where it sets none, none runs.
OF_THE_LIST = (DECISION, EXIT_DECISION)


@part_of_event
def start(
    held: Held, name: str, day: date, law: Law, *, fixed: int | None = None, objection: UUID | None = None
) -> Deadline | None:
    """Start a clock from the day of its event; None where nobody says how long it runs."""
    try:
        what = deadlines.period_of(name, law.serious_list(held.case.list), law)
    except KeyError:
        if name in OF_THE_LIST:
            return None
        raise
    n = fixed or what.n
    if n is None:
        return None
    begun = deadlines.begin(what, day, fixed=n)
    due = deadlines.due(begun, law.calendar)
    return Deadline.objects.create(
        id=uuid7(), case=held.case, objection_id=objection, name=name, start=day, n=begun.n,
        last=due.last, provisional=due.provisional,
    )  # fmt: skip


@part_of_event
def stop(held: Held, name: str, day: date, *, objection: UUID | None = None) -> None:
    """Stop the running clocks of a name; of one objection where told."""
    running = Deadline.objects.filter(case=held.case, name=name, stopped_on=None)
    if objection:
        running = running.filter(objection=objection)
    for each in running:
        each.stopped_on = day
        each.save(update_fields=["stopped_on"])


@part_of_event
def stop_all(held: Held, day: date) -> None:
    """The case is over: nothing runs on but the party's ways to a remedy."""
    names = set(Deadline.objects.filter(case=held.case, stopped_on=None).values_list("name", flat=True))
    for name in sorted(names - set(REMEDIES)):
        stop(held, name, day)


def of_row(row: Deadline, listed: str, law: Law) -> deadlines.Deadline | None:
    """A clock as the law computes it; None where nobody knows its name any more."""
    return running(row.name, listed, row.start, row.n, row.extended_by, law)


def running(
    name: str, listed: str, start: date, n: int, extended_by: Sequence[str], law: Law
) -> deadlines.Deadline | None:
    """The same from the columns of a row: a clock keeps the length with which it began.

    Its period is that of the present law; of the law of the day on which it began where the present one has none.
    """
    for each in (law, law.book.as_of(start, law.rulings)):
        try:
            what = deadlines.period_of_clock(name, each.serious_list(listed), n, each)
        except KeyError:
            continue
        return deadlines.Deadline(period=what, start=start, n=n, extended_by=tuple(extended_by))
    return None
