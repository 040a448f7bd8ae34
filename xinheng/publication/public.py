"""What anybody may ask: search, a subject's page, a record, the site map (公开查询). Nothing here knows a person.

Everything is read from the public tables alone, where no person can enter, under one predicate over dates:
`visible_from <= today < visible_until`. What has ended, what was taken back and what never existed are the
same None. `today` is given by the caller; no clock and no job is needed for an end to take effect.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from xinheng.catalog.public import current_law
from xinheng.law.disclosure import months_later
from xinheng.law.language import Reason
from xinheng.law.refusals import Told
from xinheng.publication import name_index, prepared, reading, search_terms, tables
from xinheng.publication.public_lists import Listed, listed

PAGE_SIZE = 20
SITEMAP_SIZE = 5000
SITEMAP_KEPT = 600  # seconds the limits of its pages are kept by one process


class Counts(dict[str, int]):
    """How many visible entries by tab label; as text `行政许可 2 条，行政处罚 1 条`."""

    def __str__(self) -> str:
        return "，".join(f"{label} {count} 条" for label, count in self.items())


@dataclass(frozen=True, slots=True)
class SubjectHit:
    """One subject found, with at least one visible entry or list entry."""

    uscc: str
    name: str
    kind: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """`kind` is code, name or refused; `total` counts up to the cap, `capped` says that there are more."""

    kind: str
    hits: tuple[SubjectHit, ...] = ()
    total: int = 0
    capped: bool = False
    refusal: Reason | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One visible record in a list. `visible_until` is the first day no longer shown, None is open."""

    record: UUID
    item: str
    item_name: str
    title: str
    number: str
    body_name: str
    decided_on: date
    visible_from: date
    visible_until: date | None
    repair_from: date | None
    term_label: str
    doubt: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """The entries of one catalog item."""

    code: str
    label: str
    count: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """A subject other than a natural person, with all that is visible today; `lists` is where it stands on a list."""

    uscc: str
    name: str
    kind: str
    tabs: tuple[Tab, ...]
    lists: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One field of a record; `note` says why there is no value."""

    code: str
    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The deciding body's own publication (3.2d)."""

    body: str
    channel: str
    address: str
    day: date | None


@dataclass(frozen=True, slots=True)
class TermShown:
    """The publication term: `until` is exclusive, `last_day` the day before it, `today_share` within 0..1."""

    visible_from: date
    until: date | None
    last_day: date | None
    repair_from: date | None
    today_share: float
    label: str
    doubt: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One record with all fields that the law shows to the public."""

    record: UUID
    uscc: str
    name: str
    kind: str
    item: str
    item_name: str
    title: str
    number: str
    body_name: str
    decided_on: date
    version: int
    marks: tuple[str, ...]
    fields: tuple[Shown, ...]
    source: Source
    basis: tuple[str, ...]
    term: TermShown
    explanation: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class TotalCount:
    """What the home page may say in numbers."""

    subjects: int
    entries: int


def search(query: str, *, today: date, page: int = 1) -> SearchAnswer:
    """Find subjects by code or by two or more characters of a name; a person's number is never looked up."""
    asked = search_terms.read(query)
    if asked.refusal is not None:
        return SearchAnswer("refused", refusal=asked.refusal)
    if asked.code:
        hits = tuple(_hit(*row) for row in _all(tables.SEARCH_CODE, {"code": asked.code, "today": today}))
        return SearchAnswer("code", hits, len(hits))
    way = name_index.way(asked.name)
    told = {
        "term": asked.name, "pairs": list(way.pairs), "near": way.near, "today": today, "skip": max(page - 1, 0) * PAGE_SIZE, "size": PAGE_SIZE,
        "cap": search_terms.CAP + 1,
    }  # fmt: skip
    rows = _all(tables.SEARCH_NAME, told)
    total = int(rows[0][0])
    hits = tuple(_hit(*row[1:]) for row in rows if row[1] is not None)
    return SearchAnswer("name", hits, min(total, search_terms.CAP), total > search_terms.CAP)


def subject(uscc: str, *, today: date) -> SubjectPage | None:
    """The page of one subject in one statement; None when nothing of it is visible today."""
    text = _subject_text(uscc, today)
    return None if text is None else _subject_page(json.loads(text))


def subject_json(uscc: str, today: date) -> bytes | None:
    """The same as JSON, as the database wrote it."""
    text = _subject_text(uscc, today)
    return None if text is None else text.encode()


def record(uscc: str, record_id: UUID, *, today: date) -> RecordPage | None:
    """One visible record of that subject, explained; None for everything else, whatever the cause."""
    row = _one(tables.RECORD, {"uscc": uscc, "record": record_id, "today": today})
    if row is None:
        return None
    found = dict(zip(tables.RECORD_COLUMNS, row, strict=True))
    return _record_page(
        found | {name: json.loads(found[name]) for name in ("content", "source", "verdict")}, today
    )


