"""Template filters and tags of the shared interface (界面标签)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template

from xinheng.law.reference import ClauseText
from xinheng.runtime import clock
from xinheng.web.ui import addresses
from xinheng.web.ui import term_bar as term_bars

register = template.Library()
BEIJING = ZoneInfo("Asia/Shanghai")

register.filter("clause_address", addresses.clause_address)
register.filter("clause_anchor", addresses.clause_anchor)


@dataclass(frozen=True, slots=True)
class Place:
    """A place of an instrument as it is cited, with all our clauses that stand there."""

    label: str
    clauses: tuple[ClauseText, ...]


@register.filter
def by_place(clauses: Iterable[ClauseText]) -> list[Place]:
    """Each place once, in the order cited: one number of an instrument may carry several of our clauses."""
    found: dict[str, dict[str, ClauseText]] = {}
    for each in clauses:
        found.setdefault(each.label, {})[each.id] = each
    return [Place(label, tuple(there.values())) for label, there in found.items()]


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
