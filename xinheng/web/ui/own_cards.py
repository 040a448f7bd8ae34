"""Records of one's own file made ready for a page (本人信息的展示): words, tags, the bar; for counter and window alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from xinheng.documents.kinds import words
from xinheng.law.lawbook import Law
from xinheng.law.questions import questions
from xinheng.law.reference import ClauseText
from xinheng.law.standing import Mark
from xinheng.publication.own import OwnRecord
from xinheng.web.ui.term_bar import TermBar, term_bar

PENALTY, CLASS = "penalty", "公示分类："
DECIDED = "处理结果"
EARLIER_END = "裁定之前按较早的截止日公示。"


@dataclass(frozen=True, slots=True)
class Why:
    """One reason in plain words. What an officer would do about it is not the subject's concern."""

    conclusion: str
    why: str
    clauses: tuple[ClauseText, ...]


@dataclass(frozen=True, slots=True)
class OwnCard:
    """One record: what it is, whether the public sees it, and why."""

    record: OwnRecord
    rows: tuple[dict[str, Any], ...]
    tag: tuple[str, str]
    marks: tuple[tuple[str, str], ...]
    bar: TermBar | None
    why_title: str
    why: tuple[Why, ...]
    basis: tuple[ClauseText, ...]


def card(record: OwnRecord, law: Law) -> OwnCard:
    """One record in a list or on its page."""
    public = record.public
    return OwnCard(
        record=record,
        rows=tuple(_rows(record)),
        tag=("公示中", "blue") if public.visible else ("未公开", ""),
        marks=_marks(record, law),
        bar=_bar(record, law) if public.visible else None,
        why_title="为什么公开" if public.visible else "为什么不公开",
        why=tuple(Why(each.conclusion, each.why, each.clauses) for each in public.told),
        basis=public.basis,
    )  # fmt: skip


def _rows(record: OwnRecord) -> Iterator[dict[str, Any]]:
    yield _row("文号", record.number)
    yield _row("决定机关", record.body_name)
    yield _row("决定日期", record.decided_on.isoformat())
    if record.decided:
        yield _row(DECIDED, record.decided)


def _marks(record: OwnRecord, law: Law) -> tuple[tuple[str, str], ...]:
    """What stands beside a record, as everywhere (五（一）)."""
    known = words("marks", law)
    return tuple((known[each], "green" if each == Mark.REPAIRED else "amber") for each in record.marks)


def grouped(records: Iterable[OwnRecord], law: Law) -> tuple[list[OwnCard], list[OwnCard]]:
    """(public, not public)."""
    cards = [card(each, law) for each in records]
    return (
        [each for each in cards if each.record.public.visible],
        [each for each in cards if not each.record.public.visible],
    )


def _bar(record: OwnRecord, law: Law) -> TermBar | None:
    public = record.public
    if public.visible_from is None:
        return None
    label = public.term_label
    words = f"{CLASS}{label.removeprefix(CLASS)}" if record.item == PENALTY and label else label
    return term_bar(
        public.visible_from, public.until, record.repair_from, law.day, words, _doubt(record.doubt, law)
    )


def _doubt(ids: str, law: Law) -> str:
    if not ids:
        return ""
    known = questions(law)
    named = (known[each].title if each in known else each for each in ids.split(","))
    return "；".join(named) + "。" + EARLIER_END


def facts(record: OwnRecord) -> list[dict[str, Any]]:
    """All fields of a record, as its subject sees them."""
    return [
        {**_row(each.label, each.note or each.value), "withheld": bool(each.note)} for each in record.facts
    ]


def _row(label: str, value: str) -> dict[str, Any]:
    return {"label": label, "value": value, "withheld": False, "masked": False, "code": False, "change": ""}
