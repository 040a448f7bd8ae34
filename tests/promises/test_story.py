"""From a granted repair to the record shown again, or the party back on its list (承诺不实，从立案到执行)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from tests import cast
from tests.promises.town import FIRST, Broken, early, fined, repaired
from tests.repairs.town import Town
from xinheng.access.gate import open_own
from xinheng.access.scope import acting
from xinheng.casework import revocations
from xinheng.casework.models import Case, CaseStep
from xinheng.casework.promises.models import PromiseClock
from xinheng.casework.repairs import checking
from xinheng.casework.repairs.facts import of_entry, of_record
from xinheng.casework.repairs.held import promised_falsely
from xinheng.casework.revocations import Fell, Proof
from xinheng.catalog.public import current_law
from xinheng.law import repairwait
from xinheng.law.disclosure import months_later
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law, load
from xinheng.law.lists import SeriousList
from xinheng.law.repairfacts import RepairFacts
from xinheng.publication import services as publication
from xinheng.publication.models import PublicEntry, PublicListing
from xinheng.registry.models import ListEntry, Record
from xinheng.registry.roles import as_intake
from xinheng.registry.standing import standings

MARKET, LABOUR = cast.MARKET, cast.LABOUR
pytestmark = pytest.mark.clause("1.3a", "4.1a", "5.1a")


def shown(record: UUID) -> PublicEntry | None:
    return PublicEntry.objects.filter(record=record).first()


def codes(refusal: pytest.ExceptionInfo[Refusal]) -> set[str]:
    return {each.code for each in refusal.value.reasons}


def marks(record: UUID) -> tuple[str, ...]:
    with acting(cast.AUDITOR.actor):
        return standings([record])[record].marks


# ---- a record, by the edition of 2023 -----------------------------------------------------------------------------


def test_a_record_is_shown_again_through_its_own_day_and_says_why(town: Town) -> None:
    town = early(town)
    fine = fined(town, 33)
    before = shown(fine)
    assert before is not None
    own_end = before.visible_until
    broken = repaired(town, fine, MARKET)
    assert shown(fine) is None
    broken.open().served().decided().sealed()
    # Decided is not carried out: until it is served nothing is seen of it.
    assert shown(fine) is None
    assert marks(fine) == ("repaired",)
    broken.entered()

    case, again = broken.row, shown(fine)
    assert again is not None
    assert case.decided_on is not None
    assert case.shown_until == months_later(case.decided_on, 36)
    assert own_end is not None
    assert again.visible_until == case.shown_until + timedelta(days=1)
    assert own_end < again.visible_until
    assert marks(fine) == ("false_promise",)
    with acting(cast.AUDITOR.actor):
        stand = standings([fine])[fine]
        assert (stand.shared, stand.effects) == (None, ())
    with acting(broken.officer(0)):
        running = PromiseClock.objects.filter(case=case, stopped_on=None)
        assert set(running.values_list("name", flat=True)) == {"reconsideration", "litigation"}


def test_a_repair_is_answered_by_the_bar_on_whatever_record_while_the_rule_is_in_force(town: Town) -> None:
    town = early(town)
    fine, other = fined(town), fined(town, 32)
    broken = repaired(town, fine, MARKET).whole_way()
    assert broken.row.decided_on is not None
    assert barred(town, broken.row.decided_on + timedelta(days=1)) >= {fine, other}
    assert barred(town, date(2026, 3, 31)) >= {fine, other}
    # The order that says so is repealed: what was only its own bar goes with it.
    assert barred(town, date(2026, 4, 1)) == set()


def test_the_bar_is_of_thirty_six_months_from_the_decision(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the order, were it in force so long: the last day is barred, the day after is free."""
    town = early(town)
    fine = fined(town)
    decided = repaired(town, fine, MARKET).whole_way().row.decided_on
    monkeypatch.setattr(repairwait, "_alive", lambda *_: True)
    with acting(cast.MARKET_CLERK.actor):
        record = Record.objects.select_related("facts").get(pk=fine)
        promised = promised_falsely([town.firm])[town.firm]
        assert promised == decided
        found = [
            {each.exclusion.id for each in repairwait.limits(about(record, law, promised), law)}
            for law in (current_law(months_later(promised, 36) + timedelta(days=n)) for n in (-1, 0, 1))
        ]
    assert ["false-promise" in each for each in found] == [True, True, False]


