"""Each guard of the listing procedure taken out in turn (逐一撤去条件): the defect is refused with it, and seen without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from tests.procedures.walking import (
    CHECKER,
    DECIDED,
    FIRM,
    MAKER,
    PERSON,
    SAID,
    SIGNER,
    START,
    Walk,
    book,
    fresh,
    law_on,
    listed,
    with_list,
    without,
    wrongs,
)  # fmt: skip
from xinheng.law.facts import AgeClass, Effect, SubjectKind
from xinheng.law.language import Outcome, Refusal
from xinheng.law.lawbook import Lawbook
from xinheng.law.leniency import Leniency
from xinheng.law.lists import BodyLevel, PartyRole
from xinheng.law.procedures.casefacts import CaseFacts, Objection, ObjectionKind, Paper
from xinheng.law.procedures.listing import LISTING

pytestmark = pytest.mark.clause("2.3", "2.4", "4.1a", "4.1b", "4.1c", "4.2b")


@dataclass(frozen=True)
class Defect:
    """What is wrong: the case from the start, a spoiling of its facts on the way, a change of the law."""

    case: Callable[[], CaseFacts] = fresh
    spoil: Callable[[CaseFacts], CaseFacts] = lambda facts: facts
    lawbook: Callable[[], Lawbook] = book
    pause: int = 30


def _body(**changes: Any) -> Callable[[], CaseFacts]:
    return lambda: fresh(body=replace(fresh().listing.body, **changes))


def _market_person(age: AgeClass) -> CaseFacts:
    return fresh("market", subject_kind=SubjectKind.NATURAL_PERSON, age=age)


def _linked() -> CaseFacts:
    role, kind = PartyRole.LEGAL_REPRESENTATIVE, SubjectKind.NATURAL_PERSON
    case = fresh(role=role, subject_kind=kind, age=AgeClass.ADULT)
    return replace(case, party=PERSON, unit_state="awaiting")


def _no_consent() -> CaseFacts:
    case = fresh("market")
    return fresh("market", body=replace(case.listing.body, superior_consent=False))


def _revoked() -> CaseFacts:
    return fresh(grounds=(replace(fresh().listing.grounds[0], effect=Effect.REVOKED),))


def _says_less(facts: CaseFacts) -> CaseFacts:
    return replace(facts, notice=replace(facts.notice, says=SAID - {"rights"})) if facts.notice else facts


def _served_to_another(facts: CaseFacts) -> CaseFacts:
    proof = facts.notice_proof
    return replace(facts, notice_proof=replace(proof, party=PERSON)) if proof else facts


def _objection(**answer: Any) -> Callable[[CaseFacts], CaseFacts]:
    said = Objection(id="示例意见", kind=ObjectionKind.OBJECTION, received_on=START, **answer)
    return lambda facts: replace(facts, objections=(said,)) if facts.state != "new" else facts


def _silent(facts: CaseFacts) -> CaseFacts:
    return replace(facts, reason="")


def _one_person(step: str, person: str) -> Callable[[CaseFacts], CaseFacts]:
    states = {"check": "proposed", "decide": "checked"}
    return lambda facts: replace(facts, actor=person) if facts.state == states[step] else facts


def _paper(**changes: Any) -> Callable[[CaseFacts], CaseFacts]:
    return lambda facts: (
        replace(facts, decision=replace(facts.decision, **changes)) if facts.decision else facts
    )


def _decision_unserved(facts: CaseFacts) -> CaseFacts:
    return replace(facts, decision_proof=None)


def _wage() -> Any:
    return next(each for each in book().lists if each.code == "wage")


def _remedies_missing() -> Lawbook:
    return with_list("wage", standard={k: v for k, v in _wage().standard.items() if k != "remedies"})


def _part_on(basis: str) -> Callable[[], Lawbook]:
    part = _wage().standard["criteria"]
    return lambda: with_list("wage", standard={**_wage().standard, "criteria": replace(part, basis=(basis,))})


def _domain_on_rule() -> Lawbook:
    return with_list("wage", domain=replace(_wage().domain, basis=("mohrss-45#5",)))


DEFECTS = {
    "listing.known": Defect(
        case=lambda: replace(fresh(), listing=replace(fresh().listing, list="市民不文明行为"))
    ),
    "listing.carried": Defect(case=lambda: fresh("court")),
    "listing.range": Defect(case=lambda: fresh(range="R4")),
    "listing.domain": Defect(lawbook=_domain_on_rule),
    "listing.parts": Defect(lawbook=_remedies_missing),
    "listing.standard": Defect(lawbook=_part_on("stat-2019-33#publish")),
    "listing.level": Defect(case=_body(level=BodyLevel.TOWNSHIP)),
    "listing.consent": Defect(case=_no_consent),
    "listing.trade": Defect(case=_body(trades=("finance",))),
    "listing.party": Defect(case=lambda: fresh(subject_kind=SubjectKind.NATURAL_PERSON, age=AgeClass.ADULT)),
    "listing.grounds": Defect(case=_revoked),
    "listing.criteria": Defect(case=lambda: fresh(criteria=("amount",))),
    "listing.minor": Defect(case=lambda: _market_person(AgeClass.MINOR)),
    "listing.leniency": Defect(case=lambda: fresh(leniency=Leniency(heard=True, grounds=("slight",)))),
    "case.notice_says": Defect(spoil=_says_less),
    "case.notice_served": Defect(spoil=_served_to_another),
    "case.window": Defect(pause=3),
    "case.answered": Defect(spoil=_objection()),
    "case.not_upheld": Defect(spoil=_objection(replied_on=START, reasons="示例", upheld=True)),
    "case.unit_first": Defect(case=_linked),
    "case.reasoned": Defect(spoil=_silent),
    "case.checker": Defect(spoil=_one_person("check", MAKER)),
    "case.signer": Defect(spoil=_one_person("decide", CHECKER)),
    "case.decision_says": Defect(spoil=_paper(says=DECIDED - {"rights"})),
    "case.sealed": Defect(spoil=_paper(sealed_copy_matches=False)),
    "case.decision_served": Defect(spoil=_decision_unserved),
}
PATH = ("open", "notify", "serve_notice", "propose", "check", "decide", "list")


def walk(defect: Defect, machine: Any = LISTING) -> Walk:
    return Walk(defect.case(), machine=machine, lawbook=defect.lawbook(), spoil=defect.spoil)


def test_the_lawful_way_is_open_and_nothing_is_wrong_with_it() -> None:
    assert wrongs(Walk(fresh()).whole_way()) == []


def test_there_is_a_defect_for_every_guard_on_the_way_to_listed() -> None:
    assert {guard.name for step in PATH for guard in LISTING.step(step).guards} == set(DEFECTS)


@pytest.mark.parametrize("guard", DEFECTS)
def test_with_all_guards_the_defect_is_refused_by_the_one_it_meets(guard: str) -> None:
    with pytest.raises(Refusal) as refused:
        walk(DEFECTS[guard]).whole_way(DEFECTS[guard].pause)
    assert [reason.rule for reason in refused.value.reasons] == [guard]


@pytest.mark.parametrize("guard", DEFECTS)
def test_without_the_guard_a_case_is_listed_that_must_not_be(guard: str) -> None:
    done = walk(DEFECTS[guard], without(guard)).whole_way(DEFECTS[guard].pause)
    assert done.facts.state == "listed"
    assert wrongs(done)


def test_the_law_of_the_day_is_asked_again_at_the_signature() -> None:
    """A document that falls between check and signature stops the signature."""
    case = Walk(fresh()).notified().served()
    case.wait(30)
    case.proposed().take("check", CHECKER)
    case.give(listing=_revoked().listing, decision=Paper(number="示例", party=FIRM, says=DECIDED))
    with pytest.raises(Refusal) as refused:
        case.take("decide", SIGNER)
    assert [reason.code for reason in refused.value.reasons] == ["LIST_GROUND_EFFECT"]


def test_nothing_is_decided_before_the_day_after_the_window() -> None:
    last = date(2026, 3, 9)  # five working days after Monday, 2 March
    for day, open_ in ((last, False), (date(2026, 3, 10), True)):
        case = Walk(fresh()).notified(None).served()
        case.give(today=day)
        asked = LISTING.ask("propose", replace(case.facts, actor=MAKER), case.law)
        assert (asked.outcome == 0) is open_


# ---- guards off the way to listed --------------------------------------------------------------------


def _state(state: str, **changes: Any) -> Callable[[], CaseFacts]:
    return lambda: replace(listed().facts, state=state, actor=SIGNER, **changes)


OFF_THE_WAY = {
    "case.term_over": ("end", _state("listed")),
    "case.early_exit": ("exit", _state("listed")),
    "case.ground_fell": ("hide", _state("listed")),
    "case.all_fell": ("revoke", _state("listed")),
    "case.reinstatement": ("reinstate", _state("removed")),
    "case.unit_left": ("leave_with_unit", _state("listed")),
    "case.something_open": ("reply", _state("awaiting")),
    "case.hearing_asked": ("hold_hearing", _state("awaiting")),
}


@pytest.mark.parametrize("guard", OFF_THE_WAY)
def test_each_guard_off_the_way_is_the_only_one_that_says_no(guard: str) -> None:
    step, facts = OFF_THE_WAY[guard]
    law = law_on(facts().today)
    assert [each.rule for each in LISTING.ask(step, facts(), law).against] == [guard]
    assert without(guard).ask(step, facts(), law).outcome is Outcome.PERMITTED


def test_no_guard_of_the_table_is_without_a_proof() -> None:
    asked = {guard.name for step in LISTING.steps for guard in step.guards}
    assert asked == set(DEFECTS) | set(OFF_THE_WAY)
