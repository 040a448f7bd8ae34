"""The only reader of the clock (时钟). Called from web/, jobs/ and runtime/; services are told `now`."""

from __future__ import annotations

import os
import time as time_of_day
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Asia/Shanghai")


class ClockFault(ValueError):
    """XINHENG_TODAY is not a date; the text is Chinese."""


def now() -> datetime:
    """This moment, aware, in UTC; on the day XINHENG_TODAY when that is set."""
    moment = datetime.now(UTC)
    shifted = _shifted_day()
    if shifted is None:
        return moment
    return datetime.combine(shifted, moment.astimezone(HERE).timetz()).astimezone(UTC)


def seconds() -> float:
    """The real clock, also where XINHENG_TODAY shifts the city's: for what other machines have dated (a token)."""
    return time_of_day.time()


def today() -> date:
    """This day in Asia/Shanghai."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The day in Asia/Shanghai on which an aware moment falls."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no day")
    return moment.astimezone(HERE).date()


def end_of(day: date) -> datetime:
    """The first moment after a day in Asia/Shanghai: what was recorded on that day is earlier than this."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=HERE)


def _shifted_day() -> date | None:
    text = os.environ.get("XINHENG_TODAY", "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ClockFault(f"环境变量 XINHENG_TODAY 应写成 2026-11-23 这样的日期，现在是“{text}”。") from None
