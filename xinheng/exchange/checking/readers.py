"""From texts to values, column by column (读值): what is plain at once, what is not text by text.

Each type of column has a reader: a polars expression that yields the value of a plain text and null for any
other, and a function for the others, called once per distinct text. Its fault refuses the row; what it
repaired is told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from xinheng.exchange import repairs
from xinheng.exchange.checking import findings
from xinheng.exchange.faults import Finding
from xinheng.exchange.feeds import Column, ColumnType, Feed
from xinheng.exchange.sheet.cells import excel_day

YUAN: Final = pl.Decimal(20, 2)
NO_CODE: Final = "none"
UNTOLD: Final = "（见单元格）"
_YUAN_OF_WAN: Final = 10_000
# Years of living law; anything else is a slip of the hand.
_YEARS: Final = (1949, 2199)
_FLAGS: Final = MappingProxyType(
    {"是": True, "有": True, "1": True, "Y": True, "TRUE": True}
    | {"否": False, "无": False, "0": False, "N": False, "FALSE": False}
)
_DAY = re.compile(
    r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.0+)?)?)?"
)
_PLAIN_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0)?")
_AMOUNT = re.compile(r"[¥￥]?(-?)(\d{1,15}|\d{1,3}(?:,\d{3})+)(\.\d{1,20})?(万元|万|元)?")
_SEPARATORS = re.compile(r"[;；、,，|\n]+")
_SHOWABLE = re.compile(r"[0-9.,%¥元万亿年月日/:+\-]{1,20}")
_LONG_NUMBER = re.compile(r"\d{9,}")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text means: a value or a fault, and the repairs it took."""

    value: Any = None
    fault: Finding | None = None
    repairs: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """How the texts of one type of column are read."""

    kind: pl.DataType | type[pl.DataType]
    plain: Callable[[pl.Expr, Column], pl.Expr]
    read: Callable[[str, Column], Reading]


@dataclass(frozen=True, slots=True)
class Read:
    """All columns read: values by field, and findings of the cells that could not be or had to be mended."""

    frame: pl.DataFrame
    faults: pl.DataFrame
    repairs: pl.DataFrame


def read(frame: pl.DataFrame, feed: Feed) -> Read:
    """Values for the text columns of a slice: `row` and a column per field."""
    texts = frame.select("row", *feed.fields)
    columns = [c.field for c in feed.columns]
    plain = texts.with_columns(READERS[c.type].plain(pl.col(c.field), c).alias(c.field) for c in feed.columns)
    faults, mended = [], []
    for column in feed.columns:
        lacking = plain[column.field].is_null() & texts[column.field].is_not_null()
        if lacking.any():
            rest = texts.select("row", column.field).filter(lacking)
            table = _table(rest[column.field].unique(), column)
            plain = plain.with_columns(pl.coalesce(column.field, _looked_up(texts[column.field], table)))
            found = rest.join(table, on=column.field, maintain_order="left")
            faults.append(_listed(found, column, "faults"))
            mended.append(_listed(found, column, "repairs"))
    return Read(plain.select("row", *columns), findings.joined(faults), findings.joined(mended))


def _looked_up(texts: pl.Series, table: pl.DataFrame) -> pl.Series:
    """The value that the table has for each text, null for texts it has not."""
    places = pl.int_range(table.height, dtype=pl.UInt32, eager=True)
    at = texts.replace_strict(table[texts.name], places, default=None, return_dtype=pl.UInt32)
    return table["value"].gather(at).alias(texts.name)


_TOLD: Final = pl.List(pl.Struct({"code": pl.String, "values": pl.String}))


def _table(texts: pl.Series, column: Column) -> pl.DataFrame:
    """One row per distinct text: its value, faults and repairs."""
    reader = READERS[column.type]
    readings = [reader.read(text, column) for text in texts]
    faults = [[_told(each.fault)] if each.fault else None for each in readings]
    mended = [[_told(repair) for repair in each.repairs] or None for each in readings]
    values = pl.Series("value", [each.value for each in readings], dtype=reader.kind)
    return pl.DataFrame(
        [texts, values, pl.Series("faults", faults, dtype=_TOLD), pl.Series("repairs", mended, dtype=_TOLD)]
    )


def _told(finding: Finding) -> dict[str, str]:
    return {"code": finding.code, "values": findings.text(finding.values)}


def _listed(found: pl.DataFrame, column: Column, kind: str) -> pl.DataFrame:
    told = found.select("row", kind).drop_nulls(kind).explode(kind).unnest(kind)
    return told.select(
        pl.col("row").cast(pl.Int32), pl.lit(column.field).alias("field"), pl.col("code"), pl.col("values")
    )


