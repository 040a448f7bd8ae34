"""Periods as reference data (期间): how many of which unit, from which event, by which provision."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xinheng.law.language import Confidence


class Unit(enum.StrEnum):
    """In what a period is counted (期间单位)."""

    WORKDAYS = "workdays"
    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A period; `n` is None where nobody knows it or the officer fixes it, between `least` and `most` if given.

    `rest_day`: a last day that is a rest day moves to the next working day (procedural periods only).
    `office_target`: a target of the office, no legal period; it lapses no right.
    """

    id: str
    name: str
    n: int | None
    unit: Unit
    starts_from: str
    clauses: tuple[str, ...]
    confidence: Confidence
    rest_day: bool = False
    office_target: bool = False
    extension: int | None = None
    least: int | None = None
    most: int | None = None
    source: str = ""

    @property
    def certain(self) -> bool:
        return self.n is not None and self.confidence is not Confidence.UNCERTAIN

    @property
    def told(self) -> str:
        """十个工作日 as 10个工作日; 待核 where it is not known."""
        units = {Unit.WORKDAYS: "个工作日", Unit.DAYS: "日", Unit.MONTHS: "个月"}
        return f"{self.n}{units[self.unit]}" if self.certain else "待核"


def period(entry: Mapping[str, Any], period_id: str = "", name: str = "") -> Period:
    """A period from its entry in reference/. Raises KeyError or ValueError."""
    n = entry.get("n")
    if n is not None and (type(n) is not int or n < 1):
        raise ValueError(f"期间 {n} 不是正整数")
    return Period(
        id=str(entry.get("id") or period_id),
        name=str(entry.get("name") or name),
        n=n,
        unit=Unit(entry["unit"]),
        starts_from=str(entry["from"]),
        clauses=tuple(entry.get("clauses") or entry.get("basis") or ()),
        confidence=Confidence(entry["confidence"]),
        rest_day=entry.get("rest_day") == "extend",
        office_target=bool(entry.get("office_target", False)),
        extension=entry.get("extension"),
        least=entry.get("min"),
        most=entry.get("max"),
        source=str(entry.get("source") or ""),
    )