def sitemap(page: int, today: date) -> tuple[str, ...]:
    """Codes of the subjects with a visible entry, about SITEMAP_SIZE to a page (1 is the first); () beyond."""
    limits = ("", *_sitemap_limits(_slot()), "")
    if not 0 < page < len(limits):
        return ()
    told = {"today": today, "first": limits[page - 1], "beyond": limits[page]}
    return tuple(uscc for (uscc,) in _all(tables.SITEMAP, told))


def sitemap_pages() -> int:
    """How many pages the site map has; at least one."""
    return len(_sitemap_limits(_slot())) + 1


def _slot() -> int:
    return int(time.monotonic()) // SITEMAP_KEPT


@lru_cache(maxsize=1)
def _sitemap_limits(_slot: int) -> tuple[str, ...]:
    """Counting a million subjects is not done for every visitor; a limit that is a little old harms nobody."""
    return tuple(uscc for (uscc,) in _all(tables.SITEMAP_LIMITS, {"size": SITEMAP_SIZE}))


def counts(today: date) -> TotalCount:
    """Subjects with something visible today, and visible entries, those of lists too."""
    return TotalCount(*_one(tables.TOTALS, {"today": today}))


def _hit(uscc: str, name: str, kind: str, tabs: str) -> SubjectHit:
    return SubjectHit(uscc, name, kind, Counts(json.loads(tabs)))


def _all(statement: str, told: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return list(cursor.fetchall())


def _one(statement: str, told: Mapping[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return cursor.fetchone()


def _subject_text(uscc: str, today: date) -> str | None:
    row = prepared.one(tables.SUBJECT, {"uscc": uscc, "today": today})
    return None if row is None else str(row[0])


def _subject_page(raw: dict[str, Any]) -> SubjectPage:
    tabs = tuple(
        Tab(tab["code"], tab["label"], tab["count"], tuple(_entry(tab, each) for each in tab["entries"]))
        for tab in raw["tabs"]
    )
    lists = tuple(listed(raw | each) for each in raw["lists"])
    return SubjectPage(raw["uscc"], raw["name"], raw["kind"], tabs, lists)


def _entry(tab: Mapping[str, Any], raw: Mapping[str, Any]) -> Entry:
    start, until = date.fromisoformat(raw["visible_from"]), _day(raw["visible_until"])
    return Entry(
        record=UUID(raw["record"]),
        item=tab["code"],
        item_name=tab["label"],
        title=raw["title"] or tab["label"],
        number=raw["number"],
        body_name=raw["body_name"],
        decided_on=date.fromisoformat(raw["decided_on"]),
        visible_from=start,
        visible_until=until,
        repair_from=repair_from(start, raw["min_months"], raw["marks"]),
        term_label=raw["term_label"] or "",
        doubt=raw["doubt"] or "",
        marks=tuple(raw["marks"]),
    )


def _record_page(row: Mapping[str, Any], today: date) -> RecordPage:
    verdict, source = row["verdict"], row["source"]
    law = current_law(today)
    return RecordPage(
        record=row["record"],
        uscc=row["uscc"],
        name=row["name"],
        kind=row["kind"],
        item=row["item_code"],
        item_name=row["item_name"],
        title=row["title"] or row["item_name"],
        number=row["number"],
        body_name=row["body_name"],
        decided_on=row["decided_on"],
        version=row["version"],
        marks=tuple(verdict["marks"]),
        fields=tuple(Shown(*each) for each in reading.fields(row, law)),
        source=Source(
            row["body_name"],
            source.get("channel") or "",
            source.get("url") or "",
            _day(source.get("published_on")),
        ),
        basis=reading.basis(row, law),
        term=_term(row, verdict["term"] or {}, verdict["marks"], today),
        explanation=reading.explanation(verdict, law),
    )


def _term(row: Mapping[str, Any], term: Mapping[str, Any], marks: Sequence[str], today: date) -> TermShown:
    start, until = row["visible_from"], row["visible_until"]
    return TermShown(
        visible_from=start,
        until=until,
        last_day=until - timedelta(days=1) if until else None,
        repair_from=repair_from(start, term.get("min_months"), marks),
        today_share=_share(start, until, today),
        label=term.get("label") or "",
        doubt=term.get("doubt") or "",
    )


def _share(start: date, until: date | None, today: date) -> float:
    if until is None:
        return 0.0
    return min(max((today - start).days / max((until - start).days, 1), 0.0), 1.0)


def repair_from(start: date, months: int | None, marks: Sequence[str] = ()) -> date | None:
    """The day that completes the shortest term, as the self-check counts it (law/repairwait.py).

    None once it is repaired, and where the promise of a repair was false: no day may be promised then.
    """
    if months is None or {"repaired", "false_promise"} & set(marks):
        return None
    return months_later(start, months)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
