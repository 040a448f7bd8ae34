"""Check digits of many codes at a time (批量代码校验): the same answers as law/identifiers, tested against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import polars as pl

from xinheng.law import identifiers

# 18 characters are read as 9 pairs: one look-up in a table of 65,536 entries for each.
_PAIRS = 9
_RESIDENT_REST = 1


def uscc_valid(code: pl.Expr) -> pl.Expr:
    """Whether cleaned texts are unified social credit codes (GB 32100); null is none."""
    departments, alphabet = identifiers.USCC_DEPARTMENTS, identifiers.USCC_ALPHABET
    form = code.str.contains(rf"^[0-9{departments}][0-9]{{7}}[{alphabet}]{{10}}$")
    whole = _sum(code, "uscc") % len(alphabet) == 0
    placeholder = code.str.slice(8, 9) == "0" * 9
    return form & pl.when(form).then(whole & ~placeholder).otherwise(False)


def resident_id_valid(code: pl.Expr) -> pl.Expr:
    """Whether cleaned texts are resident identity numbers (GB 11643) with a day of birth that exists."""
    form = code.str.contains(r"^[1-9][0-9]{16}[0-9X]$")
    whole = _sum(code, "resident") % len(identifiers.RESIDENT_CHECKS) == _RESIDENT_REST
    return form & pl.when(form).then(whole & birth(code).is_not_null()).otherwise(False)


def birth(code: pl.Expr) -> pl.Expr:
    """The day of birth in resident identity numbers, null where there is none."""
    day = code.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    return pl.when(day.dt.year() > 0).then(day)


def _sum(code: pl.Expr, standard: str) -> pl.Expr:
    """The weighted sum of all 18 characters of texts of the right form, the check character included."""
    data = code.cast(pl.Binary)
    pairs = (
        data.bin.slice(2 * n, 2).bin.reinterpret(dtype=pl.UInt16, endianness="little") for n in range(_PAIRS)
    )
    tables = _tables(standard)
    return pl.sum_horizontal(
        pl.lit(tables[n]).gather(pair.fill_null(0).cast(pl.UInt32)) for n, pair in enumerate(pairs)
    )


@cache
def _tables(standard: str) -> tuple[pl.Series, ...]:
    if standard == "uscc":
        values = {letter: value for value, letter in enumerate(identifiers.USCC_ALPHABET)}
        return _pair_tables((*identifiers.USCC_WEIGHTS, 1), values)
    # The check character stands for what makes the sum 1 modulo 11: X is ten.
    values = {str(digit): digit for digit in range(10)} | {"X": 10}
    return _pair_tables((*identifiers.RESIDENT_WEIGHTS, 1), values)


def _pair_tables(weights: Sequence[int], values: Mapping[str, int]) -> tuple[pl.Series, ...]:
    return tuple(_pair_table(weights[n], weights[n + 1], values) for n in range(0, len(weights), 2))


def _pair_table(first: int, second: int, values: Mapping[str, int]) -> pl.Series:
    """The weighted sum of two characters by the number that their two bytes make, low byte first."""
    table = [0] * 2**16
    for one, its in values.items():
        for other, others in values.items():
            table[ord(one) | ord(other) << 8] = its * first + others * second
    return pl.Series(table, dtype=pl.UInt16)
