"""Warnings and escalations, each rung told once (提醒与升级), and that somebody has seen them (已阅)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from xinheng.access.actor import Actor
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.casework import inbox
from xinheng.casework.clocksets import SETS, over_all
from xinheng.casework.models import ReminderKind, ReminderSeen
from xinheng.casework.telling import all_clocks, remind_of
from xinheng.catalog.public import current_law
from xinheng.law import deadlines
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.ledger.emitting import emits, nothing_to_emit
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7

_LASTS = " UNION ".join(
    f"""SELECT d.last FROM {each.table} d
         WHERE d.stopped_on IS NULL AND d.last IS NOT NULL AND d.name <> ALL (%(without)s::text[])"""
    for each in SETS
)
_UNTOLD = over_all(
    f"""SELECT {each.matter} AS case_id, d.id AS deadline_id, {each.agency} AS agency_id, {each.handler} AS handler,
               a.kind, a.rung, {each.told("a.roles::text[]")} AS roles, d.last, d.provisional, NULL::date AS before
          FROM {each.rows}
          JOIN unnest(%(last)s::date[], %(kind)s::text[], %(rung)s::text[], %(roles)s::text[])
               AS a (last, kind, rung, roles) ON a.last = d.last
         WHERE d.stopped_on IS NULL AND d.name <> ALL (%(without)s::text[])
           AND NOT EXISTS (SELECT FROM casework_reminder m WHERE m.deadline_id = d.id AND m.rung = a.rung)
           {each.telling()}"""
    for each in SETS
)


@emits(EventKind.DEADLINE_REMINDED)
def remind(*, actor: Actor, now: datetime) -> int:
    """Tell the rungs that running clocks have reached today and that were not told before; how many reminders.

    After days of pause the last rung alone is told. The party's own times have no rungs.
    """
    today = day_of(now)
    law = current_law(today)
    with all_clocks(actor) as cursor:
        without = {"without": sorted(deadlines.without_rungs(law))}
        cursor.execute(_LASTS, without)
        reached = list(_reached([last for (last,) in cursor.fetchall()], today, law))
        return _tell(cursor, reached, without, actor, now) if reached else _nothing()


def _reached(lasts: Sequence[date], today: date, law: Law) -> Iterator[tuple[date, str, str, str]]:
    """Which rung a clock with this last day stands on today: the law is asked once per day."""
    for last in lasts:
        for rung in deadlines.due_rungs(deadlines.Due(last, (), False), today, frozenset(), law):
            kind = ReminderKind.ESCALATE if rung.escalates else ReminderKind.WARN
            yield last, kind.value, rung.id, "{" + ",".join(rung.to) + "}"


def _tell(
    cursor: CursorWrapper, reached: list[Any], without: dict[str, Any], actor: Actor, now: datetime
) -> int:
    event = uuid7()
    named = dict(zip(("last", "kind", "rung", "roles"), map(list, zip(*reached, strict=True)), strict=True))
    written = remind_of(cursor, _UNTOLD, event=event, now=now, told={**named, **without})
    if not written.count:
        return _nothing()
    payload = {"reminders": written.count, "reminders_root": written.root, "by": actor.user_id}
    append(EventKind.DEADLINE_REMINDED, payload=payload, agency=None, now=now, event_id=event)
    return written.count


def _nothing() -> int:
    nothing_to_emit()
    return 0


@emits(EventKind.REMINDER_SEEN)
def see(reminders: Sequence[UUID], *, actor: Actor, now: datetime) -> int:
    """Mark reminders as seen by this officer; those seen before are left. Raises Refusal PERMISSION_DENIED, NOT_FOUND."""
    require(actor, "case.view")
    wanted = set(reminders)
    with acting(actor):
        if inbox.addressed(actor).filter(pk__in=wanted).count() != len(wanted):
            raise Refusal.because("NOT_FOUND")
        seen = ReminderSeen.objects.filter(reminder__in=wanted, user=actor.user_id)
        fresh = wanted - set(seen.values_list("reminder_id", flat=True))
        if not fresh:
            return _nothing()
        ReminderSeen.objects.bulk_create(
            ReminderSeen(id=uuid7(), reminder_id=each, user=actor.user_id, at=now) for each in sorted(fresh)
        )
        payload = {"count": len(fresh), "by": actor.user_id}
        append(EventKind.REMINDER_SEEN, payload=payload, agency=actor.agency_id, now=now)
    return len(fresh)
