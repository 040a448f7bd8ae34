"""Identifiers and natural keys for many rows at a time (批量编号与唯一键)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

import polars as pl

from xinheng.law.identifiers import document_number_key

_COUNTER_BITS = 26


class Ids:
    """UUIDs version 7 (RFC 9562), rising within one run, so that bulk inserts append to their indexes."""

    def __init__(self, now: datetime) -> None:
        self._millis = int(now.timestamp() * 1000)
        self._counter = 0

    def take(self, count: int) -> list[bytes]:
        """`count` identifiers of 16 bytes."""
        return list(self._draw(count))

    def _draw(self, count: int) -> Iterator[bytes]:
        chance = os.urandom(6 * count)
        for at in range(0, len(chance), 6):
            if self._counter >> _COUNTER_BITS:
                self._millis, self._counter = self._millis + 1, 0
            # 12 bits beside the version and 14 beside the variant count, the last 48 are chance.
            high, low = self._counter >> 14, self._counter & 0x3FFF
            head = self._millis << 32 | 0x7 << 28 | high << 16 | 0b10 << 14 | low
            yield head.to_bytes(10, "big") + chance[at : at + 6]
            self._counter += 1


_FOLDED = r"^[0-9A-Z\x{4e00}-\x{9fff}〔〕-]*$"
# Of these characters each becomes one other or none, whatever stands beside it.
_SIMPLE = r"^[0-9A-Za-z\x{4e00}-\x{9fff}〔〕\[\]【】()（） -]*$"


def number_key(number: pl.Expr) -> pl.Expr:
    """`law.identifiers.document_number_key`, vectorised; a test holds the two to the same answers."""
    return number.map_batches(_number_keys, return_dtype=pl.String)


def _number_keys(numbers: pl.Series) -> pl.Series:
    """Most numbers are their own key already, and most others have other brackets: one look tells which."""
    if numbers.str.contains(_FOLDED).all():
        return numbers
    column = pl.col(numbers.name)
    simple = column.str.replace_all(r"[\[【(（]", "〔").str.replace_all(r"[\]】)）]", "〕")
    simple = simple.str.replace_all(" ", "", literal=True).str.to_uppercase()
    frame = numbers.to_frame().with_columns(simple=column.str.contains(_SIMPLE), key=simple)
    odd = frame.filter(~pl.col("simple")).get_column(numbers.name).unique()
    keys = {text: document_number_key(text) for text in odd}
    asked = column.replace_strict(keys, default=None, return_dtype=pl.String) if keys else pl.col("key")
    chosen = pl.when(pl.col("simple")).then(pl.col("key")).otherwise(asked)
    return frame.select(chosen.alias(numbers.name)).to_series()


def natural_key(*parts: pl.Expr) -> pl.Expr:
    """128 bits over the parts: two rows of one file with the same key are taken for the same."""
    whole = pl.concat_str([part.fill_null("") for part in parts], separator="\x1f")
    return pl.struct(whole.hash(1).alias("a"), whole.hash(2).alias("b"))
