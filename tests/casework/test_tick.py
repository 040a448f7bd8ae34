"""What ends by the calendar or by the fall of its documents, taken by the machine once (每日事项)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection

from tests import cast
from tests.casework.office import GROUND, Office
from xinheng.access.actor import HOST_ID, system
from xinheng.access.scope import acting
from xinheng.casework import daily, fire, services, sweep
from xinheng.casework.given import Given
from xinheng.casework.models import CasePaper, CaseStep, Deadline, Ground
from xinheng.catalog.public import current_law
from xinheng.config.command import run
from xinheng.law.language import Refusal
from xinheng.registry.models import ListEntry
from xinheng.runtime import clock
from xinheng.runtime.idempotency import KEPT, once
from xinheng.runtime.models import IdempotencyKey

UNTIL = date(2029, 4, 1)
TWO = {"draft": {"grounds": (GROUND, replace(GROUND, number="示人社责令〔2026〕2号"))}}


def steps(swept: sweep.Swept) -> list[tuple[UUID, str]]:
    return [(each.case, each.step) for each in swept.taken]


def listed(office: Office, **opening: Any) -> UUID:
    office.open(**opening).notified().served().wait(30)
    office.decided().sealed().listed()
    return office.case


def fall(office: Office, *numbers: str) -> None:
    with acting(office.clerk):
        grounds = list(
            Ground.objects.filter(draft__case=office.case, number__in=numbers).values_list("id", flat=True)
        )
    for each in grounds:
        services.change_ground(
            office.case, each, "revoked", revision=office.revision, actor=office.clerk, now=office.now
        )


@pytest.mark.clause("2.4")
def test_a_party_leaves_at_its_term_and_a_second_run_does_nothing(office: Office) -> None:
    firm = listed(office)
    office.day = UNTIL
    assert sweep.sweep(now=office.now) == sweep.Swept((), ())
    office.wait(5)  # days of pause are caught up with
    done = sweep.sweep(now=office.now)
    assert (steps(done), done.refused) == ([(firm, "end")], ())
    with acting(office.clerk):
        entry = ListEntry.objects.get(case=firm)
        assert (entry.state, entry.ended_by, entry.ended_on) == ("removed", "end", office.day)
        assert CasePaper.objects.filter(case=firm, kind="removal_decision").count() == 1
        last = CaseStep.objects.get(step="end")
        assert (last.actor, last.day) == (HOST_ID, office.day)
        running = set(Deadline.objects.filter(stopped_on=None).values_list("name", flat=True))
        assert running == {"reconsideration", "litigation"}
    assert daily.daily(now=office.now) == daily.Day(0, 0, sweep.Swept((), ()))


@pytest.mark.clause("2.4")
def test_a_person_leaves_with_the_unit_where_the_list_says_so(office: Office) -> None:
    firm = listed(office)
    office.day = office.day.replace(month=3, day=2)
    person = listed(office, subject=office.person, role="legal_representative", unit_case=firm)
    assert sweep.sweep(now=office.now) == sweep.Swept((), ())
    office.case = firm
    fall(office, GROUND.number)
    done = sweep.sweep(now=office.now)
    assert (steps(done), done.refused) == ([(firm, "revoke"), (person, "leave_with_unit")], ())
    assert {code for code, _ in sweep._leave_with_unit(current_law(office.day))} == {"wage"}


@pytest.mark.clause("1.3a")
def test_one_document_of_two_falls_and_what_a_signer_restores_stays(office: Office) -> None:
    case = listed(office, **TWO)
    assert steps(sweep.sweep(now=office.now)) == []
    fall(office, GROUND.number)
    assert steps(sweep.sweep(now=office.now)) == [(case, "hide")]
    assert office.state == "hidden"
    aside = (
        "INSERT INTO casework_setaside (id, case_id, revision, ground_id) SELECT uuid7(), d.case_id, 8, g.id"
    )
    aside += " FROM casework_ground g JOIN casework_draft d ON d.id = g.draft_id"
    with (
        pytest.raises(DatabaseError, match="by who restores"),
        acting(office.clerk),
        connection.cursor() as cursor,
    ):
        cursor.execute(aside)
    office.wait(1).take("restore", office.signer)
    assert steps(sweep.sweep(now=office.now)) == []
    assert office.state == "listed"
    fall(office, "示人社责令〔2026〕2号")
    assert steps(sweep.sweep(now=office.now)) == [(case, "revoke")]


def test_what_is_refused_is_told_and_stops_no_other_and_is_asked_again(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = listed(office)
    office.list, office.day = "market", date(2026, 3, 2)
    second = listed(office)
    monkeypatch.setenv("XINHENG_TODAY", "2029-04-02")
    taken = fire.fire

    def one_fails(case: UUID, step: str, **more: Any) -> Any:
        if case == first:
            raise Refusal.because("GLYPH_MISSING", characters="示", count="1")
        return taken(case, step, **more)

    monkeypatch.setattr(sweep, "fire", one_fails)
    assert run(["tick", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (office.case, office.state) == (second, "removed")
    assert [each["step"] for each in told["taken"]] == ["end"]
    assert [(each["step"], each["code"]) for each in told["refused"]] == [("end", "GLYPH_MISSING")]
    monkeypatch.setattr(sweep, "fire", taken)
    assert run(["tick"]) == 0
    assert "期满移出：1 件" in capsys.readouterr().out
    assert run(["tick", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["taken"], again["moved"], again["reminders"]) == ([], 0, 0)


def test_a_day_to_come_is_only_told(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.list = "tax"
    office.open().notified().served()
    office.objected()
    assert run(["tick", "--as-of", "2026-03-13", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["preview"], told["reminders"]) == (True, 1)
    assert run(["tick", "--as-of", "2026-03-13"]) == 0
    said = capsys.readouterr().out
    assert "预览，不作任何改动" in said
    assert "提醒和升级：1 条" in said


def test_answers_kept_for_repeats_go_after_their_time(office: Office) -> None:
    """A page sent twice needs them for days, and they hold what a form said, if only as a keyed digest."""
    for key, age in (("old", KEPT + timedelta(days=1)), ("new", KEPT - timedelta(days=1))):
        once(office.clerk, key, {}, clock.now() - age, dict)
    assert run(["tick"]) == 0
    assert list(IdempotencyKey.objects.filter(key__in=["old", "new"]).values_list("key", flat=True)) == [
        "new"
    ]


def test_the_machine_takes_no_step_that_hurts(office: Office) -> None:
    office.open()
    with pytest.raises(Refusal, match="PERMISSION_DENIED"):
        services.fire(
            office.case, "notify", revision=1, given=Given(),
            actor=system(cast.LABOUR.id, cast.LABOUR.name), now=office.now,
        )  # fmt: skip
