"""All that is held about one subject today, in one look (一个主体的全部信息)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from xinheng.access.gate import Opened
from xinheng.access.scope import acting
from xinheng.law.facts import RecordFacts
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.standing import PLAIN, Standing
from xinheng.registry.rows import open_personal
from xinheng.registry.standing import standings
from xinheng.vault.keyring import Keyring


@dataclass(frozen=True, slots=True)
class FileRow:
    """One live record in its present version; `personal` holds what is sealed, the `withheld` texts among it."""

    record: UUID
    item_code: str
    agency: UUID
    body_name: str
    decided_on: date
    content: Mapping[str, Any]
    personal: Mapping[str, Any]
    withheld: tuple[str, ...]
    source: Mapping[str, Any]
    facts: RecordFacts
    standing: Standing = PLAIN


_ROWS = """
SELECT r.id, r.item_code, r.agency_id, i.body_name, r.decided_on, v.content::text, v.sealed, v.withheld,
       v.source::text, f.facts::text
FROM registry_record r
JOIN registry_instrument i ON i.id = r.instrument_id
JOIN registry_recordversion v ON v.record_id = r.id AND v.version = r.version
JOIN registry_facts f ON f.id = r.facts_id
WHERE r.subject_id = %s AND r.state = 'live'
ORDER BY r.decided_on DESC, r.id
"""


def whole_file(law: Law, *, opened: Opened) -> tuple[FileRow, ...]:
    """The live records of the opened file, latest decision first; rows of other agencies for the city office only.

    Whoever shows them asks each row's `standing` for its own audience first (5.1b). Raises Refusal PERMISSION_DENIED, or NOT_YOURS for a token that is for no subject.
    """
    opened.require_verb("record.view")
    subject = opened.subject
    if subject is None:
        raise Refusal.because("NOT_YOURS")
    with acting(opened.actor), connection.cursor() as cursor:
        cursor.execute(_ROWS, [subject])
        rows = cursor.fetchall()
        ring = Keyring.load([subject])
        stand = standings([row[0] for row in rows])
    facts = {each: _facts(*each, law) for each in {(row[4], row[-1]) for row in rows}}
    return tuple(
        replace(_row(row, subject, ring, facts[row[4], row[-1]]), standing=stand[row[0]]) for row in rows
    )


def _facts(decided_on: date, raw: str, law: Law) -> RecordFacts:
    """Read once for all records of a file that share day and facts."""
    return RecordFacts.from_json({**json.loads(raw), "interval": law.book.interval(decided_on)})


def _row(row: Any, subject: UUID, ring: Keyring, facts: RecordFacts) -> FileRow:
    record, item, agency, body, decided_on, content, sealed, withheld, source, _ = row
    personal = open_personal(
        ring, record=record, subject=subject, sealed=None if sealed is None else bytes(sealed)
    )
    return FileRow(
        record,
        item,
        agency,
        body,
        decided_on,
        json.loads(content),
        personal,
        tuple(withheld),
        json.loads(source),
        facts,
    )


def agencies_of(records: list[UUID], *, opened: Opened) -> dict[UUID, UUID]:
    """Record -> the agency that reported it."""
    opened.require()
    with acting(opened.actor), connection.cursor() as cursor:
        cursor.execute("SELECT id, agency_id FROM registry_record WHERE id = ANY (%s)", [records])
        return dict(cursor.fetchall())
