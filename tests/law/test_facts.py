"""Facts are buckets (事实): the same for equal rows, back and forth through JSON, exact at their bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.law import disclosure, intake, lawbook
from xinheng.law.facts import (
    AgeClass,
    AmountClass,
    Effect,
    InstrumentKind,
    RecordFacts,
    SubjectKind,
    age_class,
    amount_class,
    decided_day,
    facts_digest,
    years_later,
)
from xinheng.law.language import Outcome

BOOK = lawbook.load()
LAW = BOOK.as_of(date(2026, 11, 23))
PERSON = SubjectKind.NATURAL_PERSON
FACTS = RecordFacts(
    item="penalty",
    interval="2026-04-01",
    subject_kind=SubjectKind.LEGAL_PERSON,
    instrument_kind=InstrumentKind.PENALTY,
    kinds=("fine", "warning"),
)
ANY = st.builds(
    RecordFacts,
    item=st.sampled_from(["penalty", "license"]),
    interval=st.sampled_from(["", "2023-05-01"]),
    subject_kind=st.sampled_from(SubjectKind),
    instrument_kind=st.sampled_from(InstrumentKind),
    effect=st.sampled_from(Effect),
    amount=st.sampled_from(AmountClass),
    age=st.sampled_from(AgeClass),
    kinds=st.sets(st.sampled_from(["fine", "warning", "close"])).map(lambda kinds: tuple(sorted(kinds))),
    contested=st.booleans(),
    consent=st.booleans(),
)


@given(ANY)
def test_facts_survive_json(facts: RecordFacts) -> None:
    assert RecordFacts.from_json(facts.to_json()) == facts


@given(ANY, ANY)
def test_equal_facts_and_only_they_share_a_digest(one: RecordFacts, other: RecordFacts) -> None:
    assert (facts_digest(one) == facts_digest(other)) == (one == other)


def test_a_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert facts_digest({"a": 1, "b": "二"}) == facts_digest({"b": "二", "a": 1})


@pytest.mark.parametrize("kinds", [("warning", "fine"), ("fine", "fine")])
def test_kinds_are_sorted_and_distinct(kinds: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="sorted and distinct"):
        replace(FACTS, kinds=kinds)


def test_what_is_neither_true_nor_false_is_refused() -> None:
    with pytest.raises(TypeError, match="consent"):
        RecordFacts.from_json(FACTS.to_json() | {"consent": "false"})


def test_unknown_facts_and_unknown_words_are_refused() -> None:
    with pytest.raises(ValueError, match="score"):
        RecordFacts.from_json(FACTS.to_json() | {"score": 80})
    with pytest.raises(ValueError, match="giant"):
        RecordFacts.from_json(FACTS.to_json() | {"subject_kind": "giant"})


def test_a_decision_before_every_edition_is_before_every_day() -> None:
    assert decided_day(replace(FACTS, interval="")) == date.min
    assert decided_day(FACTS) == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("birth", "act_on", "decided_on", "expected"),
    [
        (date(2008, 3, 1), date(2026, 3, 1), date(2026, 5, 8), AgeClass.ADULT),
        (date(2008, 3, 2), date(2026, 3, 1), date(2026, 5, 8), AgeClass.MINOR),
        (date(2003, 5, 8), None, date(2026, 5, 8), AgeClass.ADULT),
        (date(2003, 5, 9), None, date(2026, 5, 8), AgeClass.UNKNOWN),
        (date(2008, 5, 8), None, date(2026, 5, 8), AgeClass.UNKNOWN),
        (date(2008, 5, 9), None, date(2026, 5, 8), AgeClass.MINOR),
        (None, None, date(2026, 5, 8), AgeClass.UNKNOWN),
        (None, date(2026, 3, 1), date(2026, 5, 8), AgeClass.UNKNOWN),
        (date(2008, 2, 29), date(2026, 2, 27), date(2026, 5, 8), AgeClass.MINOR),
        (date(2008, 2, 29), date(2026, 2, 28), date(2026, 5, 8), AgeClass.ADULT),
    ],
)
def test_age_at_the_act(
    birth: date | None, act_on: date | None, decided_on: date, expected: AgeClass
) -> None:
    assert age_class(PERSON, birth, act_on, decided_on, law=LAW) is expected


@pytest.mark.parametrize("kind", [each for each in SubjectKind if each is not PERSON])
def test_only_persons_have_an_age(kind: SubjectKind) -> None:
    assert age_class(kind, None, None, date(2026, 5, 8), law=LAW) is AgeClass.NOT_A_PERSON


@given(
    st.dates(date(1940, 1, 1), date(2026, 1, 1)),
    st.integers(0, 5 * 365),
    st.dates(date(2021, 1, 1), date(2026, 12, 31)),
)
def test_adult_without_the_day_of_the_act_is_adult_on_every_day_it_can_have_been(
    birth: date, days: int, decided: date
) -> None:
    if age_class(PERSON, birth, None, decided, law=LAW) is AgeClass.ADULT:
        act_on = decided - timedelta(days=days)
        assert age_class(PERSON, birth, act_on, decided, law=LAW) is AgeClass.ADULT


@pytest.mark.parametrize(
    ("yuan", "expected"),
    [
        (None, AmountClass.NONE),
        ("0", AmountClass.NONE),
        ("0.01", AmountClass.UPTO_200),
        ("200", AmountClass.UPTO_200),
        ("200.01", AmountClass.UPTO_3000),
        ("3000", AmountClass.UPTO_3000),
        ("3000.01", AmountClass.BELOW_100000),
        ("99999.99", AmountClass.BELOW_100000),
        ("100000", AmountClass.FROM_100000),
        ("90000000", AmountClass.FROM_100000),
    ],
)
def test_amounts_fall_into_the_bucket_of_their_bound(yuan: str | None, expected: AmountClass) -> None:
    assert amount_class(None if yuan is None else Decimal(yuan), law=LAW) is expected


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2000, 2, 29), 100, date(2100, 2, 28)),
        (date(2025, 2, 28), 3, date(2028, 2, 28)),
    ],
)
def test_years_clamp_on_29_february(day: date, years: int, expected: date) -> None:
    assert years_later(day, years) == expected


@pytest.mark.clause("4.2b")
def test_nothing_said_of_a_person_is_the_cautious_thing() -> None:
    """Facts that someone forgot to give: no adult, no review."""
    law = lawbook.load().as_of(date(2026, 11, 23))
    bare = RecordFacts(
        item="penalty",
        interval="2026-04-01",
        subject_kind=SubjectKind.NATURAL_PERSON,
        instrument_kind=InstrumentKind.PENALTY,
        kinds=("confiscate_goods",),
    )
    assert not bare.reviewed
    assert intake.decide(bare, law).outcome is Outcome.OFFICER_DECIDES
    grown = replace(bare, age=AgeClass.ADULT)
    assert intake.decide(grown, law).outcome is Outcome.PERMITTED
    firm = replace(bare, subject_kind=SubjectKind.LEGAL_PERSON)
    assert disclosure.decide(firm, "public", law).verdict.against[0].code == "NOT_REVIEWED"
    assert not disclosure.decide(replace(firm, reviewed=True), "public", law).verdict.against
