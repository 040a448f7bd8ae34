"""Reads of publication that are not the public's: what is held, what was visible on a past day (公示的查询)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.scope import acting
from xinheng.law.facts import RecordFacts
from xinheng.law.language import Refusal
from xinheng.publication.models import HeldWidening
from xinheng.runtime.clock import HERE

HELD, PAST = "held-widenings", "publication"


def all_facts() -> Iterator[tuple[int, RecordFacts]]:
    """Every distinct combination of facts in the registry, with its number."""
    from xinheng.registry.models import Facts

    for number, facts in Facts.objects.order_by("id").values_list("id", "facts").iterator():
        yield number, RecordFacts.from_json(facts)


@dataclass(frozen=True, slots=True)
class Held:
    """An older record that new law would show or show longer; `shown_until` is what holds meanwhile."""

    record: UUID
    agency: UUID
    item_code: str
    item_name: str
    verdict: int
    term_label: str
    wanted_from: date
    wanted_until: date | None
    shown_until: date | None
    is_shown: bool
    held_since: datetime
    decided_at: datetime | None
    granted: bool | None
    ground: str


_HELD = """
SELECT h.record, h.agency, r.item_code, coalesce(i.name, r.item_code), h.verdict_id, v.verdict -> 'term' ->> 'label',
       h.wanted_from, h.wanted_until, e.visible_until, e.record IS NOT NULL, h.held_since, h.decided_at, h.granted,
       h.ground
FROM publication_heldwidening h
JOIN registry_record r ON r.id = h.record
JOIN publication_publicverdict v ON v.id = h.verdict_id
LEFT JOIN catalog_catalogitem i ON i.id = r.item_id
LEFT JOIN publication_publicentry e ON e.record = h.record
WHERE %(open)s IS FALSE OR h.decided_at IS NULL
ORDER BY h.held_since, h.record LIMIT %(limit)s OFFSET %(offset)s
"""


def held(opened: Opened, *, open_only: bool = True, limit: int = 50, offset: int = 0) -> tuple[Held, ...]:
    """What waits for an officer, oldest first. `opened` for the set "held-widenings"."""
    opened.require_what(HELD)
    told: dict[str, Any] = {"open": open_only, "limit": limit, "offset": offset}
    with acting(opened.actor), connection.cursor() as cursor:
        cursor.execute(_HELD, told)
        return tuple(Held(*row) for row in cursor.fetchall())


def held_count(*, actor: Actor) -> int:
    """How many wait for a decision of this officer; a count, for the work list."""
    with acting(actor):
        return HeldWidening.objects.filter(decided_at=None).count()


@dataclass(frozen=True, slots=True)
class Visibility:
    """What the register says of one record on one day, and by which event."""

    record: UUID
    version: int
    visible: bool
    visible_from: date | None
    visible_until: date | None
    verdict: dict[str, Any] | None
    cause: str
    event: UUID
    at: datetime


_VISIBLE_ON = """
SELECT c.version, c.visible_from, c.visible_until, v.verdict, c.cause, c.event, c.at
FROM publication_publicationchange c LEFT JOIN publication_publicverdict v ON v.id = c.verdict_id
WHERE c.record = %(record)s AND c.at < %(end)s
ORDER BY c.at DESC, c.event DESC LIMIT 1
"""


def visible_on(opened: Opened, record: UUID, day: date) -> Visibility | None:
    """What the public could see of a record at the end of a past day; None before anything was decided on it.

    For officers with a purpose and for the subject, never for the public. `opened` for the record's subject.
    """
    with acting(opened.actor):
        opened.require_subject(subject_of(record))
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=HERE)
    with connection.cursor() as cursor:
        cursor.execute(_VISIBLE_ON, {"record": record, "end": end})
        row = cursor.fetchone()
    if row is None:
        return None
    version, start, until, verdict, cause, event, at = row
    visible = start is not None and start <= day and (until is None or day < until)
    return Visibility(record, version, visible, start, until, verdict, cause, event, at)


def subject_of(record: UUID) -> UUID:
    """Raises Refusal NOT_FOUND; rows of another agency are not found either."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject_id FROM registry_record WHERE id = %s", [record])
        row = cursor.fetchone()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    return UUID(str(row[0]))
