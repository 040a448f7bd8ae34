"""Check digits of many codes at a time (批量代码校验): the same answers as law/identifiers, tested against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import polars as pl

from xinheng.law import identifiers

_RESIDENT_REST = 1


def uscc_valid(code: pl.Expr) -> pl.Expr:
    """Whether cleaned texts are unified social credit codes (GB 32100); null is none."""
    return code.map_batches(_uscc_valid, return_dtype=pl.Boolean)


def resident_id_valid(code: pl.Expr) -> pl.Expr:
    """Whether cleaned texts are resident identity numbers (GB 11643) with a day of birth that exists."""
    return code.map_batches(_resident_id_valid, return_dtype=pl.Boolean)


def birth(code: pl.Expr) -> pl.Expr:
    """The day of birth in resident identity numbers, null where there is none."""
    day = code.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    return pl.when(day.dt.year() > 0).then(day)


def _uscc_valid(codes: pl.Series) -> pl.Series:
    departments, alphabet = identifiers.USCC_DEPARTMENTS, identifiers.USCC_ALPHABET
    form = rf"^[0-9{departments}][0-9]{{7}}[{alphabet}]{{10}}$"
    placeholder = codes.str.slice(8, 9) == "0" * 9
    return _of_form(codes, form) & (_sum(codes, "uscc") % len(alphabet) == 0) & ~placeholder.fill_null(True)


def _resident_id_valid(codes: pl.Series) -> pl.Series:
    form = _of_form(codes, r"^[1-9][0-9]{16}[0-9X]$")
    born = codes.to_frame("code").select(birth(pl.col("code")).is_not_null())["code"]
    return form & (_sum(codes, "resident") % len(identifiers.RESIDENT_CHECKS) == _RESIDENT_REST) & born


def _of_form(codes: pl.Series, pattern: str) -> pl.Series:
    return codes.str.contains(pattern).fill_null(False)


def _sum(codes: pl.Series, standard: str) -> pl.Series:
    """The weighted sum of all 18 characters, the check character included; of no meaning for another form."""
    tables, data = _tables(standard), pl.col("code").cast(pl.Binary)
    pairs = codes.to_frame("code").select(
        data.bin.slice(2 * n, 2)
        .bin.reinterpret(dtype=pl.UInt16, endianness="little")
        .fill_null(0)
        .cast(pl.UInt32)
        .alias(str(n))
        for n in range(len(tables))
    )
    sums = [table.gather(pairs[str(n)]).alias(str(n)) for n, table in enumerate(tables)]
    return pl.DataFrame(sums).sum_horizontal()


@cache
def _tables(standard: str) -> tuple[pl.Series, ...]:
    """18 characters are read as 9 pairs: one look-up in a table of 65,536 entries for each."""
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
