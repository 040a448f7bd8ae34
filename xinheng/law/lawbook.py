"""The lawbook (法规库): the law as data, loaded once, seen as of a day.

Catalog files: `id, title, instrument, valid: [from, to], categories, items: [...]`; an edition may take over
another's items with `extends: <id>` (an item of the same code replaces single keys) and drop some with
`removed: [codes]`. Term rules: `terms.yaml`, `rules: [{id, valid, confidence, source, ...}]` or a bare list.
All `valid` ends are counted days.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from xinheng.law import checking, reading
from xinheng.law.facts import facts_digest
from xinheng.law.lists import SeriousList, serious_list
from xinheng.law.measurelist import MeasuresList, measures_list
from xinheng.law.reference import (
    EMPTY,
    NO_RULINGS,
    Audience,
    CatalogEdition,
    CatalogItem,
    ClauseText,
    LawInstrument,
    Mask,
    RankUse,
    ReferenceValue,
    RefusalText,
    Region,
    RulingDecision,
    Rulings,
    Terms,
    in_force,
)
from xinheng.law.repairrules import CREDIT, NO_RULES, RepairEdition, RepairRules, repair_rules
from xinheng.law.repairrules import FILE as REPAIR
from xinheng.law.values import digest, leaves, parse
from xinheng.law.workdays import Calendar, CalendarYear

__all__ = [
    "NO_RULINGS",
    "Law",
    "Lawbook",
    "LawbookFault",
    "Rulings",
    "default_path",
    "load",
]


class LawbookFault(ValueError):
    """The reference data cannot be used; `problems` tells each reason."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("；".join(problems))


@dataclass(frozen=True, eq=False)
class Lawbook:
    """All editions of all reference data. Immutable; one per process is enough, and it is itself alone."""

    digest: str
    documents: Mapping[str, Any]
    instruments: Mapping[str, LawInstrument]
    clauses: Mapping[str, ClauseText]
    ranks: Mapping[str, RankUse]
    catalogs: tuple[CatalogEdition, ...]
    terms: Terms
    refusals: Mapping[str, RefusalText]
    regions: Mapping[str, Region]
    audiences: Mapping[str, Audience]
    masks: Mapping[str, Mask]
    calendar: Calendar
    lists: tuple[SeriousList, ...] = ()
    measures: tuple[MeasuresList, ...] = ()
    repair: RepairRules = NO_RULES

    def as_of(self, day: date, rulings: Rulings = NO_RULINGS) -> Law:
        """The law of one day, under the rulings given."""
        return Law(self, day, rulings)

    @cached_property
    def boundaries(self) -> tuple[date, ...]:
        """Every day on which an edition of a catalog, a term or a catalog item's basis begins or has ended."""
        bases = {
            clause.partition("#")[0]
            for book in self.catalogs
            for i in book.items.values()
            for clause in i.basis
        }
        dated: list[Any] = [*self.catalogs, *self.terms.values()]
        dated += [self.instruments[each] for each in sorted(bases) if each in self.instruments]
        begins = {each.valid_from for each in dated if each.valid_from}
        ends = {each.valid_to + timedelta(days=1) for each in dated if each.valid_to}
        return tuple(sorted(begins | ends))

    def interval(self, day: date) -> str:
        """The first day (ISO) of the stretch in which the law does not change around `day`; "" before all."""
        place = bisect_right(self.boundaries, day)
        return self.boundaries[place - 1].isoformat() if place else ""

    def check(self) -> list[str]:
        """What is wrong with the data though it can be read: see law/checking.py."""
        return checking.problems(self)

    def inert(self) -> list[str]:
        """Catalog items that carry nothing, and why (3.1)."""
        return checking.inert(self)

    def values(self) -> Iterator[ReferenceValue]:
        """Every single value with its path, for the mirror tables."""
        for name in sorted(self.documents):
            yield from leaves(name.removesuffix(".yaml"), self.documents[name])


