"""A complaint is told of to who handles it and to nobody else, and stops with its step, whoever comes first (举报期限)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from tests import cast
from tests.casework import clockwork
from tests.casework.clockwork import LADDER
from tests.casework.forging import as_app, insert, sql
from tests.casework.notices import announced
from tests.complaints import people
from xinheng.access.models import Agency
from xinheng.access.scope import acting
from xinheng.casework import calendar, matterclocks
from xinheng.casework.models import Clock, Reminder
from xinheng.oversight import services
from xinheng.oversight.models import Complaint

pytestmark = pytest.mark.clause("4.1b", "5.1c")
MARKET, OFFICE = cast.MARKET_CHECKER.actor, cast.OFFICER.actor
WHY = "属于本单位自身的事项，应当回避（示例）。"
CITY = (cast.MARKET_CLERK, cast.MARKET_SIGNER, cast.OFFICER, cast.LABOUR_CHECKER, cast.ENVIRONMENT_CHECKER)


@pytest.fixture
def charge(town: None) -> Complaint:
    """About the environment authority: the market authority handles it."""
    return people.row(people.lodged("charge", cast.ENVIRONMENT.uscc).number)


def named(matter: UUID) -> list[tuple[str, UUID, date]]:
    return [(each.name, each.agency_id, each.start) for each in clockwork.running(matter)]


def test_each_rung_once_and_to_who_handles_it_alone(charge: Complaint) -> None:
    assert named(charge.pk) == [("complaint_taking", cast.MARKET.id, cast.TODAY)]
    clockwork.ticked(cast.NOW, 16)
    told = clockwork.told_of(charge.pk)
    assert [each.rung for each in told] == LADDER
    assert {(each.roles, each.agency) for each in told} == {(("complaint.handle",), cast.MARKET.id)}
    now = cast.NOW + timedelta(days=15)
    rows = clockwork.mine(MARKET, now, charge.pk)
    assert [(each.of, each.number) for each in rows] == [("complaint", charge.number)] * 5
    for each in CITY:
        assert not clockwork.mine(each.actor, now, charge.pk), each.username
    # The whole city in view is no way to learn of a complaint.
    for each in (cast.OFFICER, cast.LABOUR_CHECKER, cast.ENVIRONMENT_CHECKER):
        with acting(each.actor):
            assert not Reminder.objects.filter(matter=charge.pk).exists(), each.username
            assert not Clock.objects.filter(matter=charge.pk).exists(), each.username


def test_taken_referred_and_answered_it_starts_and_stops(charge: Complaint) -> None:
    now = cast.NOW + timedelta(days=10)
    assert clockwork.tick(now) == 1
    services.take(charge.pk, actor=MARKET, now=now)
    assert named(charge.pk) == [("complaint_answer", cast.MARKET.id, cast.TODAY)]
    assert not clockwork.mine(MARKET, now, charge.pk)
    services.refer(charge.pk, to=people.POLICE.id, why=WHY, actor=MARKET, now=now)
    assert named(charge.pk) == [("complaint_taking", people.POLICE.id, cast.TODAY)]
    # The day of receipt counts on, so that it is late at the second body from the first day.
    assert clockwork.tick(now) == 1
    (row,) = clockwork.mine(people.POLICE_CHECKER, now, charge.pk)
    assert row.kind == "escalate"
    assert not clockwork.mine(MARKET, now, charge.pk)
    services.take(charge.pk, actor=people.POLICE_CHECKER, now=now)
    services.answer(charge.pk, outcome="acted", text=people.REPLY, actor=people.POLICE_CHECKER, now=now)
    assert named(charge.pk) == []
    assert clockwork.tick(now + timedelta(days=60)) == 0


def test_one_that_nobody_handles_has_no_clock_until_somebody_does(town: None) -> None:
    Agency.objects.update(domains=[], is_lead=False)
    cast.leave_untold()
    row = people.row(people.lodged().number)
    assert row.agency_id is None
    assert named(row.pk) == []
    services.refer(row.pk, to=cast.MARKET.id, why=WHY, actor=OFFICE, now=cast.NOW)
    assert named(row.pk) == [("complaint_taking", cast.MARKET.id, cast.TODAY)]


def test_a_notice_moves_it(town: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(cast, "NOW", datetime(2026, 12, 28, 2, 0, tzinfo=UTC))
        row = people.row(people.lodged("charge", cast.ENVIRONMENT.uscc).number)
        (clock,) = clockwork.running(row.pk)
        assert clockwork.days(clock) == (date(2027, 1, 4), True)
        monkeypatch.setattr(calendar, "current_law", announced)
        assert clockwork.moved(cast.NOW) == 1
        assert clockwork.moved(cast.NOW) == 0
        assert clockwork.days(clockwork.running(row.pk)[0]) == (date(2027, 1, 5), False)
        (told,) = clockwork.told_of(row.pk)
        assert (told.kind, told.roles, told.before) == ("moved", ("complaint.handle",), date(2027, 1, 4))


def test_what_was_received_before_there_were_clocks_has_one_after_a_tick(
    town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(matterclocks, "follow", lambda *_: None)
        row = people.row(people.lodged("charge", cast.ENVIRONMENT.uscc).number)
    assert named(row.pk) == []
    clockwork.moved(cast.NOW)
    assert named(row.pk) == [("complaint_taking", cast.MARKET.id, cast.TODAY)]


STOP = "UPDATE casework_matterclock SET stopped_on = '2026-11-24' WHERE matter = %s"
OF_OTHER = (
    "INSERT INTO casework_matterclock (id, kind, matter, number, agency_id, name, start, n, last, provisional)"
    " SELECT uuid7(), kind, uuid7(), number, agency_id, name, start, n, last, provisional FROM casework_matterclock"
    " WHERE matter = %s"
)
TO_ALL = (
    "INSERT INTO casework_reminder (id, event, place, case_id, deadline_id, kind, rung, roles, agency_id, day, at, last,"
    " provisional, digest) SELECT uuid7(), e.id, 0, k.matter, k.id, 'warn', 'x', '{office}', k.agency_id, '2026-11-24',"
    " e.at, k.last, k.provisional, '' FROM casework_clock k, ledger_event e WHERE k.matter = %s AND e.id = %s"
)


def test_no_statement_of_the_application_stops_it_or_tells_others(charge: Complaint) -> None:
    told = {"kind": "deadline.reminded", "at": cast.NOW, "agency": cast.MARKET.id}
    with transaction.atomic():
        event = insert("ledger_event", commitment=b"x", mac=b"x", **told)
    planted = {
        STOP: ("stops with its complaint", ()),
        OF_OTHER: ("a complaint that is under way", ()),
        TO_ALL: ("as they are", (event,)),
    }
    for statement, (why, more) in planted.items():
        with pytest.raises(DatabaseError, match=why), as_app(cast.MARKET.id):
            sql(statement, charge.pk, *more)
