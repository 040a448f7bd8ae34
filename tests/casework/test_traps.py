"""The jurist's traps on the database (法律上的陷阱): one notified for another, a ground that falls, a body too low, a day too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests import cast
from tests.casework.office import DRAFTS, GROUND, HEARD, WORDS, Office
from tests.casework.onlooker import Onlooker
from xinheng.access.actor import Actor
from xinheng.access.models import Agency, User
from xinheng.access.scope import acting
from xinheng.casework import services
from xinheng.casework.given import AskGiven, LeniencyGiven, ObjectionGiven, Opening
from xinheng.casework.models import Case, CaseProofOfService, Deadline, Ground, Objection
from xinheng.law.deadlines import HERE
from xinheng.law.language import Refusal
from xinheng.publication.models import PublicListing
from xinheng.registry.models import ListEntry
from xinheng.subjects.services import add_person

pytestmark = pytest.mark.usefixtures("drawn_once")
SYSTEM = replace(cast.LABOUR_CLERK.actor, user_id=UUID(int=0), roles=frozenset({"system"}), channel="job")
TWO = (GROUND, replace(GROUND, number="示人社罚〔2026〕2号", kind="penalty"))


def refused(act: object, *args: object, **given: object) -> list[tuple[str, tuple[str, ...]]]:
    """Codes and clauses of what stands in the way."""
    with pytest.raises(Refusal) as caught:
        act(*args, **given)  # type: ignore[operator]
    return [(each.code, tuple(str(c.id) for c in each.clauses)) for each in caught.value.reasons]


def codes(act: object, *args: object, **given: object) -> list[str]:
    return [code for code, _ in refused(act, *args, **given)]


def entry(office: Office) -> ListEntry:
    with acting(office.clerk):
        return ListEntry.objects.get(case=office.case)


# ---- one notified stands for nobody else ---------------------------------------------------------------


@pytest.mark.clause("4.1a", "2.4")
def test_the_firm_was_notified_and_its_representative_was_not(office: Office) -> None:
    """Only the firm can be decided; its representative has a case of his own, a notice, a decision."""
    office.whole_way()
    firm = office.case
    office.open(subject=office.person, role="legal_representative", unit_case=firm)
    assert office.case != firm
    assert "NOT_READY" in codes(office.take, "propose", office.clerk)
    office.notified()
    assert "NOT_READY" in codes(office.take, "propose", office.clerk)
    office.served()
    assert codes(office.take, "propose", office.clerk) == ["WINDOW_OPEN"]
    with acting(office.clerk):
        proofs = CaseProofOfService.objects.filter(paper__kind="prior_notice").values_list("party", flat=True)
        assert sorted(proofs) == sorted([office.firm, office.person])
    office.wait(30).decided().sealed().listed()
    with acting(office.clerk):
        entries = {each.subject_id: each for each in ListEntry.objects.all()}
    assert entries[office.person].party == ""
    assert Onlooker().look() == []


@pytest.mark.clause("4.1a")
def test_nobody_is_decided_before_the_unit(office: Office) -> None:
    office.open()
    firm = office.case
    assert codes(office.open, subject=office.person, role="legal_representative") == ["NOT_FOUND"]
    office.open(subject=office.person, role="legal_representative", unit_case=firm)
    office.notified().served().wait(30)
    assert codes(office.take, "propose", office.clerk) == ["LINKED_BEFORE_UNIT"]


@pytest.mark.clause("2.4", "3.2c")
def test_a_stop_gap_list_says_so_and_publishes_no_person(office: Office) -> None:
    """The standard rests on a ministry rule; the firm is public with that mark, the person is not."""
    office.whole_way()
    firm = office.case
    assert (entry(office).interim, entry(office).publishable) == (True, True)
    office.open(subject=office.person, role="legal_representative", unit_case=firm)
    office.notified().served().wait(30).decided().sealed().listed()
    assert (entry(office).interim, entry(office).publishable) == (True, False)
    shown = PublicListing.objects.all()
    assert [(each.subject, each.interim) for each in shown] == [(office.firm, True)]


# ---- what a list rests on ----------------------------------------------------------------------------------


@pytest.mark.clause("1.3a", "2.2a")
def test_a_document_without_effect_founds_no_case(office: Office) -> None:
    """A first-instance judgment that was appealed is not yet in effect."""
    office.list = "tax"
    for effect in ("not_yet", "stayed", "revoked", "void", "lapsed"):
        appealed = replace(
            DRAFTS["tax"].grounds[0], number="示例法院〔2026〕1号", kind="judgment", effect=effect
        )
        told = dict(refused(office.open, draft={"grounds": (appealed,)}))
        assert "huaian-2021-13#1.3a" in told["LIST_GROUND_EFFECT"], effect
    with acting(office.clerk):
        assert not Case.objects.exists()


def test_a_document_that_is_appealed_meanwhile_stops_the_signature(office: Office) -> None:
    office.open().notified().served().wait(30)
    office.take("propose", office.clerk)
    office.take("check", office.checker)
    fell(office, GROUND.number, "not_yet")
    assert codes(office.take, "decide", office.signer) == ["LIST_GROUND_EFFECT"]


def fell(office: Office, number: str, effect: str = "revoked") -> None:
    with acting(office.clerk):
        ground = Ground.objects.get(number=number, draft__case=office.case)
    services.change_ground(
        office.case, ground.pk, effect, revision=office.revision, actor=office.checker, now=office.now
    )


@pytest.mark.clause("1.3a", "4.1c")
@pytest.mark.parametrize("by", [SYSTEM, cast.LABOUR_CLERK.actor])
def test_one_of_two_documents_is_annulled(office: Office, by: Actor) -> None:
    """The entry is hidden, goes back to the officer, and stands on what is left, by another person's word."""
    office.open(draft={"grounds": TWO}).notified().served().wait(30).decided().sealed().listed()
    assert codes(office.take, "hide", by) == ["GROUND_STANDS"]
    fell(office, TWO[1].number)
    assert codes(office.take, "revoke", office.signer) == ["GROUND_REMAINS"]
    office.take("hide", by)
    assert (office.state, entry(office).state) == ("hidden", "hidden")
    assert not PublicListing.objects.filter(visible_until=None).exists()
    assert codes(office.take, "restore", by) == ["PERMISSION_DENIED"]
    office.take("restore", office.signer)
    assert (office.state, entry(office).state) == ("listed", "listed")
    assert Onlooker().look() == []


