"""Which measures apply to this subject for this matter today? Asked at the point of use (办事时查问)."""

# clauses: 4.2a, 4.2c

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from xinheng.access.gate import Opened
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.law.facts import SubjectKind
from xinheng.law.language import Outcome, Verdict
from xinheng.law.lawbook import Law
from xinheng.law.measurelist import MeasureRow
from xinheng.law.measures import Act, Information, MeasureFacts, address, applicable
from xinheng.law.refusals import Told, tell_all
from xinheng.registry.measurefacts import (
    DocumentHeld,
    EntryHeld,
    Given,
    documents_of,
    entries_of,
    facts_of,
    resting_on_document,
    resting_on_entry,
)
from xinheng.registry.measures import subject_of


@dataclass(frozen=True, slots=True)
class Applicable:
    """One row of the measures list for a matter: may it come into question today, on what, and why or why not.

    `to_confirm` are the row's own grounds that an officer has to see in the document before it may be taken.
    """

    row: MeasureRow
    verdict: Verdict
    told: tuple[Told, ...]
    entry: EntryHeld | None
    document: DocumentHeld | None
    to_confirm: tuple[str, ...]
    # Further documents on which it could rest as well; the officer says on which.
    others: tuple[DocumentHeld, ...] = ()

    @property
    def may(self) -> bool:
        return self.verdict.outcome is Outcome.PERMITTED

    @property
    def last_day(self) -> date | None:
        """The last day of the entry it rests on; None where none is fixed."""
        return self.entry.until if self.entry else None


def applicable_today(subject: UUID, matter: str, *, opened: Opened, law: Law) -> list[Applicable]:
    """Which measures apply to this subject for this matter today? Each related row with its reasons.

    Entries and documents of all agencies are looked at, inside the opened file; a row without relation to the
    matter is not mentioned. Nothing is imposed by asking. Raises Refusal NOT_YOURS for another file, NOT_FOUND.
    """
    require(opened.actor, "measure.ask")
    opened.require_subject(subject)
    with acting(opened.actor):
        kind = SubjectKind(subject_of(opened).kind)
        bare = facts_of(Given(row="", matter=matter), kind, opened=opened, actor=opened.actor)
    best: dict[str, Applicable] = {}
    for found in _answers(bare, opened, law):
        known = best.get(found.row.id)
        if known is None or _weight(found) < _weight(known):
            best[found.row.id] = found
        elif found.may and found.document and known.document:
            best[found.row.id] = replace(known, others=(*known.others, found.document))
    return sorted(best.values(), key=lambda each: (each.verdict.outcome, each.entry is None))


def _answers(bare: MeasureFacts, opened: Opened, law: Law) -> Iterator[Applicable]:
    for entry in entries_of(opened=opened):
        yield from _rows(resting_on_entry(bare, entry), law, entry=entry)
    for document in documents_of(opened=opened):
        # Whether the document shows the row's ground, the officer says when proposing; here it is asked.
        facts = replace(resting_on_document(bare, document), grounds_met=_all_grounds(law))
        yield from _rows(facts, law, document=document)
    yield from _rows(bare, law)


def _rows(
    facts: MeasureFacts, law: Law, *, entry: EntryHeld | None = None, document: DocumentHeld | None = None
) -> Iterator[Applicable]:
    for row, verdict in applicable(facts, law):
        told = tell_all(verdict.against or verdict.reasons[:1], law)
        grounds = tuple(row.grounds.values()) if document else ()
        yield Applicable(row, verdict, told, entry, document, grounds)


def _weight(found: Applicable) -> tuple[int, int]:
    return found.verdict.outcome, len(found.verdict.against)


def _all_grounds(law: Law) -> tuple[str, ...]:
    edition = law.measures_list()
    return tuple({each for row in edition.rows.values() for each in row.grounds}) if edition else ()


def matters(law: Law) -> dict[str, str]:
    """Every matter to which a row of the list relates, by code, in the order of the list."""
    edition = law.measures_list()
    told: dict[str, str] = {}
    for row in edition.rows.values() if edition else ():
        for code, text in row.relation.items():
            told.setdefault(code, text)
    return told


def information(row: str, law: Law) -> list[tuple[str, Information]]:
    """(name of the kind of body, what it may be told) for every third party: information and nothing else (4.2c)."""
    edition = law.measures_list()
    kinds = edition.third_party_kinds if edition else {}
    return [(name, address(kind, Act.INFORM, row, law)) for kind, name in kinds.items()]
