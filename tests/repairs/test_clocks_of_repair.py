"""Clocks of a repair are warned, escalated and moved as those of a listing case (修复期限的提醒与变动)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests import cast
from tests.casework import clockwork
from tests.casework.clockwork import LADDER
from tests.casework.notices import announced
from tests.repairs.test_pages import at_home
from tests.repairs.town import Town
from tests.web.desk_city import signed_in
from xinheng.access.scope import acting
from xinheng.casework import calendar
from xinheng.casework.explaining import clocks_of
from xinheng.casework.repairs import services
from xinheng.catalog.public import current_law
from xinheng.law import deadlines
from xinheng.runtime import clock

pytestmark = pytest.mark.clause("4.1b", "5.1c")
CLERK, CHECKER, SIGNER = (each.actor for each in (cast.MARKET_CLERK, cast.MARKET_CHECKER, cast.MARKET_SIGNER))


def test_acceptance_and_decision_are_each_warned_once_a_rung(town: Town) -> None:
    town.lodged([town.old])
    case = town.case(cast.MARKET).pk
    assert [each.name for each in clockwork.running(case)] == ["repair_acceptance"]
    assert sum(clockwork.ticked(town.now, 3)) == 2
    assert clockwork.mine(CLERK, town.now, case)
    town.take(cast.MARKET, "accept", contact="示例电话")
    assert not clockwork.mine(CLERK, town.now, case)
    assert [each.name for each in clockwork.running(case)] == ["repair_decision"]
    first = len(clockwork.told_of(case))
    clockwork.ticked(town.now + timedelta(days=3), 24)
    told = clockwork.told_of(case)
    assert [each.rung for each in told[:first]] == ["warn_3", "warn_1"]
    assert [each.rung for each in told[first:]] == LADDER
    # Nobody handles it before it is accepted; then who accepted it.
    assert [each.to_user for each in told] == [None, None, *[CLERK.user_id] * 3, None, None]
    assert {each.agency for each in told} == {cast.MARKET.id}


def test_a_pause_tells_the_last_rung_alone(town: Town) -> None:
    town.lodged([town.old])
    case, now = town.case(cast.MARKET).pk, town.now + timedelta(days=60)
    assert clockwork.tick(now) == 1
    assert [each.rung for each in clockwork.told_of(case)] == ["overdue_5"]
    (row,) = clockwork.mine(SIGNER, now, case)
    assert (row.of, row.deadline_label, row.number) == (
        "repair", "修复申请受理", town.case(cast.MARKET).number
    )  # fmt: skip
    assert not clockwork.mine(cast.LABOUR_SIGNER.actor, now, case)


def test_of_the_applicant_s_own_time_nobody_is_reminded(town: Town) -> None:
    begun = services.begin([town.old], actor=town.boss, now=town.now)
    services.lodge(begun, actor=town.boss, now=town.now)
    town.take(cast.MARKET, "ask_supplement", contact="示例电话", asking=("commitment",))
    case = town.case(cast.MARKET).pk
    names = {each.name for each in clockwork.running(case)}
    assert names == {"repair_acceptance", "repair_supplement"}
    clockwork.ticked(town.now, 26)
    assert len(clockwork.told_of(case)) == len(LADDER)
    with acting(CLERK):
        shown = {each.name: each.of_party for each in clocks_of(case, law=current_law(town.now.date()))}
    assert shown == {"repair_acceptance": False, "repair_supplement": True}


def test_a_notice_moves_it_and_the_page_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.now = datetime(2026, 12, 25, 2, 0, tzinfo=UTC)
    town.lodged([town.old])
    town.take(cast.MARKET, "accept", contact="示例电话")
    case = town.case(cast.MARKET).pk
    (decision,) = clockwork.running(case)
    assert clockwork.days(decision) == (date(2027, 1, 8), True)
    monkeypatch.setenv("XINHENG_TODAY", "2026-12-28")
    client = signed_in(cast.MARKET_CLERK)
    assert "放假安排未公布，暂估" in client.get("/desk/repairs/").content.decode()
    monkeypatch.setattr(calendar, "current_law", announced)
    assert clockwork.moved(town.now) >= 1
    assert clockwork.moved(town.now) == 0
    assert clockwork.days(clockwork.running(case)[0]) == (date(2027, 1, 11), False)
    (move,) = clockwork.moves_of(case)
    assert (move.before, move.after, move.deadline_id) == (date(2027, 1, 8), date(2027, 1, 11), decision.pk)
    for actor in (CLERK, CHECKER):
        (row,) = clockwork.mine(actor, town.now, case)
        assert (row.kind, row.before, row.last) == ("moved", date(2027, 1, 8), date(2027, 1, 11))
    assert "放假安排未公布" not in client.get("/desk/repairs/").content.decode()
    shown = client.get(f"/desk/repairs/{case}/").content.decode()
    for word in ("修复申请核查并作出决定", "工作目标，待核", "放假安排更换：末日由", "10个工作日"):
        assert word in shown
    assert f"/desk/repairs/{case}/" in client.get("/desk/").content.decode()


def test_an_entry_is_repaired_by_its_list_s_own_period_and_every_page_says_so(town: Town) -> None:
    """Fifteen working days are the list's rule, no target of the office; and it is the same after a recomputation."""
    town.now = clock.now()
    number = town.lodged([town.entry]).number
    town.take(cast.LABOUR, "accept", contact="示例电话")
    case = town.case(cast.LABOUR).pk
    assert clockwork.moved(town.now) == 0
    law = current_law(town.now.date())
    with acting(cast.LABOUR_CLERK.actor):
        (found,) = [each for each in clocks_of(case, law=law) if each.stopped_on is None]
    assert (found.n, found.office_target, found.label) == (15, False, "修复申请核查并作出决定")
    assert {each.partition("#")[0] for each in found.clauses} == {"mohrss-45"}
    pages = (
        signed_in(cast.LABOUR_CLERK).get(f"/desk/repairs/{case}/"), at_home(town).get(f"/me/repair/{number}/"),
    )  # fmt: skip
    for each in pages:
        shown = each.content.decode()
        assert "修复申请核查并作出决定" in shown
        assert "待核" not in shown.partition("修复申请核查并作出决定")[2][:300]


def test_beside_a_record_that_is_quicker_it_is_the_office_s_target() -> None:
    law = current_law(cast.TODAY)
    wage, name = law.serious_list("wage"), "repair_decision"
    own, other = (deadlines.period_of_clock(name, wage, n, law) for n in (15, 10))
    assert [own.office_target, other.office_target] == [False, True]
    assert own.name == other.name
