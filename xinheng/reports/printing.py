"""The records of one subject as a page shows them to one audience (信息的列示)."""

# clauses: 3.1, 3.2c, 3.2d

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from xinheng.access.gate import Opened
from xinheng.documents.kinds import words
from xinheng.law import disclosure, privacy
from xinheng.law.basis import in_effect
from xinheng.law.disclosure import Disclosure
from xinheng.law.facts import Effect
from xinheng.law.language import Outcome
from xinheng.law.lawbook import Law
from xinheng.law.standing import HIDING
from xinheng.publication import entries, reading
from xinheng.publication.entries import PublicRow, Window
from xinheng.publication.reading import FieldShown
from xinheng.registry import soundness, whole
from xinheng.registry.whole import FileRow

# A record is called by what was done; what names its subject is on the page already.
TITLES = ("conduct", "document_name", "certificate_name", "list_name")
OF_SUBJECT = ("party_name", "party_code", "party_kind")
# Whose data it is goes without saying where the deciding body itself reported it.
SAME_AS = {"source_name": "body_name", "source_code": "body_code"}
SOURCE = (
    ("channel", "公开渠道", ""),
    ("url", "公开网址", "source_url"),
    ("published_on", "公开日期", "source_on"),
)
NOT_SHOWN = "未公示"
DECIDED = "处理结果"


