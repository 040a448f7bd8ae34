"""Who may see a record, which fields, masked how, from when until when (公开与共享): one question for all.

Publication must be certain to happen: where of several possible readings one does not publish, the
record is not public until a ruling chooses. Where all publish, the earliest end holds (一（二）2, 三（二）).
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from xinheng.law.basis import called_untrustworthy, in_effect
from xinheng.law.facts import RecordFacts, SubjectKind
from xinheng.law.intake import named, of_age
from xinheng.law.language import Answer, Confidence, Outcome, Reason, Verdict, all_of, rule
from xinheng.law.questions import CREDIT_CHINA, left_open
from xinheng.law.terms import Reading, plain_reading, readings

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law
    from xinheng.law.reference import CatalogField, CatalogItem

SELF, INSTITUTION, ENTERPRISE_SYSTEM = "self", "institution", "enterprise_system"
PENALTY, NAME = "penalty", "party_name"
PUBLISH_PERSON = "publish_person"
NAME_MASKS = {SubjectKind.NATURAL_PERSON: "person_name", SubjectKind.SOLE_TRADER: "trade_name"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """For how long: `start` and `until` name dates of the record; `doubt` the questions still open."""

    start: str
    months: int | None
    until: str
    min_months: int | None
    label: str
    rule: str
    confidence: Confidence
    doubt: str
    open_end: bool = False
    class_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """The answer for one audience. `screened` are shown fields to be searched for personal data first."""

    verdict: Verdict
    shown: tuple[str, ...]
    masks: Mapping[str, str]
    term: Term | None
    marks: tuple[str, ...]
    screened: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A record and who wants to see it."""

    record: RecordFacts
    audience: str


@rule("disclosure.item", "huaian-2021-13#3.1")
def item_allows(asked: Asked, law: Law) -> Answer:
    """The catalog item says whether it may be published, and with whom it is shared."""
    item = law.item(asked.record.item)
    if item is None or item.inert:
        return (
            Outcome.FORBIDDEN,
            "CATALOG_ITEM_UNKNOWN",
            {"item": named(asked.record.item, law), "edition": _edition(law)},
        )
    if law.audience(asked.audience).public and not item.publishable:
        return Outcome.FORBIDDEN, "NOT_PUBLISHABLE", {"item": item.name}
    if asked.audience not in entitled(item, asked.record.subject_kind):
        return (
            Outcome.FORBIDDEN,
            "NOT_SHARED",
            {"item": item.name, "audience": law.audience(asked.audience).name},
        )
    return Outcome.PERMITTED


def _edition(law: Law) -> str:
    edition = law.catalog()
    return edition.title if edition else "尚无"


def entitled(item: CatalogItem, kind: SubjectKind) -> tuple[str, ...]:
    """Audiences of an item; those that everybody can see are for persons a matter of the person rule."""
    if not item.shareable:
        return ("public",)
    if kind is SubjectKind.NATURAL_PERSON:
        return ("public", "institution", "enterprise_system", *item.data["person_audiences"])
    return ("public", *(item.audiences or ()))


@rule("disclosure.effect", "huaian-2021-13#2.2a")
def still_in_effect(asked: Asked, law: Law) -> Answer:
    """What fell, was stayed or never took effect is shown to nobody but the subject."""
    return _answer(in_effect(asked.record, law))


@rule("disclosure.minor", "huaian-2021-13#4.2b")
def not_of_a_minor(asked: Asked, law: Law) -> Answer:
    """Adverse items of minors are neither shared nor published."""
    return _answer(of_age(asked.record, law))


def _answer(reason: Reason) -> Answer:
    """What another rule said, under the name of the rule that asks it."""
    return reason.outcome, reason.code, reason.values


@rule("disclosure.person", "huaian-2021-13#3.2c")
def person_basis(asked: Asked, law: Law) -> Answer:
    """A natural person is shown to all only on a 法律, 法规 or 国务院决定、命令, or by consent.

    A policy document, a ministry rule or a list standard is not enough, however explicit.
    """
    if asked.record.subject_kind is not SubjectKind.NATURAL_PERSON or not _open(asked, law):
        return Outcome.PERMITTED
    item = law.item(asked.record.item)
    named = item.data["person_basis"] if item else ()
    if asked.record.consent or any(law.admits(PUBLISH_PERSON, clause) for clause in named):
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "PERSON_PUBLISH_BASIS"


def _open(asked: Asked, law: Law) -> bool:
    """Whether the audience is anybody, or a firm: what is not public reaches neither without consent."""
    return law.audience(asked.audience).public or asked.audience == INSTITUTION


@rule("disclosure.review", "huaian-2021-13#3.2d")
def reviewed(asked: Asked, law: Law) -> Answer:
    """Without the agency's decision on secrets, privacy and social influence nothing is published."""
    if asked.record.reviewed or not _open(asked, law):
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "NOT_REVIEWED"


@rule("disclosure.term", "huaian-2021-13#3.1", "huaian-2021-13#3.2b", "huaian-2021-13#1.2.2")
def within_a_known_term(asked: Asked, law: Law) -> Answer:
    """Publication needs a rule that publishes; where possible readings differ on it, a ruling decides."""
    if not _open(asked, law) or law.item(asked.record.item) is None:
        return Outcome.PERMITTED
    found = possible(asked, law)
    if all(each.published for each in found):
        return Outcome.PERMITTED
    doubts = _doubts(found)
    if doubts and (any(each.published for each in found) or _unknown(found)):
        return Outcome.OFFICER_DECIDES, "TERM_UNDECIDED", left_open(doubts, law)
    return (
        Outcome.FORBIDDEN,
        "TERM_NOT_PUBLISHED",
        {"class": "、".join(dict.fromkeys(r.label for r in found if r.label))},
    )


