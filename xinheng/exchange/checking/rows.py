"""Checks of cells against each other, the day and the sender (行内核对)."""

from __future__ import annotations

import polars as pl

from xinheng.exchange import codes
from xinheng.exchange.checking import findings
from xinheng.exchange.checking.readers import YUAN
from xinheng.exchange.checking.work import Work, holds, wan
from xinheng.exchange.feeds import ColumnType


def unborn(work: Work) -> pl.DataFrame:
    """Persons born after the decision about them, or after the act."""
    if not {"party_id_kind", "party_id"} <= set(work.feed.fields):
        return findings.none()
    people = work.frame.filter(pl.col("party_id_kind") == "resident_id")
    born = codes.birth(pl.col("party_id"))
    found = [findings.where(people, born > pl.col("decided_on"), "party_id", "RESIDENT_ID_UNBORN")]
    if "act_on" in people.columns:
        column = work.feed.column("act_on").name
        before = born > pl.col("act_on")
        found.append(findings.where(people, before, "act_on", "DATE_BEFORE_BIRTH", column=column))
    return findings.joined(found)


def party_kinds(work: Work) -> pl.DataFrame:
    """The category against the code: a code of a sole trader belongs to a sole trader alone."""
    kind, code = pl.col("party_kind"), pl.col("party_code")
    wrong = pl.lit(False)
    for prefix, only in work.feed.strict_kinds.items():
        wrong |= code.str.starts_with(prefix) != (kind == only)
    return findings.where(work.frame.filter(wrong), codes.uscc_valid(code), "party_kind", "PARTY_KIND_CODE")


def own_decisions(work: Work) -> pl.DataFrame:
    """An agency reports what it has decided itself (2.2b); nobody reports in another's name."""
    if work.agency is None:
        return findings.none()
    return findings.joined(
        findings.where(
            work.frame,
            pl.col(column.field) != work.agency.uscc,
            column.field,
            "AGENCY_OTHER",
            other=pl.format("{}（{}）", pl.col(_name_of(column.field)).fill_null(""), pl.col(column.field)),
            agency=f"{work.agency.name}（{work.agency.uscc}）",
        )
        for column in work.feed.columns
        if column.reporter
    )


def _name_of(code: str) -> str:
    """The field with the name that goes with a field with a code."""
    return code.removesuffix("_code") + "_name"


def future_dates(work: Work) -> pl.DataFrame:
    """Days that have not come yet, where only a past day makes sense."""
    found = []
    for column in work.columns(ColumnType.DATE):
        if column.past:
            ahead = pl.col(column.field) > work.today
            day = pl.col(column.field).dt.to_string("%Y-%m-%d")
            found.append(
                findings.where(work.frame, ahead, column.field, "DATE_FUTURE", column=column.name, value=day)
            )
    return findings.joined(found)


def ordered_dates(work: Work) -> pl.DataFrame:
    """Two days in the wrong order, as 有效期自 and 有效期至 easily are."""
    found = []
    for column in work.columns(ColumnType.DATE):
        for first, second in ((column.not_before, column.field), (column.field, column.not_after)):
            if first and second:
                names = {"first": work.feed.column(first).name, "second": work.feed.column(second).name}
                swapped = pl.col(second) < pl.col(first)
                found.append(findings.where(work.frame, swapped, column.field, "DATE_ORDER", **names))
    return findings.joined(found)


def amounts_and_kinds(work: Work) -> pl.DataFrame:
    """A fine of nothing, and an amount without the kind of penalty that has one."""
    found = []
    for column in work.columns(ColumnType.MONEY):
        amount = pl.col(column.field)
        due = holds(column.zero_unless, work.feed)
        told = pl.col("kinds").is_not_null()
        lacking = (amount == 0) & holds(column.above_zero_when, work.feed)
        found.append(findings.where(work.frame, lacking, column.field, "AMOUNT_REQUIRED", column=column.name))
        stray = (amount > 0) & ~due & told
        found.append(
            findings.where(work.frame, stray, column.field, "AMOUNT_WITHOUT_KIND", column=column.name)
        )
    return findings.joined(found)


def amounts_in_yuan(work: Work) -> pl.DataFrame:
    """元 where 万元 is asked: the decision itself says so, “罚款2000元” beside an amount of 2000."""
    found = []
    for column in work.columns(ColumnType.MONEY):
        if not column.spoken_in:
            continue
        typed = wan(column)
        large = work.frame.filter((typed >= 1) & pl.col(column.spoken_in).str.contains("元", literal=True))
        pattern = rf"{column.spoken_as}[^0-9，。；;,]{{0,12}}([0-9][0-9,]*(?:\.[0-9]+)?)\s*元"
        spoken = pl.col(column.spoken_in).str.extract(pattern).str.replace_all(",", "")
        same = spoken.cast(YUAN, strict=False) == typed.cast(YUAN)
        expected = (spoken.cast(pl.Decimal(38, 10), strict=False) / 10_000).cast(pl.String)
        found.append(
            findings.where(
                large, same, column.field, "AMOUNT_UNIT_SUSPECT",
                column=column.name, value=spoken, expected=expected.str.strip_chars_end("0").str.strip_chars_end("."),
            )
        )  # fmt: skip
    return findings.joined(found)
