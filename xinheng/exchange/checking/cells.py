"""Checks of single cells (单元格校验)."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from xinheng.exchange import codes
from xinheng.exchange.checking import findings
from xinheng.exchange.checking.work import Work, holds
from xinheng.exchange.feeds import ColumnType
from xinheng.law import identifiers
from xinheng.law.identifiers import Fault


def marked_cells(work: Work) -> pl.DataFrame:
    """Cells that the file itself marks: formulas, merged cells, errors, numbers that lost digits."""
    marked = work.texts.select("row", "marks").drop_nulls("marks").explode("marks").unnest("marks")
    names = {column.field: findings.text({"column": column.name}) for column in work.feed.columns}
    values = pl.col("field").replace_strict(names, default="{}", return_dtype=pl.String)
    return marked.select(pl.col("row").cast(pl.Int32), "field", "code", values.alias("values"))


def damaged_codes(work: Work) -> pl.DataFrame:
    """18 digits that went through a spreadsheet as a number: the last three are lost (3.20803E+17, …000)."""
    found = []
    for column in work.columns(ColumnType.USCC, ColumnType.IDENTITY):
        text = pl.col(column.field)
        signs = text.str.contains("+", literal=True) | text.str.contains(".", literal=True)
        doubtful = work.frame.select("row", text).filter(signs | text.str.ends_with("000"))
        if doubtful.is_empty():
            continue
        rounded = (
            text.str.contains(r"^[0-9]{15}000$") & ~codes.resident_id_valid(text) & ~codes.uscc_valid(text)
        )
        damaged = text.str.contains(r"^[0-9](\.[0-9]+)?E\+?[0-9]{2}$") | rounded
        found.append(findings.where(doubtful, damaged, column.field, "NUMBER_DAMAGED", column=column.name))
    return findings.joined(found)


def required(work: Work) -> pl.DataFrame:
    """Cells that must be filled, always or for this kind of row."""
    found = []
    for column in work.feed.columns:
        empty = pl.col(column.field).is_null()
        if column.type is ColumnType.MULTI:
            empty |= pl.col(column.field).list.len() == 0
        elif not work.frame[column.field].null_count():
            continue
        if not column.required:
            empty &= holds(column.required_when, work.feed)
        code = _MISSING.get(column.type, "FIELD_REQUIRED")
        found.append(findings.where(work.frame, empty, column.field, code, column=column.name))
    return findings.joined(found)


_MISSING = {
    ColumnType.USCC: "USCC_MISSING",
    ColumnType.IDENTITY: "RESIDENT_ID_MISSING",
    ColumnType.MONEY: "AMOUNT_REQUIRED",
}


def must_be_empty(work: Work) -> pl.DataFrame:
    """Cells that have no place in this kind of row: a person's number beside a firm."""
    return findings.joined(
        findings.where(
            work.frame,
            pl.col(column.field).is_not_null() & holds(column.empty_when, work.feed),
            column.field,
            "FIELD_MUST_BE_EMPTY",
            column=column.name,
        )
        for column in work.feed.columns
        if column.empty_when
    )


def too_long(work: Work) -> pl.DataFrame:
    """Texts longer than their column allows."""
    found = []
    for column in work.feed.columns:
        if column.max_length and column.type not in (ColumnType.USCC, ColumnType.CHOICE):
            text, limit = pl.col(column.field), str(column.max_length)
            # Bytes are counted already, and never fewer than characters.
            doubtful = work.frame.select("row", text).filter(text.str.len_bytes() > column.max_length)
            longer = text.str.len_chars() > column.max_length
            found.append(
                findings.where(
                    doubtful, longer, column.field, "TEXT_TOO_LONG", column=column.name, limit=limit
                )
            )
    return findings.joined(found)


def credit_codes(work: Work) -> pl.DataFrame:
    """Unified social credit codes: form, letters, check digit (GB 32100)."""
    found = []
    for column in work.columns(ColumnType.USCC):
        valid = codes.uscc_valid(pl.col(column.field))
        bad = _wrong(work.frame, column.field, valid, few=column.reporter)
        found.append(_faults(bad, column.field, identifiers.uscc_fault, column.name))
    return findings.joined(found)


def _wrong(frame: pl.DataFrame, name: str, valid: pl.Expr, *, few: bool = False) -> pl.DataFrame:
    """`row` and text where a text is there and not valid; of `few` distinct texts each is checked once."""
    texts = frame.select("row", name).drop_nulls(name)
    if not few:
        return texts.filter(~valid)
    bad = texts.select(pl.col(name).unique()).filter(~valid)[name]
    return texts.filter(pl.col(name).is_in(bad.implode())) if len(bad) else texts.clear()


def identity_numbers(work: Work) -> pl.DataFrame:
    """Resident identity numbers: form, day of birth, check digit (GB 11643); others have no blanks or signs."""
    found = []
    for column in work.columns(ColumnType.IDENTITY):
        name, resident = column.field, pl.col(column.identity_kind) == "resident_id"
        bad = _wrong(work.frame.filter(resident), name, codes.resident_id_valid(pl.col(name)))
        found.append(_faults(bad, name, identifiers.resident_id_fault, column.name))
        other = ~resident & ~pl.col(name).str.contains(r"^[0-9A-Z]{5,20}$")
        found.append(findings.where(work.frame, other, name, "IDENTITY_FORM", column=column.name))
    return findings.joined(found)


def addresses(work: Work) -> pl.DataFrame:
    """Where the agency has published itself: a web address, nothing that a browser would run."""
    return findings.joined(
        findings.where(
            work.frame,
            ~pl.col(column.field).str.contains(r"^https?://[^\s/]+\S*$"),
            column.field,
            "URL_FORM",
            column=column.name,
        )
        for column in work.columns(ColumnType.URL)
    )


def _faults(rows: pl.DataFrame, name: str, judge: Callable[[str], Fault | None], column: str) -> pl.DataFrame:
    """The findings of a judge that is asked once per distinct text of rows already known to be bad."""
    if rows.is_empty():
        return findings.none()
    texts = rows[name].unique()
    faults = [judge(text) or Fault("FIELD_UNREADABLE") for text in texts]
    told = {
        name: texts,
        "code": [fault.code for fault in faults],
        "values": [findings.text({"column": column, **fault.values}) for fault in faults],
    }
    table = pl.DataFrame(told, schema_overrides={"code": pl.String, "values": pl.String})
    found = rows.select("row", name).join(table, on=name, maintain_order="left")
    return found.select(pl.col("row").cast(pl.Int32), pl.lit(name).alias("field"), "code", "values")