def about(record: Record, law: Law, promised: date) -> RepairFacts:
    return of_record(record, record.agency, law, listed=False, promised=promised)


def barred(town: Town, day: date) -> set[UUID]:
    """The records of which the self-check says on a day that a false promise stands against it."""
    town.now = datetime.combine(day, FIRST.timetz())
    opened = open_own(actor=town.boss, now=town.now)
    found = checking.checks(opened=opened, law=current_law(day))
    return {each.id for each in found if any("虚假承诺" in str(e.values) for e in each.check.verdict.against)}


def test_without_a_case_there_is_no_bar(town: Town) -> None:
    town = early(town)
    fine = fined(town)
    broken = repaired(town, fine, MARKET).open().served().decided().sealed()
    assert barred(town, broken.now.date() + timedelta(days=1)) == set()


def test_what_no_rule_in_force_says_begins_nothing_and_stops_what_began(town: Town) -> None:
    """Under order 36 nobody read a rule; what was begun under order 58 cannot be carried out after it."""
    late = repaired(town, town.old, MARKET)
    with pytest.raises(Refusal) as refused:
        late.open()
    assert codes(refused) == {"FALSE_PROMISE_UNREAD"}

    town = replace(town, now=datetime(2026, 3, 2, 2, 0, tzinfo=FIRST.tzinfo))
    broken = repaired(town, fined(town), MARKET).open().served().decided().sealed()
    town.now = datetime(2026, 4, 1, 2, 0, tzinfo=FIRST.tzinfo)
    with pytest.raises(Refusal) as refused:
        broken.entered()
    assert "FALSE_PROMISE_UNREAD" in codes(refused)
    broken.take("drop", 2)
    assert broken.row.state == "dropped"


@pytest.mark.parametrize("outcome", ["revoked", "stayed"])
def test_nothing_is_carried_out_on_a_document_that_fell_meanwhile_or_is_stayed(
    town: Town, outcome: str
) -> None:
    """Nor opened: the decision is there, but what it is about is not."""
    town = early(town)
    fine, other = fined(town, 34), fined(town, 35)
    broken = repaired(town, fine, MARKET).open().served().decided().sealed()
    late = repaired(town, other, MARKET)
    for record in (fine, other):
        annulled(broken, record, outcome)
    for do in (broken.entered, late.open):
        with pytest.raises(Refusal) as refused:
            do()
        assert codes(refused) == {"FALSE_PROMISE_FALLEN"}
    assert (shown(fine), marks(fine), broken.row.state) == (None, ("repaired",), "decided")
    broken.take("drop", 2)
    assert not publication.verify(now=town.now)
    assert barred(town, broken.now.date() + timedelta(days=1)) == set()


def annulled(broken: Broken, record: UUID, outcome: str = "revoked") -> None:
    day = broken.town.later(minutes=1).now.date()
    with acting(broken.officer(0)):
        document = Record.objects.values_list("instrument", flat=True).get(pk=record)
    proof = Proof(kind="judgment", number="（2025）示行终1号", body_name="示例区人民法院", decided_on=day)
    given = Fell(instrument=document, outcome=outcome, proof=proof, statement="示例", known_on=day)
    revocations.register_change(given, actor=broken.officer(0), now=broken.now)


# ---- an entry of a list -------------------------------------------------------------------------------------------


def back(town: Town) -> ListEntry:
    with acting(cast.LABOUR_CLERK.actor):
        return ListEntry.objects.get(state="listed", list=listed(town).list)


def listed(town: Town) -> ListEntry:
    with acting(cast.LABOUR_CLERK.actor):
        return ListEntry.objects.get(pk=town.entry)


