"""The time for a reply in a case on a false promise is warned, escalated and moved as in listing (承诺不实案卷的期限)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests import cast
from tests.casework import clockwork
from tests.casework.clockwork import LADDER
from tests.casework.notices import announced
from tests.promises.town import repaired
from tests.repairs.town import Town
from tests.web.desk_city import signed_in
from xinheng.casework import calendar

pytestmark = pytest.mark.clause("4.1b")
CLERK, SIGNER = cast.LABOUR_CLERK.actor, cast.LABOUR_SIGNER.actor
AT = datetime(2026, 12, 25, 2, 0, tzinfo=UTC)


def test_a_reply_is_warned_once_a_rung_moved_by_a_notice_and_shown(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = repaired(town, town.entry, cast.LABOUR)
    broken.town.now = AT
    case = broken.open().served().case
    said = broken.said()
    clocks = {each.name: each for each in clockwork.running(case)}
    assert clocks.keys() == {"objection_window", "objection_reply"}
    assert clockwork.days(clocks["objection_reply"]) == (date(2027, 1, 1), True)
    monkeypatch.setattr(calendar, "current_law", announced)
    assert clockwork.moved(broken.now) >= 2
    assert clockwork.moved(broken.now) == 0
    moved = {each.name: clockwork.days(each) for each in clockwork.running(case)}
    assert moved["objection_reply"] == (date(2027, 1, 4), False)
    assert len(clockwork.moves_of(case)) == 2
    monkeypatch.setenv("XINHENG_TODAY", "2026-12-28")
    shown = signed_in(cast.LABOUR_CLERK).get(f"/desk/promises/{case}/").content.decode()
    for word in ("异议核实反馈", "放假安排更换：末日由", "当事人的期限"):
        assert word in shown
    first = len(clockwork.told_of(case))
    clockwork.ticked(broken.now, 28)
    told = clockwork.told_of(case)[first:]
    assert [each.rung for each in told] == LADDER
    assert told[0].to_user == CLERK.user_id
    late = datetime(2027, 1, 25, 2, 0, tzinfo=UTC)
    assert {each.of for each in clockwork.mine(SIGNER, late, case)} == {"promise"}
    broken.replied(said)
    assert not clockwork.mine(SIGNER, late, case)
