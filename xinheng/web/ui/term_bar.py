"""Where the marks of a publication period stand on its bar (公示期条)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

WIDTH = 1000  # units of the SVG's viewBox
MARK = 6  # width of the mark of today
OPEN_SHARE = 0.6  # where today stands on the bar of a term without an end


@dataclass(frozen=True, slots=True)
class TermBar:
    """A term on a bar of 0..1000 units. `last` is the last day shown (None: 长期)."""

    start: date
    last: date | None
    repair_from: date | None
    today: date
    label: str
    doubt: str
    today_x: int
    repair_x: int | None

    @property
    def left_width(self) -> int:
        return WIDTH - self.today_x

    @property
    def labels(self) -> list[tuple[str, str, str]]:
        """(kind, word, day) of each mark in the order of the days; an open end comes last."""
        found = [(self.start, "", "起", self.start.isoformat())]
        if self.repair_from:
            found.append((self.repair_from, "repair", "可申请修复", f"{self.repair_from} 起"))
        found.append((self.today, "today", "今天", self.today.isoformat()))
        found.append((self.last or date.max, "", "最长至", self.last.isoformat() if self.last else "长期"))
        return [(kind, word, text) for _, kind, word, text in sorted(found, key=lambda each: each[0])]

    @property
    def today_mark_x(self) -> int:
        return min(max(self.today_x - MARK // 2, 0), WIDTH - MARK)


def term_bar(
    start: date,
    until: date | None,
    repair_from: date | None,
    today: date,
    label: str = "",
    doubt: str = "",
) -> TermBar:
    """The bar of [start, until): `until` is exclusive as everywhere, the page shows the day before it.

    A repair day on or after the end is left out: it would promise what can no longer happen.
    """
    if repair_from is not None and until is not None and repair_from >= until:
        repair_from = None
    last = until - timedelta(days=1) if until else None
    return TermBar(
        start=start,
        last=last,
        repair_from=repair_from,
        today=today,
        label=label,
        doubt=doubt,
        today_x=_place(today, start, until, int(WIDTH * OPEN_SHARE)),
        repair_x=_repair_place(repair_from, start, until),
    )


def _place(day: date, start: date, until: date | None, without_end: int) -> int:
    if until is None:
        return without_end if day > start else 0
    share = (day - start).days / max((until - start).days, 1)
    return round(min(max(share, 0.0), 1.0) * WIDTH)


def _repair_place(day: date | None, start: date, until: date | None) -> int | None:
    if day is None or until is None:
        return None
    return _place(day, start, until, 0)
