"""The shape of a list of disciplinary measures (失信惩戒措施清单): its unit is the content row, not the name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xinheng.law.language import Confidence
from xinheng.law.lists import BodyLevel, PartyRole
from xinheng.law.reading import Reader, confidence, span, text, texts


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTerm:
    """How long at most, in months from the decision; or for life, with the entry, or as the cited article says."""

    most: int | None = None
    least: int | None = None
    lifetime: bool = False
    with_entry: bool = False
    by_statute: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRow:
    """One content row (惩戒内容): object, basis, body, what it rests on, ceilings, relation, third parties."""

    id: str
    measures: tuple[str, ...]
    content: str
    object_text: str
    objects: tuple[PartyRole, ...]
    subject_kinds: tuple[str, ...]
    basis: tuple[str, ...]
    body_name: str
    trades: tuple[str, ...]
    any_trade: bool
    levels: tuple[BodyLevel, ...]
    entries: tuple[str, ...]
    instruments: tuple[str, ...]
    grounds: Mapping[str, str]
    term: MeasureTerm
    amount: int | None
    relation: Mapping[str, str]
    ends_with_entry: bool
    caution: str
    third_parties: Mapping[str, tuple[str, ...]]
    information_only: bool
    confidence: Confidence
    source: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuresList:
    """One edition. `third_party_kinds` are the bodies that are only ever told (4.2c)."""

    id: str
    title: str
    instrument: str
    valid_from: date | None
    valid_to: date | None
    complete: bool
    names: Mapping[str, str]
    third_party_kinds: Mapping[str, str]
    rows: Mapping[str, MeasureRow]
    confidence: Confidence
    source: str


def measures_list(file: Mapping[str, Any], reader: Reader) -> MeasuresList:
    """An edition from its file; rows that cannot be read are problems of the reader."""
    start, end = span(file)
    told = {str(each["id"]) for each in file.get("classes") or () if each.get("information_only")}
    only_told = {str(each["id"]) for each in file.get("measures") or () if each["class"] in told}
    rows = reader.table(
        f"measures/{file['id']}", file.get("rows") or (), "id", lambda entry: _row(entry, only_told)
    )
    return MeasuresList(
        id=str(file["id"]),
        title=str(file["title"]),
        instrument=text(file, "instrument"),
        valid_from=start,
        valid_to=end,
        complete=bool(file.get("complete", False)),
        names={str(each["id"]): str(each["name"]) for each in file.get("measures") or ()},
        third_party_kinds={str(e["id"]): str(e["name"]) for e in file.get("third_party_kinds") or ()},
        rows=rows,
        confidence=confidence(file),
        source=text(file, "source"),
    )


def _row(entry: Mapping[str, Any], only_told: set[str]) -> MeasureRow:
    body, rests, term = entry["body"], entry["rests_on"], entry["term"]
    measures = texts(entry["measures"])
    return MeasureRow(
        id=str(entry["id"]),
        measures=measures,
        content=str(entry["content"]),
        object_text=str(entry["object"]),
        objects=tuple(PartyRole(each) for each in entry["objects"]),
        subject_kinds=texts(entry.get("subject_kinds")),
        basis=texts(entry["basis"]),
        body_name=str(body["name"]),
        trades=texts(body.get("trades")),
        any_trade=bool(body.get("any_trade", False)),
        levels=tuple(BodyLevel(each) for each in body.get("levels") or ()),
        entries=texts(rests.get("entry")),
        instruments=texts(rests.get("instrument")),
        grounds={str(each["id"]): str(each["text"]) for each in rests.get("grounds") or ()},
        term=_term(term),
        amount=entry.get("amount"),
        relation={str(each["id"]): str(each["text"]) for each in entry.get("relation") or ()},
        ends_with_entry=entry["ends"] == "entry",
        caution=text(entry, "caution"),
        third_parties={str(e["kind"]): texts(e["basis"]) for e in entry.get("third_parties") or ()},
        information_only=bool(set(measures) & only_told),
        confidence=Confidence(entry["confidence"]),
        source=text(entry, "source"),
        data=entry,
    )


def _term(entry: Mapping[str, Any]) -> MeasureTerm:
    found = MeasureTerm(
        most=entry.get("months"),
        least=entry.get("min"),
        lifetime=bool(entry.get("lifetime", False)),
        with_entry=bool(entry.get("entry", False)),
        by_statute=bool(entry.get("statute", False)),
    )
    if not (found.most or found.lifetime or found.with_entry or found.by_statute):
        raise ValueError("没有写明期限")
    return found
