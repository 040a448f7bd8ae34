"""Two persons take a measure, a third looks again where that is due; and the database holds it too (两人办理)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from tests import cast
from tests.measures import town
from tests.measures.town import CHECKER, CLERK, REVIEWER, Town, decide, given, opened, propose, row
from xinheng.access.actor import Actor
from xinheng.access.gate import GateFault, Opened
from xinheng.access.purposes import Purpose
from xinheng.access.scope import whole_city
from xinheng.law.facts import InstrumentKind
from xinheng.law.language import Refusal
from xinheng.law.measures import Reasons
from xinheng.ledger.ids import uuid7
from xinheng.registry import measurequeries, services
from xinheng.registry.measuretexts import given_of
from xinheng.registry.models import MeasureState, MeasureTaken
from xinheng.vault.keyring import Unreadable


@pytest.fixture
def entry(there: Town) -> UUID:
    return town.listed(there.firm).pk


def refusal(code: str) -> Any:
    return pytest.raises(Refusal, match=rf"^{code}$")


@pytest.mark.clause("4.2a", "1.3b")
class TestTwoPersons:
    def test_one_proposes_and_nothing_is_in_force_until_another_decides(
        self, there: Town, entry: UUID
    ) -> None:
        made = propose(there.firm, entry=entry)
        assert (row(made).state, row(made).number) == ("proposed", "CJCS-2026-000001")
        decide(made)
        found = row(made)
        assert (found.state, found.decided_on, found.until) == ("in_force", cast.TODAY, None)
        assert {each["rule"] for each in found.asked} >= {"measure.listed", "measure.reasons"}
        assert {each["outcome"] for each in found.asked} == {"permitted"}

    def test_not_the_same_person(self, there: Town, entry: UUID) -> None:
        both = replace(CLERK, roles=frozenset({"clerk", "checker"}))
        made = propose(there.firm, entry=entry, actor=both)
        with refusal("SAME_PERSON"):
            decide(made, actor=both)

    def test_not_without_a_role(self, there: Town, entry: UUID) -> None:
        with refusal("PERMISSION_DENIED"):
            propose(there.firm, entry=entry, actor=CHECKER)
        made = propose(there.firm, entry=entry)
        for actor in (replace(CLERK, user_id=uuid7()), REVIEWER, cast.OFFICER.actor):
            with refusal("PERMISSION_DENIED"):
                decide(made, actor=actor)

    def test_decided_once(self, there: Town, entry: UUID) -> None:
        made = propose(there.firm, entry=entry)
        decide(made, granted=False, reason="示例不同意")
        assert row(made).state == MeasureState.REFUSED
        with refusal("ALREADY_DECIDED"):
            decide(made)

    def test_a_no_says_why(self, there: Town, entry: UUID) -> None:
        made = propose(there.firm, entry=entry)
        with refusal("REASON_REQUIRED"):
            decide(made, granted=False, reason=" ")

    def test_another_agency_finds_nothing(self, there: Town, entry: UUID) -> None:
        made = propose(there.firm, entry=entry)
        with refusal("NOT_FOUND"):
            decide(made, actor=town.OTHER_CHECKER)

    def test_the_law_of_the_day_is_asked_again(self, there: Town, entry: UUID) -> None:
        """Between the two persons the entry was hidden."""
        made = propose(there.firm, entry=entry)
        with whole_city():
            connection.cursor().execute("UPDATE registry_listentry SET state = 'hidden'")
        with refusal("MEASURE_ENTRY_ENDED"):
            decide(made)

    def test_not_the_same_measure_twice(self, there: Town, entry: UUID) -> None:
        made = propose(there.firm, entry=entry)
        with refusal("MEASURE_EXISTS"):
            propose(there.firm, entry=entry)
        decide(made)
        with refusal("MEASURE_EXISTS"):
            propose(there.firm, entry=entry)
        propose(there.firm, entry=entry, matter="honours")


@pytest.mark.clause("1.3c")
class TestCaution:
    @pytest.fixture
    def made(self, there: Town) -> UUID:
        """Leaving the country: the list itself says that necessity is looked at once more."""
        town.reach(cast.MARKET, domains=["tax"])
        found = town.document(there.firm, facts={"instrument_kind": InstrumentKind.OTHER_ADMINISTRATIVE})
        told = given(
            row="tax-44", matter="exit", months=6, statute="tax-collection#44", grounds_met=("tax_owed",)
        )
        return propose(there.firm, replace(told, instrument=found.pk))

    def look(self, made: UUID, actor: Actor, *, necessary: bool = True, reason: str = "示例") -> None:
        look = opened(actor, row(made).subject_id)
        services.review_measure(
            made, necessary=necessary, reason=reason, opened=look, actor=actor, now=cast.NOW
        )

    def test_not_without_the_second_review(self, made: UUID) -> None:
        with refusal("MEASURE_CAUTION"):
            decide(made)

    def test_the_reviewer_does_not_decide_too(self, made: UUID) -> None:
        self.look(made, CHECKER)
        with refusal("MEASURE_CAUTION"):
            decide(made)

    def test_nor_where_no_review_was_due(self, there: Town) -> None:
        """What the database holds (measure_two_persons) is said, and the page offers no review that would stop the case."""
        made = propose(there.firm, entry=town.listed(there.firm).pk)
        assert [each[0] for each in measurequeries.proposed(actor=CHECKER)] == [made]
        self.look(made, CHECKER)
        assert measurequeries.proposed(actor=CHECKER) == []
        for granted in (True, False):
            with refusal("SAME_PERSON"):
                decide(made, granted=granted, reason="示例")

    def test_nor_is_it_who_proposed(self, made: UUID) -> None:
        with refusal("SAME_PERSON"):
            self.look(made, replace(CLERK, roles=frozenset({"checker"})))

    def test_it_may_end_in_no_measure(self, made: UUID) -> None:
        self.look(made, REVIEWER, necessary=False)
        with refusal("MEASURE_NOT_NEEDED"):
            decide(made)
        decide(made, granted=False, reason="复核认为没有必要（示例）")

    def test_once_and_with_a_reason(self, made: UUID) -> None:
        with refusal("REASON_REQUIRED"):
            self.look(made, REVIEWER, reason="")
        self.look(made, REVIEWER)
        with refusal("ALREADY_DECIDED"):
            self.look(made, REVIEWER)
        decide(made)
        assert row(made).state == MeasureState.IN_FORCE


@pytest.mark.clause("4.2b")
def test_what_a_record_says_of_leniency_is_asked_again(there: Town) -> None:
    facts = {"instrument_kind": InstrumentKind.OTHER_ADMINISTRATIVE, "unintentional": True}
    found = town.document(there.firm, facts=facts)
    told = given(row="licensing-79", matter="same_license", months=36, grounds_met=("fraud_license",))
    with refusal("LENIENCY_UNDECIDED"):
        propose(there.firm, replace(told, instrument=found.pk))


@pytest.mark.clause("4.2b")
def test_nothing_on_what_a_minor_did(there: Town) -> None:
    facts = {"instrument_kind": InstrumentKind.OTHER_ADMINISTRATIVE, "age": "minor"}
    found = town.document(there.person, facts=facts)
    told = given(row="licensing-79", matter="same_license", months=36, grounds_met=("fraud_license",))
    with refusal("ADVERSE_TO_MINOR"):
        propose(there.person, replace(told, instrument=found.pk))


def test_not_on_what_is_another_subject_s(there: Town, entry: UUID) -> None:
    with refusal("NOT_FOUND"):
        propose(there.person, entry=entry)
    theirs = town.document(there.person)
    with refusal("NOT_FOUND"):
        propose(there.firm, given(row="licensing-79", matter="same_license", instrument=theirs.pk))


def test_not_around_the_gate(there: Town, entry: UUID) -> None:
    forged = Opened(uuid7(), CLERK, there.firm, "file", Purpose.DUTY, "示例", cast.NOW)
    with pytest.raises(GateFault):
        services.propose_measure(given(entry=entry), opened=forged, actor=CLERK, now=cast.NOW)


def test_not_with_another_s_file(there: Town, entry: UUID) -> None:
    made = propose(there.firm, entry=entry)
    with refusal("NOT_YOURS"):
        services.decide_measure(
            made, granted=True, reason="", opened=opened(CHECKER, there.person), actor=CHECKER, now=cast.NOW
        )


class TestNotTaken:
    def tell(
        self, there: Town, reason: str = "示例理由", row: str = "wage-48", matter: str = "honours"
    ) -> UUID:
        look = opened(CLERK, there.firm)
        return services.record_not_taken(row, matter, reason=reason, opened=look, actor=CLERK, now=cast.NOW)

    @pytest.mark.clause("4.2a")
    def test_why_not_is_kept(self, there: Town) -> None:
        made = self.tell(there)
        assert (row(made).state, row(made).decided_by) == ("not_taken", None)
        with refusal("ALREADY_DECIDED"):
            decide(made)

    def test_with_a_reason_and_of_the_list_alone(self, there: Town) -> None:
        with refusal("REASON_REQUIRED"):
            self.tell(there, reason=" ")
        with refusal("NOT_FOUND"):
            self.tell(there, row="大屏曝光")
        with refusal("NOT_FOUND"):
            self.tell(there, matter="水电开户")


class TestTexts:
    def test_what_officers_write_is_in_no_clear_column(self, there: Town, entry: UUID) -> None:
        secret = "示例某某欠薪情节"
        made = propose(
            there.firm,
            entry=entry,
            link=secret,
            reasons=Reasons(domain=secret, nature=secret, gravity=secret, impact=secret),
        )
        decide(made, reason=secret)
        with connection.cursor() as cursor, whole_city():
            cursor.execute("SELECT t::text FROM registry_measuretaken t")
            (said,) = cursor.fetchone()
            cursor.execute("SELECT string_agg(payload::text, '') FROM ledger_eventpayload")
            (told,) = cursor.fetchone()
        assert secret not in said
        assert secret not in told

    def test_an_exchanged_text_is_seen(self, there: Town, entry: UUID) -> None:
        made = propose(there.firm, entry=entry)
        found = row(made)
        found.sealed_commitment = bytes(32)
        with pytest.raises(Unreadable):
            given_of(found)


TAKEN: dict[str, Any] = {
    "state": "in_force", "decided_by": CHECKER.user_id, "decided_at": cast.NOW, "decided_on": cast.TODAY,
}  # fmt: skip


class TestTheDatabase:
    """Whatever statement the application sends."""

    def insert(self, there: Town, **other: Any) -> None:
        told = {
            "number": "示例", "subject_id": there.firm, "subject_kind": "legal_person", "row": "wage-48",
            "edition": "x", "matter": "procurement", "role": "subject", "agency_id": cast.MARKET.id,
            "made_by": CLERK.user_id, "made_at": cast.NOW,
        }  # fmt: skip
        with whole_city(), transaction.atomic():
            MeasureTaken.objects.create(id=uuid7(), **{**told, **other})

    def change(self, made: UUID, **told: Any) -> None:
        with whole_city(), transaction.atomic():
            MeasureTaken.objects.filter(pk=made).update(**told)

    def test_nothing_begins_in_force(self, there: Town, entry: UUID) -> None:
        with pytest.raises(IntegrityError, match="begins as a proposal"):
            self.insert(there, entry_id=entry, **TAKEN)
        over = {"state": "ended", "decided_on": cast.TODAY, "ended_on": cast.TODAY, "ended_by": "body"}
        for told in (over, {"review_by": CHECKER.user_id}):
            with pytest.raises(IntegrityError, match="begins as a proposal"):
                self.insert(there, entry_id=entry, **told)
        with pytest.raises(IntegrityError, match="measure_rests_on_one_ground"):
            self.insert(there)

    def test_two_persons(self, there: Town, entry: UUID) -> None:
        made = propose(there.firm, entry=entry)
        with pytest.raises(IntegrityError, match="measure_two_persons"):
            self.change(made, **{**TAKEN, "decided_by": CLERK.user_id})
        with pytest.raises(IntegrityError, match="measure_state_with_its_days"):
            self.change(made, state="in_force")
        self.change(made, **TAKEN)

    @pytest.mark.parametrize(
        "told",
        [
            {"months": 3}, {"matter": "honours"}, {"row": "consumption"}, {"lifetime": True}, {"amount": 1},
            {"subject_id": "person"}, {"statute": "x"}, {"made_by": uuid7()},
        ],
        ids=lambda told: next(iter(told)),
    )  # fmt: skip
    def test_what_was_proposed_is_what_is_decided(
        self, there: Town, entry: UUID, told: dict[str, Any]
    ) -> None:
        told = {name: there.person if value == "person" else value for name, value in told.items()}
        made = propose(there.firm, entry=entry)
        for step in ({}, TAKEN):
            with pytest.raises(IntegrityError, match="keeps what it says"):
                self.change(made, **step, **told)

    def test_an_end_is_no_beginning(self, there: Town, entry: UUID) -> None:
        made = town.taken(there.firm, entry=entry)
        for told in ({"until": cast.TODAY}, {"decided_on": None}, {"state": "proposed"}):
            with pytest.raises(IntegrityError, match="keeps what it says"):
                self.change(made, **told)
        self.change(made, state="ended", ended_on=cast.TODAY, ended_by="body")
        with pytest.raises(IntegrityError, match="keeps what it says"):
            self.change(made, state="in_force", ended_on=None, ended_by="")

    def test_only_on_what_stands(self, there: Town) -> None:
        hidden = town.listed(there.firm)
        made = propose(there.firm, entry=hidden.pk)
        with whole_city():
            connection.cursor().execute("UPDATE registry_listentry SET state = 'hidden'")
        with pytest.raises(IntegrityError, match="on the list"):
            self.change(made, **TAKEN)

    def test_nor_on_a_document_without_effect(self, there: Town) -> None:
        found = town.document(there.firm, facts={"instrument_kind": InstrumentKind.OTHER_ADMINISTRATIVE})
        told = given(row="licensing-79", matter="same_license", months=36, grounds_met=("fraud_license",))
        made = propose(there.firm, replace(told, instrument=found.pk))
        with whole_city(), town.as_intake():
            type(found).objects.filter(pk=found.pk).update(effect="revoked")
        with refusal("MEASURE_GROUND"):
            decide(made)
        with pytest.raises(IntegrityError, match="effective document"):
            self.change(made, **TAKEN)

    def test_it_stays(self, there: Town, entry: UUID) -> None:
        propose(there.firm, entry=entry)
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), whole_city():
            connection.cursor().execute("DELETE FROM registry_measuretaken")

    def test_the_key_stays_while_a_measure_needs_it(self, there: Town, entry: UUID) -> None:
        propose(there.firm, entry=entry)
        with pytest.raises(IntegrityError, match="still needed"), transaction.atomic():
            connection.cursor().execute("SELECT vault_forget(%s)", [there.firm])
