"""Clocks explain themselves, remind once per rung, and move with the calendar (期限逐日说明、提醒、随日历变动)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tests import cast
from tests.casework.notices import announce, announced
from tests.casework.office import Office, settled
from tests.support.database import TestDatabase
from tests.windows import flood
from xinheng.access.actor import Actor, system
from xinheng.access.scope import acting
from xinheng.casework import calendar, evidence, explaining, inbox, reminders, services
from xinheng.casework.inbox import ReminderRow
from xinheng.casework.models import Deadline, DeadlineMove, Reminder
from xinheng.casework.proofs import MOVES, REMINDERS, digest_sql
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.ledger import reading
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.protection import Watched
from xinheng.ledger.verification.findings import Audit
from xinheng.ledger.verification.told import Deed

pytestmark = pytest.mark.clause("4.1b")
INTO_NEXT_YEAR = date(2026, 12, 28)


@pytest.fixture
def notice(tmp_path: Path, settings: Any) -> Callable[[datetime], str]:
    settings.XINHENG_VAR = tmp_path / "var"
    return lambda now: announce(tmp_path, now)


def clock(office: Office, name: str) -> Deadline:
    with acting(office.clerk):
        return Deadline.objects.get(case=office.case, name=name, stopped_on=None)


def told(office: Office, actor: Actor) -> list[ReminderRow]:
    return inbox.mine(actor, law=current_law(office.day))


def remind(office: Office) -> int:
    return reminders.remind(actor=system(), now=office.now)


def events(kind: EventKind) -> list[dict[str, Any]]:
    return [dict(each.told) for each in reading.of_kind(kind)]


# ---- day by day ------------------------------------------------------------------------------------------


def test_a_clock_explains_each_of_its_days(office: Office) -> None:
    office.day = date(2026, 9, 28)
    office.open().notified().served()
    with acting(office.clerk):
        (it,) = explaining.clocks_of(office.case, law=current_law(office.day))
        assert it == explaining.explain(it.id, law=current_law(office.day))
    assert (it.label, it.n, it.left) == ("陈述、申辩和提出异议的期限", 5, 5)
    assert "2026-10-01 不计（国庆节放假）" in it.days
    assert it.days[-1].startswith(f"{it.last} 第 5 日")
    assert it.clauses
    with acting(cast.TAX_CLERK.actor), pytest.raises(Refusal, match="NOT_FOUND"):
        explaining.explain(it.id, law=current_law(office.day))


def test_asking_for_more_papers_does_not_move_the_tenth_day(office: Office) -> None:
    office.list = "tax"
    office.open().notified().served()
    office.objected()
    tenth = clock(office, "objection_reply").last
    assert tenth == date(2026, 3, 16)
    office.wait(3)
    services.note(office.case, "请补充示例材料", actor=office.clerk, now=office.now)
    office.wait(3).objected("补充的示例意见", kind="representation")
    calendar.recompute(actor=system(), now=office.now)
    with acting(office.clerk):
        lasts = list(
            Deadline.objects.filter(name="objection_reply").order_by("start").values_list("last", flat=True)
        )
    assert lasts == [tenth, date(2026, 3, 20)]


# ---- the calendar moves ----------------------------------------------------------------------------------


def test_a_holiday_notice_moves_the_last_day_and_those_concerned_are_told(
    office: Office, notice: Callable[[datetime], str]
) -> None:
    office.day = INTO_NEXT_YEAR
    office.open().notified().served()
    before = clock(office, "objection_window")
    assert (before.last, before.provisional) == (date(2027, 1, 4), True)
    digest = notice(office.now)
    after = clock(office, "objection_window")
    assert (after.last, after.provisional) == (date(2027, 1, 5), False)
    (event,) = events(EventKind.DEADLINE_MOVED)
    assert (event["count"], event["reminders"], event["lawbook"]) == (1, 1, digest)
    for actor in (office.clerk, office.checker):
        (row,) = told(office, actor)
        assert (row.kind, row.before, row.last, row.provisional) == ("moved", before.last, after.last, False)
        assert (row.matter, row.kind_label, inbox.count(actor)) == (office.case, "末日变动", 1)
    for actor in (office.signer, cast.TAX_CLERK.actor, cast.TAX_CHECKER.actor):
        assert not told(office, actor)
    assert calendar.recompute(actor=system(), now=office.now).moved == 0
    assert len(events(EventKind.DEADLINE_MOVED)) == 1


def test_a_day_that_becomes_sure_is_told_though_it_is_the_same_and_a_stopped_clock_stays(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.day = date(2027, 3, 1)
    office.open().notified().served()
    window = clock(office, "objection_window")
    office.replied(office.objected())
    monkeypatch.setattr(calendar, "current_law", announced)
    assert calendar.recompute(actor=system(), now=office.now).moved == 1
    with acting(office.clerk):
        (move,) = DeadlineMove.objects.all()
        stopped = Deadline.objects.get(name="objection_reply")
    assert (move.deadline_id, move.before, move.after) == (window.pk, window.last, window.last)
    assert (move.before_provisional, move.after_provisional) == (True, False)
    assert stopped.provisional


def test_a_fault_on_the_way_keeps_neither_notice_nor_clocks(
    office: Office, notice: Callable[[datetime], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a kill: the notice, the clocks and those told are kept together or not at all."""
    office.day = INTO_NEXT_YEAR
    office.open().notified().served()
    digest = current_law(office.day).book.digest

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(calendar, "append", die)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        notice(office.now)
    assert current_law(office.day).book.digest == digest
    assert clock(office, "objection_window").last == date(2027, 1, 4)
    with acting(office.clerk):
        assert not DeadlineMove.objects.exists()
        assert not Reminder.objects.exists()


