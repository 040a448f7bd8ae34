"""The public entries of one subject, whole, for a report that holds no more than the public sees (公示信息汇总)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from xinheng.law.lawbook import Law
from xinheng.publication import reading
from xinheng.publication.reading import FieldShown


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when a record is public; `until` is the first day no longer, None is open."""

    visible_from: date
    until: date | None
    label: str

    def is_open(self, day: date) -> bool:
        return self.visible_from <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One entry that is visible: its fields as the public sees them, masked and withheld as there."""

    record: UUID
    item_code: str
    body_name: str
    decided_on: date
    fields: tuple[FieldShown, ...]
    source: Mapping[str, Any]
    marks: tuple[str, ...]
    window: Window


_ENTRIES = """
SELECT e.record, e.item_code, e.body_name, e.decided_on, e.content::text, e.withheld, e.source::text, v.verdict::text,
       e.visible_from, e.visible_until
FROM publication_publicentry e JOIN publication_publicverdict v ON v.id = e.verdict_id
WHERE e.subject = %s ORDER BY e.decided_on DESC, e.record
"""


def visible_rows(subject: UUID, law: Law) -> tuple[PublicRow, ...]:
    """What the public sees of a subject on the day of `law`, latest decision first; () for a natural person."""
    rows = (_row(row, law) for row in _entries(subject))
    return tuple(row for row in rows if row.window.is_open(law.day))


def windows(subject: UUID) -> dict[UUID, Window]:
    """Record -> its window, open or over, of all records of the subject that have an entry."""
    return {row[0]: _window(row) for row in _entries(subject)}


def _entries(subject: UUID) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [subject])
        return list(cursor.fetchall())


def _row(row: Any, law: Law) -> PublicRow:
    record, item, body, decided_on, content, withheld, source, verdict, *_ = row
    told = {"item_code": item, "decided_on": decided_on, "content": json.loads(content), "withheld": withheld}
    return PublicRow(
        record,
        item,
        body,
        decided_on,
        tuple(reading.fields(told, law)),
        json.loads(source),
        tuple(json.loads(verdict)["marks"]),
        _window(row),
    )


def _window(row: Any) -> Window:
    term = json.loads(row[7])["term"] or {}
    return Window(row[8], row[9], str(term.get("label") or ""))
