"""Publication-term rules read for one record: which rule, which class, which reading (公示期限规则).

Which edition governs is answered here and nowhere else. The day of the decision selects the rule
(`rule_at_decision`). Whether a rule that came into force afterwards takes the older act over was not
read by anyone, so each later rule up to the day of the law joins as a further candidate until a ruling
on that transition chooses one. Where a class boundary is not known the classes that come into question
stand side by side in the same way. The caller gets every possible reading; of several the earlier end
and the lighter class hold, and where one of them does not publish at all, nothing is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from xinheng.law.facts import RecordFacts, decided_day
from xinheng.law.language import Confidence
from xinheng.law.questions import ruled

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law
    from xinheng.law.reference import TermRule

IN_PRINCIPLE_NOT = "in_principle_not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One possible answer for one record; `doubts` are the questions whose ruling would exclude others."""

    rule: str
    class_name: str
    label: str
    published: bool
    start: str = "decided_on"
    until: str = ""
    open_end: bool = False
    min_months: int | None = None
    max_months: int | None = None
    confidence: Confidence = Confidence.KNOWN
    doubts: tuple[str, ...] = ()


def rules_of(law: Law, channel: str, item: str) -> tuple[TermRule, ...]:
    """The editions of the rule for an item on a channel, oldest first."""
    of_item = (
        each for each in law.terms.values() if (each.data["channel"], each.data["item"]) == (channel, item)
    )
    return tuple(sorted(of_item, key=lambda each: each.valid_from or date.min))


def rule_at_decision(facts: RecordFacts, law: Law, channel: str) -> TermRule | None:
    """The rule in force when the decision was made; it governs unless a transition rule says otherwise."""
    day = decided_day(facts)
    return next((each for each in rules_of(law, channel, facts.item) if each.in_force(day)), None)


