"""All running clocks under the calendar as it is now loaded (重新计算期限): set by set, in one transaction.

It runs inside the transaction that changes the lawbook, not as a job after it: so there is no moment in which the
new calendar is in force and a clock shows a day of the old one, and nothing half to be found after a kill. The law
is asked once per distinct clock, everything else is left to the database: bench/clocks.py has the figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.backends.utils import CursorWrapper

from xinheng.access.actor import Actor
from xinheng.casework import clocks, matterclocks
from xinheng.casework.clocksets import SETS, over_all
from xinheng.casework.proofs import MOVES
from xinheng.casework.telling import all_clocks, remind_of, write
from xinheng.catalog.public import current_law
from xinheng.law import deadlines
from xinheng.law.lawbook import Law
from xinheng.ledger.emitting import emits, nothing_to_emit
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7

_DISTINCT = " UNION ".join(
    f"""SELECT DISTINCT {each.key} AS key, {each.listed} AS listed, d.name, d.start, d.n,
               {each.extended_by}::text[] AS extended_by, d.last, d.provisional
          FROM {each.rows} WHERE d.stopped_on IS NULL"""
    for each in SETS
)
_STALE = over_all(
    f"""SELECT d.id AS deadline_id, {each.agency} AS agency_id, d.last AS before, d.provisional AS before_provisional,
               a.last AS after, a.provisional AS after_provisional
          FROM {each.rows}
          JOIN unnest(%(key)s::text[], %(last)s::date[], %(provisional)s::boolean[]) AS a (key, last, provisional)
            ON a.key = {each.key}
         WHERE d.stopped_on IS NULL {each.moving()}"""
    for each in SETS
)
_MOVES = [
    f"""UPDATE {each.table} d SET last = m.after, provisional = m.after_provisional
          FROM casework_deadlinemove m WHERE m.event = %s AND m.deadline_id = d.id"""
    for each in SETS
]
_TOLD = over_all(
    f"""SELECT {each.matter} AS case_id, d.id AS deadline_id, {each.agency} AS agency_id, {each.handler} AS handler,
               'moved' AS kind, %(rung)s::text AS rung, {each.told("%(roles)s::text[]")} AS roles, m.after AS last,
               m.after_provisional AS provisional, m.before
          FROM {each.rows} JOIN casework_deadlinemove m ON m.deadline_id = d.id WHERE m.event = %(rung)s::uuid"""
    for each in SETS
)
_COLUMNS = ("key", "last", "provisional")


@dataclass(frozen=True, slots=True)
class Recomputed:
    """How many distinct clocks the law was asked about, and how many last days moved or became sure."""

    asked: int
    moved: int


@emits(EventKind.DEADLINE_MOVED)
def recompute(*, actor: Actor, now: datetime) -> Recomputed:
    """Bring the last day of every running clock to what the lawbook in force says, and tell those concerned.

    A stopped clock stays as it was; what waits without a clock has one from now on. Doing it again changes nothing and
    appends nothing (四（一）).
    """
    law = current_law(day_of(now))
    with all_clocks(actor) as cursor:
        started = matterclocks.start_missing(law)
        cursor.execute(_DISTINCT)
        asked = cursor.fetchall()
        stale = list(_stale(asked, law))
        if stale or started:
            moved = _move(cursor, stale, started, law, actor, now)
        else:
            nothing_to_emit()
            moved = 0
    return Recomputed(len(asked), moved)


def _stale(asked: Sequence[Any], law: Law) -> Iterator[tuple[Any, ...]]:
    """The distinct clocks whose last day is another one now."""
    for key, listed, name, start, n, extended, last, provisional in asked:
        clock = clocks.running(name, listed, start, n, extended, law)
        due = deadlines.due(clock, law.calendar) if clock else None
        if due and (due.last, due.provisional) != (last, provisional):
            yield key, due.last, due.provisional


def _move(
    cursor: CursorWrapper, stale: list[tuple[Any, ...]], started: int, law: Law, actor: Actor, now: datetime
) -> int:
    event = uuid7()
    columns = {name: [each[place] for each in stale] for place, name in enumerate(_COLUMNS)}
    moves = write(cursor, MOVES, _STALE, event=event, now=now, told=columns)
    for each in _MOVES:
        cursor.execute(each, [event])
    told = {"rung": str(event), "roles": list(deadlines.told_of_moves(law))}
    reminders = remind_of(cursor, _TOLD, event=event, now=now, told=told)
    payload = {
        "count": moves.count, "root": moves.root, "reminders": reminders.count, "reminders_root": reminders.root,
        "lawbook": law.book.digest, "started": started, "by": actor.user_id,
    }  # fmt: skip
    append(EventKind.DEADLINE_MOVED, payload=payload, agency=None, now=now, event_id=event)
    return moves.count
