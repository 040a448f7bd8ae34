"""A period of working days, one line a day (逐日数工作日)."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from datetime import date
from typing import Any

from xinheng.law.lawbook import default_path, load
from xinheng.law.workdays import CountedDay, WorkdayPeriod

BY_WEEK = "每周的工作日和休息日"
MOST = 999
PROVISIONAL = "暂定：期间进入放假安排未载入的年份，载入后重新计算。"


def arguments(parser: ArgumentParser) -> None:
    """What the command is told."""
    parser.add_argument("start", type=a_day, metavar="日期", help="起算的那一天，如 2026-09-28，当日不计")
    parser.add_argument("days", type=_count, metavar="天数", help=f"多少个工作日，1 至 {MOST}")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def a_day(text: str) -> date:
    """A date as an argument."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"日期“{text}”写法不对，应写成 2026-09-28") from None


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise ArgumentTypeError(f"天数应是 1 至 {MOST} 的整数，现在是“{text}”")
    return int(text)


def period(start: date, days: int) -> WorkdayPeriod:
    """The period of the shipped calendars. Raises ValueError for fewer than one day."""
    return load(default_path()).calendar.count(start, days)


def lines(start: date, days: int, found: WorkdayPeriod) -> Iterator[str]:
    """Each day with its place in the count, why it counts or not, and the notice that makes it so."""
    yield f"{start} 起 {days} 个工作日（当日不计）："
    counted = 0
    for each in found.days:
        counted += each.counted
        place = f"第 {counted:>2} 个工作日" if each.counted else "不计　　　　"
        yield f"  {each.day}　{place}　{each.why}　[{each.notice or BY_WEEK}]"
    yield f"最后一日：{found.last}" + ("（暂定）" if found.provisional else "")
    if found.provisional:
        yield PROVISIONAL


def as_json(start: date, found: WorkdayPeriod) -> dict[str, Any]:
    """The same for machines."""
    told = {"start": start.isoformat(), "last": found.last.isoformat(), "provisional": found.provisional}
    return {**told, "days": [_day(each) for each in found.days]}


def _day(each: CountedDay) -> dict[str, Any]:
    return {
        "day": each.day.isoformat(),
        "counted": each.counted,
        "why": each.why,
        "notice": each.notice,
        "provisional": each.provisional,
    }