@dataclass(frozen=True)
class Law:
    """The lawbook as it stands on one day."""

    book: Lawbook
    day: date
    rulings: Rulings = NO_RULINGS

    @property
    def edition(self) -> str:
        return self.book.digest[:12]

    @property
    def calendar(self) -> Calendar:
        return self.book.calendar

    @property
    def terms(self) -> Terms:
        """All term rules of all days by id; a named rule of law/disclosure.py chooses among them."""
        return self.book.terms

    def document(self, name: str) -> Any:
        """The frozen content of one file of reference/, such as "terms.yaml"; an empty mapping without it."""
        return self.book.documents.get(name, EMPTY)

    def clause(self, clause_id: str) -> ClauseText:
        """Raises KeyError for an id that does not resolve."""
        return self.book.clauses[clause_id]

    def clauses_of(self, instrument_id: str) -> tuple[ClauseText, ...]:
        return tuple(each for each in self.book.clauses.values() if each.instrument == instrument_id)

    def instrument(self, instrument_id: str) -> LawInstrument:
        """Raises KeyError for an id that does not resolve."""
        return self.book.instruments[instrument_id]

    def instruments(self) -> tuple[LawInstrument, ...]:
        return tuple(self.book.instruments.values())

    def catalog(self) -> CatalogEdition | None:
        """The catalog in force on the day of this law."""
        return self.catalog_on(self.day)

    def catalog_on(self, day: date) -> CatalogEdition | None:
        """Of overlapping editions (a fault that `check` tells) the later one."""
        there = [each for each in self.book.catalogs if in_force(each.valid_from, each.valid_to, day)]
        return there[-1] if there else None

    def item(self, code: str) -> CatalogItem | None:
        return self.item_on(code, self.day)

    def items(self) -> tuple[CatalogItem, ...]:
        book = self.catalog()
        return tuple(book.items.values()) if book else ()

    def item_on(self, code: str, day: date) -> CatalogItem | None:
        """The item of the catalog in force on `day`; None when there is none: nothing outside it (3.1)."""
        book = self.catalog_on(day)
        return book.items.get(code) if book else None

    def item_of(self, code: str, decided_on: date) -> CatalogItem | None:
        """The item that a record is told by: today's, else that of its day, which may be before any catalog."""
        return self.item(code) or self.item_on(code, decided_on)

    def serious_lists(self) -> tuple[SeriousList, ...]:
        """The lists of seriously untrustworthy entities in force on the day of this law (2.3)."""
        return tuple(each for each in self.book.lists if each.in_force(self.day))

    def serious_list(self, code: str) -> SeriousList | None:
        """The edition of a list in force on the day; None when there is none: nobody may add one (2.3)."""
        return next((each for each in self.serious_lists() if each.code == code), None)

    def list_ever(self, code: str) -> SeriousList | None:
        """The same, or the latest edition there was: whoever is on an ended list is still taken off it, on paper."""
        there = [
            each
            for each in self.book.lists
            if each.code == code and (each.valid_from or date.max) <= self.day
        ]
        latest = max(there, key=lambda each: each.valid_from or date.min, default=None)
        return self.serious_list(code) or latest

    def measures_list(self) -> MeasuresList | None:
        """The list of measures in force on the day; without one no measure is there to take (4.2a)."""
        there = [each for each in self.book.measures if in_force(each.valid_from, each.valid_to, self.day)]
        return there[-1] if there else None

    def repair_edition(self, day: date | None = None, regime: str = CREDIT) -> RepairEdition | None:
        """The edition of the rules of repair in force on a day; None before the first one anybody read."""
        return self.book.repair.edition(regime, day or self.day)

    def admissible_ranks(self, use: str) -> frozenset[str]:
        """The set of ranks a use admits. Raises KeyError for an unknown use."""
        return self.book.ranks[use].ranks

    def admits(self, use: str, clause_id: str, day: date | None = None) -> bool:
        """Whether a cited provision may ground `use`: its instrument has an admitted rank and is in force."""
        instrument = self.book.instruments.get(clause_id.partition("#")[0])
        if instrument is None or not instrument.in_force(day or self.day):
            return False
        return instrument.rank in self.admissible_ranks(use)

    def refusal(self, code: str) -> RefusalText:
        """Raises KeyError for a code without a text."""
        return self.book.refusals[code]

    def audience(self, code: str) -> Audience:
        return self.book.audiences[code]

    def mask(self, name: str) -> Mask:
        return self.book.masks[name]

    def region(self, code: str) -> Region:
        return self.book.regions[code]

    def ruling(self, value_id: str, facts: Any) -> RulingDecision | None:
        """The ruling for one uncertain value and one combination of facts (or their digest), if there is one."""
        return self.rulings.get(value_id, facts if isinstance(facts, str) else facts_digest(facts))


def default_path() -> Path:
    """The reference directory of this repository."""
    return Path(__file__).resolve().parents[2] / "reference"


def load(path: Path | None = None) -> Lawbook:
    """The lawbook of a directory. Raises LawbookFault with every problem found."""
    root = path or default_path()
    raw, documents, problems = _documents(root)
    if problems:
        raise LawbookFault(problems)
    reader = reading.Reader()
    book = _build(digest(raw), documents, reader)
    if reader.problems:
        raise LawbookFault(reader.problems)
    return book


def _documents(root: Path) -> tuple[dict[str, bytes], dict[str, Any], list[str]]:
    """All YAML files below `root` by their relative name: bytes, frozen content, problems."""
    raw: dict[str, bytes] = {}
    documents: dict[str, Any] = {}
    problems: list[str] = []
    for file in sorted(root.rglob("*.yaml")):
        name = file.relative_to(root).as_posix()
        try:
            raw[name] = file.read_bytes()
            documents[name] = parse(raw[name])
        except (yaml.YAMLError, OSError, ValueError) as fault:
            problems.append(f"{name}：读不懂（{fault}）")
    return (
        raw,
        documents,
        problems or ([] if documents else [f"{root}：没有法规与目录数据"]),
    )


