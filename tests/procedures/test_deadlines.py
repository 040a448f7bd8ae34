"""Deadlines counted by hand stand against the rules (程序期限), with their suspensions, rungs and moving calendars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.procedures.walking import FIRM, book, fresh, law_on
from xinheng.law.deadlines import (
    Deadline,
    Suspension,
    begin,
    due,
    due_rungs,
    explained,
    extend,
    legal_period,
    moved,
    period_of,
    reply_period,
    suspend,
    window_period,
)  # fmt: skip
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.procedures.casefacts import Objection, ObjectionKind, reply_due
from xinheng.law.procedures.listing import LISTING
from xinheng.law.serving import ProofOfService, served_on, unproved
from xinheng.law.values import frozen
from xinheng.law.workdays import Calendar, CalendarYear

STORIES = yaml.safe_load(Path(__file__).with_name("deadlines.yaml").read_text("utf-8"))
pytestmark = pytest.mark.clause("4.1b")


def told(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("story", STORIES[kind], ids=lambda story: story["名称"])


def ten_from(start: date) -> Deadline:
    return begin(legal_period("objection_reply", law_on(start)), start)


@told("答复")
def test_an_objection_is_answered_by_the_day_counted_by_hand(story: Mapping[str, Any]) -> None:
    law = law_on(story["提出"])
    period = reply_period(law.serious_list(story["名单"]), law)
    end = due(begin(period, story["提出"]), law.calendar)
    assert (end.last, end.provisional) == (story["末日"], story.get("暂定", False))
    assert set(story["条款"]) <= set(period.clauses)
    assert explained(end)[-1].startswith(f"{story['末日']} 第 {period.n} 日")


@told("送达")
@pytest.mark.clause("4.1a")
def test_each_way_of_serving_has_its_day_one(story: Mapping[str, Any]) -> None:
    law = law_on(story["日期"])
    proof = ProofOfService(
        document="示例", party=FIRM, way=story["方式"], on=story["日期"], shows=frozenset(story["有"])
    )
    assert list(unproved(proof, law)) == story.get("缺", [])
    assert all(each in law.book.clauses for each in story["条款"])
    if "送达日" in story:
        assert served_on(proof, law) == story["送达日"]
        window = begin(window_period(law.serious_list("wage"), law), story["送达日"])
        assert due(window, law.calendar).last == story["陈述末日"]


@told("救济")
def test_a_procedural_period_moves_off_a_rest_day(story: Mapping[str, Any]) -> None:
    law = law_on(story["起"])
    end = due(begin(legal_period(story["期间"], law), story["起"]), law.calendar)
    assert end.last == story["末日"]
    assert law.calendar.is_workday(story["末日"]) or story["末日"].weekday() == 5


def test_the_day_by_day_explanation_names_what_is_left_out_and_why() -> None:
    end = due(ten_from(date(2026, 9, 28)), book().calendar)
    lines = explained(end)
    assert "2026-10-01 不计（国庆节放假）" in lines
    assert "2026-10-10 第 5 日（周六，国庆节调休上班）" in lines
    assert lines[-1] == "2026-10-16 第 10 日（周五）"


# ---- the unknown year ------------------------------------------------------------------------------

NEXT = CalendarYear(
    year=2027,
    notice="示例放假通知",
    rest={date(2027, 1, 1): "元旦", **{date(2027, 2, d): "春节" for d in (5, 8, 9, 10, 11, 12)}},
    work={date(2027, 1, 30): "春节", date(2027, 2, 20): "春节"},
)  # fmt: skip
ANNOUNCED = Calendar({**book().calendar.years, 2027: NEXT})


def test_loading_the_notice_moves_the_last_day_and_says_from_where() -> None:
    change = moved(ten_from(date(2026, 12, 22)), book().calendar, ANNOUNCED)
    assert change
    assert (change.before.last, change.before.provisional) == (date(2027, 1, 5), True)
    assert (change.after.last, change.after.provisional) == (date(2027, 1, 6), False)


def test_a_notice_that_moves_nothing_concerns_nobody() -> None:
    assert moved(ten_from(date(2026, 3, 2)), book().calendar, ANNOUNCED) is None


def test_a_provisional_day_that_becomes_sure_is_told_though_it_is_the_same_day() -> None:
    change = moved(ten_from(date(2027, 3, 1)), book().calendar, ANNOUNCED)
    assert change
    assert change.before.last == change.after.last
    assert change.before.provisional
    assert not change.after.provisional


def test_a_provisional_time_never_runs_out() -> None:
    end = due(ten_from(date(2026, 12, 22)), book().calendar)
    assert not end.has_run_out(date(2027, 3, 1))
    assert due(ten_from(date(2026, 12, 22)), ANNOUNCED).has_run_out(date(2027, 1, 7))


def test_a_deadline_over_new_years_spring_festival_once_it_is_known() -> None:
    assert due(ten_from(date(2027, 1, 29)), ANNOUNCED).last == date(2027, 2, 19)


# ---- in time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "in_time"),
    [
        (datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC), True),  # 23:59:59 here
        (datetime(2026, 3, 9, 16, 0, 0, tzinfo=UTC), False),  # midnight has passed here
    ],
)
def test_the_last_day_is_whole(moment: datetime, in_time: bool) -> None:
    """An objection at 23:59 on the last day is in time; the window is that of the wage list."""
    law = law_on(date(2026, 3, 2))
    end = due(begin(window_period(law.serious_list("wage"), law), date(2026, 3, 2)), law.calendar)
    assert end.last == date(2026, 3, 9)
    assert end.in_time(moment) is in_time
    assert not end.has_run_out(date(2026, 3, 9))


def test_a_window_of_calendar_days_that_ends_on_a_rest_day_goes_on() -> None:
    law = law_on(date(2026, 3, 2))
    days = replace(legal_period("reconsideration", law), n=5)
    assert due(begin(days, date(2026, 3, 2)), law.calendar).last == date(2026, 3, 9)


# ---- nothing stops it but a listed provision ---------------------------------------------------------


def pause(first: date, last: date | None, clause: str = "mohrss-45#6") -> Suspension:
    return Suspension(first=first, last=last, rule="supplement", clause=clause, why="等候补充材料")


def allowing(*clauses: str) -> Law:
    """A lawbook with a made-up provision that lets the reply be suspended."""
    day = date(2026, 3, 2)
    document = dict(book().documents["deadlines.yaml"])
    document["suspensions"] = [{"id": "supplement", "periods": ["objection_reply"], "clauses": list(clauses)}]
    documents = {**book().documents, "deadlines.yaml": frozen(document)}
    return replace(book(), documents=documents).as_of(day)


@pytest.mark.parametrize(
    "clause", ["mohrss-45#6", "huaian-2021-13#4.1b", "gbf-2020-49#4", "stat-2019-33#publish"]
)
def test_a_request_for_more_papers_moves_nothing(clause: str) -> None:
    """No provision is loaded that could: the tenth day stays the tenth."""
    with pytest.raises(Refusal) as refused:
        suspend(ten_from(date(2026, 3, 2)), pause(date(2026, 3, 4), None, clause), law_on(date(2026, 3, 2)))
    assert refused.value.reasons[0].code == "SUSPENSION_NOT_ALLOWED"


def test_a_listed_provision_of_a_rank_that_may_does_and_each_day_says_so() -> None:
    law = allowing("mohrss-45#6")
    held = suspend(ten_from(date(2026, 3, 2)), pause(date(2026, 3, 4), date(2026, 3, 6)), law)
    end = due(held, law.calendar)
    assert end.last == date(2026, 3, 19)
    assert due(ten_from(date(2026, 3, 2)), law.calendar).last == date(2026, 3, 16)
    assert "2026-03-05 不计（中止：等候补充材料）" in explained(end)


def test_while_it_is_suspended_there_is_no_last_day() -> None:
    law = allowing("mohrss-45#6")
    end = due(suspend(ten_from(date(2026, 3, 2)), pause(date(2026, 3, 4), None), law), law.calendar)
    assert end.last is None
    assert not end.has_run_out(date(2030, 1, 1))
    assert due_rungs(end, date(2030, 1, 1), frozenset(), law) == ()


@pytest.mark.parametrize("clause", ["stat-2019-33#publish", "gbf-2020-49#4", "huaian-2021-13#4.1b"])
def test_a_normative_document_or_policy_stops_nothing_even_when_listed(clause: str) -> None:
    law = allowing(clause)
    with pytest.raises(Refusal):
        suspend(ten_from(date(2026, 3, 2)), pause(date(2026, 3, 4), None, clause), law)


def test_the_lists_own_reply_counts_only_if_its_rank_may_depart() -> None:
    law = law_on(date(2026, 3, 2))
    wage = law.serious_list("wage")
    assert wage
    assert wage.reply
    low = replace(wage, reply=replace(wage.reply, clauses=("stat-2019-33#publish",)))
    unsure = replace(wage, reply=replace(wage.reply, n=None))
    assert [reply_period(each, law).n for each in (wage, low, unsure, None)] == [5, 10, 10, 10]


def test_the_wage_decision_is_extended_once_by_its_own_rule() -> None:
    law = law_on(date(2026, 3, 2))
    wage = law.serious_list("wage")
    assert wage
    assert wage.decision
    once = extend(begin(wage.decision, date(2026, 3, 2)), "mohrss-45#8", law)
    assert once.n == 40
    for deadline, clause in ((once, "mohrss-45#8"), (begin(wage.decision, date(2026, 3, 2)), "mohrss-45#6")):
        with pytest.raises(Refusal):
            extend(deadline, clause, law)
    with pytest.raises(Refusal):
        extend(ten_from(date(2026, 3, 2)), "huaian-2021-13#4.1b", law)


def test_a_window_has_the_rules_length_or_the_notices_and_never_none() -> None:
    law = law_on(date(2026, 3, 2))
    wage, market = (window_period(law.serious_list(code), law) for code in ("wage", "market"))
    assert begin(wage, date(2026, 3, 2), fixed=1).n == 5
    assert begin(market, date(2026, 3, 2), fixed=7).n == 7
    for fixed in (None, 0, -1):
        with pytest.raises(ValueError, match="no length"):
            begin(market, date(2026, 3, 2), fixed=fixed)


def test_the_replys_clock_runs_from_the_day_it_came_whatever_is_supplemented() -> None:
    said = Objection(id="示例", kind=ObjectionKind.OBJECTION, received_on=date(2026, 3, 2))
    later = fresh("market")
    assert reply_due(said, later, law_on(date(2026, 3, 2))).last == date(2026, 3, 16)
    assert reply_due(said, replace(later, today=date(2026, 3, 12)), law_on(date(2026, 3, 12))).last == date(
        2026, 3, 16
    )


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("objection_window", "wage", "5个工作日"),
        ("objection_window", "market", "待核"),
        ("objection_reply", "wage", "5个工作日"),
        ("objection_reply", "tax", "10个工作日"),
        ("removal", "wage", "10个工作日"),
        ("removal", "market", "3个工作日"),
        ("removal", "tax", "待核"),
        ("decision", "wage", "20个工作日"),
        ("exit_decision", "market", "15个工作日"),
        ("reconsideration", "tax", "60日"),
        ("litigation", "wage", "6个月"),
    ],
)
def test_each_deadline_of_the_table_has_the_period_of_its_list(name: str, code: str, told: str) -> None:
    law = law_on(date(2026, 11, 23))
    assert period_of(name, law.serious_list(code), law).told == told


def test_every_deadline_that_the_table_names_resolves() -> None:
    law = law_on(date(2026, 11, 23))
    named = {each for step in LISTING.steps for each in (*step.starts, *step.stops)}
    assert named
    for code in ("wage", "market", "tax"):
        assert all(period_of(each, law.serious_list(code), law).clauses for each in named)
    with pytest.raises(KeyError):
        period_of("lunch", None, law)


def test_an_office_target_is_marked_as_one() -> None:
    target = legal_period("removal", law_on(date(2026, 11, 23)))
    assert target.office_target
    assert not target.certain


# ---- rungs -------------------------------------------------------------------------------------------


def rungs_on(day: date, told: frozenset[str] = frozenset()) -> list[str]:
    law = law_on(day)
    return [each.id for each in due_rungs(due(ten_from(date(2026, 3, 2)), law.calendar), day, told, law)]


@pytest.mark.parametrize(
    ("day", "rungs"),
    [
        (date(2026, 3, 10), []),
        (date(2026, 3, 11), ["warn_3"]),
        (date(2026, 3, 13), ["warn_1"]),
        (date(2026, 3, 15), ["warn_1"]),
        (date(2026, 3, 16), ["due_today"]),
        (date(2026, 3, 17), ["overdue_1"]),
        (date(2026, 3, 23), ["overdue_5"]),
    ],
)
def test_each_rung_on_its_day(day: date, rungs: list[str]) -> None:
    assert rungs_on(day) == rungs


def test_no_rung_twice_and_none_left_out_by_a_daily_run() -> None:
    said: list[str] = []
    for n in range(40):
        said += rungs_on(date(2026, 3, 2) + timedelta(days=n), frozenset(said))
    assert said == ["warn_3", "warn_1", "due_today", "overdue_1", "overdue_5"]


def test_a_run_after_a_long_pause_tells_the_last_rung_only() -> None:
    assert rungs_on(date(2026, 4, 20)) == ["overdue_5"]


# ---- in general --------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(
    start=st.dates(date(2021, 1, 1), date(2026, 12, 31)),
    n=st.integers(1, 30),
    gap=st.integers(0, 10),
    long=st.integers(0, 20),
)
def test_a_suspension_costs_no_working_day_and_gives_none(start: date, n: int, gap: int, long: int) -> None:
    """Without the suspended days there are exactly `n` working days from the start to the end."""
    calendar, first = book().calendar, start + timedelta(days=1 + gap)
    held = pause(first, first + timedelta(days=long))
    deadline = replace(ten_from(start), n=n, suspensions=(held,))
    end = due(deadline, calendar)
    assert end.last
    assert sum(calendar.is_workday(each.day) for each in end.days if not held.covers(each.day)) == n
    assert calendar.is_workday(end.last)
    assert not held.covers(end.last)
