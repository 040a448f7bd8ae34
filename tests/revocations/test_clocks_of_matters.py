"""Corrections, revocations and variations are warned, escalated and moved as listing cases are (事项期限的提醒与变动)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import transaction
from django.db.utils import Error
from django.test import Client

from tests import cast
from tests.casework import clockwork
from tests.casework.clockwork import LADDER
from tests.casework.forging import as_app, insert, sql
from tests.casework.notices import announced
from tests.revocations import town as towns
from tests.revocations.guards import Cut
from tests.revocations.test_pages import counter, desk, text
from tests.revocations.town import CHECKER, CLERK, SIGNER, Town
from xinheng.casework import calendar, corrections, matterclocks, reminders, revocations
from xinheng.casework.correctionfacts import Given
from xinheng.casework.matterclocks import REPLY
from xinheng.law.machine import Machine
from xinheng.law.procedures.correction import CORRECTION, OPEN
from xinheng.law.procedures.revocation import ACT, OPENED, REVOCATION
from xinheng.ledger import reading
from xinheng.ledger.kinds import EventKind

pytestmark = pytest.mark.clause("4.1b", "2.2b", "1.3a")
LATE = datetime(2026, 12, 25, 2, 0, tzinfo=UTC)
TAX = cast.TAX_CLERK.actor
Begin = Callable[[Town], UUID]


def varied(town: Town) -> UUID:
    return towns.register(town, 4, "varied")


def lodged_late(town: Town) -> UUID:
    """On 2026-12-25: its tenth working day is in a year whose holidays nobody has announced."""
    return towns.lodged(town, now=LATE)


def varied_late(town: Town) -> UUID:
    fell = replace(towns.fell(town, 4, "varied"), known_on=date(2026, 12, 30))
    made = revocations.register_change(fell, actor=CLERK, now=datetime(2026, 12, 30, 2, 0, tzinfo=UTC))
    towns.at_commit()
    return made


# ---- rungs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "name"), [(towns.lodged, "correction_reply"), (varied, "withdrawal_of_fallen")]
)
def test_each_rung_is_told_once_to_its_roles(town: Town, begin: Begin, name: str) -> None:
    matter = begin(town)
    (clock,) = clockwork.running(matter)
    assert (clock.name, clock.agency_id, clock.provisional) == (name, cast.LABOUR.id, False)
    found = [count for count in clockwork.ticked(cast.NOW, 26) if count]
    told = clockwork.told_of(matter)
    assert [each.rung for each in told] == LADDER
    assert sum(found) == 5
    assert [each.kind for each in told] == ["warn"] * 3 + ["escalate"] * 2
    assert {(each.agency, each.to_user) for each in told} == {(cast.LABOUR.id, None)}
    assert [each.roles for each in told] == [
        ("clerk",), ("clerk", "checker"), ("clerk", "checker"), ("checker", "signer"), ("signer", "office"),
    ]  # fmt: skip


def test_after_a_pause_the_last_rung_alone_and_seen_by_one_it_waits_for_the_other(town: Town) -> None:
    matter, now = towns.lodged(town), cast.NOW + timedelta(days=40)
    assert clockwork.tick(now) == 1
    (row,) = clockwork.mine(SIGNER, now, matter)
    assert (row.rung, row.of, row.of_label, row.deadline_label) == (
        "overdue_5", "correction", "信息有误的异议", "异议（信息有误）核查并答复",
    )  # fmt: skip
    for actor in (CLERK, CHECKER, TAX, cast.MARKET_SIGNER.actor):
        assert not clockwork.mine(actor, now, matter)
    assert reminders.see([row.id], actor=SIGNER, now=now) == 1
    assert not clockwork.mine(SIGNER, now, matter)
    assert [each.id for each in clockwork.mine(cast.OFFICER.actor, now, matter)] == [row.id]


def test_what_is_decided_or_carried_out_reminds_nobody(town: Town) -> None:
    correction, fallen, change = towns.answered(town), towns.register(town, 1), varied(town)
    now = cast.NOW + timedelta(days=40)
    assert clockwork.running(fallen) == []
    towns.step(correction, "propose", CLERK, replace(towns.WHOLE, mistaken=False))
    assert len(clockwork.running(correction)) == 1
    towns.step(correction, "decide", CHECKER)
    assert clockwork.running(correction) == []
    assert clockwork.tick(now) == 1
    assert [each.rung for each in clockwork.told_of(change)] == ["overdue_5"]
    assert clockwork.told_of(correction) == clockwork.told_of(fallen) == []
    assert [each.rung for each in clockwork.mine(SIGNER, now, change)] == ["overdue_5"]
    towns.corrected(town.records[4], "variation", {"content_text": "没收非法财物，价值 1000 元"})
    towns.take(change, "vary", CHECKER)
    assert not clockwork.mine(SIGNER, now, change)


def test_taken_back_by_the_party_it_stops(town: Town) -> None:
    matter = towns.lodged(town)
    corrections.take(matter, "withdraw", revision=1, given=Given(), actor=towns.party(town), now=cast.NOW)
    towns.at_commit()
    assert clockwork.running(matter) == []


@pytest.mark.parametrize(
    ("machine", "name", "states"),
    [(CORRECTION, REPLY, set(OPEN)), (REVOCATION, ACT, {OPENED})],
    ids=["correction", "revocation"],
)
def test_the_clock_runs_in_the_states_of_the_law_s_own_table(
    machine: Machine, name: str, states: set[str], superuser: psycopg.Connection[tuple[str]]
) -> None:
    """The steps that start and stop it lead into these states and out of them; the database says the same ones."""
    for step in machine.steps:
        if name in step.starts:
            assert {step.after(each) for each in step.sources} <= states
        for source in step.sources & states:
            assert (name in step.stops) == (step.after(source) not in states), step.name
    query = "SELECT prosrc FROM pg_proc WHERE proname = 'casework_matterclock_of_matter'"
    (said,) = superuser.execute(query).fetchone() or ("",)
    table = said.split(f"'{name}'")[1].split("INTO found")[0]
    assert set(re.findall(r"'(\w+)'", table)) == states


# ---- the calendar moves ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "before", "after"),
    [
        (lodged_late, date(2027, 1, 8), date(2027, 1, 11)),
        (varied_late, date(2027, 1, 4), date(2027, 1, 5)),
    ],
)
def test_a_notice_moves_the_last_day_and_clerk_and_checker_are_told(
    town: Town, begin: Begin, before: date, after: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = begin(town)
    (clock,) = clockwork.running(matter)
    assert clockwork.days(clock) == (before, True)
    monkeypatch.setattr(calendar, "current_law", announced)
    now = datetime(2026, 12, 31, 2, 0, tzinfo=UTC)
    assert clockwork.moved(now) >= 1
    assert clockwork.moved(now) == 0
    towns.at_commit()
    assert clockwork.days(clockwork.running(matter)[0]) == (after, False)
    (move,) = clockwork.moves_of(matter)
    assert (move.before, move.before_provisional, move.after, move.after_provisional) == (
        before,
        True,
        after,
        False,
    )
    assert (clock.last, clock.pk) == (move.before, move.deadline_id)
    for actor in (CLERK, CHECKER):
        (row,) = clockwork.mine(actor, now, matter)
        assert (row.kind, row.before, row.last, row.provisional) == ("moved", before, after, False)
    assert not clockwork.mine(SIGNER, now, matter)


def test_pages_of_officer_and_party_follow(
    town: Town, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    matter = lodged_late(town)
    number = towns.correction(matter).number
    monkeypatch.setenv("XINHENG_TODAY", "2026-12-31")
    clerk, own = desk(cast.LABOUR_CLERK), counter()
    shown = text(clerk, f"/desk/corrections/{matter}/")
    assert "暂估，放假安排未公布" in shown
    assert "工作目标，待核" in shown
    assert "2027-01-08</span> 前答复（节假日安排公布前为暂定）" in text(own, f"/me/corrections/{number}/")
    monkeypatch.setattr(calendar, "current_law", announced)
    clockwork.moved(datetime(2026, 12, 31, 2, 0, tzinfo=UTC))
    shown = text(clerk, f"/desk/corrections/{matter}/")
    assert "末日由" in shown
    assert "工作目标，待核" in shown
    assert "2027-01-11</span> 前答复，没有法定天数" in text(own, f"/me/corrections/{number}/")
    home = text(clerk, "/desk/")
    assert f"/desk/corrections/{matter}/" in home
    assert "信息有误的异议" in home


def test_a_variation_shows_its_clock_and_who_may_not_open_a_correction_gets_no_link(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, correction = varied(town), towns.lodged(town)
    monkeypatch.setenv("XINHENG_TODAY", "2026-11-25")
    shown = text(desk(cast.LABOUR_CLERK), f"/desk/revocations/{change}/")
    assert "依据撤销、变更后撤下" in shown
    assert "剩 1 个工作日" in shown
    assert "行政处罚法" in shown
    monkeypatch.setenv("XINHENG_TODAY", "2026-12-31")
    clockwork.tick(datetime(2026, 12, 31, 2, 0, tzinfo=UTC))
    home = text(desk(cast.LABOUR_SIGNER), "/desk/")
    assert f"/desk/revocations/{change}/" in home
    assert towns.correction(correction).number in home
    assert f"/desk/corrections/{correction}/" not in home


def test_what_waits_without_a_clock_has_one_after_the_next_tick(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is of what was lodged before there were clocks of matters."""
    with monkeypatch.context() as patched:
        patched.setattr(matterclocks, "follow", lambda *_: None)
        both = (towns.lodged(town), varied(town))
    assert [clockwork.running(each) for each in both] == [[], []]
    assert clockwork.moved(cast.NOW) == 0
    towns.at_commit()
    (event,) = (dict(each.told) for each in reading.of_kind(EventKind.DEADLINE_MOVED))
    assert (event["started"], event["count"]) == (2, 0)
    assert [len(clockwork.running(each)) for each in both] == [1, 1]
    clockwork.moved(cast.NOW)
    assert len(list(reading.of_kind(EventKind.DEADLINE_MOVED))) == 1


