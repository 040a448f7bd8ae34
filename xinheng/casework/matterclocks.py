"""The clock of a correction, a revocation or a complaint (事项期限): it runs while its matter waits, and is one of all clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import F, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from xinheng.casework.clockmodels import ClockKind, MatterClock
from xinheng.casework.mattermodels import Correction, Revocation
from xinheng.law import deadlines
from xinheng.law.lawbook import Law
from xinheng.law.procedures.correction import OPEN
from xinheng.law.procedures.revocation import ACT, OPENED
from xinheng.ledger.emitting import part_of_event
from xinheng.runtime.db import uuid7

REPLY = "correction_reply"
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A matter that waits for its body: which clock runs of it, from the day of which event."""

    kind: ClockKind
    matter: UUID
    number: str
    agency: UUID
    name: str
    start: date


def of_correction(row: Correction) -> Waiting | None:
    """A target of the office until it is decided: no legal period is known, and none of the party's rights hangs on it."""
    if row.state not in OPEN:
        return None
    return Waiting(
        kind=ClockKind.CORRECTION, matter=row.pk, number=row.number, agency=row.agency_id, name=REPLY,
        start=row.lodged_on,
    )  # fmt: skip


def of_revocation(row: Revocation) -> Waiting | None:
    """Until something was carried out: what rests on the document fell, is hidden or suspended, or was varied."""
    if row.state != OPENED:
        return None
    return Waiting(
        kind=ClockKind.REVOCATION, matter=row.pk, number=row.number, agency=row.agency_id, name=ACT,
        start=row.known_on,
    )  # fmt: skip


@part_of_event
def follow(matter: UUID, waits: Waiting | None, day: date, law: Law) -> None:
    """After each step: the clock of what waits runs, any other of the matter has stopped."""
    running = MatterClock.objects.filter(matter=matter, stopped_on=None).first()
    if running and waits and (running.name, running.agency_id) == (waits.name, waits.agency):
        return
    if running:
        running.stopped_on = day
        running.save(update_fields=["stopped_on"])
    if waits:
        start(waits, law)


@part_of_event
def start(waits: Waiting, law: Law) -> None:
    """Start the clock under the law of the day."""
    what = deadlines.legal_period(waits.name, law)
    begun = deadlines.begin(what, waits.start, fixed=what.n)
    due = deadlines.due(begun, law.calendar)
    MatterClock.objects.create(
        id=uuid7(), kind=waits.kind, matter=waits.matter, number=waits.number, agency_id=waits.agency,
        name=waits.name, start=waits.start, n=begun.n, last=due.last, provisional=due.provisional,
    )  # fmt: skip


def with_days(found: QuerySet[Any]) -> QuerySet[Any]:
    """With the last day of the latest clock as `ends`, and whether it is `unsure`: `due` is what was first computed."""
    clock = MatterClock.objects.filter(matter=OuterRef("pk")).order_by("-id")
    told: QuerySet[Any] = found.annotate(
        ends=Coalesce(Subquery(clock.values("last")[:1]), F("due")),
        unsure=Coalesce(Subquery(clock.values("provisional")[:1]), F("provisional")),
    )
    return told


# ---- what waits without a clock --------------------------------------------------------------------------------

# Each gives what waits in its table and has no running clock: what was begun before there were clocks of matters.
UNSTARTED: list[Callable[[], Iterator[Waiting]]] = []


def without_clock(found: QuerySet[M]) -> QuerySet[M]:
    """Those of which no clock runs."""
    return found.exclude(pk__in=MatterClock.objects.filter(stopped_on=None).values("matter"))


def _corrections() -> Iterator[Waiting]:
    for row in without_clock(Correction.objects.filter(state__in=OPEN)):
        if waits := of_correction(row):
            yield waits


def _revocations() -> Iterator[Waiting]:
    for row in without_clock(Revocation.objects.filter(state=OPENED)):
        if waits := of_revocation(row):
            yield waits


UNSTARTED += [_corrections, _revocations]


@part_of_event
def start_missing(law: Law) -> int:
    """Start the clock of whatever waits without one; how many. Within `all_clocks`."""
    missing = [waits for each in UNSTARTED for waits in each()]
    for waits in missing:
        start(waits, law)
    return len(missing)
