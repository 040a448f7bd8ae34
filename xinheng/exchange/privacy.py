"""Free text that may tell who somebody is (自由文本中的个人信息): withheld until somebody has redacted it."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from xinheng.law.privacy import VECTOR_PATTERNS, find_personal


def hits(frame: pl.DataFrame, columns: Iterable[str]) -> dict[str, pl.Expr]:
    """For each free-text column the condition under which its text stays closed (三（二））."""
    return {name: _held(frame, name) for name in columns}


def _held(frame: pl.DataFrame, name: str) -> pl.Expr:
    found = pl.col(name).is_in(_personal(frame.get_column(name)))
    # The row's own names are known: no pattern is needed to find them.
    person = pl.col("party_kind") == "natural_person"
    found = found | (person & _contains(name, "party_name"))
    if "legal_representative" in frame.columns:
        found = found | _contains(name, "legal_representative")
    return found


def _contains(text: str, own: str) -> pl.Expr:
    return pl.col(text).str.contains(pl.col(own), literal=True).fill_null(False)


def _personal(texts: pl.Series) -> list[str]:
    """The distinct texts in which a person is told: the patterns flag, `find_personal` decides."""
    distinct = texts.drop_nulls().unique().alias("text").to_frame()
    flags = distinct.select(
        pl.col("text").str.contains(pattern).alias(f"p{place}")
        for place, pattern in enumerate(VECTOR_PATTERNS)
    )
    suspects = distinct.filter(flags.select(pl.any_horizontal(pl.all())).to_series())
    return [text for text in suspects.get_column("text") if find_personal(text)]