@pytest.mark.clause("1.3a")
def test_when_all_documents_fell_the_entry_is_revoked(office: Office) -> None:
    office.open(draft={"grounds": TWO}).notified().served().wait(30).decided().sealed().listed()
    for each in TWO:
        fell(office, each.number)
    office.take("hide", SYSTEM)
    assert "LIST_GROUND_MISSING" in codes(office.take, "restore", office.signer)
    office.take("revoke", SYSTEM)
    assert (office.state, entry(office).state, entry(office).ended_by) == ("removed", "removed", "revoke")


# ---- who lists ------------------------------------------------------------------------------------------------


@pytest.mark.clause("4.1c")
def test_a_body_below_the_county_lists_nobody(office: Office) -> None:
    """Refused when the case is opened, citing 四（一）; a level that nobody knows is below all."""
    body = Agency.objects.create(
        id=UUID(int=0xAE), uscc=cast.uscc("11", 98), name="示例开发区管理委员会", region=cast.AREA, level="township",
        domains=["human_resources"],
    )  # fmt: skip
    clerk = User.objects.create(
        id=UUID(int=0xAE1), username="zone", name="示例", agency=body, roles=["clerk", "checker", "signer"]
    )
    cast.leave_untold()
    actor = Actor(clerk.pk, body.pk, body.name, frozenset(clerk.roles), "示例", "desk")
    opening = Opening(list="wage", subject=office.firm, draft=DRAFTS["wage"], leniency=HEARD)
    for level in ("township", "zone_committee", "delegate", "不明"):
        Agency.objects.filter(pk=body.pk).update(level=level)
        cast.leave_untold()
        told = dict(refused(services.open_case, opening, reason="示例", actor=actor, now=office.now))
        assert told["AUTHORITY_LEVEL"] == ("huaian-2021-13#4.1c",), level


def test_another_trade_lists_nobody_either(office: Office) -> None:
    """The market authority has nothing to list for wages."""
    opening = Opening(list="wage", subject=office.firm, draft=DRAFTS["wage"], leniency=HEARD)
    actor = cast.MARKET_CLERK.actor
    told = dict(refused(services.open_case, opening, reason="示例", actor=actor, now=office.now))
    assert told["AUTHORITY_TRADE"] == ("huaian-2021-13#4.1c",)


