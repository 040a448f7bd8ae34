"""The records of one's own file with the reason for each (我的信息): public or not, until when, shown to whom else."""

# clauses: 3.2c, 5.2

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from xinheng.access.gate import Opened
from xinheng.law import disclosure, privacy
from xinheng.law.language import Outcome, Refusal
from xinheng.law.lawbook import Law
from xinheng.publication import reading
from xinheng.publication.answers import PUBLIC
from xinheng.publication.explaining import Explanation, explain
from xinheng.publication.public import repair_from
from xinheng.registry.whole import FileRow, whole_file

SELF = disclosure.SELF
TITLES = ("conduct", "document_name", "certificate_name", "list_name")


@dataclass(frozen=True, slots=True)
class Fact:
    """One field as its subject sees it; `note` says why there is no value."""

    code: str
    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """One record of the own file. `public` is what the law says to the public today, with its reasons told."""

    id: UUID
    item: str
    item_name: str
    adverse: bool
    title: str
    number: str
    body_name: str
    decided_on: date
    public: Explanation
    repair_from: date | None
    doubt: str
    marks: tuple[str, ...]
    # What repair, correction or revocation decided about it, in words; "" for nothing.
    decided: str
    facts: tuple[Fact, ...]


def records(*, opened: Opened, law: Law) -> tuple[OwnRecord, ...]:
    """All live records of the own file, latest decision first. Raises Refusal NOT_YOURS."""
    _require_own(opened)
    entries = _entries(opened)
    return tuple(_record(row, entries, opened, law) for row in whole_file(law, opened=opened))


def record(record_id: UUID, *, opened: Opened, law: Law) -> OwnRecord:
    """One of them. Raises Refusal NOT_FOUND for another's as for one that never was."""
    _require_own(opened)
    for row in whole_file(law, opened=opened):
        if row.record == record_id:
            return _record(row, _entries(opened), opened, law)
    raise Refusal.because("NOT_FOUND")


def shared_with(record_id: UUID, *, opened: Opened, law: Law) -> tuple[Explanation, ...]:
    """What each audience other than public and subject may get of a record today."""
    _require_own(opened)
    others = [each for each in law.book.audiences if each != SELF and not law.audience(each).public]
    return tuple(explain(record_id, each, law.day, opened=opened) for each in others)


def _require_own(opened: Opened) -> None:
    opened.require()
    if not opened.is_own:
        raise Refusal.because("NOT_YOURS")


_ENTRIES = """
SELECT e.record, e.visible_from, v.verdict::text
FROM publication_publicentry e JOIN publication_publicverdict v ON v.id = e.verdict_id WHERE e.subject = %s
"""
Entry = tuple[date | None, str, tuple[str, ...]]
_NO_ENTRY: Entry = (None, "", ())


def _entries(opened: Opened) -> Mapping[UUID, Entry]:
    """Of each record with an entry: from when it may be repaired, what is open of its term, its marks."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [opened.subject])
        return {record: _entry(start, json.loads(verdict)) for record, start, verdict in cursor.fetchall()}


def _entry(start: date, verdict: Mapping[str, Any]) -> Entry:
    term = verdict["term"] or {}
    marks = tuple(verdict["marks"])
    return repair_from(start, term.get("min_months"), marks), term.get("doubt") or "", marks


def _record(row: FileRow, entries: Mapping[UUID, Entry], opened: Opened, law: Law) -> OwnRecord:
    item = law.item_of(row.item_code, row.decided_on)
    facts = tuple(_facts(row, law))
    values = {each.code: each.value for each in facts}
    repairable, doubt, marks = entries.get(row.record, _NO_ENTRY)
    name = item.name if item else row.item_code
    return OwnRecord(
        id=row.record,
        item=row.item_code,
        item_name=name,
        adverse=bool(item and item.adverse),
        title=next((values[each] for each in TITLES if values.get(each)), name),
        number=values.get("document_number", ""),
        body_name=row.body_name,
        decided_on=row.decided_on,
        public=explain(row.record, PUBLIC, law.day, opened=opened),
        repair_from=repairable,
        doubt=doubt,
        # The register's own marks too: what is public no more has no entry, and is marked all the same.
        marks=tuple(dict.fromkeys((*marks, *row.standing.marks))),
        decided=row.standing.in_words(law),
        facts=facts,
    )


def _facts(row: FileRow, law: Law) -> Iterator[Fact]:
    """What the law shows to the subject of a record, in the order of the catalog: to itself nearly everything."""
    said = disclosure.decide(row.facts, SELF, law)
    if said.verdict.outcome is not Outcome.PERMITTED:
        return
    told = {
        "item_code": row.item_code,
        "decided_on": row.decided_on,
        "content": {**row.content, **row.personal},
        "withheld": (),
    }
    for code, label, value, note in reading.fields(told, law):
        if code in said.shown:
            shown = privacy.mask(said.masks[code], value, law) if code in said.masks else value
            yield Fact(code, label, shown, note)