@pytest.mark.clause("2.4")
def test_who_left_the_wage_list_on_a_false_promise_is_back_and_its_term_begins_anew(town: Town) -> None:
    first = listed(town).until
    broken = repaired(town, town.entry, LABOUR)
    assert not PublicListing.objects.filter(entry=town.entry).exists()
    broken.whole_way()
    case, entry = broken.row, back(town)
    assert entry.pk != town.entry
    assert case.decided_on is not None
    assert (entry.listed_on, entry.decided_on) == (case.entered_on, case.decided_on)
    assert entry.until == months_later(case.decided_on, 36) != first
    assert PublicListing.objects.get(entry=entry.pk).listed_on == case.entered_on
    # What it was before stays as it was, and the list's own case tells why it is back.
    assert listed(town).state == "removed"
    with acting(cast.LABOUR_CLERK.actor):
        row = Case.objects.get(pk=entry.case)
        assert (row.state, row.listed_on, row.until) == ("listed", entry.listed_on, entry.until)
        assert CaseStep.objects.filter(case=row).latest("seq").step == "reinstate"
    assert case.shown_until is None


@pytest.mark.clause("2.4")
def test_who_is_back_leaves_again_by_the_list_s_own_ways(town: Town) -> None:
    """Its own end, or another repair; and the false promise on the second is a case of its own."""
    broken = repaired(town, town.entry, LABOUR).whole_way()
    entry = back(town)
    town.later(days=1)
    again = repaired(town, entry.pk, LABOUR)
    with acting(cast.LABOUR_CLERK.actor):
        assert not ListEntry.objects.filter(state="listed").exists()
    again.whole_way()
    third = back(town)
    assert third.pk not in (town.entry, entry.pk)
    assert third.until is not None
    town.now = datetime.combine(third.until + timedelta(days=1), FIRST.timetz())
    office = replace(town.office, day=town.now.date())
    office.take("end", office.clerk)
    with acting(cast.LABOUR_CLERK.actor):
        assert not ListEntry.objects.filter(state="listed").exists()
    assert broken.row.state == again.row.state == "entered"


def says(patched: pytest.MonkeyPatch, restarts: bool | None) -> None:
    """The list of the town says this of a false promise: as that of work safety, or as most, nothing."""
    there = Law.serious_list

    def listed(law: Law, code: str) -> SeriousList | None:
        found = there(law, code)
        return replace(found, restarts_after_fraud=restarts) if found else None

    patched.setattr(Law, "serious_list", listed)