@dataclass(frozen=True, slots=True)
class Printed:
    """One record: what it is, whose, and its facts as label and value. `in_effect` is the document's today."""

    record: UUID
    item: str
    agency: UUID
    body_name: str
    decided_on: date
    in_effect: bool
    title: str
    marks: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]

    def told(self) -> dict[str, Any]:
        """As it stands in a body."""
        return {
            "title": self.title,
            "marks": list(self.marks),
            "facts": [list(each) for each in self.facts],
        }


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose report it is: name and code as its first page says them."""

    id: UUID
    kind: str
    name: str
    code: str
    code_label: str


def rows(
    audience: str, subject: Subject, law: Law, *, opened: Opened, spare_others: bool = False
) -> tuple[Printed, ...]:
    """What the law lets this audience see of the opened file today, latest decision first.

    The public sees its entries and nothing wider: evidence is the ceiling there (ADR 5). Everybody else is
    answered by law.disclosure record by record; with `spare_others` without what names other persons, for a
    page that its subject hands on. Each is held against its evidence before (`registry.soundness`).
    Raises Refusal NOT_YOURS or RECORD_UNSOUND.
    """
    opened.require_subject(subject.id)
    if law.audience(audience).public:
        found = tuple(_public(subject, law, opened))
    else:
        found = tuple(_of_file(audience, subject, law, opened, spare_others=spare_others))
    soundness.require_sound((each.record for each in found), opened=opened)
    return found


def _of_file(
    audience: str, subject: Subject, law: Law, opened: Opened, *, spare_others: bool
) -> Iterator[Printed]:
    shown = entries.windows(subject.id)
    held = whole.whole_file(law, opened=opened)
    # The law is asked once per distinct combination of facts (ADR 3).
    said = {facts: disclosure.decide(facts, audience, law) for facts in {row.facts for row in held}}
    for row in held:
        if said[row.facts].verdict.outcome is Outcome.PERMITTED and _is_left(
            row, audience, law, spare_others
        ):
            yield _held(row, said[row.facts], subject, shown, law, spare_others=spare_others)


# clause: 5.1b
def _is_left(row: FileRow, audience: str, law: Law, handed_on: bool) -> bool:
    """Whether repair, correction or revocation left this audience the record.

    The subject sees all of its own; but a page that it hands on tells others no more than they may still be told.
    """
    if handed_on and row.standing.withheld:
        return False
    return row.standing.toward(audience, law) not in HIDING


def _public(subject: Subject, law: Law, opened: Opened) -> Iterator[Printed]:
    found = entries.visible_rows(subject.id, law)
    agencies = whole.agencies_of([row.record for row in found], opened=opened)
    for row in found:
        marks = _words(row.marks, law)
        yield _printed(row, row.fields, agencies[row.record], marks, row.window, subject, law, effective=True)


def _held(
    row: FileRow,
    said: Disclosure,
    subject: Subject,
    shown: Mapping[UUID, Window],
    law: Law,
    *,
    spare_others: bool,
) -> Printed:
    marks = (*_words(dict.fromkeys((*said.marks, *row.standing.marks)), law), *_effect(row, law))
    fields = _spared(row, law) if spare_others else _fields(row, said, law, {**row.content, **row.personal})
    effective = in_effect(row.facts, law).outcome is Outcome.PERMITTED
    window = shown.get(row.record)
    told = _printed(row, fields, row.agency, marks, window, subject, law, effective=effective)
    decided = row.standing.in_words(law)
    return replace(told, facts=(*told.facts, (DECIDED, decided))) if decided else told


def _fields(row: FileRow, said: Disclosure, law: Law, content: Mapping[str, Any]) -> tuple[FieldShown, ...]:
    """The fields that the law shows, in the order of the catalog, masked where it says so."""
    told = {"item_code": row.item_code, "decided_on": row.decided_on, "content": content, "withheld": ()}
    return tuple(
        (code, label, privacy.mask(said.masks[code], value, law) if code in said.masks else value, note)
        for code, label, value, note in reading.fields(told, law)
        if code in said.shown
    )


def _spared(row: FileRow, law: Law) -> tuple[FieldShown, ...]:
    """The fields that may be public; a text that names somebody keeps its place and says why it is not there."""
    item = law.item_of(row.item_code, row.decided_on)
    open_to_all = (
        {field.code for field in item.fields if field.public and not field.personal} if item else set()
    )
    told = {
        "item_code": row.item_code,
        "decided_on": row.decided_on,
        "content": {name: value for name, value in row.content.items() if name in open_to_all},
        "withheld": row.withheld,
    }
    return tuple(reading.fields(told, law))


def _printed(
    row: FileRow | PublicRow,
    fields: Iterable[FieldShown],
    agency: UUID,
    marks: tuple[str, ...],
    window: Window | None,
    subject: Subject,
    law: Law,
    *,
    effective: bool,
) -> Printed:
    shown = [(code, label, note or value) for code, label, value, note in fields]
    values = {code: value for code, _, value in shown}
    item = law.item_of(row.item_code, row.decided_on)
    title = next((values[name] for name in TITLES if values.get(name)), item.name if item else row.item_code)
    facts = [(label, value) for code, label, value in shown if not _said(code, value, values, subject)]
    facts += _source(row.source, values)
    facts += [("依据条款", "、".join(_basis(item.basis if item else (), law)))]
    facts += [("公示期限", _term(window, law.day))]
    kept = tuple(each for each in facts if each[1])
    return Printed(
        row.record, row.item_code, agency, row.body_name, row.decided_on, effective, title, marks, kept
    )


def _said(code: str, value: str, values: Mapping[str, str], subject: Subject) -> bool:
    """Whether the page says this already; another name or code that the subject had at the time stays."""
    if code in SAME_AS:
        return value == values.get(SAME_AS[code])
    return code == "party_kind" or (code in OF_SUBJECT and value in (subject.name, subject.code))


def _source(source: Mapping[str, Any], values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Where the deciding body published it itself (3.2d), unless a field says so."""
    for name, label, field in SOURCE:
        if source.get(name) and not values.get(field):
            yield label, str(source[name])


def _basis(clauses: Iterable[str], law: Law) -> Iterator[str]:
    return (law.book.clauses[each].label for each in clauses if each in law.book.clauses)


def _term(window: Window | None, today: date) -> str:
    """`2026-05-20 至 2027-05-20（公示分类：一般）`; the last day is the one before `until`."""
    if window is None:
        return NOT_SHOWN
    until = "长期" if window.until is None else (window.until - timedelta(days=1)).isoformat()
    label = f"（{window.label}）" if window.label else ""
    over = "" if window.until is None or today < window.until else "，已届满"
    return f"{window.visible_from.isoformat()} 至 {until}{label}{over}"


def _words(marks: Iterable[str], law: Law) -> tuple[str, ...]:
    known = words("marks", law)
    return tuple(known[each] for each in marks)


def _effect(row: FileRow, law: Law) -> tuple[str, ...]:
    """A document that is not in effect is marked so; only its subject sees it at all."""
    if row.facts.effect is Effect.EFFECTIVE:
        return ()
    return (words("effects", law)[row.facts.effect.value],)
