"""The end of publication that a sheet reports (公示截止期): computed and compared, never believed (三（二）2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from xinheng.exchange import judging
from xinheng.exchange.judging import TOLD, Judge
from xinheng.law import disclosure
from xinheng.law.disclosure import Term

_PUBLIC, _CODE = "public", "TERM_DIFFERS"
_MOST = 20


class Terms:
    """The term of each combination of facts, asked once."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._known: dict[int, Term | None] = {}

    def findings(self, rows: pl.DataFrame, today: date) -> pl.DataFrame:
        """The first rows of a slice whose reported end differs from the computed one; clause 3.2b."""
        if "reported_until" not in rows.columns or not rows.get_column("reported_until").count():
            return judging.none()
        table = self._table(rows.get_column("facts").unique())
        told = rows.drop_nulls("reported_until").join(table, on="facts", how="inner", maintain_order="left")
        told = told.with_columns(computed=_last_day(told, today))
        other = told.filter(pl.col("computed") != pl.col("reported_until")).head(_MOST)
        return judging.findings(
            (row, "reported_until", TOLD, _CODE, {"reported": f"{reported}", "computed": f"{computed}"})
            for row, reported, computed in other.select("row", "reported_until", "computed").iter_rows()
        )

    def _table(self, numbers: pl.Series) -> pl.DataFrame:
        """Months and start of the terms that have a length; the others have no end to compare with."""
        terms = ((number, self._term(number)) for number in numbers)
        told = [
            (number, f"{t.months}mo", t.start, t.until) for number, t in terms if t and t.months is not None
        ]
        schema = {"facts": pl.Int16, "months": pl.String, "start": pl.String, "until": pl.String}
        return pl.DataFrame(told, schema=schema, orient="row")

    def _term(self, number: int) -> Term | None:
        """As if the disclosure review were done: how long is another question than whether (3.2d)."""
        if number not in self._known:
            facts, law = self._judge.judged[number].facts, self._judge.around.law
            self._known[number] = disclosure.decide(replace(facts, reviewed=True), _PUBLIC, law).term
        return self._known[number]


def _last_day(told: pl.DataFrame, today: date) -> pl.Expr:
    """`law.disclosure.window`, vectorised: the last day shown; a test holds the two to the same answers."""
    start = pl.when(pl.col("start") == "decided_on").then(pl.col("decided_on")).otherwise(pl.lit(today))
    by_length = start.dt.offset_by(pl.col("months"))
    if "valid_to" not in told.columns:
        return by_length
    named = pl.when(pl.col("until") == "valid_to").then(pl.col("valid_to"))
    return pl.min_horizontal(by_length, named)
