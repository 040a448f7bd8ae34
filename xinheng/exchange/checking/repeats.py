"""The same document and party twice in one file (表内重复), over all slices of it."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from xinheng.exchange.checking import findings
from xinheng.exchange.feeds import ColumnType, Feed
from xinheng.exchange.keys import number_key

_KEYS = {"row": pl.Int32, "key": pl.UInt64, "content": pl.UInt64}
# Two rows that differ in these alone say the same; the number is compared by its key.
_ASIDE = frozenset({"document_number", "change_kind", "change_reason", "reported_until"})


class Seen:
    """The rows of one file so far, as two hashes each: what they are about, and what they say."""

    def __init__(self) -> None:
        self._chunks: list[pl.DataFrame] = []

    def among(self, keys: pl.Series) -> pl.DataFrame:
        """The first earlier rows about the same."""
        wanted = keys.implode()
        found = [chunk.filter(pl.col("key").is_in(wanted)) for chunk in self._chunks]
        return pl.concat([pl.DataFrame(schema=_KEYS), *found])

    def add(self, rows: pl.DataFrame) -> None:
        """Remember first rows."""
        self._chunks.append(rows)


def compare(frame: pl.DataFrame, feed: Feed, seen: Seen) -> tuple[pl.DataFrame, tuple[int, ...]]:
    """Findings for rows that repeat or contradict another; and the earlier rows now contradicted.

    A row that says the same again is refused, the first one stands. Of two rows about the same document and
    party that say different things neither can be believed: both are refused, also one of an earlier slice.
    """
    own = _hashed(frame, feed)
    earlier = seen.among(own["key"])
    firsts = pl.concat([earlier, own]).unique("key", keep="first", maintain_order=True)
    paired = own.join(firsts.rename({"row": "first", "content": "said"}), on="key", maintain_order="left")
    later = paired.filter(pl.col("row") != pl.col("first"))
    seen.add(own.filter(pl.col("row").is_in(firsts["row"].implode())))
    if later.is_empty():
        return findings.none(), ()
    same = pl.col("content") == pl.col("said")
    against = later.filter(~same).unique("first", keep="first", maintain_order=True)
    found = [
        findings.where(later, same, "document_number", "ROW_TWICE", row=pl.col("first")),
        findings.where(later, ~same, "document_number", "ROW_CONTRADICTED", row=pl.col("first")),
        findings.where(
            against.select(row="first", other="row"), pl.lit(True), "document_number", "ROW_CONTRADICTED", row=pl.col("other")
        ),
    ]  # fmt: skip
    recalled = against.filter(pl.col("first").is_in(earlier["row"].implode()))["first"].to_list()
    return findings.joined(found), tuple(recalled)


def _hashed(frame: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """`row`, `key` and `content` of the rows that tell document, body and party."""
    party = pl.coalesce("party_code", "party_id", "party_name")
    body, document = pl.col("body_code"), pl.col("document_number")
    about = [body, number_key(document), party]
    says = [_comparable(name, feed) for name in feed.fields if name not in _ASIDE]
    hashed = frame.select(pl.col("row").cast(pl.Int32), key=_mixed(about), content=_mixed(says))
    told = pl.all_horizontal(each.is_not_null() for each in (body, document, party))
    return hashed.filter(frame.select(told=told)["told"])


def _comparable(name: str, feed: Feed) -> pl.Expr:
    several = feed.column(name).type is ColumnType.MULTI
    return pl.col(name).list.join(";") if several else pl.col(name)


def _mixed(parts: Sequence[pl.Expr]) -> pl.Expr:
    """One hash over several columns, each with a seed of its own."""
    mixed = parts[0].hash(1)
    for seed, part in enumerate(parts[1:], 2):
        mixed = mixed ^ part.hash(seed)
    return mixed