# ---- past the services -------------------------------------------------------------------------------------

CLOCK = (
    "INSERT INTO casework_matterclock (id, kind, matter, number, agency_id, name, start, n, last, provisional, stopped_on)"
    " SELECT uuid7(), 'correction', c.id, {number}, c.agency_id, {name}, {start}, 10, c.due, false, {stopped}"
    " FROM casework_correction c WHERE c.id = %s"
)
RIGHT = {"number": "c.number", "name": "'correction_reply'", "start": "c.lodged_on", "stopped": "NULL::date"}
STOP = "UPDATE casework_matterclock SET stopped_on = '2026-11-24' WHERE matter = %s"
FORWARD = "UPDATE casework_matterclock SET last = last + 30 WHERE matter = %s"
MOVE = (
    "INSERT INTO casework_deadlinemove (event, place, deadline_id, agency_id, before, before_provisional, after,"
    " after_provisional, at, digest) SELECT e.id, {place}, k.id, k.agency_id, {before}, k.provisional, {after}, false,"
    " e.at, '' FROM casework_clock k, ledger_event e WHERE k.matter = %s AND e.id = %s"
)
MOVED = {"place": "0", "before": "k.last", "after": "k.last + 30"}
REMIND = (
    "INSERT INTO casework_reminder (id, event, place, case_id, deadline_id, kind, rung, roles, agency_id, to_user, day, at,"
    " last, provisional, digest) SELECT uuid7(), e.id, {place}, {matter}, k.id, 'warn', 'x', {roles}, k.agency_id, {user},"
    " '2026-11-24', e.at, {last}, k.provisional, '' FROM casework_clock k, ledger_event e WHERE k.matter = %s AND e.id = %s"
)
TOLD = {
    "place": "0",
    "matter": "k.matter",
    "roles": "'{clerk}'::text[]",
    "user": "NULL::uuid",
    "last": "k.last",
}
MATTER, MOVES, REMINDERS, EVIDENCE, EVENT = (
    Cut("casework_matterclock_of_matter"), Cut("casework_check_moves", whole="RETURN NULL;"),
    Cut("casework_check_reminders", whole="RETURN NULL;"),
    Cut("casework_clock_moved_with_evidence", whole="RETURN NULL;"),
    Cut("casework_told_of_clocks", whole="RETURN NULL;"),
)  # fmt: skip


