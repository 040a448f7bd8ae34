"""A measure ends with its entry, in the same transaction; another body's by that body, which is told (措施的终止)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from tests import cast
from tests.measures import town
from tests.measures.town import CHECKER, CLERK, OTHER_CHECKER, OTHER_CLERK, Town, opened, row
from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_set
from xinheng.access.scope import whole_city
from xinheng.law.language import Refusal
from xinheng.law.procedures.listing import LISTING
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import _subscribers
from xinheng.registry import measureask, measurequeries, services
from xinheng.registry.consumers import end_with_entry
from xinheng.registry.models import ListEntry, MeasureNotice

LEAVES = (
    EventKind.CASE_HIDE, EventKind.CASE_END, EventKind.CASE_EXIT, EventKind.CASE_REVOKE, EventKind.CASE_CORRECT,
    EventKind.CASE_LEAVE_WITH_UNIT,
)  # fmt: skip


def refusal(code: str) -> Any:
    return pytest.raises(Refusal, match=rf"^{code}$")


@pytest.fixture
def entry(there: Town) -> ListEntry:
    """An entry of the market authority."""
    return town.listed(there.firm)


@pytest.fixture
def own(there: Town, entry: ListEntry) -> UUID:
    """The market authority's own measure on it."""
    return town.taken(there.firm, entry=entry.pk)


@pytest.fixture
def theirs(there: Town, entry: ListEntry) -> UUID:
    """Another body's measure on it."""
    return town.taken(there.firm, entry=entry.pk, by=OTHER_CLERK, checked=OTHER_CHECKER)