def possible(asked: Asked, law: Law) -> tuple[Reading, ...]:
    """Every reading of the term for an audience; an audience of ours follows the credit sites' rule."""
    item = law.item(asked.record.item)
    if item is None:
        return ()
    channel = asked.audience if asked.audience == ENTERPRISE_SYSTEM else CREDIT_CHINA
    if item.term == PENALTY:
        return readings(asked.record, law, channel)
    return (plain_reading(asked.record, law, item.term or ""),)


def _unknown(found: tuple[Reading, ...]) -> bool:
    """Whether a reading stands for a rule nobody has read: it says no, but not for sure."""
    return any(not each.rule or each.confidence is Confidence.UNCERTAIN for each in found)


def _doubts(found: tuple[Reading, ...]) -> tuple[str, ...]:
    """The open questions, each once, in the order in which they come up."""
    return tuple(dict.fromkeys(doubt for each in found for doubt in each.doubts))


DECIDE = all_of(item_allows, still_in_effect, not_of_a_minor, person_basis, reviewed, within_a_known_term)


@rule("disclosure.self", "pipl#45", "huaian-2021-13#5.2")
def own_file(_asked: Asked, _law: Law) -> Answer:
    """Subjects see all that is held about them."""
    return Outcome.PERMITTED, "SUBJECT_OWN"


DECIDE_OWN = all_of(own_file)


def decide(facts: RecordFacts, audience: str, law: Law) -> Disclosure:
    """Whether, and as what, a record reaches an audience. Raises KeyError for an unknown audience.

    `shown` is empty unless the verdict permits: undecided disclosure is no disclosure.
    """
    asked = Asked(facts, law.audience(audience).code)
    verdict = (DECIDE_OWN if audience == SELF else DECIDE)(asked, law)
    item = law.item(facts.item)
    if item is None or verdict.outcome is not Outcome.PERMITTED:
        return Disclosure(verdict=verdict, shown=(), masks={}, term=None, marks=())
    fields = [each for each in item.fields if _shows(each, asked, law)]
    return Disclosure(
        verdict=verdict,
        shown=tuple(each.code for each in fields),
        masks=_masks(fields, asked, law),
        term=_term(asked, law) if _open(asked, law) else None,
        marks=_marks(facts, law),
        screened=tuple(each.code for each in fields if each.free_text and _open(asked, law)),
    )


def _shows(field: CatalogField, asked: Asked, law: Law) -> bool:
    """Outside the agencies only public, impersonal fields; of a person the name alone, never a number."""
    if not _open(asked, law):
        return True
    if not field.public or field.personal:
        return False
    person = asked.record.subject_kind is SubjectKind.NATURAL_PERSON
    return not (person and field.data.get("identity") and field.code != NAME)


def _masks(fields: list[CatalogField], asked: Asked, law: Law) -> Mapping[str, str]:
    """The name of a person keeps its surname; a trade name stays, unless it is a person's name after all."""
    if not _open(asked, law) or not any(each.code == NAME for each in fields):
        return {}
    mask = NAME_MASKS.get(asked.record.subject_kind)
    return {NAME: mask} if mask else {}


def _marks(facts: RecordFacts, law: Law) -> tuple[str, ...]:
    """Under reconsideration or suit; called 失信 only where an agency determined so."""
    marks = (("contested", facts.contested), ("untrustworthy", called_untrustworthy(facts, law)))
    return tuple(name for name, there in marks if there)


def _term(asked: Asked, law: Law) -> Term:
    """Of all readings the earliest end, with the shortest wait for repair; doubts are named if they matter."""
    found = possible(asked, law)
    chosen = min(found, key=_length)
    waits = [each.min_months for each in found if each.min_months is not None]
    settled = len({(each.max_months, each.until, each.min_months) for each in found}) == 1
    return Term(
        start=chosen.start,
        months=chosen.max_months,
        until=chosen.until,
        min_months=min(waits) if waits else None,
        label=chosen.label,
        rule=chosen.rule,
        confidence=chosen.confidence,
        doubt="" if settled else ",".join(_doubts(found)),
        open_end=chosen.open_end,
        class_name=chosen.class_name,
    )


def _length(reading: Reading) -> float:
    return float("inf") if reading.max_months is None else reading.max_months


def window(
    term: Term, *, decided_on: date, accepted_on: date, valid_to: date | None
) -> tuple[date, date | None]:
    """First day shown and first day no longer shown (None: open). Ends by the calendar, rest day or not.

    The day of the start is not counted and month ends clamp (民法典 201-202), so twelve months from
    2024-02-29 show through 2025-02-28. Where both a length and a day limit it, the earlier holds. A term
    that runs to a day the record does not name shows nothing, unless the item may stay open.
    """
    start = decided_on if term.start == "decided_on" else accepted_on
    ends = []
    if term.months is not None:
        ends.append(months_later(start, term.months) + timedelta(days=1))
    if term.until == "valid_to" and valid_to is not None:
        ends.append(valid_to + timedelta(days=1))
    if not ends and not term.open_end:
        return start, start
    return start, min(ends) if ends else None


def months_later(day: date, months: int) -> date:
    """The same day of the month `months` later, or the last day of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