def governing(facts: RecordFacts, law: Law, channel: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of the rules that may govern (`""`: none known) and the transitions nobody has ruled on yet.

    Every rule that began after the decision is a candidate, also one that nobody wrote a transition for:
    loading an edition can shorten what is shown, and lengthens nothing without a ruling.
    """
    own = rule_at_decision(facts, law, channel)
    current: tuple[str, ...] = (own.id if own else "",)
    open_questions: tuple[str, ...] = ()
    for newer in rules_of(law, channel, facts.item):
        if not decided_day(facts) < (newer.valid_from or date.min) <= law.day:
            continue
        question, candidates = transition_to(newer, law), (*current, newer.id)
        chosen = ruled(question, facts, law).get("rule")
        if chosen in candidates:
            current, open_questions = (str(chosen),), ()
        else:
            current, open_questions = candidates, (*open_questions, question)
    return current, open_questions


def transition_to(newer: TermRule, law: Law) -> str:
    """The question whether a rule takes over older acts, as reference/terms.yaml names it."""
    named = (each["id"] for each in law.document("terms.yaml")["transitions"] if each["newer"] == newer.id)
    return str(next(named, f"transition.{newer.valid_from}"))


def readings(facts: RecordFacts, law: Law, channel: str) -> tuple[Reading, ...]:
    """Every possible reading of the term of a penalty. At least one."""
    rules, transitions = governing(facts, law, channel)
    found = [each for rule in rules for each in _readings_of(rule, facts, law)]
    return tuple(replace(each, doubts=(*transitions, *each.doubts)) for each in found)


def _readings_of(rule_id: str, facts: RecordFacts, law: Law) -> tuple[Reading, ...]:
    if not rule_id:
        return (Reading(rule="", class_name="", label="", published=False, confidence=Confidence.UNCERTAIN),)
    rule = law.terms[rule_id]
    names, doubts, confidence = classes(rule, facts, law)
    return tuple(_reading(rule, name, facts, law, doubts, confidence) for name in names)


def _reading(
    rule: TermRule, name: str, facts: RecordFacts, law: Law, doubts: tuple[str, ...], confidence: Confidence
) -> Reading:
    kind = rule.data["classes"][name]
    published = kind["published"]
    if published == IN_PRINCIPLE_NOT:
        # 原则上不公示: the exception takes an officer's ruling, the rule does not.
        published = ruled(f"{rule.id}.slight", facts, law).get("publish") is True
    return Reading(
        rule=rule.id,
        class_name=name,
        label=kind["label"],
        published=bool(published),
        start=rule.data["start"]["value"],
        until=kind.get("until", ""),
        min_months=kind.get("min_months"),
        max_months=kind.get("max_months"),
        confidence=confidence,
        doubts=doubts,
    )


def classes(
    rule: TermRule, facts: RecordFacts, law: Law
) -> tuple[tuple[str, ...], tuple[str, ...], Confidence]:
    """The classes a record may fall into, the open question if it is one, and how sure we are.

    A ruling chooses among the candidates; it cannot move a record out of a class the rule makes certain.
    """
    entry = assignment(rule, facts)
    names, confidence = tuple(entry["candidates"]), Confidence(entry["confidence"])
    if len(names) == 1 and confidence is not Confidence.UNCERTAIN:
        return names, (), confidence
    question = f"{rule.id}.class"
    chosen = ruled(question, facts, law).get("class")
    if chosen in names:
        return (str(chosen),), (), Confidence.KNOWN
    return names, (question,), Confidence.UNCERTAIN


def assignment(rule: TermRule, facts: RecordFacts) -> Mapping[str, Any]:
    """The first line of the rule's table that fits. Raises LookupError for a table with a hole."""
    for entry in rule.data["assign"]:
        if fits(entry["when"], facts):
            return entry  # type: ignore[no-any-return]
    raise LookupError(f"{rule.id} assigns no class")


def fits(when: Mapping[str, Any], facts: RecordFacts) -> bool:
    """Whether all conditions of a line of reference/terms.yaml hold. Raises KeyError for an unknown one."""
    return all(_CONDITIONS[name](facts, wanted) for name, wanted in when.items())


_CONDITIONS: Mapping[str, Any] = {
    "subject_kind": lambda facts, wanted: facts.subject_kind in wanted,
    "domain": lambda facts, wanted: facts.domain in wanted,
    "amount": lambda facts, wanted: facts.amount in wanted,
    "summary_procedure": lambda facts, wanted: facts.summary_procedure is wanted,
    "no_kinds": lambda facts, wanted: (not facts.kinds) is wanted,
    "any_kinds": lambda facts, wanted: bool(set(facts.kinds) & set(wanted)),
    "only_kinds": lambda facts, wanted: bool(facts.kinds) and set(facts.kinds) <= set(wanted),
}


def collected(facts: RecordFacts, law: Law, channel: str) -> tuple[frozenset[bool], tuple[str, ...]]:
    """Whether the rules that may govern let such a penalty be taken in at all; more than one answer is doubt."""
    rules, questions = governing(facts, law, channel)
    answers: set[bool] = set()
    for rule_id in rules:
        said, question = _collected_by(rule_id, facts, law)
        answers |= said
        questions = (*questions, *question)
    return frozenset(answers), questions if len(answers) > 1 else ()


def _collected_by(rule_id: str, facts: RecordFacts, law: Law) -> tuple[set[bool], tuple[str, ...]]:
    entries = law.terms[rule_id].data.get("not_collected", ()) if rule_id else ()
    entry = next((each for each in entries if fits(each["when"], facts)), None)
    if entry is None:
        return {True}, ()
    if entry["confidence"] != Confidence.UNCERTAIN:
        return {False}, ()
    question = f"{rule_id}.collection"
    answer = ruled(question, facts, law).get("collected")
    return ({answer}, ()) if isinstance(answer, bool) else ({True, False}, (question,))


def plain_reading(facts: RecordFacts, law: Law, term: str) -> Reading:
    """The term of an item that is no penalty; without a known one its question `<term>.term` is open."""
    entry = law.document("terms.yaml")["plain_terms"][term]
    confidence, months = Confidence(entry["confidence"]), entry["months"]
    doubts: tuple[str, ...] = ()
    if confidence is Confidence.UNCERTAIN:
        months = ruled(f"{term}.term", facts, law).get("months")
        confidence = Confidence.KNOWN if months else confidence
        doubts = () if months else (f"{term}.term",)
    return Reading(
        rule=term,
        class_name="",
        label=entry["label"],
        published=not doubts,
        start=entry["start"],
        until=entry["until"],
        open_end=entry["open_end"],
        max_months=months,
        confidence=confidence,
        doubts=doubts,
    )