def _build(total: str, documents: Mapping[str, Any], reader: reading.Reader) -> Lawbook:
    instruments = reader.table("instruments", _rows(documents, "instruments"), "id", reading.instrument)
    return Lawbook(
        digest=total,
        documents=documents,
        instruments=instruments,
        clauses=_clauses(documents, instruments, reader),
        ranks=reader.table("ranks", _rows(documents, "ranks", "uses"), "use", reading.rank_use),
        catalogs=_catalogs(documents, reader),
        terms=_terms(documents, reader),
        refusals=reader.table("refusals", _rows(documents, "refusals"), "code", reading.refusal),
        regions=reader.table("regions", _rows(documents, "regions"), "code", reading.region),
        audiences=reader.table("audiences", _rows(documents, "audiences"), "code", reading.audience),
        masks=reader.table("masks", _rows(documents, "masks"), "name", reading.mask),
        calendar=_calendar(documents, reader),
        lists=_lists(documents, reader),
        measures=_measures(documents, reader),
        repair=repair_rules(documents.get(REPAIR), reader),
    )


def _lists(documents: Mapping[str, Any], reader: reading.Reader) -> tuple[SeriousList, ...]:
    files = [file for _, file in _files(documents, "lists")]
    return tuple(reader.table("lists", files, "id", serious_list).values())


def _measures(documents: Mapping[str, Any], reader: reading.Reader) -> tuple[MeasuresList, ...]:
    editions = [measures_list(file, reader) for _, file in _files(documents, "measures")]
    return tuple(sorted(editions, key=lambda each: each.valid_from or date.min))


def _terms(documents: Mapping[str, Any], reader: reading.Reader) -> Terms:
    document = documents.get("terms.yaml", EMPTY)
    rules = reader.table("terms", _rows(documents, "terms", "rules"), "id", reading.term_rule)
    return Terms(rules, document if isinstance(document, Mapping) else EMPTY)


def _rows(documents: Mapping[str, Any], name: str, key: str = "") -> tuple[Any, ...]:
    """The entries of `<name>.yaml`: a bare list, or the list under `key` (else under the file's name)."""
    document = documents.get(f"{name}.yaml") or ()
    if isinstance(document, Mapping):
        document = document.get(key or name) or document.get(name) or ()
    return tuple(document)


def _files(documents: Mapping[str, Any], folder: str) -> list[tuple[str, Any]]:
    return [(name, documents[name]) for name in sorted(documents) if name.startswith(f"{folder}/")]


def _clauses(
    documents: Mapping[str, Any],
    instruments: Mapping[str, LawInstrument],
    reader: reading.Reader,
) -> dict[str, ClauseText]:
    found: dict[str, ClauseText] = {}
    for name, file in _files(documents, "clauses"):
        table = reader.table(name, file.get("clauses") or (), "id", reading.clause(file, instruments))
        found |= {each.id: each for each in table.values()}
    return found


def _catalogs(documents: Mapping[str, Any], reader: reading.Reader) -> tuple[CatalogEdition, ...]:
    files = {str(file["id"]): file for _, file in _files(documents, "catalog")}
    editions = [reading.catalog_edition(file, _items(file, files), reader) for file in files.values()]
    return tuple(sorted(editions, key=lambda each: each.valid_from or date.min))


def _items(file: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The item entries of an edition: those it takes over, changed or dropped, and its own."""
    base = files.get(str(file.get("extends") or ""))
    items = _items(base, files) if base else {}
    for entry in file.get("items") or ():
        code = str(entry["code"])
        items[code] = {**items.get(code, {}), **entry}
    return {code: entry for code, entry in items.items() if code not in (file.get("removed") or ())}


def _calendar(documents: Mapping[str, Any], reader: reading.Reader) -> Calendar:
    years = reader.table(
        "calendars",
        (file for _, file in _files(documents, "calendars")),
        "year",
        _calendar_year,
    )
    return Calendar({year.year: year for year in years.values()})


def _calendar_year(file: Mapping[str, Any]) -> CalendarYear:
    year = int(file["year"])

    def days(part: str) -> dict[date, str]:
        named = (file.get(part) or {}).items()
        return {date.fromisoformat(f"{year}-{day}"): str(name) for name, days in named for day in days}

    number = reading.text(file, "number")
    notice = f"{file['notice']}（{number}）" if number else str(file["notice"])
    return CalendarYear(year=year, notice=notice, rest=days("rest"), work=days("work"))