def told(kind: str) -> UUID:
    return insert("ledger_event", kind=kind, at=cast.NOW, agency=cast.LABOUR.id, commitment=b"x", mac=b"x")


def clock(**change: str) -> Callable[[UUID], bool]:
    return lambda matter: bool(sql(CLOCK.format(**RIGHT | change), matter))


def move(kind: str = "deadline.moved", **change: str) -> Callable[[UUID], bool]:
    return lambda matter: bool(sql(MOVE.format(**MOVED | change), matter, told(kind)))


def remind(kind: str = "deadline.reminded", **change: str) -> Callable[[UUID], bool]:
    return lambda matter: bool(sql(REMIND.format(**TOLD | change), matter, told(kind)))


def plain(statement: str) -> Callable[[UUID], bool]:
    return lambda matter: bool(sql(statement, matter))


def unclocked(town: Town) -> UUID:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(matterclocks, "follow", lambda *_: None)
        return towns.lodged(town)


def over(town: Town) -> UUID:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(matterclocks, "follow", lambda *_: None)
        matter = towns.lodged(town)
        corrections.take(matter, "withdraw", revision=1, given=Given(), actor=towns.party(town), now=cast.NOW)
    return matter


def stopped(town: Town) -> UUID:
    matter = towns.lodged(town)
    corrections.take(matter, "withdraw", revision=1, given=Given(), actor=towns.party(town), now=cast.NOW)
    return matter