def test_a_clock_that_a_step_began_beside_the_notice_is_found_the_next_day(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.day = INTO_NEXT_YEAR
    office.open().notified()
    monkeypatch.setattr(calendar, "current_law", announced)
    office.served()  # by the lawbook that it read before the other committed
    assert clock(office, "objection_window").provisional
    assert calendar.recompute(actor=system(), now=office.now).moved == 1
    assert not clock(office, "objection_window").provisional


@pytest.mark.clause("4.2b")
def test_a_party_s_time_that_moves_into_a_flood_goes_before_a_person(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.day = INTO_NEXT_YEAR
    office.open().notified().served()
    row = clock(office, "objection_window")
    office.day = date(2027, 1, 5)
    flood.declared(first=date(2027, 1, 5), last=date(2027, 1, 20), now=office.now)
    assert row.pk not in flood.touched()
    monkeypatch.setattr(calendar, "current_law", announced)
    calendar.recompute(actor=system(), now=office.now)
    assert row.pk in flood.touched()


# ---- rungs -----------------------------------------------------------------------------------------------


def test_each_rung_is_told_once_whoever_runs_and_how_often(office: Office) -> None:
    office.list = "tax"
    office.open().notified().served()
    office.objected()
    rungs: list[str] = []
    for _ in range(22):
        first, again = remind(office), remind(office)
        assert again == 0
        rungs += ["one"] * first
        office.wait(1)
    with acting(office.clerk):
        rows = list(Reminder.objects.order_by("at").values_list("rung", "kind", "day", "to_user"))
    assert [rung for rung, *_ in rows] == ["warn_3", "warn_1", "due_today", "overdue_1", "overdue_5"]
    assert [kind for _, kind, *_ in rows] == ["warn"] * 3 + ["escalate"] * 2
    assert len(rungs) == 5 == len(events(EventKind.DEADLINE_REMINDED))
    assert [day for _, _, day, _ in rows][2] == date(2026, 3, 16)
    handler = office.clerk.user_id
    assert [to for *_, to in rows] == [handler, handler, handler, None, None]


def test_after_a_pause_the_last_rung_alone_is_told_and_goes_up_to_the_credit_office(office: Office) -> None:
    office.list = "tax"
    office.open().notified().served()
    objection = office.objected()
    office.wait(40)
    assert remind(office) == 1
    (row,) = told(office, cast.OFFICER.actor)
    assert (row.rung, row.rung_label, row.kind) == ("overdue_5", "已超期五个工作日", "escalate")
    assert [each.id for each in told(office, office.signer)] == [row.id]
    assert not told(office, office.clerk)
    assert not told(office, cast.LABOUR_SIGNER.actor)
    # Seen by one it is still there for the other; answered, for nobody.
    assert reminders.see([row.id], actor=cast.OFFICER.actor, now=office.now) == 1
    assert reminders.see([row.id], actor=cast.OFFICER.actor, now=office.now) == 0
    assert (inbox.count(cast.OFFICER.actor), inbox.count(office.signer)) == (0, 1)
    with pytest.raises(Refusal, match="NOT_FOUND"):
        reminders.see([row.id], actor=cast.LABOUR_SIGNER.actor, now=office.now)
    office.replied(objection)
    assert inbox.count(office.signer) == 0


def test_a_case_that_is_handed_over_takes_its_reminders_along(office: Office) -> None:
    office.open().notified().served()
    office.objected()
    office.wait(7)
    assert remind(office) == 1
    services.hand_over(office.case, cast.LABOUR_SECOND.actor.user_id, "", actor=office.clerk, now=office.now)
    assert inbox.count(office.clerk) == 0
    assert inbox.count(cast.LABOUR_SECOND.actor) == 1


def test_of_the_party_s_own_time_nobody_is_reminded(office: Office) -> None:
    """An office is never late with it, and nobody is hurried by it."""
    office.open().notified().served().wait(60)
    assert clock(office, "objection_window").last
    assert remind(office) == 0


# ---- planted -----------------------------------------------------------------------------------------------


def test_no_statement_of_the_application_moves_a_day_without_evidence(office: Office) -> None:
    office.open().notified().served()
    row = clock(office, "objection_window")
    joined = " FROM casework_deadline d JOIN casework_case c ON c.id = d.case_id"
    planted = {
        "UPDATE casework_deadline SET last = '2026-03-03'": "with evidence alone",
        "UPDATE casework_deadline SET provisional = NOT provisional": "with evidence alone",
        "INSERT INTO casework_deadlinemove (event, place, deadline_id, agency_id, before, before_provisional, after,"
        " after_provisional, at, digest) SELECT uuid7(), 0, d.id, c.agency_id, d.last + 1, false, d.last + 2, false,"
        f" now(), ''::bytea{joined}": "begins at the last day of a running clock",
        "INSERT INTO casework_reminder (id, event, place, case_id, deadline_id, kind, rung, roles, agency_id, day, at,"
        " last, provisional, digest) SELECT uuid7(), uuid7(), 0, d.case_id, d.id, 'warn', 'x', '{clerk}', c.agency_id,"
        f" now(), now(), d.last + 1, false, ''::bytea{joined}": "tells of its case and its clock",
        "DELETE FROM casework_reminder": "permission denied",
        "UPDATE casework_deadlinemove SET after = before": "permission denied",
    }
    for statement, why in planted.items():
        with pytest.raises(DatabaseError, match=why), acting(office.clerk), connection.cursor() as cursor:
            cursor.execute(statement)
    assert clock(office, "objection_window").last == row.last


def test_a_rung_is_told_once_by_the_database_too(office: Office) -> None:
    office.open().notified().served()
    office.objected()
    office.wait(7)
    assert remind(office) == 1
    again = (
        "INSERT INTO casework_reminder (id, event, place, case_id, deadline_id, kind, rung, roles, agency_id, day, at,"
        " last, provisional, digest) SELECT uuid7(), uuid7(), 0, case_id, deadline_id, kind, rung, roles, agency_id,"
        " day, at, last, provisional, digest FROM casework_reminder"
    )
    with (
        pytest.raises(DatabaseError, match="reminder_once"),
        acting(office.clerk),
        connection.cursor() as cursor,
    ):
        cursor.execute(again)


def test_every_edit_of_what_was_moved_and_told_is_found(
    kept: None, committed: TestDatabase, superuser: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "current_law", announced)
    office = settled()
    office.day = INTO_NEXT_YEAR
    office.open().notified().served()
    office.objected()
    assert calendar.recompute(actor=system(), now=office.now).moved == 2
    assert _found(superuser) == set()
    with superuser.transaction(force_rollback=True):
        superuser.execute("SET LOCAL session_replication_role = replica")
        superuser.execute("UPDATE casework_deadline SET last = last + 1 WHERE name = 'objection_window'")
        assert _found(superuser) == {"casework_deadline"}
    for what in (MOVES, REMINDERS):
        (number,) = superuser.execute(f"SELECT count(*) FROM {what.table}").fetchone() or (0,)
        assert number == 2
        for edit in _edits(what):
            with superuser.transaction(force_rollback=True):
                superuser.execute("SET LOCAL session_replication_role = replica")
                superuser.execute(edit.encode())
                assert what.table in _found(superuser), edit


def _edits(what: Watched) -> list[str]:
    """One row without each of its columns' present value, one row less, one more, two whose places are changed."""
    other = {"plain": "{}", "text": "{} || 'x'", "date": "'2020-01-02'", "moment": "now()", "list": "'{{x}}'"}
    special = {
        "place": "7",
        "before_provisional": "NOT before_provisional",
        "after_provisional": "NOT after_provisional",
    }
    special |= {"provisional": "NOT provisional", "kind": "'touched'"}
    first = f"ctid = (SELECT min(ctid) FROM {what.table})"
    flag = "provisional" if what is REMINDERS else "after_provisional"
    turned = ("place - 2", "-1 - place")  # by way of places that nobody has
    edits = [f"DELETE FROM {what.table} WHERE {first}"]
    edits.append("; ".join(f"UPDATE {what.table} SET place = {place}" for place in turned))
    for column, kind in (each.removeprefix("r.").split() for each in what.columns.split("; ")):
        value = special.get(column, "uuid7()" if kind == "plain" else other[kind].format(column))
        edits.append(f"UPDATE {what.table} SET {column} = {value} WHERE {first}")
    # By somebody who knows how digests are made: only the root in the event tells.
    edits.append(
        f"UPDATE {what.table} SET {flag} = NOT {flag}; UPDATE {what.table} r SET digest = {digest_sql(what)}"
    )
    return edits


def _found(behind: psycopg.Connection[Any]) -> set[str]:
    audit = Audit()
    kinds = [each.value for each in evidence.REMINDING]
    query = (
        "SELECT e.id, e.kind, e.at, p.payload FROM ledger_event e JOIN ledger_eventpayload p ON p.event_id = e.id"
        " WHERE e.kind = ANY(%s)"
    )
    for place, (event, kind, at, payload) in enumerate(behind.execute(query, [kinds])):
        audit.told.deeds[kind].append(Deed(place, event, at, payload))
    with behind.transaction():
        evidence.prove_moves(audit, behind)
        evidence.prove_reminders(audit, behind)
    return set(audit.tables())
