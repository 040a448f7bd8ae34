"""The clock of a complaint (举报期限): to take it, then to answer it, for the body that has it and from the day it was received."""

# clauses: 5.1c, 5.2b

from __future__ import annotations

from collections.abc import Iterator

from xinheng.casework import matterclocks
from xinheng.casework.clockmodels import ClockKind
from xinheng.casework.matterclocks import Waiting
from xinheng.law import complaints as table
from xinheng.law.lawbook import Law
from xinheng.oversight.models import Complaint, ComplaintState
from xinheng.runtime.clock import day_of

NAMES = {ComplaintState.RECEIVED: table.TAKING, ComplaintState.TAKEN: table.ANSWER}


def waiting(row: Complaint) -> Waiting | None:
    """What comes next for the body that has it; of one that nobody has, the credit office sees that nobody takes it."""
    name = NAMES.get(ComplaintState(row.state))
    if name is None or row.agency_id is None:
        return None
    return Waiting(
        kind=ClockKind.COMPLAINT, matter=row.pk, number=row.number, agency=row.agency_id, name=name,
        start=day_of(row.received_at),
    )  # fmt: skip


def follow(row: Complaint, law: Law) -> None:
    """After each of its steps. Called within `whole_city`."""
    matterclocks.follow(row.pk, waiting(row), law.day, law)


def _unstarted() -> Iterator[Waiting]:
    open_ = Complaint.objects.filter(state__in=NAMES, agency__isnull=False)
    for row in matterclocks.without_clock(open_):
        if waits := waiting(row):
            yield waits


matterclocks.UNSTARTED.append(_unstarted)
