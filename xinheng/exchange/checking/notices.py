"""What is told and refuses nothing (提示)."""

from __future__ import annotations

import polars as pl

from xinheng.exchange.checking import findings
from xinheng.exchange.checking.work import Work, wan
from xinheng.exchange.feeds import ColumnType

# A million random fines would otherwise be a million notices.
_MOST = 20
_SIGN = r"^[=+@＝＋＠\-－]"
# A dash before a word is a dash; before a number or a bracket a spreadsheet takes it for a minus.
_DASH = r"^[-－](?:[^0-9A-Za-z(]|$)"


def amounts_understood(work: Work) -> pl.DataFrame:
    """What small and large amounts were understood to be, told once for each different amount of a slice."""
    found = []
    for column in work.columns(ColumnType.MONEY):
        bounds = column.money
        if bounds is None:
            continue
        amount = pl.col(column.field)
        typed = wan(column)
        odd = (amount > 0) & ((typed < bounds.tell_below) | (typed >= bounds.tell_from))
        once = work.frame.filter(odd).unique(column.field, keep="first", maintain_order=True).head(_MOST)
        found.append(
            findings.where(
                once, pl.lit(True), column.field, "AMOUNT_UNDERSTOOD",
                column=column.name, value=_digits(typed), yuan=_digits(amount),
            )
        )  # fmt: skip
    return findings.joined(found)


def _digits(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")


def like_formulas(work: Work) -> pl.DataFrame:
    """Texts that a spreadsheet would run if they were not written as text."""
    found = []
    for column in work.columns(ColumnType.TEXT, ColumnType.NAME, ColumnType.NUMBER):
        text = pl.col(column.field)
        doubtful = work.frame.select("row", text).filter(text.str.contains(_SIGN))
        found.append(
            findings.where(
                doubtful, ~text.str.contains(_DASH), column.field, "TEXT_LIKE_FORMULA", column=column.name
            )
        )
    return findings.joined(found)