@pytest.mark.clause("2.4")
def test_as_the_list_of_work_safety_has_it_the_party_is_back_and_its_term_goes_on(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(monkeypatch, False)
    with acting(cast.LABOUR_CLERK.actor):
        before = Case.objects.values_list("decided_on", "listed_on", "until").get(pk=town.office.case)
    broken = repaired(town, town.entry, LABOUR).whole_way()
    entry = back(town)
    assert entry.listed_on == broken.row.entered_on
    assert entry.until == before[2] == listed(town).until
    with acting(cast.LABOUR_CLERK.actor):
        assert Case.objects.values_list("decided_on", "listed_on", "until").get(pk=town.office.case) == before
        # Also from when it may be repaired goes by the days from which the term runs.
        days = dict(of_entry(entry, current_law(town.now.date())).entry_days)
    assert (days["decided"], days["listed"]) == before[:2]


def test_where_the_term_is_over_meanwhile_nobody_is_put_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(monkeypatch, False)
    broken = repaired(town, town.entry, LABOUR).open().served().decided().sealed()
    until = listed(town).until
    assert until is not None
    town.now = datetime.combine(until + timedelta(days=1), FIRST.timetz())
    with pytest.raises(Refusal) as refused:
        broken.entered()
    assert codes(refused) == {"FALSE_PROMISE_TERM_OVER"}
    assert broken.row.state == "decided"


def test_where_the_list_says_nothing_nothing_adverse_begins(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(monkeypatch, None)
    with pytest.raises(Refusal) as refused:
        repaired(town, town.entry, LABOUR).open()
    assert codes(refused) == {"FALSE_PROMISE_UNREAD"}


def test_no_list_but_two_says_what_follows_fraud() -> None:
    law = load().as_of(cast.TODAY)
    said = {
        each.code: each.restarts_after_fraud
        for each in law.book.lists
        if each.restarts_after_fraud is not None
    }
    assert said == {"wage": True, "work_safety": False}


# ---- what the party says, and what else stands in the way ----------------------------------------------------------


def test_what_the_party_says_is_answered_first_and_what_is_upheld_ends_it(town: Town) -> None:
    broken = repaired(town, town.entry, LABOUR).open().served()
    said = broken.said()
    town.later(days=16)
    with pytest.raises(Refusal) as refused:
        broken.take("propose")
    assert codes(refused) == {"OBJECTION_PENDING"}
    broken.replied(said, upheld=True)
    with pytest.raises(Refusal) as refused:
        broken.take("propose")
    assert codes(refused) == {"OBJECTION_UPHELD"}
    broken.take("drop", 1)
    assert broken.row.state == "dropped"
    assert listed(town).state == "removed"
    # It may be found again, on better evidence.
    assert broken.open().row.state == "draft"


def test_before_the_window_nothing_is_proposed_and_nobody_does_it_alone(town: Town) -> None:
    broken = repaired(town, town.entry, LABOUR).open()
    with pytest.raises(Refusal):
        broken.take("notify", 0)
    broken.served()
    with pytest.raises(Refusal) as refused:
        broken.take("propose")
    assert codes(refused) == {"WINDOW_OPEN"}
    broken.decided()
    with pytest.raises(Refusal) as refused:
        broken.entered()
    assert codes(refused) == {"DECISION_NOT_SEALED"}


def test_without_evidence_or_a_time_to_speak_nothing_is_opened(town: Town) -> None:
    broken = repaired(town, town.entry, LABOUR)
    for code, given in (
        ("FALSE_PROMISE_EVIDENCE", {"evidence": ()}),
        ("MATERIAL_UNREADABLE", {"evidence": (("示例.pdf", b"%PDF-1.4 half"),)}),
        ("NOTICE_INCOMPLETE", {"window": 0}),
    ):
        with pytest.raises(Refusal) as refused, transaction.atomic():
            broken.open(**given)
        assert codes(refused) == {code}


def test_only_who_granted_opens_and_only_on_what_was_granted_and_once(town: Town) -> None:
    broken = repaired(town, town.entry, LABOUR)
    with pytest.raises(Refusal) as refused:
        Broken(town, MARKET, broken.item).open()
    assert codes(refused) == {"NOT_FOUND"}
    broken.open()
    with pytest.raises(Refusal) as refused:
        broken.open()
    assert codes(refused) == {"FALSE_PROMISE_OPEN"}
    town.lodged([town.old])
    with pytest.raises(Refusal) as refused:
        Broken(town, MARKET, town.items(MARKET)[0].pk).open()
    assert codes(refused) == {"FALSE_PROMISE_NOT_GRANTED"}
    with pytest.raises(Refusal) as refused:
        broken.take("notify", cast.MARKET_CHECKER.actor)
    assert codes(refused) == {"NOT_FOUND"}


def test_who_is_on_the_list_again_is_not_put_on_it_twice(town: Town) -> None:
    broken = repaired(town, town.entry, LABOUR).open()
    office = replace(town.office, day=town.now.date())
    office.open()
    broken.served().decided().sealed()
    with pytest.raises(Refusal) as refused:
        broken.entered()
    assert codes(refused) == {"FALSE_PROMISE_LISTED"}


def test_what_was_destroyed_is_not_taken_up(town: Town) -> None:
    town = early(town)
    broken = repaired(town, fined(town), MARKET).open().served().decided().sealed()
    with acting(cast.MARKET_CLERK.actor):
        record = broken.row.item.record_id
    assert record is not None
    with acting(cast.MARKET_CLERK.actor), as_intake() as cursor:
        cursor.execute("UPDATE registry_record SET state = 'shredded' WHERE id = %s", [record])
        assert cursor.rowcount == 1
    with pytest.raises(Refusal) as refused:
        broken.entered()
    assert codes(refused) == {"FALSE_PROMISE_GONE"}