def at_commit() -> None:
    """What is checked when a transaction commits, now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS nothing_rests_on_it IMMEDIATE")
        cursor.execute("SET CONSTRAINTS nothing_rests_on_it DEFERRED")


def look(actor: Actor) -> Opened:
    return open_set(actor=actor, what="measures", purpose="duty", basis="示例清单", now=cast.NOW)


def under(tab: str, actor: Actor = CLERK, day: date = cast.TODAY) -> list[UUID]:
    return [each.id for each in measurequeries.measures(opened=look(actor), day=day, tab=tab).rows]


def events_told() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM ledger_event WHERE kind LIKE 'measure.%' ORDER BY id")
        return [kind for (kind,) in cursor.fetchall()]


def test_every_step_that_takes_an_entry_off_the_list_is_followed() -> None:
    leaving = {step.name for step in LISTING.steps if "listed" in step.sources and step.target != "listed"}
    assert {f"case.{name}" for name in leaving} == {kind.value for kind in LEAVES}
    assert all(end_with_entry in _subscribers[kind] for kind in LEAVES)


@pytest.mark.clause("4.2a")
@pytest.mark.parametrize("kind", LEAVES)
def test_the_own_measure_ends_in_the_same_transaction(entry: ListEntry, own: UUID, kind: EventKind) -> None:
    town.leave(entry, kind)
    at_commit()
    found = row(own)
    assert (found.state, found.ended_by, found.ended_on) == ("ended", "entry_ended", cast.TODAY)
    assert found.ender is None
    assert events_told()[-1] == "measure.ended"
    assert (under("in_force"), under("over")) == ([], [own])


def test_the_case_s_transaction_takes_all_back_together(entry: ListEntry, own: UUID) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        town.leave(entry)
        raise ZeroDivisionError
    assert row(own).state == "in_force"


def test_restoring_the_entry_brings_no_measure_back(entry: ListEntry, own: UUID) -> None:
    town.leave(entry)
    town.restore(entry)
    at_commit()
    assert row(own).state == "ended"


def test_the_database_refuses_an_entry_that_leaves_a_measure_behind(entry: ListEntry, own: UUID) -> None:
    """No event, no subscriber: whatever statement the application sends."""
    with pytest.raises(IntegrityError, match="ends with the list entry"), transaction.atomic():
        with whole_city():
            ListEntry.objects.filter(pk=entry.pk).update(state="hidden")
        # Who acted is forgotten by then: the check sees all rows all the same.
        at_commit()


def test_and_one_that_leaves_another_body_untold(entry: ListEntry, theirs: UUID) -> None:
    with pytest.raises(IntegrityError, match="ends with the list entry"), transaction.atomic():
        with whole_city():
            ListEntry.objects.filter(pk=entry.pk).update(state="hidden")
        at_commit()


@pytest.mark.clause("4.2a")
class TestAnotherBody:
    def answer(self, measure: UUID, *, resumed: bool, actor: Actor = OTHER_CLERK) -> None:
        services.answer_notice(
            measure, resumed=resumed, reason="示例", opened=opened(actor, row(measure).subject_id), actor=actor,
            now=cast.NOW,
        )  # fmt: skip

    def test_it_is_told_and_its_use_stops(self, entry: ListEntry, own: UUID, theirs: UUID) -> None:
        assert under("in_force", OTHER_CLERK) == [theirs]
        town.leave(entry)
        at_commit()
        # Its measure is its own: nobody else ends it; but nobody uses it any more.
        assert row(theirs).state == "in_force"
        assert (under("in_force", OTHER_CLERK), under("over", OTHER_CLERK)) == ([], [theirs])
        (notice,) = measurequeries.notices(opened=look(OTHER_CLERK))
        assert (notice.measure, notice.entry_listed) == (theirs, False)
        assert measurequeries.notices(opened=look(CLERK)) == []
        assert measurequeries.notice_count(actor=OTHER_CLERK) == 1
        assert events_told()[-2:] == ["measure.ended", "measure.notice_sent"]

    def test_the_body_records_that_it_ended_it(self, entry: ListEntry, theirs: UUID) -> None:
        town.leave(entry)
        self.answer(theirs, resumed=False)
        assert (row(theirs).state, row(theirs).ended_by) == ("ended", "entry_ended")
        assert measurequeries.notices(opened=look(OTHER_CLERK)) == []
        assert events_told()[-1] == "measure.notice_answered"
        with refusal("MEASURE_NOT_IN_FORCE"):
            self.answer(theirs, resumed=False)

    def test_it_may_not_go_on_without_the_entry(self, entry: ListEntry, theirs: UUID) -> None:
        town.leave(entry)
        with refusal("MEASURE_ENTRY_ENDED"):
            self.answer(theirs, resumed=True)
        with pytest.raises(IntegrityError, match="answered once"), transaction.atomic(), whole_city():
            MeasureNotice.objects.update(
                answer="resumed", answered_by=OTHER_CLERK.user_id, answered_at=cast.NOW
            )
        with pytest.raises(IntegrityError, match="answered once"), transaction.atomic(), whole_city():
            MeasureNotice.objects.update(
                answer="ended", answered_by=OTHER_CLERK.user_id, answered_at=cast.NOW
            )

    def test_it_goes_on_once_the_entry_is_back(self, entry: ListEntry, theirs: UUID) -> None:
        town.leave(entry)
        town.restore(entry)
        self.answer(theirs, resumed=True)
        assert under("in_force", OTHER_CLERK) == [theirs]
        assert measurequeries.notices(opened=look(OTHER_CLERK)) == []

    def test_hidden_then_removed_is_told_once(self, entry: ListEntry, theirs: UUID) -> None:
        town.leave(entry)
        town.leave(entry, EventKind.CASE_REVOKE)
        assert len(measurequeries.notices(opened=look(OTHER_CLERK))) == 1

    def test_ending_it_answers_the_notice(self, there: Town, entry: ListEntry, theirs: UUID) -> None:
        town.leave(entry)
        services.end_measure(
            theirs, reason="示例", opened=opened(OTHER_CLERK, there.firm), actor=OTHER_CLERK, now=cast.NOW
        )
        assert measurequeries.notices(opened=look(OTHER_CLERK)) == []

    def test_nobody_is_told_of_what_is_not_his_or_is_over(self, entry: ListEntry, theirs: UUID) -> None:
        town.leave(entry)
        self.answer(theirs, resumed=False)
        with pytest.raises(IntegrityError, match="its own measure"), transaction.atomic(), whole_city():
            MeasureNotice.objects.create(
                id=uuid7(), measure_id=theirs, agency_id=cast.ENVIRONMENT.id, event=uuid7(), told_at=cast.NOW
            )

    def test_nobody_is_told_of_another_s(self, theirs: UUID) -> None:
        with pytest.raises(IntegrityError, match="its own measure"), transaction.atomic(), whole_city():
            MeasureNotice.objects.create(
                id=uuid7(), measure_id=theirs, agency_id=cast.MARKET.id, event=uuid7(), told_at=cast.NOW
            )


class TestTheBodyEndsIt:
    def end(self, measure: UUID, actor: Actor = CLERK, reason: str = "示例整改完毕") -> None:
        look = opened(actor, row(measure).subject_id)
        services.end_measure(measure, reason=reason, opened=look, actor=actor, now=cast.NOW)

    def test_one_person_may(self, own: UUID) -> None:
        self.end(own)
        found = row(own)
        assert (found.state, found.ended_by, found.ender) == ("ended", "body", CLERK.user_id)

    def test_with_a_reason_of_its_own_and_once(self, there: Town, own: UUID) -> None:
        with refusal("REASON_REQUIRED"):
            self.end(own, reason="")
        with refusal("NOT_FOUND"):
            self.end(own, OTHER_CLERK)
        with refusal("PERMISSION_DENIED"):
            self.end(own, town.REVIEWER)
        self.end(own, CHECKER)
        with refusal("MEASURE_NOT_IN_FORCE"):
            self.end(own)


class TestDates:
    def test_its_own_term_is_over_without_any_job(self, there: Town) -> None:
        town.reach(cast.MARKET, domains=["finance"])
        found = town.document(there.firm)
        made = town.taken(
            there.firm,
            row="procurement-77",
            instrument=found.pk,
            months=12,
            grounds_met=("procurement_violation",),
        )
        last = row(made).until
        assert last == date(2027, 11, 23)
        assert under("in_force", day=last) == [made]
        assert under("in_force", day=last + timedelta(days=1)) == []
        (line,) = measurequeries.measures(opened=look(CLERK), day=last + timedelta(days=1), tab="over").rows
        assert (line.standing, line.state_label) == (False, "期限已满")

    def test_nor_does_it_outlive_the_entry_s_last_day(self, there: Town) -> None:
        found = town.listed(there.firm, until=date(2026, 12, 31))
        made = town.taken(there.firm, entry=found.pk)
        assert under("in_force", day=date(2026, 12, 31)) == [made]
        assert under("in_force", day=date(2027, 1, 1)) == []

    def test_a_document_that_lost_its_effect_carries_nothing(self, there: Town) -> None:
        town.reach(cast.MARKET, domains=["finance"])
        found = town.document(there.firm)
        made = town.taken(
            there.firm,
            row="procurement-77",
            instrument=found.pk,
            months=12,
            grounds_met=("procurement_violation",),
        )
        assert under("in_force") == [made]
        with whole_city(), town.as_intake():
            type(found).objects.filter(pk=found.pk).update(effect="revoked")
        assert (under("in_force"), under("over")) == ([], [made])

    def test_what_was_over_before_its_entry_left_ended_by_its_term(self, there: Town) -> None:
        town.reach(cast.MARKET, domains=["emergency"])
        found = town.listed(there.firm, list="work_safety")
        made = town.taken(
            there.firm, row="work-safety-78", matter="safety_inspection", entry=found.pk, months=1,
            statute="work-safety#78",
        )  # fmt: skip
        town.leave(found, now=cast.NOW.replace(year=2027))
        assert (row(made).ended_by, row(made).ended_on) == ("own_term", date(2026, 12, 23))


@pytest.mark.clause("4.2a", "1.3b")
class TestTheQuestion:
    def ask(self, there: Town, matter: str = "procurement", actor: Actor = CLERK) -> dict[str, Any]:
        told = measureask.applicable_today(
            there.firm, matter, opened=opened(actor, there.firm), law=town.law()
        )
        return {each.row.id: each for each in told}

    def test_an_entry_of_whatever_agency(self, there: Town) -> None:
        found = town.listed(there.firm, agency=cast.ENVIRONMENT, until=date(2029, 3, 1))
        answer = self.ask(there)
        assert set(answer) == {"wage-48", "procurement-77", "procurement-22"}
        wage = answer["wage-48"]
        assert (wage.may, wage.entry.id, wage.last_day) == (True, found.pk, date(2029, 3, 1))
        assert not answer["procurement-77"].may
        assert {told.code for told in answer["procurement-77"].told} == {"MEASURE_BODY", "MEASURE_GROUND"}
        assert all(told.clauses for each in answer.values() for told in each.told)

    def test_no_more_once_the_entry_has_left(self, there: Town) -> None:
        found = town.listed(there.firm)
        assert self.ask(there)["wage-48"].may
        town.leave(found)
        gone = self.ask(there)["wage-48"]
        assert not gone.may
        assert [told.code for told in gone.told] == ["MEASURE_ENTRY_ENDED"]

    def test_a_document_has_its_ground_confirmed_by_a_person(self, there: Town) -> None:
        town.reach(cast.MARKET, domains=["finance"])
        found = town.document(there.firm)
        answer = self.ask(there)["procurement-77"]
        assert (answer.may, answer.document.id) == (True, found.pk)
        assert answer.to_confirm == ("有政府采购法第七十七条所列情形",)

    def test_nothing_related_is_nothing(self, there: Town) -> None:
        town.listed(there.firm)
        assert self.ask(there, "水电开户") == {}

    def test_it_imposes_nothing(self, there: Town) -> None:
        town.listed(there.firm)
        self.ask(there)
        assert [under(tab) for tab in measurequeries.TABS] == [[], [], [], []]

    def test_it_is_on_record_and_for_those_who_may(self, there: Town) -> None:
        with refusal("PERMISSION_DENIED"):
            self.ask(there, actor=cast.OFFICER.actor)
        with refusal("NOT_YOURS"):
            measureask.applicable_today(
                there.firm, "procurement", opened=opened(CLERK, there.person), law=town.law()
            )
