"""Findings about cells, many at a time (校验发现): one frame, each row a code and the values of its text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import polars as pl

REFUSED, TOLD = "refused", "told"
# `values` is a JSON object of texts; `field` is "" when no cell but the row is meant.
SCHEMA: Mapping[str, type[pl.DataType]] = {
    "row": pl.Int32,
    "field": pl.String,
    "code": pl.String,
    "values": pl.String,
}


def none() -> pl.DataFrame:
    """No findings."""
    return pl.DataFrame(schema=SCHEMA)


def joined(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """All findings, in the order given."""
    return pl.concat([none(), *frames])


def text(values: Mapping[str, object]) -> str:
    """The values of a finding as JSON."""
    return json.dumps(
        {k: str(v) for k, v in values.items()}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def where(
    frame: pl.DataFrame, condition: pl.Expr, field: str, code: str, **values: str | pl.Expr
) -> pl.DataFrame:
    """A finding for every row of `frame` for which `condition` holds; null is no.

    Values that are expressions are worked out for those rows only.
    """
    bad = frame.filter(condition)
    if bad.is_empty():
        return none()
    return bad.select(
        pl.col("row").cast(pl.Int32),
        pl.lit(field).alias("field"),
        pl.lit(code).alias("code"),
        _values(values).alias("values"),
    )


def _values(values: Mapping[str, str | pl.Expr]) -> pl.Expr:
    changing = {name: each for name, each in values.items() if isinstance(each, pl.Expr)}
    if not changing:
        return pl.lit(text(values))
    parts = [
        (changing[name].cast(pl.String) if name in changing else pl.lit(values[name])).alias(name)
        for name in sorted(values)
    ]
    return pl.struct(parts).struct.json_encode()
