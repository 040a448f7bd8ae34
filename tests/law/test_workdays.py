"""Working days counted by hand stand against the calendar (工作日)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from xinheng.law.lawbook import load
from xinheng.law.workdays import Calendar

SCENARIOS = yaml.safe_load(Path(__file__).with_name("workdays.yaml").read_text("utf-8"))
CALENDAR = load().calendar


@pytest.mark.parametrize("told", SCENARIOS["counts"], ids=lambda told: told["case"])
def test_period_ends_on_the_day_counted_by_hand(told: dict[str, Any]) -> None:
    period = CALENDAR.count(told["start"], told["n"])
    assert period.last == told["last"]
    assert period.provisional is told.get("provisional", False)


@pytest.mark.parametrize("told", SCENARIOS["days"], ids=lambda told: str(told["day"]))
def test_each_day_says_why_it_counts(told: dict[str, Any]) -> None:
    day = CALENDAR.day(told["day"])
    assert (day.counted, day.why) == (told["counted"], told["why"])


def test_a_day_off_the_week_names_its_notice_and_a_plain_day_needs_none() -> None:
    assert CALENDAR.day(date(2026, 10, 1)).notice == "国务院办公厅关于2026年部分节假日安排的通知"
    assert "国办发明电〔2024〕12号" in CALENDAR.day(date(2025, 9, 28)).notice
    assert CALENDAR.day(date(2026, 11, 23)).notice == ""


def test_a_year_without_notice_is_told_as_such_even_on_new_year() -> None:
    day = CALENDAR.day(date(2027, 1, 1))
    assert day.counted
    assert day.provisional
    assert "2027 年放假安排未载入" in day.why


def test_loading_the_notice_moves_the_end_and_ends_the_doubt() -> None:
    year = CALENDAR.years[2026]
    before = Calendar({k: v for k, v in CALENDAR.years.items() if k != 2026})
    assert before.count(date(2025, 12, 31), 1).last == date(2026, 1, 1)
    assert before.count(date(2025, 12, 31), 1).provisional
    after = Calendar({**before.years, 2026: year})
    assert after.count(date(2025, 12, 31), 1).last == date(2026, 1, 4)


def test_no_period_without_a_day() -> None:
    with pytest.raises(ValueError, match="at least one"):
        CALENDAR.count(date(2026, 11, 23), 0)


@settings(max_examples=150, deadline=None)
@given(
    start=st.dates(date(2021, 1, 1), date(2026, 12, 31)),
    n=st.integers(min_value=1, max_value=40),
)
def test_a_period_holds_just_its_working_days(start: date, n: int) -> None:
    period = CALENDAR.count(start, n)
    assert period.first == start + timedelta(days=1)
    assert period.days[-1].day == period.last
    assert period.days[-1].counted
    assert sum(day.counted for day in period.days) == n
    assert CALENDAR.between(start, period.last) == n
    assert CALENDAR.between(period.last, start) == -n


def test_whether_and_why_agree_on_every_day_of_eight_years() -> None:
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(8 * 366)]
    assert [CALENDAR.is_workday(day) for day in days] == [CALENDAR.day(day).counted for day in days]