ATTACKS: dict[str, tuple[Cut, str, Begin, Callable[[UUID], bool]]] = {
    "a clock of what is over": (MATTER, "under way", over, clock()),
    "by another name": (MATTER, "under way", unclocked, clock(name="'repair_decision'")),
    "from another day": (MATTER, "under way", unclocked, clock(start="c.lodged_on + 20")),
    "under another number": (MATTER, "under way", unclocked, clock(number="'XXYY-1'")),
    "stopped when it begins": (MATTER, "under way", unclocked, clock(stopped="c.lodged_on")),
    "stopped while it waits": (MATTER, "stops with its matter", towns.lodged, plain(STOP)),
    "put forward": (EVIDENCE, "with evidence alone", towns.lodged, plain(FORWARD)),
    "a move of a stopped clock": (MOVES, "a running clock", stopped, move()),
    "a move from another day": (MOVES, "a running clock", towns.lodged, move(before="k.last + 1")),
    "a move to the same day": (MOVES, "another day", towns.lodged, move(after="k.last")),
    "a move in the second place": (MOVES, "come at once", towns.lodged, move(place="1")),
    "a move that no event tells": (EVENT, "with its event", towns.lodged, move("deadline.reminded")),
    "a reminder of a stopped clock": (REMINDERS, "as they are", stopped, remind()),
    "a reminder of another matter": (REMINDERS, "as they are", towns.lodged, remind(matter="uuid7()")),
    "a reminder of another day": (REMINDERS, "as they are", towns.lodged, remind(last="k.last + 1")),
    "a reminder for one of no case": (REMINDERS, "as they are", towns.lodged, remind(user="uuid7()")),
    "as of a complaint": (REMINDERS, "as they are", towns.lodged, remind(roles="'{complaint.handle}'::text[]")),
    "a reminder in the second place": (REMINDERS, "come at once", towns.lodged, remind(place="1")),
    "a reminder that no event tells": (EVENT, "with its event", towns.lodged, remind("correction.lodge")),
}  # fmt: skip


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def attempt(do: Callable[[UUID], bool], matter: UUID) -> tuple[bool, str]:
    try:
        with as_app(cast.LABOUR.id):
            return do(matter), ""
    except Error as fault:
        return False, str(fault)


@pytest.mark.parametrize("name", ATTACKS)
def test_with_the_guard_it_is_refused_and_without_it_is_done(
    name: str, superuser: psycopg.Connection[object], town: Town
) -> None:
    guard, refused, begin, do = ATTACKS[name]
    superuser.execute("SET lock_timeout = '5s'")
    with undone():
        matter = begin(town)
        done, said = attempt(do, matter)
        assert (done, refused in said) == (False, True), said
        with guard.out(superuser):
            assert attempt(do, matter) == (True, "")


def test_without_a_defect_it_is_done(town: Town) -> None:
    """So each is refused above for its one defect."""
    for begin, do in ((unclocked, clock()), (towns.lodged, move()), (towns.lodged, remind())):
        with undone():
            assert attempt(do, begin(town)) == (True, "")


def test_another_body_sees_neither_clock_nor_reminder(town: Town) -> None:
    matter = towns.lodged(town)
    clockwork.tick(cast.NOW + timedelta(days=40))
    statement = "UPDATE casework_matterclock SET provisional = provisional WHERE matter = %s"
    for agency, seen in ((cast.LABOUR.id, True), (cast.MARKET.id, False)):
        with undone(), as_app(agency):
            assert bool(sql(statement, matter)) is seen
            assert bool(sql("SELECT FROM casework_reminder WHERE case_id = %s", matter)) is seen