def _mended(codes: tuple[str, ...], column: Column) -> tuple[Finding, ...]:
    return tuple(Finding(code, {"column": column.name}) for code in codes)


def read_text(raw: str, column: Column) -> Reading:
    """Free text, line ends kept."""
    return _of_text(repairs.text(raw), column)


def read_name(raw: str, column: Column) -> Reading:
    """A name, document number or address in one line."""
    return _of_text(repairs.name(raw), column)


def read_code(raw: str, column: Column) -> Reading:
    """A code or identity number; whether it is right is a check's affair."""
    return _of_text(repairs.code(raw), column)


def _of_text(cleaned: repairs.Cleaned, column: Column) -> Reading:
    text, codes = cleaned
    return Reading(text, repairs=_mended(codes, column)) if text else Reading()


def read_date(raw: str, column: Column) -> Reading:
    """2026-11-23, 2026/11/23, 2026.11.23, 2026年11月23日, 20261123, an Excel day number, or a word such as 长期."""
    text, codes = repairs.token(raw)
    if not text:
        return Reading()
    codes = () if ":" in text else codes  # the blank before a time of day is no slip
    if text in column.words:
        return _understood(column.words[text], codes, column)
    found = _DAY.fullmatch(text) or _PLAIN_DAY.fullmatch(text)
    if found:
        return _day(*map(int, found.groups()[:3]), column=column, codes=codes)
    day = excel_day(text)
    if day:
        return _understood(day, codes, column)
    return _fault("DATE_UNREADABLE", column, value=_shown(text))


def _day(year: int, month: int, day: int, *, column: Column, codes: tuple[str, ...]) -> Reading:
    try:
        found = date(year, month, day)
    except ValueError:
        found = None
    if found is None or not _YEARS[0] <= year <= _YEARS[1]:
        return _fault("DATE_IMPOSSIBLE", column, value=f"{year:04}-{month:02}-{day:02}")
    return Reading(found, repairs=_mended(codes, column))


def _understood(day: date, codes: tuple[str, ...], column: Column) -> Reading:
    told = Finding("REPAIRED_DATE", {"column": column.name, "date": day.isoformat()})
    return Reading(day, repairs=(*_mended(codes, column), told))


def read_amount(raw: str, column: Column) -> Reading:
    """万元 with at most six decimals; the value is in yuan, exact to the cent."""
    text, codes = repairs.token(raw)
    if not text:
        return Reading()
    found = _AMOUNT.fullmatch(text)
    if not found or column.money is None:
        return _fault("AMOUNT_UNREADABLE", column, value=_shown(text))
    sign, whole, fraction, unit = found.groups(default="")
    wan = Decimal(whole.replace(",", "") + fraction)
    if sign and wan:
        return _fault("AMOUNT_NEGATIVE", column)
    if unit == "元":
        return _fault("AMOUNT_IN_YUAN", column, value=f"{wan:f}", expected=_plain(wan / _YUAN_OF_WAN))
    wan = _without_noise(wan)
    if -int(wan.as_tuple().exponent) > column.money.decimals:
        return _fault("AMOUNT_TOO_PRECISE", column, limit=str(column.money.decimals))
    if wan >= column.money.impossible_from:
        return _fault("AMOUNT_TOO_LARGE", column, value=_plain(wan), yuan=_plain(wan * _YUAN_OF_WAN))
    told = () if not unit and "," not in whole else (Finding("REPAIRED_AMOUNT", {"column": column.name, "value": _plain(wan)}),)  # fmt: skip
    return Reading(wan * _YUAN_OF_WAN, repairs=(*_mended(codes, column), *told))


def _without_noise(amount: Decimal) -> Decimal:
    """A binary fraction written out: 0.30000000000000004 is 0.3 to the 15 digits that a spreadsheet keeps."""
    digits = len(amount.as_tuple().digits)
    if digits > 15 and int(amount.as_tuple().exponent) < 0:
        amount = amount.quantize(Decimal(1).scaleb(amount.adjusted() - 14))
    return amount.normalize() if amount else Decimal(0)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_choice(raw: str, column: Column) -> Reading:
    """One of the column's choices."""
    text, codes = repairs.token(raw)
    if not text:
        return Reading()
    code = _chosen(text, column)
    return Reading(code, repairs=_mended(codes, column)) if code else _unknown(column)


