"""Doubt is always one of the closed set of questions, and never publishes or prolongs (裁定)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinheng.law import disclosure, intake, lawbook
from xinheng.law.facts import (
    AgeClass,
    AmountClass,
    Competence,
    InstrumentKind,
    RecordFacts,
    SubjectKind,
    facts_digest,
)
from xinheng.law.language import Confidence, Outcome, Verdict
from xinheng.law.lawbook import Law
from xinheng.law.questions import EQUAL, ROW, Question, questions, ruling_fault, ruling_key, settle
from xinheng.law.reference import RulingDecision, Rulings
from xinheng.law.terms import fits, rules_of

BOOK = lawbook.load()
TODAY = date(2026, 11, 23)
LAW = BOOK.as_of(TODAY)
QUESTIONS = questions(LAW)
KINDS = [
    "warning", "criticism", "fine", "confiscate_gains", "confiscate_goods", "suspend_permit", "downgrade",
    "revoke_permit", "restrict_business", "halt", "close", "restrict_occupation", "detention", "other",
]  # fmt: skip
ITEMS = {
    "penalty": InstrumentKind.PENALTY, "adjudication": InstrumentKind.ADJUDICATION,
    "enforcement": InstrumentKind.ENFORCEMENT, "judgment": InstrumentKind.JUDGMENT, "license": InstrumentKind.LICENSE,
}  # fmt: skip
INTERVALS = ["", *(each.isoformat() for each in BOOK.boundaries)]
FACTS = st.builds(
    lambda item, **rest: RecordFacts(item=item, instrument_kind=ITEMS[item], **rest),
    item=st.sampled_from([*ITEMS, *["penalty"] * 8]),
    interval=st.sampled_from(INTERVALS),
    subject_kind=st.sampled_from(SubjectKind),
    kinds=st.sets(st.sampled_from(KINDS), max_size=3).map(lambda kinds: tuple(sorted(kinds))),
    amount=st.sampled_from(AmountClass),
    summary_procedure=st.booleans(),
    age=st.sampled_from(AgeClass),
    domain=st.sampled_from(["", "food", "drug", "special_equipment", "work_safety", "fire"]),
    force_majeure=st.booleans(),
    competence=st.sampled_from(Competence),
    consent=st.booleans(),
    reviewed=st.booleans(),
)


def test_no_question_calls_a_penalty_untrustworthy() -> None:
    """Titles stand on public pages beside penalties: 失信 is what an agency determined, and nothing else (2.2a)."""
    assert [each.id for each in QUESTIONS.values() if "失信" in each.title] == []


DAYS = st.sampled_from([*BOOK.boundaries[3:], TODAY])
OPEN = ("public", "enterprise_system", "institution")


def asked(facts: RecordFacts, law: Law) -> Iterator[Verdict]:
    yield intake.decide(facts, law)
    for audience in (*OPEN, "agency"):
        yield disclosure.decide(facts, audience, law).verdict


def open_ids(verdict: Verdict) -> set[str]:
    waiting = [r for r in verdict.reasons if r.outcome is Outcome.OFFICER_DECIDES]
    return {each for r in waiting for each in r.values["question_ids"].split(",")}


@settings(max_examples=60)
@given(FACTS, DAYS)
def test_every_doubt_names_questions_that_can_be_answered(facts: RecordFacts, day: date) -> None:
    law = BOOK.as_of(day)
    for verdict in asked(facts, law):
        for reason in verdict.reasons:
            if reason.outcome is not Outcome.OFFICER_DECIDES:
                continue
            ids = reason.values["question_ids"].split(",")
            assert ids
            assert all(QUESTIONS[each].confidence in (Confidence.UNCERTAIN, Confidence.KNOWN) for each in ids)


def answers(question: Question) -> list[dict[str, Any]]:
    name, allowed = next(iter(question.decision.items()))
    return [{name: value} for value in ([6] if allowed == "integer" else allowed)]


@settings(max_examples=25)
@given(FACTS)
def test_answering_the_open_questions_one_after_the_other_ends_all_doubt(facts: RecordFacts) -> None:
    """No question comes back after its answer, and none is left without one that ends it."""
    law, decisions, seen = LAW, {}, set()
    while waiting := {each for verdict in asked(facts, law) for each in open_ids(verdict)}:
        value_id = min(waiting)
        assert value_id not in seen
        seen.add(value_id)
        if QUESTIONS[value_id].scope == ROW:
            facts = settle(facts, value_id, answers(QUESTIONS[value_id])[0], law)
            continue
        decision = next(d for d in answers(QUESTIONS[value_id]) if settles(value_id, d, facts, law))
        decisions[value_id, facts_digest(ruling_key(value_id, facts, law))] = RulingDecision(
            "示例裁定", decision
        )
        law = BOOK.as_of(TODAY, Rulings(dict(decisions)))


def settles(value_id: str, decision: dict[str, Any], facts: RecordFacts, law: Law) -> bool:
    key = value_id, facts_digest(ruling_key(value_id, facts, law))
    rulings = Rulings({**law.rulings.decisions, key: RulingDecision("示例裁定", decision)})
    return all(value_id not in open_ids(verdict) for verdict in asked(facts, BOOK.as_of(law.day, rulings)))


@settings(max_examples=60)
@given(FACTS, DAYS, DAYS)
def test_a_later_day_never_shows_a_penalty_longer_or_anew(facts: RecordFacts, one: date, other: date) -> None:
    """Doubt never begins or prolongs: without a ruling time only takes away."""
    facts = replace(facts, item="penalty", instrument_kind=InstrumentKind.PENALTY)
    early, late = sorted((one, other))
    first = BOOK.catalogs[0].valid_from
    if first is None or early.isoformat() < facts.interval or early < first:
        return
    before = disclosure.decide(facts, "public", BOOK.as_of(early))
    after = disclosure.decide(facts, "public", BOOK.as_of(late))
    if after.verdict.outcome is Outcome.PERMITTED:
        assert before.verdict.outcome is Outcome.PERMITTED
        assert after.term is not None
        assert before.term is not None
        assert (after.term.months or 999) <= (before.term.months or 999)


@settings(max_examples=50)
@given(FACTS, DAYS)
def test_persons_without_consent_and_legal_representatives_are_never_in_the_open(
    facts: RecordFacts, day: date
) -> None:
    for audience in OPEN:
        said = disclosure.decide(facts, audience, BOOK.as_of(day))
        assert not {"legal_representative", "remark"} & set(said.shown)
        if facts.subject_kind is SubjectKind.NATURAL_PERSON:
            assert "party_code" not in said.shown
            assert facts.consent or said.verdict.outcome is Outcome.FORBIDDEN
            assert not said.shown or said.masks == {"party_name": "person_name"}


@settings(max_examples=50)
@given(FACTS)
def test_free_text_shown_to_all_is_always_screened(facts: RecordFacts) -> None:
    said = disclosure.decide(facts, "public", LAW)
    free = {each.code for each in LAW.item(facts.item).fields if each.free_text}  # type: ignore[union-attr]
    assert set(said.screened) == free & set(said.shown)


def test_rulings_of_fact_are_refused_and_settled_by_row_only() -> None:
    facts = RecordFacts(
        item="penalty",
        subject_kind=SubjectKind.NATURAL_PERSON,
        instrument_kind=InstrumentKind.PENALTY,
        age=AgeClass.UNKNOWN,
    )
    for value_id, question in QUESTIONS.items():
        for decision in answers(question):
            if question.scope == EQUAL:
                assert ruling_fault(value_id, decision, LAW) == ""
                with pytest.raises(ValueError, match="逐条"):
                    settle(facts, value_id, decision, LAW)
            else:
                assert "个案" in ruling_fault(value_id, decision, LAW)
                assert settle(facts, value_id, decision, LAW).settled


@pytest.mark.parametrize(
    ("value_id", "decision"),
    [
        ("P-36.classes", {"class": "一般"}),
        ("P-36.class", {"class": "特别严重"}),
        ("P-36.class", {"class": "一般", "months": 12}),
        ("P-36.class", {}),
        ("P-36.slight", {"publish": 1}),
        ("P-36.slight", {"publish": "true"}),
        ("judgment.term", {"months": 0}),
        ("judgment.term", {"months": -3}),
        ("judgment.term", {"months": True}),
        ("judgment.term", {"months": "12"}),
        ("transition.2026-04-01", {"rule": "P-SAMR45"}),
    ],
)
def test_an_answer_that_does_not_fit_is_told_in_chinese(value_id: str, decision: dict[str, Any]) -> None:
    assert "。" in ruling_fault(value_id, decision, LAW)


def test_settling_twice_keeps_the_last_answer() -> None:
    facts = RecordFacts(
        item="penalty", subject_kind=SubjectKind.NATURAL_PERSON, instrument_kind=InstrumentKind.PENALTY
    )
    facts = settle(facts, "intake.age", {"age": "adult"}, LAW)
    facts = settle(facts, "intake.age", {"age": "minor"}, LAW)
    assert facts.settled == ('intake.age={"age": "minor"}',)


def test_a_ruling_holds_for_rows_that_differ_in_nothing_it_asks() -> None:
    one = RecordFacts(
        item="penalty",
        subject_kind=SubjectKind.LEGAL_PERSON,
        instrument_kind=InstrumentKind.PENALTY,
        kinds=("fine",),
    )
    same = replace(one, contested=True, subject_kind=SubjectKind.SOLE_TRADER, interval="2026-04-01")
    other = replace(one, amount=AmountClass.FROM_100000)
    keys = [ruling_key("P-36.class", each, LAW) for each in (one, same, other)]
    assert keys[0] == keys[1] != keys[2]


def test_every_table_of_classes_is_whole_and_every_class_is_there() -> None:
    """Each line names classes of its own rule, and the last line of each table fits everything."""
    facts = RecordFacts(
        item="penalty", subject_kind=SubjectKind.LEGAL_PERSON, instrument_kind=InstrumentKind.PENALTY
    )
    for rule in itertools.chain(
        rules_of(LAW, "credit_china", "penalty"), rules_of(LAW, "enterprise_system", "penalty")
    ):
        assert dict(rule.data["assign"][-1]["when"]) == {}
        for line in (*rule.data["assign"], *rule.data.get("not_collected", ())):
            assert fits(line["when"], facts) in (True, False)
            assert set(line.get("candidates", ())) <= set(rule.data["classes"])
        asked_for = QUESTIONS[f"{rule.id}.class"].decision["class"]
        unsure = [line for line in rule.data["assign"] if line["confidence"] == "uncertain"]
        assert (
            {name for line in unsure for name in line["candidates"]}
            <= set(asked_for)
            <= set(rule.data["classes"])
        )
        assert {
            value
            for line in unsure
            for kinds in line["when"].values()
            if isinstance(kinds, tuple)
            for value in kinds
        } <= {*KINDS, *("food", "drug", "special_equipment", "work_safety", "fire")}
