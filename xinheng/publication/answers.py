"""What law.disclosure says to the public about one combination of facts, in the form that is stored (公示结论)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xinheng.law import disclosure
from xinheng.law.disclosure import Disclosure, Term
from xinheng.law.facts import RecordFacts
from xinheng.law.language import Outcome, Reason
from xinheng.law.lawbook import Law

PUBLIC = "public"
# A kind of mask, not its name: the field is not shown at all.
OMIT = "omit"

Stored = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """The dates of one answer, told by names: `start` is a date of the record, `months` may be open."""

    start: str
    months: int | None
    until: str
    open_end: bool

    @classmethod
    def of(cls, term: Term) -> Span:
        return cls(term.start, term.months, term.until, term.open_end)


@dataclass(frozen=True, slots=True)
class Ending:
    """What the law of a coming day leaves of a publication: nothing from `law_from` on, or another span."""

    law_from: date
    span: Span | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One stored answer with its span; `stored` is None where nothing is public."""

    stored: Stored | None
    span: Span | None
    endings: tuple[Ending, ...] = ()


def answer(facts: RecordFacts, law: Law, marks: Sequence[str] = ()) -> Answer:
    """What the public may see of a record with these facts and marks under the law of `law.day`.

    Editions that begin later are asked too: an earlier end that they bring stands in the dates from today on
    and needs no job on the day (clause 1.2.2: a new edition may end, never begin or prolong by itself).
    """
    said = disclosure.decide(facts, PUBLIC, law)
    if not _public(said) or said.term is None:
        return Answer(None, None)
    coming = (day for day in law.book.boundaries if day > law.day)
    endings = tuple(_ending(facts, law, day) for day in coming)
    return Answer(marked(stored(said), marks), Span.of(said.term), endings)


def _ending(facts: RecordFacts, law: Law, day: date) -> Ending:
    said = disclosure.decide(facts, PUBLIC, law.book.as_of(day, law.rulings))
    return Ending(day, Span.of(said.term) if _public(said) and said.term else None)


def _public(said: Disclosure) -> bool:
    return said.verdict.outcome is Outcome.PERMITTED


def stored(said: Disclosure) -> Stored:
    """The answer as JSON: neither day nor edition, so that an unchanged answer stays the same row."""
    return {
        "shown": sorted(said.shown),
        "masks": dict(sorted(said.masks.items())),
        "marks": list(said.marks),
        "term": _term(said.term) if said.term else None,
        "reasons": [_reason(each) for each in said.verdict.reasons if each.code or each.outcome],
        "clauses": sorted({clause.id for each in said.verdict.reasons for clause in each.clauses}),
    }


def marked(answer: Stored, marks: Sequence[str]) -> Stored:
    """The answer with the marks that stand beside the record, each once."""
    return {**answer, "marks": list(dict.fromkeys((*answer["marks"], *marks)))}


def _term(term: Term) -> dict[str, Any]:
    return {
        "start": term.start,
        "months": term.months,
        "until": term.until,
        "open_end": term.open_end,
        "min_months": term.min_months,
        "label": term.label,
        "rule": term.rule,
        "confidence": str(term.confidence),
        "doubt": term.doubt,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "rule": reason.rule,
        "outcome": int(reason.outcome),
        "clauses": [clause.id for clause in reason.clauses],
        "code": reason.code,
        "values": dict(reason.values),
    }


def digest(answer: Stored) -> bytes:
    """SHA-256 of the canonical text: the key under which equal answers are one row."""
    text = json.dumps(answer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def narrowed(wanted: Stored, before: Stored) -> Stored:
    """What both answers allow: fields that both show, masks of either, the shorter term, the newer reasons.

    For an adverse record under new law: what it narrows takes effect, what it widens waits (clause 1.2.2).
    """
    shown = sorted(set(wanted["shown"]) & set(before["shown"]))
    return {
        **wanted,
        "shown": shown,
        "masks": _both(wanted["masks"], before["masks"], shown),
        "term": min(wanted["term"], before["term"], key=_length),
    }


def _both(wanted: Mapping[str, str], before: Mapping[str, str], shown: list[str]) -> dict[str, str]:
    """Either mask; where two differ nobody has said which hides more, so the field is left out."""
    fields = [field for field in shown if field in wanted or field in before]
    masks = {field: {wanted.get(field), before.get(field)} - {None} for field in fields}
    return {field: str(next(iter(names))) if len(names) == 1 else OMIT for field, names in masks.items()}


def _length(term: Mapping[str, Any] | None) -> tuple[bool, int]:
    months = term["months"] if term else None
    return (months is None, months or 0)
