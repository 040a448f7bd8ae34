"""Whether records are still what their evidence says, asked before they are printed (出具前的存证核对).

The latest version of each has to open its own commitment, and the record has to say what that version says. That the
commitments themselves are those of the log is for a whole verification, which reads every row of an event.
"""

# clauses: 5.2

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db import connection

from xinheng.access.gate import Opened
from xinheng.access.scope import acting
from xinheng.law.language import Refusal
from xinheng.registry import leaves, present

_VERSIONS = f"""
{leaves.SELECTED} JOIN (SELECT record_id AS of, max(version) AS last FROM registry_recordversion
                         WHERE record_id = ANY(%(records)s) GROUP BY 1) latest
    ON latest.of = v.record_id AND latest.last = v.version
"""
_RECORDS = f"SELECT id FROM ({present.RECORDS}) r WHERE id = ANY(%(records)s) AND fault IS NOT NULL"


def require_sound(records: Iterable[UUID], *, opened: Opened) -> None:
    """Raises Refusal RECORD_UNSOUND with the first record that was changed behind the application."""
    opened.require()
    asked = sorted(set(records))
    if not asked:
        return
    with acting(opened.actor):
        faulty = next(_faulty(asked), None)
    if faulty is not None:
        raise Refusal.because("RECORD_UNSOUND", record=str(faulty))


def _faulty(records: list[UUID]) -> Iterator[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, {"records": records})
        rows = cursor.fetchall()
        yield from sorted(set(records) - {row[leaves.RECORD] for row in rows})
        yield from (row[leaves.RECORD] for row in rows if not leaves.opens(_read(row)))
        cursor.execute(_RECORDS, {"records": records, "shredded": []})
        yield from (record for (record,) in cursor.fetchall())


def _read(row: tuple[Any, ...]) -> list[Any]:
    """Django leaves JSON as text."""
    return [
        json.loads(each) if at in leaves.JSON and each is not None else each for at, each in enumerate(row)
    ]
