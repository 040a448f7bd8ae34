"""Windows of force majeure are declared and ended by two officers of the credit office (公布和结束不可抗力窗口).

What a window does follows in the same transaction: the subscribers of register and casework put what it
touches before a person. Nothing else changes by it: no publication, no record, no case, no clock.
"""

# clause: 4.2b

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.catalog.models import TwoPersons, Window, WindowEnding
from xinheng.catalog.queries import current_lawbook
from xinheng.catalog.windows import NUMBERS, WindowRow, areas, window
from xinheng.documents import numbers
from xinheng.law.language import Refusal
from xinheng.ledger.emitting import emits
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime.clock import day_of

CLAUSE = "huaian-2021-13#4.2b"


@emits(EventKind.WINDOW_PROPOSED)
def propose_window(
    *, area: str, first: date, last: date | None, ground: str, actor: Actor, now: datetime
) -> UUID:
    """Propose a window for an area (code of regions.yaml) and days, both counted; nothing is touched yet.

    Raises Refusal PERMISSION_DENIED, or WINDOW_INCOMPLETE for an unknown area, days that do not follow each
    other or have not come, or no ground (四（二）).
    """
    require(actor, "window.propose")
    today = day_of(now)
    _require_sense(area in areas(current_lawbook().as_of(today)), "没有这个地区")
    _require_sense(first <= today, "开始日还没有到")
    _require_sense(last is None or last >= first, "结束日早于开始日")
    _require_sense(bool(ground.strip()), "没有写明事由")
    numbers.hold(NUMBERS, today.year)
    row = Window.objects.create(
        id=uuid7(), number=f"窗{today.year}-{numbers.take(NUMBERS, today.year):04d}", area=area, first=first,
        last=last, ground=ground.strip(), proposed_by=actor.user_id, proposed_at=now,
    )  # fmt: skip
    _tell(EventKind.WINDOW_PROPOSED, row, actor, now)
    return row.pk


@emits(EventKind.WINDOW_DECLARED)
def approve_window(window_id: UUID, *, actor: Actor, now: datetime) -> WindowRow:
    """Declare a window, by another person; what it touches goes before a person in the same transaction.

    Raises Refusal PERMISSION_DENIED, NOT_FOUND, SAME_PERSON or ALREADY_DECIDED.
    """
    return _decide_window(window_id, True, actor, now)


@emits(EventKind.WINDOW_REFUSED)
def refuse_window(window_id: UUID, *, actor: Actor, now: datetime) -> WindowRow:
    """Turn a proposed window down, by another person. Raises Refusal as `approve_window` does."""
    return _decide_window(window_id, False, actor, now)


@emits(EventKind.WINDOW_END_PROPOSED)
def propose_window_end(
    window_id: UUID, *, last: date | None, ground: str, actor: Actor, now: datetime
) -> UUID:
    """Propose the last day of a declared window, None where it should not have been declared.

    Raises Refusal PERMISSION_DENIED, NOT_FOUND, NOT_READY for a window that does not stand or has an end
    proposed, or WINDOW_INCOMPLETE for a day outside of it or no ground.
    """
    require(actor, "window.propose")
    Window.objects.select_for_update().filter(pk=window_id).first()
    found = window(window_id)
    if not found.stands or found.ending:
        raise Refusal.because("NOT_READY", CLAUSE, state="已提出结束" if found.ending else "未在公布中")
    if last is not None:
        _require_sense(last >= found.first, "结束日早于开始日")
        _require_sense(found.last is None or last < found.last, "结束日没有提前")
    _require_sense(bool(ground.strip()), "没有写明事由")
    row = WindowEnding.objects.create(
        id=uuid7(), window_id=window_id, last=last, ground=ground.strip(), proposed_by=actor.user_id,
        proposed_at=now,
    )  # fmt: skip
    _tell(EventKind.WINDOW_END_PROPOSED, row.window, actor, now, ending=row.pk)
    return row.pk


@emits(EventKind.WINDOW_ENDED)
def approve_window_end(ending_id: UUID, *, actor: Actor, now: datetime) -> WindowRow:
    """Put an end into force, by another person. What it no longer touches and nobody has decided drops out.

    Raises Refusal PERMISSION_DENIED, NOT_FOUND, SAME_PERSON or ALREADY_DECIDED.
    """
    return _decide_end(ending_id, True, actor, now)


@emits(EventKind.WINDOW_END_REFUSED)
def refuse_window_end(ending_id: UUID, *, actor: Actor, now: datetime) -> WindowRow:
    """Turn a proposed end down, by another person. Raises Refusal as `approve_window_end` does."""
    return _decide_end(ending_id, False, actor, now)


def _decide_window(window_id: UUID, granted: bool, actor: Actor, now: datetime) -> WindowRow:
    require(actor, "window.approve")
    row = Window.objects.select_for_update().filter(pk=window_id).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    _decide(row, granted, actor, now)
    with acting(actor):
        _tell(EventKind.WINDOW_DECLARED if granted else EventKind.WINDOW_REFUSED, row, actor, now)
    return window(window_id)


def _decide_end(ending_id: UUID, granted: bool, actor: Actor, now: datetime) -> WindowRow:
    require(actor, "window.approve")
    row = WindowEnding.objects.select_for_update(of=("self",)).filter(pk=ending_id).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    _decide(row, granted, actor, now)
    kind = EventKind.WINDOW_ENDED if granted else EventKind.WINDOW_END_REFUSED
    with acting(actor):
        _tell(kind, row.window, actor, now, ending=row.pk)
    return window(row.window_id)


def _decide(row: TwoPersons, granted: bool, actor: Actor, now: datetime) -> None:
    """Once, and by another person than the one who proposed it."""
    if row.decided_by is not None:
        raise Refusal.because("ALREADY_DECIDED", CLAUSE)
    if row.proposed_by == actor.user_id:
        raise Refusal.because("SAME_PERSON", CLAUSE)
    row.decided_by, row.decided_at, row.granted = actor.user_id, now, granted
    row.save(update_fields=["decided_by", "decided_at", "granted"])


def _require_sense(sound: bool, fault: str) -> None:
    if not sound:
        raise Refusal.because("WINDOW_INCOMPLETE", CLAUSE, fault=fault)


def _tell(kind: EventKind, row: Window, actor: Actor, now: datetime, **more: object) -> None:
    told = {"window": row.pk, "area": row.area, "by": actor.user_id, **more}
    append(kind, payload=told, agency=actor.agency_id, now=now)