# ---- whom nobody lists --------------------------------------------------------------------------------------------


@pytest.mark.clause("4.2b")
def test_a_minor_is_never_listed(office: Office) -> None:
    """By the age at the act, told by the sealed number; who cannot be told is waited for."""
    office.whole_way()
    minor = add_person(
        id_kind="resident_id", number=cast.MINOR_ID, name=cast.MINOR_NAME, actor=office.clerk, now=cast.NOW
    )
    young = add_person(
        id_kind="resident_id", number=cast.resident_id(date(2007, 9, 1), 33), name="示例某小", actor=office.clerk,
        now=cast.NOW,
    )  # fmt: skip
    linked: dict[str, Any] = {"role": "legal_representative", "unit_case": office.case}
    for subject in (minor, young):
        assert "ADVERSE_TO_MINOR" in codes(office.open, subject=subject, **linked), subject
    # Grown up when it was done: the same person, another year.
    office.open(subject=young, draft={"conduct_from": date(2025, 10, 1)}, **linked)


@pytest.mark.clause("4.2b")
def test_leniency_is_heard_and_decided_before_anything(office: Office) -> None:
    for given in (LeniencyGiven(), LeniencyGiven(heard=True, grounds=("force_majeure",))):
        assert codes(office.open, leniency=given) != []


# ---- when the party speaks -------------------------------------------------------------------------------------------


def spoken(office: Office, moment: datetime) -> Objection:
    given = ObjectionGiven(kind="objection", received_at=moment, text="示例意见")
    office.take("receive", office.clerk, objection=given)
    with acting(office.clerk):
        return Objection.objects.latest("received_at")


@pytest.mark.clause("4.1a", "4.1b")
def test_the_last_day_is_whole(office: Office) -> None:
    """Five working days after Monday, 2 March end on Monday, 9 March: a minute before midnight is in time."""
    office.open().notified().served()
    with acting(office.clerk):
        assert Deadline.objects.get(name="objection_window").last == date(2026, 3, 9)
    office.wait(8)
    last = datetime(2026, 3, 9, 23, 59, 59, tzinfo=HERE)
    said = spoken(office, last)
    assert (said.in_time, said.received_on) == (True, date(2026, 3, 9))
    assert spoken(office, last + timedelta(seconds=1)).in_time is False


@pytest.mark.clause("4.1b")
def test_who_speaks_late_is_answered_too(office: Office) -> None:
    """Late or not: nothing goes on before it is verified and answered in writing."""
    office.open().notified().served().wait(30)
    said, eye = spoken(office, office.now), Onlooker()
    assert said.in_time is False
    eye.look()
    assert codes(office.take, "propose", office.clerk) == ["OBJECTION_PENDING"]
    office.replied(said.pk).decided().sealed()
    assert "NOT_READY" in codes(office.take, "receive", office.clerk)
    office.listed()
    assert eye.look() == []


@pytest.mark.clause("4.1b")
def test_an_objection_between_check_and_signature_stops_the_signature(office: Office) -> None:
    office.open().notified().served().wait(30)
    office.take("propose", office.clerk)
    office.take("check", office.checker)
    said = office.objected()
    assert codes(office.take, "decide", office.signer) == ["OBJECTION_PENDING"]
    office.replied(said, upheld=True)
    assert codes(office.take, "decide", office.signer) == ["OBJECTION_UPHELD"]
    office.take("redraft", office.checker, draft=replace(DRAFTS["wage"], words=WORDS))
    assert "NOT_READY" in codes(office.take, "propose", office.clerk)


# ---- ways out ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("2.4", "5.1a")
def test_a_way_out_may_be_asked_for_on_every_list(office: Office) -> None:
    """Also where the list sets no time for the answer: that bars no application."""
    for code in ("wage", "market", "tax"):
        office.list = code
        office.whole_way()
        given = AskGiven(step="correct", reason="示例理由", applied_on=office.day)
        services.ask(office.case, given, revision=office.revision, actor=office.clerk, now=office.now)
        services.grant(
            office.case, revision=office.revision, reason="示例", actor=office.signer, now=office.now
        )
        assert (office.state, entry(office).state) == ("removed", "removed"), code
