"""May this be recorded? (归集入库): accepted, refused, or waiting for an officer.

Which edition decides: the catalog in force on the day of recording says whether a record may be taken in
at all (一（二）2). Where an edition was already in force when the decision was made and lacked the item,
the record is refused as well; acts older than the first edition are measured by today's catalog alone.
Whether a penalty of its kind is collected follows the term rule: see `terms.governing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xinheng.law import basis
from xinheng.law.facts import AgeClass, Competence, RecordFacts, SubjectKind, decided_day
from xinheng.law.language import Answer, Outcome, all_of, rule
from xinheng.law.questions import CREDIT_CHINA, left_open, settled
from xinheng.law.terms import collected

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law


def adverse(facts: RecordFacts, law: Law) -> bool:
    """Whether the record is to someone's disadvantage; an unknown item is taken to be."""
    item = law.item(facts.item)
    return item is None or item.adverse


@rule("intake.catalog", "huaian-2021-13#1.2.2", "huaian-2021-13#3.1")
def in_catalog(facts: RecordFacts, law: Law) -> Answer:
    """Only items of the edition in force on the day of recording, and only such as make all four statements."""
    item, edition = law.item(facts.item), law.catalog()
    if item is None:
        told = {"item": named(facts.item, law), "edition": edition.title if edition else "尚无"}
        return Outcome.FORBIDDEN, "CATALOG_ITEM_UNKNOWN", told
    if item.inert:
        return (
            Outcome.FORBIDDEN,
            "CATALOG_INCOMPLETE",
            {"item": item.name, "lacking": "、".join(item.unstated)},
        )
    return Outcome.PERMITTED


@rule("intake.catalog_then", "huaian-2021-13#1.2.2", "huaian-2021-13#3.1")
def in_catalog_then(facts: RecordFacts, law: Law) -> Answer:
    """An edition in force at the decision that lacked the item keeps it out; before the first there is none."""
    then = law.catalog_on(decided_day(facts))
    if then is None or facts.item in then.items:
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "CATALOG_ITEM_UNKNOWN", {"item": named(facts.item, law), "edition": then.title}


def named(code: str, law: Law) -> str:
    """The name of an item by whichever edition knows it; what no edition knows keeps the word it came with."""
    known = (edition.items[code].name for edition in law.book.catalogs if code in edition.items)
    return next(known, code)


@rule("intake.subject", "huaian-2021-13#3.1")
def subject_admitted(facts: RecordFacts, law: Law) -> Answer:
    """The item says for which kinds of subject it may be kept."""
    item = law.item(facts.item)
    if item is None or facts.subject_kind in item.subject_kinds:
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "SUBJECT_KIND_NOT_ADMITTED", {"item": item.name}


@rule("intake.minor", "huaian-2021-13#4.2b")
def of_age(facts: RecordFacts, law: Law) -> Answer:
    """Nothing adverse about someone who was a minor at the act; where the age is unknown, it waits."""
    if not adverse(facts, law):
        return Outcome.PERMITTED
    age = AgeClass(settled("intake.age", facts).get("age", facts.age))
    if age is AgeClass.NOT_A_PERSON and facts.subject_kind is SubjectKind.NATURAL_PERSON:
        age = AgeClass.UNKNOWN  # Nobody said: that is no adult.
    if age is AgeClass.MINOR:
        return Outcome.FORBIDDEN, "MINOR_ADVERSE"
    if age is AgeClass.UNKNOWN:
        return Outcome.OFFICER_DECIDES, "AGE_UNKNOWN", left_open(["intake.age"], law)
    return Outcome.PERMITTED


@rule("intake.leniency", "huaian-2021-13#4.2b")
def leniency(facts: RecordFacts, law: Law) -> Answer:
    """Force majeure, lack of intent and slight conduct are weighed by an officer, row by row."""
    named = [text for text, there in _grounds(facts).items() if there]
    if not named or not adverse(facts, law):
        return Outcome.PERMITTED
    record = settled("intake.leniency", facts).get("record")
    if record is None:
        told = left_open(["intake.leniency"], law) | {"grounds": "、".join(named)}
        return Outcome.OFFICER_DECIDES, "LENIENCY_UNADDRESSED", told
    return Outcome.PERMITTED if record else (Outcome.FORBIDDEN, "LENIENCY_NOT_RECORDED")


def _grounds(facts: RecordFacts) -> dict[str, bool]:
    return {"不可抗力": facts.force_majeure, "非主观故意": facts.unintentional, "轻微": facts.slight}


@rule("intake.collection", "huaian-2021-13#3.1", "huaian-2021-13#1.2.2")
def kind_collected(facts: RecordFacts, law: Law) -> Answer:
    """Some editions keep out what was decided by summary procedure: refused at the door, not hidden later."""
    answers, open_questions = collected(facts, law, CREDIT_CHINA)
    if len(answers) > 1:
        return Outcome.OFFICER_DECIDES, "COLLECTION_UNDECIDED", left_open(open_questions, law)
    return Outcome.PERMITTED if True in answers else (Outcome.FORBIDDEN, "SUMMARY_NOT_COLLECTED")


@rule("intake.competence", "huaian-2021-13#1.3a", "huaian-2021-13#2.2a")
def competence_stated(facts: RecordFacts, law: Law) -> Answer:
    """A check of form: where the body's power is not stated, an officer looks; no body is refused by software."""
    if facts.competence is Competence.STATED:
        return Outcome.PERMITTED
    competent = settled("intake.competence", facts).get("competent")
    if competent is None:
        return Outcome.OFFICER_DECIDES, "COMPETENCE_UNKNOWN", left_open(["intake.competence"], law)
    return Outcome.PERMITTED if competent else (Outcome.FORBIDDEN, "NOT_COMPETENT")


decide = all_of(
    in_catalog,
    in_catalog_then,
    subject_admitted,
    *basis.RULES,
    of_age,
    leniency,
    kind_collected,
    competence_stated,
)
