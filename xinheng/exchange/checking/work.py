"""What the checks are given (校验所据): a slice as text and as values, its feed, the day, the sender."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from xinheng.exchange.feeds import Column, ColumnType, Conditions, Feed


@dataclass(frozen=True, slots=True)
class ReportingAgency:
    """The agency in whose name rows may be reported."""

    uscc: str
    name: str


@dataclass(frozen=True, slots=True)
class Work:
    """One slice: the texts as they came (with `marks`), the values read from them, and what they are held to."""

    texts: pl.DataFrame
    frame: pl.DataFrame
    feed: Feed
    today: date
    agency: ReportingAgency | None

    def columns(self, *types: ColumnType) -> tuple[Column, ...]:
        return self.feed.of_type(*types)


def holds(conditions: Conditions, feed: Feed) -> pl.Expr:
    """Whether one of the conditions holds; null fields hold nothing."""
    each = [_has(feed.column(name), sorted(wanted)) for name, wanted in sorted(conditions.items())]
    return pl.any_horizontal(*each).fill_null(False) if each else pl.lit(False)


def _has(column: Column, wanted: list[str]) -> pl.Expr:
    if column.type is ColumnType.MULTI:
        return pl.any_horizontal(*(pl.col(column.field).list.contains(code) for code in wanted))
    return pl.col(column.field).is_in(wanted)


def wan(column: Column) -> pl.Expr:
    """The amount as it was written: in 万元, with all the decimals that a cent takes."""
    return pl.col(column.field).cast(pl.Decimal(38, 6)) / 10_000