def read_several(raw: str, column: Column) -> Reading:
    """One or several choices, parted by ; 、 , or a line end; the value is their codes, sorted and distinct."""
    whole, _ = repairs.token(raw)
    parts = [repairs.token(part) for part in _SEPARATORS.split(raw)]
    texts = [text for text, _ in parts if text]
    if not texts:
        return Reading()
    for text in (whole, *texts):
        if text in column.ambiguous:
            return _fault("KIND_AMBIGUOUS", column, allowed=column.ambiguous[text])
    codes = [_chosen(text, column) for text in texts]
    if not all(codes):
        return _unknown(column)
    mended = tuple(dict.fromkeys(code for _, each in parts for code in each if code != "REPAIRED_BLANK"))
    return Reading(sorted({c for c in codes if c and c != NO_CODE}), repairs=_mended(mended, column))


def read_flag(raw: str, column: Column) -> Reading:
    """是 or 否."""
    text, codes = repairs.token(raw)
    if not text:
        return Reading()
    value = _FLAGS.get(text.upper())
    if value is None:
        return _fault("CHOICE_UNKNOWN", column, value=UNTOLD, allowed="是、否")
    return Reading(value, repairs=_mended(codes, column))


def _chosen(text: str, column: Column) -> str | None:
    code = _choices(column).get(text)
    if code is None and column.other_prefix and text.startswith(column.other_prefix):
        return column.choices[column.other_prefix]
    return code


@lru_cache(256)
def _choices(column: Column) -> Mapping[str, str]:
    return {unicodedata.normalize("NFKC", name): code for name, code in column.choices.items()}


def _unknown(column: Column) -> Reading:
    """What was written is not repeated: in a column that slipped it would be a person's name or number."""
    official: dict[str, str] = {}
    for name, code in column.choices.items():
        official.setdefault(code, name)
    return _fault("CHOICE_UNKNOWN", column, value=UNTOLD, allowed="、".join(official.values()))


def _fault(code: str, column: Column, **values: str) -> Reading:
    return Reading(fault=Finding(code, {"column": column.name, **values}))


def _shown(text: str) -> str:
    """A text that can only be a date or an amount gone wrong; no other is repeated."""
    return text if _SHOWABLE.fullmatch(text) and not _LONG_NUMBER.search(text) else UNTOLD


def _unless(pattern: str) -> Callable[[pl.Expr, Column], pl.Expr]:
    return lambda text, _: pl.when(~text.str.contains(pattern) & (text != "")).then(text)


def _plain_code(text: pl.Expr, _: Column) -> pl.Expr:
    return pl.when(text.str.contains(repairs.CLEAN_CODE)).then(text)


def _plain_date(text: pl.Expr, _: Column) -> pl.Expr:
    day = text.str.to_date("%Y-%m-%d", strict=False)
    return pl.when((text.str.len_bytes() == 10) & day.dt.year().is_between(*_YEARS)).then(day)


def _plain_amount(text: pl.Expr, column: Column) -> pl.Expr:
    if column.money is None:
        return pl.lit(None, YUAN)
    plain = pl.when(text.str.contains(rf"^[0-9]{{1,12}}(\.[0-9]{{1,{column.money.decimals}}})?$")).then(text)
    wan = plain.cast(pl.Decimal(38, column.money.decimals))
    return pl.when(wan < column.money.impossible_from).then((wan * _YUAN_OF_WAN).cast(YUAN))


def _never(kind: Any) -> Callable[[pl.Expr, Column], pl.Expr]:
    """Columns with few distinct texts: each is read once anyway."""
    return lambda text, _: pl.when(False).then(pl.lit(None, kind))


_SEVERAL: Final = pl.List(pl.String)
READERS: Mapping[ColumnType, Reader] = MappingProxyType(
    {
        ColumnType.TEXT: Reader(pl.String, _unless(repairs.UNCLEAN_TEXT), read_text),
        ColumnType.NAME: Reader(pl.String, _unless(repairs.UNCLEAN_NAME), read_name),
        ColumnType.NUMBER: Reader(pl.String, _unless(repairs.UNCLEAN_NAME), read_name),
        ColumnType.URL: Reader(pl.String, _unless(repairs.UNCLEAN_NAME), read_name),
        ColumnType.USCC: Reader(pl.String, _plain_code, read_code),
        ColumnType.IDENTITY: Reader(pl.String, _plain_code, read_code),
        ColumnType.DATE: Reader(pl.Date, _plain_date, read_date),
        ColumnType.MONEY: Reader(YUAN, _plain_amount, read_amount),
        ColumnType.CHOICE: Reader(pl.String, _never(pl.String), read_choice),
        ColumnType.MULTI: Reader(_SEVERAL, _never(_SEVERAL), read_several),
        ColumnType.FLAG: Reader(pl.Boolean, _never(pl.Boolean), read_flag),
    }
)
