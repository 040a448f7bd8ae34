"""Leniency on every adverse path (宽容审慎), and who signs for which paragraph (分工)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.procedures.walking import law_on
from xinheng.law.duties import SigningFacts, duties, duty, may_sign
from xinheng.law.facts import AgeClass, SubjectKind
from xinheng.law.language import Answer, Outcome
from xinheng.law.leniency import (
    ForceMajeureWindow,
    Leniency,
    LeniencyDecision,
    age_answer,
    leniency_answer,
    touched_by,
    with_force_majeure,
)  # fmt: skip

TODAY = date(2026, 11, 23)
FLOOD = ForceMajeureWindow(
    id="示例洪水", area="320812", first=date(2026, 7, 1), last=date(2026, 7, 20), ground="示例洪水", declared_by="示例戊"
)  # fmt: skip


def answer(said: Answer) -> Outcome:
    return said[0] if isinstance(said, tuple) else said


@pytest.mark.parametrize(
    ("kind", "age", "outcome"),
    [
        (SubjectKind.NATURAL_PERSON, AgeClass.MINOR, Outcome.FORBIDDEN),
        (SubjectKind.NATURAL_PERSON, AgeClass.UNKNOWN, Outcome.OFFICER_DECIDES),
        (SubjectKind.NATURAL_PERSON, AgeClass.NOT_A_PERSON, Outcome.OFFICER_DECIDES),
        (SubjectKind.NATURAL_PERSON, AgeClass.ADULT, Outcome.PERMITTED),
        (SubjectKind.LEGAL_PERSON, AgeClass.NOT_A_PERSON, Outcome.PERMITTED),
        (SubjectKind.SOLE_TRADER, AgeClass.MINOR, Outcome.FORBIDDEN),
    ],
)
@pytest.mark.clause("4.2b")
def test_minors_never_and_the_unknown_wait(kind: SubjectKind, age: AgeClass, outcome: Outcome) -> None:
    assert answer(age_answer(kind, age)) is outcome


@pytest.mark.parametrize(
    ("decision", "reason", "outcome"),
    [
        (LeniencyDecision.NONE, "", Outcome.FORBIDDEN),
        (LeniencyDecision.NONE, "示例理由", Outcome.FORBIDDEN),
        (LeniencyDecision.GO_ON, "", Outcome.FORBIDDEN),
        (LeniencyDecision.GO_ON, "示例理由", Outcome.PERMITTED),
        (LeniencyDecision.LIGHTER, "示例理由", Outcome.PERMITTED),
        (LeniencyDecision.SPARE, "示例理由", Outcome.FORBIDDEN),
    ],
)
@pytest.mark.parametrize("ground", ["force_majeure", "unintentional", "slight"])
def test_a_named_ground_needs_a_reasoned_decision(
    ground: str, decision: LeniencyDecision, reason: str, outcome: Outcome
) -> None:
    named = Leniency(heard=True, grounds=(ground,), decision=decision, reason=reason)
    assert answer(leniency_answer(named, lighter=True)) is outcome


def test_a_listing_is_no_lighter_course() -> None:
    lighter = Leniency(heard=True, grounds=("slight",), decision=LeniencyDecision.LIGHTER, reason="示例理由")
    assert answer(leniency_answer(lighter, lighter=False)) is Outcome.FORBIDDEN
    assert answer(leniency_answer(lighter, lighter=True)) is Outcome.PERMITTED


def test_not_asked_is_not_answered() -> None:
    assert answer(leniency_answer(Leniency(), lighter=True)) is Outcome.FORBIDDEN
    assert answer(leniency_answer(Leniency(heard=True), lighter=True)) is Outcome.PERMITTED


def test_a_ground_that_is_none_is_a_slip() -> None:
    with pytest.raises(ValueError, match="no ground"):
        Leniency(grounds=("bad_mood",))


@pytest.mark.parametrize(
    ("area", "first", "last", "touched"),
    [
        ("320812", date(2026, 7, 20), date(2026, 7, 30), True),
        ("320812", date(2026, 7, 21), None, False),
        ("320812", date(2026, 1, 1), None, True),
        ("320812", date(2026, 1, 1), date(2026, 6, 30), False),
        ("320826", date(2026, 7, 5), date(2026, 7, 6), False),
    ],
)
def test_a_window_touches_by_place_and_days(area: str, first: date, last: date | None, touched: bool) -> None:
    assert bool(touched_by([FLOOD], area=area, first=first, last=last)) is touched


def test_a_window_of_the_city_covers_its_counties() -> None:
    city = ForceMajeureWindow(
        id="示例", area="320800", first=date(2026, 7, 1), last=None, ground="示例", declared_by="示例戊"
    )
    assert touched_by([city], area="320830", first=TODAY, last=None) == (city,)
    assert touched_by([city], area="320900", first=TODAY, last=None) == ()


def test_a_window_without_ground_or_author_is_none() -> None:
    for ground, author in (("", "示例戊"), ("示例", "")):
        with pytest.raises(ValueError, match="ground"):
            ForceMajeureWindow(
                id="示例", area="320800", first=TODAY, last=None, ground=ground, declared_by=author
            )


def test_a_touched_matter_goes_before_a_person_again() -> None:
    """What was decided before the window was declared is asked anew, with the new ground beside the old ones."""
    before = Leniency(heard=True, grounds=("slight",), decision=LeniencyDecision.GO_ON, reason="示例理由")
    after = with_force_majeure(before, (FLOOD,))
    assert after.grounds == ("force_majeure", "slight")
    assert answer(leniency_answer(before, lighter=True)) is Outcome.PERMITTED
    assert answer(leniency_answer(after, lighter=True)) is Outcome.FORBIDDEN
    assert with_force_majeure(before, ()) is before
    decided = Leniency(
        heard=True, grounds=("force_majeure",), decision=LeniencyDecision.GO_ON, reason="示例理由"
    )
    assert with_force_majeure(decided, (FLOOD,)) is decided


# ---- duties ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paragraph", "body", "signs"),
    [
        ("2.1", "credit_office", True), ("2.1", "justice", True), ("2.1", "market", False), ("2.1", "departments", False),
        ("3.2", "market", True), ("3.2", "justice", False), ("4.1", "departments", True), ("5.3", "police", True),
        ("5.4", "credit_office", True), ("5.4", "police", False),
    ],
)  # fmt: skip
@pytest.mark.clause("6.2b")
def test_who_signs_for_a_paragraph(paragraph: str, body: str, signs: bool) -> None:
    facts = SigningFacts(paragraph=paragraph, body=body, area="320800", matter_area="320812")
    assert (may_sign(facts, law_on(TODAY)).outcome is Outcome.PERMITTED) is signs


@pytest.mark.parametrize(("area", "signs"), [("320812", True), ("320826", False)])
@pytest.mark.clause("6.2b")
def test_a_county_signs_for_itself_only(area: str, signs: bool) -> None:
    facts = SigningFacts(paragraph="2.1", body="justice", area="320812", matter_area=area, county=True)
    said = may_sign(facts, law_on(TODAY))
    assert (said.outcome is Outcome.PERMITTED) is signs
    assert said.code == ("" if signs else "SIGNS_FOR_OTHER_AREA")


def test_only_two_paragraphs_have_a_lead_and_counties_act_separately_in_all() -> None:
    law = law_on(TODAY)
    assert {each.paragraph: each.lead for each in duties(law) if each.lead} == {
        "2.1": ("credit_office", "justice"), "3.2": ("credit_office", "market"),
    }  # fmt: skip
    assert all(each.counties_separately for each in duties(law))
    assert duty("5.3", law).lead == ()
    with pytest.raises(KeyError):
        duty("9.9", law)
