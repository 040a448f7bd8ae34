"""Free text that may tell who somebody is (自由文本中的个人信息): withheld until somebody has redacted it."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from xinheng.exchange.keys import number_key
from xinheng.law.privacy import VECTOR_PATTERNS, bare_name, find_personal

PERSON, TRADER = "natural_person", "sole_trader"
_DOCUMENT = ("body_code", "number_key")


def hits(frame: pl.DataFrame, columns: Iterable[str], among: pl.DataFrame) -> dict[str, pl.Expr]:
    """For each free-text column the condition under which its text stays closed (三（二）).

    Whom one row of a document names, no other row of it may tell: `among` are all rows of the sheet, those too
    that are refused, as a minor's. `frame` has `number_key`.
    """
    named = _named(among)
    return {name: _held(frame, name, named) for name in columns}


def _held(frame: pl.DataFrame, name: str, named: pl.DataFrame) -> pl.Expr:
    # The names of the document's own parties are known: no pattern is needed to find them.
    told = frame.select("row", name, *_DOCUMENT).join(named, on=_DOCUMENT, how="inner")
    rows = told.filter(pl.col(name).str.contains(pl.col("known"), literal=True)).get_column("row").unique()
    return pl.col(name).is_in(_personal(frame.get_column(name))) | pl.col("row").is_in(rows.implode())


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    """The names by document: of natural persons, of traders without a trade name, of representatives."""
    known = [_by_document(frame.filter(pl.col("party_kind") == PERSON), pl.col("party_name"))]
    traders = frame.filter(pl.col("party_kind") == TRADER)
    names = {text: bare_name(text) for text in traders.get_column("party_name").drop_nulls().unique()}
    bare = {text: name for text, name in names.items() if name}
    if bare:
        own = pl.col("party_name").replace_strict(bare, default=None, return_dtype=pl.String)
        known.append(_by_document(traders, own))
    if "legal_representative" in frame.columns:
        known.append(_by_document(frame, pl.col("legal_representative")))
    return pl.concat(known).unique()


def _by_document(frame: pl.DataFrame, name: pl.Expr) -> pl.DataFrame:
    told = frame.select("body_code", known=name, number_key=number_key(pl.col("document_number")))
    # Of one character alone, every text would hold it.
    return told.filter(pl.col("known").str.len_chars() > 1).drop_nulls().select(*_DOCUMENT, "known")


def _personal(texts: pl.Series) -> list[str]:
    """The distinct texts in which a person is told: the patterns flag, `find_personal` decides."""
    distinct = texts.drop_nulls().unique().alias("text").to_frame()
    flags = distinct.select(
        pl.col("text").str.contains(pattern).alias(f"p{place}")
        for place, pattern in enumerate(VECTOR_PATTERNS)
    )
    suspects = distinct.filter(flags.select(pl.any_horizontal(pl.all())).to_series())
    return [text for text in suspects.get_column("text") if find_personal(text)]
