"""Template filters and tags of the shared interface (界面标签)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template

from xinheng.runtime import clock
from xinheng.web.ui import addresses
from xinheng.web.ui import term_bar as term_bars

register = template.Library()
BEIJING = ZoneInfo("Asia/Shanghai")

register.filter("clause_address", addresses.clause_address)
register.filter("clause_anchor", addresses.clause_anchor)


@register.filter
def day(value: date | datetime | None) -> str:
    """A date as YYYY-MM-DD (of a moment: its day in Beijing time); a dash when there is none."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(BEIJING).date()
    return value.isoformat()


@register.filter
def beijing(value: datetime | None) -> str:
    """A moment as YYYY-MM-DD HH:MM in Beijing time."""
    return value.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if value else "—"


@register.filter
def printed(_: object) -> str:
    """The moment the page was made, for the line that only paper shows."""
    return beijing(clock.now())


@register.inclusion_tag("ui/parts/term_bar.html")
def term_bar(
    start: date,
    until: date | None,
    repair_from: date | None,
    today: date,
    label: str = "",
    doubt: str = "",
) -> dict[str, object]:
    """The 公示期 bar of plain dates; `until` is exclusive."""
    return {"bar": term_bars.term_bar(start, until, repair_from, today, label, doubt)}
