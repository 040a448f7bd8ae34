"""Working days (工作日): rest days and worked weekends by notice, counted one by one and explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """One year of the statutory calendar: what each special day is, and the notice that says so."""

    year: int
    notice: str
    rest: Mapping[date, str]
    work: Mapping[date, str]


@dataclass(frozen=True, slots=True)
class CountedDay:
    """A day, whether it counts as a working day, why, by which notice; provisional: no notice yet."""

    day: date
    counted: bool
    why: str
    notice: str
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class WorkdayPeriod:
    """A period of working days from its first to its last day, with each day between explained."""

    first: date
    last: date
    days: tuple[CountedDay, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """The years whose notice is loaded; beyond them Monday to Friday count, marked provisional."""

    years: Mapping[int, CalendarYear] = field(default_factory=dict)

    def day(self, day: date) -> CountedDay:
        """Whether `day` is a working day, and why."""
        year, weekday = self.years.get(day.year), day.weekday()
        weekend = weekday >= SATURDAY
        if year is None:
            return CountedDay(
                day,
                not weekend,
                f"{WEEKDAYS[weekday]}（{day.year} 年放假安排未载入）",
                "",
                True,
            )
        if day in year.rest:
            return CountedDay(day, False, f"{year.rest[day]}放假", year.notice)
        if day in year.work:
            return CountedDay(day, True, f"{WEEKDAYS[weekday]}，{year.work[day]}调休上班", year.notice)
        return CountedDay(day, not weekend, WEEKDAYS[weekday], "")

    def is_workday(self, day: date) -> bool:
        """What `day` says without its reasons, for clocks by the hundred thousand."""
        year = self.years.get(day.year)
        if year and (day in year.rest or day in year.work):
            return day in year.work
        return day.weekday() < SATURDAY

    def count(self, start: date, n: int) -> WorkdayPeriod:
        """The period of `n` working days after `start`; the day of the event itself is not counted.

        Raises ValueError for fewer than one day. Carries out 4.1b.
        """
        if n < 1:
            raise ValueError("a period has at least one working day")
        days: list[CountedDay] = []
        left, day = n, start
        while left:
            day += timedelta(days=1)
            days.append(self.day(day))
            left -= days[-1].counted
        return WorkdayPeriod(days[0].day, day, tuple(days), any(each.provisional for each in days))

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and with `end`; negative when `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_workday(start + timedelta(days=i)) for i in range(1, (end - start).days + 1))
