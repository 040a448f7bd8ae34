"""What is done with a case beside its steps (案卷旁的办理): notes, hand-over, ways out, drafts changed."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import date

import pytest

from tests import cast
from tests.casework.office import DRAFTS, Office
from xinheng.access.actor import Actor
from xinheng.access.gate import open_file
from xinheng.access.scope import acting
from xinheng.casework import queries, services
from xinheng.casework.given import AskGiven, Given, LeniencyGiven, Opening
from xinheng.casework.models import Ask, Case, CasePaper, Deadline, Draft, Note
from xinheng.casework.views import CaseView
from xinheng.catalog.public import current_law
from xinheng.documents import files
from xinheng.law.language import Refusal
from xinheng.registry.models import ListEntry
from xinheng.runtime.clock import day_of

EXIT = AskGiven(
    step="exit", reason="示例理由", applied_on=date(2026, 11, 20), corrected_on=date(2026, 5, 1),
    met=("corrected", "commitment"),
)  # fmt: skip


def seen(office: Office, actor: Actor | None = None) -> CaseView:
    """The case as an officer reads it."""
    who = actor or office.clerk
    known = queries.known(office.case, actor=who)
    assert known
    opened = open_file(
        actor=who, subject=known.subject, purpose="listing", basis=known.number, now=office.now
    )
    return queries.case(office.case, opened=opened, law=current_law(day_of(office.now)))


def codes(refusal: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [each.code for each in refusal.value.reasons]


class TestDrafts:
    def test_a_changed_draft_is_notified_anew(self, office: Office) -> None:
        office.open().notified().served().wait(10)
        changed = replace(DRAFTS["wage"], words=replace(DRAFTS["wage"].words, facts="改后的示例事由"))
        office.take("redraft", office.clerk, draft=changed)
        assert office.state == "draft"
        with acting(office.clerk):
            assert list(Draft.objects.values_list("version", flat=True).order_by("version")) == [1, 2]
            assert not Deadline.objects.filter(name="objection_window", stopped_on=None).exists()
        with pytest.raises(Refusal) as refusal:
            office.take("propose", office.clerk)
        assert "NOTICE_OUTDATED" in codes(refusal)
        office.notified().served().wait(10)
        office.take("propose", office.clerk)

    def test_a_redraft_says_why(self, office: Office) -> None:
        office.open().notified()
        with pytest.raises(Refusal) as refusal:
            office.take("redraft", office.clerk, draft=DRAFTS["wage"], reason=" ")
        assert codes(refusal) == ["REASON_REQUIRED"]

    def test_what_the_officer_wrote_is_read_in_an_opened_file_alone(self, office: Office) -> None:
        office.open()
        assert seen(office).draft.words["facts"] == DRAFTS["wage"].words.facts
        with acting(office.clerk):
            row = Draft.objects.get()
            assert DRAFTS["wage"].words.facts.encode() not in bytes(row.sealed or b"")
        other = open_file(
            actor=office.clerk, subject=office.person, purpose="listing", basis="示例案卷", now=office.now
        )
        with pytest.raises(Refusal) as refusal:
            queries.case(office.case, opened=other, law=current_law(day_of(office.now)))
        assert codes(refusal) == ["NOT_YOURS"]


class TestPeople:
    def test_a_case_is_handed_to_another_clerk_of_the_agency(self, office: Office) -> None:
        office.open()
        second = cast.LABOUR_SECOND.actor
        services.hand_over(office.case, second.user_id, "休假（示例）", actor=office.clerk, now=office.now)
        with acting(office.clerk):
            assert Case.objects.get().handler == second.user_id
            assert Note.objects.get().to_user == second.user_id
        assert seen(office).notes[0].text == "休假（示例）"
        for stranger in (cast.MARKET_CLERK, cast.LABOUR_CHECKER):
            with pytest.raises(Refusal) as refusal:
                services.hand_over(
                    office.case, stranger.actor.user_id, "", actor=office.clerk, now=office.now
                )
            assert codes(refusal) == ["USER_UNKNOWN"]

    def test_another_agency_s_case_is_not_there(self, office: Office) -> None:
        office.open()
        stranger = cast.MARKET_CLERK.actor
        assert queries.known(office.case, actor=stranger) is None
        with pytest.raises(Refusal) as refusal:
            services.fire(
                office.case, "withdraw", revision=1, given=Given(reason="x"), actor=stranger, now=office.now
            )
        assert codes(refusal) == ["NOT_FOUND"]

    def test_a_role_takes_its_own_steps(self, office: Office) -> None:
        office.open()
        with pytest.raises(Refusal) as refusal:
            office.take("notify", office.clerk)
        assert codes(refusal) == ["PERMISSION_DENIED"]

    def test_who_made_the_draft_does_not_check_it(self, office: Office) -> None:
        office.open()
        second = cast.LABOUR_SECOND.actor  # clerk, checker and signer at once
        office.take("notify", second)
        office.served().wait(30)
        office.take("propose", second)
        for step in ("check", "decide"):
            with pytest.raises(Refusal) as refusal:
                office.take(step, second)
            assert "SAME_PERSON" in codes(refusal)
            office.take("check", office.checker) if step == "check" else None

    def test_one_party_has_one_case_on_a_list(self, office: Office) -> None:
        office.open()
        with pytest.raises(Refusal) as refusal:
            office.open()
        assert codes(refusal) == ["CASE_EXISTS"]


class TestWaysOut:
    def test_asked_by_one_and_granted_by_another(self, office: Office) -> None:
        office.whole_way()
        office.day = date(2026, 12, 1)
        services.ask(office.case, EXIT, revision=office.revision, actor=office.clerk, now=office.now)
        with acting(office.clerk):
            assert Deadline.objects.get(name="exit_decision").start == date(2026, 11, 20)
        services.grant(
            office.case, revision=office.revision, reason="示例理由", actor=office.signer, now=office.now
        )
        with acting(office.clerk):
            entry = ListEntry.objects.get()
            assert (entry.state, entry.ended_on, entry.ended_by) == ("removed", date(2026, 12, 1), "exit")
            assert CasePaper.objects.filter(kind="removal_decision").count() == 1
            assert not Deadline.objects.filter(name="exit_decision", stopped_on=None).exists()

    def test_nobody_grants_what_he_asked_for(self, office: Office) -> None:
        office.whole_way()
        both = replace(office.clerk, roles=frozenset({"clerk", "signer"}))
        services.ask(office.case, EXIT, revision=office.revision, actor=office.clerk, now=office.now)
        with pytest.raises(Refusal) as refusal:
            services.grant(office.case, revision=office.revision, reason="示例", actor=both, now=office.now)
        assert codes(refusal) == ["SAME_PERSON"]

    def test_a_signer_takes_nobody_off_whom_nobody_asked_for(self, office: Office) -> None:
        office.whole_way()
        office.day = date(2026, 12, 1)
        with pytest.raises(Exception, match="asked for by one officer"):
            office.take("correct", office.signer)

    def test_too_early_is_told_with_its_day_and_the_ask_stays_open(self, office: Office) -> None:
        office.whole_way()
        early = replace(EXIT, corrected_on=date(2026, 3, 20), applied_on=date(2026, 4, 1))
        services.ask(office.case, early, revision=office.revision, actor=office.clerk, now=office.now)
        with pytest.raises(Refusal) as refusal:
            services.grant(
                office.case, revision=office.revision, reason="示例", actor=office.signer, now=office.now
            )
        assert codes(refusal) == ["EXIT_TOO_EARLY"]
        with acting(office.clerk):
            assert Ask.objects.get().decided_by is None

    def test_a_refused_way_out_says_why(self, office: Office) -> None:
        office.whole_way()
        services.ask(office.case, EXIT, revision=office.revision, actor=office.clerk, now=office.now)
        for reason in (" ", "还没有付清（示例）"):
            with pytest.raises(Refusal) if not reason.strip() else nullcontext():
                services.answer_ask(
                    office.case, granted=False, revision=office.revision, reason=reason, actor=office.signer,
                    now=office.now,
                )  # fmt: skip
        assert seen(office).asks[0].answer == "还没有付清（示例）"
        assert office.state == "listed"


@pytest.mark.clause("4.2b")
def test_a_ground_of_leniency_waits_for_a_reasoned_decision(office: Office) -> None:
    office.open().notified().served().wait(30)
    named = LeniencyGiven(heard=True, grounds=("slight",))
    services.decide_leniency(office.case, named, revision=office.revision, actor=office.clerk, now=office.now)
    with pytest.raises(Refusal) as refusal:
        office.take("propose", office.clerk)
    assert "LENIENCY_UNDECIDED" in codes(refusal)
    decided = replace(named, decision="go_on", reason="数额大、时间长（示例）")
    services.decide_leniency(
        office.case, decided, revision=office.revision, actor=office.clerk, now=office.now
    )
    office.take("propose", office.clerk)


@pytest.mark.clause("4.1a")
def test_a_person_is_named_on_the_paper_and_nowhere_in_clear(office: Office) -> None:
    """A linked person has a case and a notice of his own; of his number the end alone is printed."""
    office.open()
    firm = office.case
    opening = Opening(
        list="wage", subject=office.person, draft=DRAFTS["wage"], leniency=LeniencyGiven(heard=True),
        role="legal_representative", unit_case=firm,
    )  # fmt: skip
    office.case = services.open_case(opening, reason="示例理由", actor=office.clerk, now=office.now)
    office.notified()
    with acting(office.clerk):
        row = Case.objects.get(pk=office.case)
        assert (row.party, row.subject_kind) == ("", "natural_person")
        paper = CasePaper.objects.get(case=office.case)
        pdf = files.kept(paper.document, paper.party)
    assert cast.PERSON_ID.encode() not in pdf
    assert seen(office).unit is not None


def test_lists_come_by_their_next_deadline(office: Office) -> None:
    office.open().notified().served()
    office.objected()
    (row,) = queries.waiting_for(office.clerk)
    assert (row.due, row.waits_reply) == (date(2026, 3, 9), True)
    assert queries.count(office.clerk) == 1
    assert queries.waiting_for(office.signer) == []
