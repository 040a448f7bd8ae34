"""Whole listing cases (名单案卷): three lists by data alone, a fourth as YAML, and the traps a jurist would lay."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from tests.law.planting import put
from tests.procedures.walking import (
    CHECKER,
    LISTS,
    MAKER,
    PERSON,
    SIGNER,
    Walk,
    awaiting,
    fresh,
    law_on,
    listed,
    refused,
    wrongs,
)
from xinheng.law.deadlines import reply_period
from xinheng.law.facts import AgeClass, SubjectKind
from xinheng.law.language import Outcome, Refusal
from xinheng.law.lawbook import default_path, load
from xinheng.law.leniency import Leniency, LeniencyDecision
from xinheng.law.lists import BodyLevel, PartyRole
from xinheng.law.machine import SYSTEM
from xinheng.law.procedures.casefacts import Objection, ObjectionKind, reply_due, window
from xinheng.law.procedures.listing import LISTING
from xinheng.law.procedures.listingrules import entry_end
from xinheng.law.refusals import tell

TODAY = date(2026, 11, 23)


# ---- three lists through the same table --------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "window_end", "reply_end", "last"),
    [
        # Started on 2026-03-02: the window from the service, the reply from an objection on the same day.
        ("wage", date(2026, 3, 9), date(2026, 3, 9), date(2029, 4, 1)),
        ("market", date(2026, 3, 11), date(2026, 3, 16), date(2029, 4, 1)),
        ("tax", date(2026, 3, 11), date(2026, 3, 16), date(2029, 4, 1)),
    ],
)
@pytest.mark.clause("2.4", "4.1a", "4.1b", "4.1c")
def test_a_case_runs_to_the_end_by_the_clocks_of_its_list(
    code: str, window_end: date, reply_end: date, last: date
) -> None:
    walk = awaiting(code)
    said = Objection(id="示例", kind=ObjectionKind.OBJECTION, received_on=walk.facts.today)
    end = window(walk.facts, walk.law)
    assert end
    assert end.last == window_end
    assert reply_due(said, walk.facts, walk.law).last == reply_end
    walk.wait(30)
    walk.proposed().decided().listed()
    assert wrongs(walk) == []
    assert entry_end(walk.facts, walk.law) == last
    walk.give(today=last)
    assert refused(walk, "end", SYSTEM) == ["ENTRY_TERM_RUNS"]
    walk.wait(1)
    walk.take("end", SYSTEM)
    assert walk.facts.state == "removed"


def test_the_term_of_an_entry_ends_by_the_calendar_rest_day_or_not() -> None:
    walk = listed()
    walk.give(today=date(2029, 4, 2))  # 2029-04-01 is a Sunday
    assert date(2029, 4, 1).weekday() == 6
    walk.take("end", SYSTEM)


def test_a_fourth_list_is_yaml_alone(tmp_path: Path) -> None:
    """Another trade, another window, seven days to reply, one year: no line of code is touched."""
    root = shutil.copytree(default_path(), tmp_path / "reference", copy_function=shutil.copyfile)
    document = yaml.safe_load((root / "lists/wage.yaml").read_text("utf-8"))
    document |= {"id": "example-2026", "list": "example", "name": "示例名单", "linked": [], "measures": []}
    document["authority"] |= {"trades": ["example"], "level": "city"}
    procedure, removal = document["standard"]["procedure"], document["standard"]["removal"]
    procedure["window"] |= {"n": 3}
    procedure["reply"] |= {"n": 7}
    removal["term"] |= {"n": 12, "from": "listed"}
    put(root, "lists/example.yaml", document)
    lawbook = load(root)
    assert lawbook.check() == []
    case = fresh()
    body = replace(case.listing.body, trades=("example",))
    facts = replace(case, listing=replace(case.listing, list="example", body=body))
    assert refused(Walk(facts, lawbook=lawbook), "open", MAKER) == ["AUTHORITY_LEVEL"]
    body = replace(body, level=BodyLevel.CITY)
    walk = Walk(replace(facts, listing=replace(facts.listing, body=body)), lawbook=lawbook).whole_way(7)
    assert reply_period(walk.law.serious_list("example"), walk.law).n == 7
    assert entry_end(walk.facts, walk.law) == date(2027, 3, 9)


# ---- what the party is told and says -------------------------------------------------------------------


@pytest.mark.clause("4.1a")
def test_the_firm_was_notified_and_its_legal_representative_not() -> None:
    """Only the firm can be decided; the notice to the firm stands for nobody else."""
    firm = awaiting()
    firm.wait(30)
    firm.proposed().decided()
    role, kind = PartyRole.LEGAL_REPRESENTATIVE, SubjectKind.NATURAL_PERSON
    case = fresh(role=role, subject_kind=kind, age=AgeClass.ADULT)
    person = Walk(replace(case, party=PERSON, unit_state=firm.facts.state)).notified()
    person.give(notice_proof=firm.facts.notice_proof)
    assert refused(person, "serve_notice", MAKER) == ["NOTICE_NOT_SERVED"]
    person.give(notice=firm.facts.notice)
    assert refused(person, "serve_notice", MAKER) == ["NOTICE_MISSING", "NOTICE_NOT_SERVED"]
    firm.listed()
    assert firm.facts.state == "listed"


def test_a_linked_person_goes_his_own_way_after_the_unit() -> None:
    role, kind = PartyRole.PRINCIPAL, SubjectKind.NATURAL_PERSON
    case = replace(
        fresh(role=role, subject_kind=kind, age=AgeClass.ADULT), party=PERSON, unit_state="awaiting"
    )
    walk = Walk(case).notified().served()
    walk.wait(30)
    assert refused(walk, "propose", MAKER) == ["LINKED_BEFORE_UNIT"]
    walk.give(unit_state="listed")
    walk.proposed().decided().listed()
    assert wrongs(walk) == []
    assert refused(walk, "leave_with_unit", SYSTEM) == ["UNIT_NOT_LEFT"]
    walk.give(unit_state="removed")
    walk.take("leave_with_unit", SYSTEM)


@pytest.mark.clause("4.1b")
def test_an_objection_stops_everything_until_it_is_answered_however_late() -> None:
    walk = awaiting()
    walk.objects(Objection(id="示例", kind=ObjectionKind.OBJECTION, received_on=walk.facts.today))
    walk.wait(60)
    with pytest.raises(Refusal) as refusal:
        walk.take("propose", MAKER)
    assert tell(refusal.value.reasons[0], walk.law).text.startswith(
        "暂不能作出决定：还有 1 件意见没有核实反馈；最早的是当事人 2026-03-02 提出的，最迟应于 2026-03-09 反馈。"
    )
    walk.take("reply", CHECKER)
    said = walk.facts.objections[0]
    walk.give(objections=(replace(said, replied_on=walk.facts.today, reasons=" "),))
    assert refused(walk, "propose", MAKER) == ["OBJECTION_PENDING"]
    walk.give(objections=(replace(said, replied_on=walk.facts.today, reasons="示例理由"),))
    walk.proposed()
    assert refused(walk, "reply", CHECKER) == ["NOTHING_TO_ANSWER"]


@pytest.mark.parametrize("state", ["notified", "awaiting", "proposed", "checked"])
def test_the_party_can_always_speak_before_the_decision(state: str) -> None:
    """No guard stands before receiving, whatever else is wrong with the case."""
    assert LISTING.step("receive").guards == ()
    facts = replace(fresh(), state=state, listing=replace(LISTS["wage"], list="示例"))
    assert LISTING.ask("receive", facts, law_on(TODAY)).outcome is Outcome.PERMITTED


def test_an_objection_that_comes_between_check_and_signature_stops_the_signature() -> None:
    walk = awaiting()
    walk.wait(30)
    walk.proposed().take("check", CHECKER)
    walk.objects(Objection(id="示例", kind=ObjectionKind.OBJECTION, received_on=walk.facts.today))
    assert "OBJECTION_PENDING" in refused(walk, "decide", SIGNER)


def test_an_upheld_objection_ends_the_draft_and_a_new_draft_needs_a_new_notice() -> None:
    walk = awaiting()
    said = Objection(id="示例", kind=ObjectionKind.OBJECTION, received_on=walk.facts.today)
    answered = replace(said, replied_on=walk.facts.today, reasons="示例理由", upheld=True)
    walk.objects(answered)
    walk.wait(30)
    assert refused(walk, "propose", MAKER) == ["OBJECTION_UPHELD"]
    walk.take("redraft", MAKER)
    walk.give(version=2)
    assert refused(walk, "notify", CHECKER) == ["NOTICE_OUTDATED"]
    walk.give(notice=walk.notice())
    walk.take("notify", CHECKER)
    assert refused(walk, "serve_notice", MAKER) == ["NOTICE_NOT_SERVED"]
    walk.served().wait(30)
    walk.proposed().decided().listed()
    assert wrongs(walk) == []


def test_a_hearing_that_was_asked_for_is_held_before_the_reply() -> None:
    walk = awaiting()
    walk.objects(Objection(id="示例", kind=ObjectionKind.HEARING, received_on=walk.facts.today))
    walk.wait(30)
    assert refused(walk, "reply", CHECKER) == ["HEARING_PENDING"]
    assert refused(walk, "hold_hearing", MAKER) == ["SAME_PERSON"]
    walk.take("hold_hearing", CHECKER)
    held = replace(walk.facts.objections[0], heard_on=walk.facts.today)
    walk.give(objections=(held,))
    assert refused(walk, "hold_hearing", CHECKER) == ["HEARING_NOT_ASKED"]
    walk.take("reply", CHECKER)
    walk.give(objections=(replace(held, replied_on=walk.facts.today, reasons="示例理由"),))
    walk.proposed()


def test_a_returned_case_starts_its_persons_anew_and_keeps_them_apart() -> None:
    walk = awaiting()
    walk.wait(30)
    walk.proposed()
    walk.take("return", CHECKER)
    assert walk.facts.state == "awaiting"
    walk.proposed().decided().listed()
    assert wrongs(walk) == []


def test_who_drafted_anew_does_not_check() -> None:
    walk = awaiting()
    walk.take("redraft", CHECKER)
    walk.give(version=2, notice=None)
    walk.give(notice=walk.notice())
    assert refused(walk, "notify", CHECKER) == ["SAME_PERSON"]


def test_a_provisional_calendar_ends_no_partys_time() -> None:
    """Served in December 2026, the notice for 2027 not loaded: the window cannot be taken as over."""
    case = replace(fresh("market"), today=date(2026, 12, 28))
    walk = Walk(case).notified().served()
    walk.wait(60)
    assert refused(walk, "propose", MAKER) == ["WINDOW_PROVISIONAL"]


@pytest.mark.parametrize("days", [-1, 1])
def test_a_paper_is_served_neither_before_it_was_made_nor_in_the_future(days: int) -> None:
    walk = Walk(fresh()).notified()
    assert walk.facts.notice
    proof = walk.proof(walk.facts.notice.number)
    walk.give(notice_proof=replace(proof, on=walk.facts.today + timedelta(days=days)))
    assert refused(walk, "serve_notice", MAKER) == ["NOTICE_NOT_SERVED"]


def test_the_decision_too() -> None:
    walk = awaiting()
    walk.wait(30)
    walk.proposed().decided()
    walk.wait(-1)
    with pytest.raises(Refusal) as refusal:
        walk.listed()
    assert [each.code for each in refusal.value.reasons] == ["DECISION_NOT_SERVED"]


# ---- leniency ------------------------------------------------------------------------------------------


@pytest.mark.clause("4.2b")
def test_leniency_is_asked_again_before_the_decision() -> None:
    walk = awaiting()
    walk.wait(30)
    named = Leniency(heard=True, grounds=("force_majeure",))
    walk.give(listing=replace(walk.facts.listing, leniency=named))
    assert refused(walk, "propose", MAKER) == ["LENIENCY_UNDECIDED"]
    spared = replace(named, decision=LeniencyDecision.SPARE, reason="示例理由")
    walk.give(listing=replace(walk.facts.listing, leniency=spared))
    assert refused(walk, "propose", MAKER) == ["LENIENCY_SPARES"]
    walk.take("decide_not", SIGNER)
    assert walk.facts.state == "not_listed"
