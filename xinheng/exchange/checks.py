"""The form of the rows of a sheet (逐行校验): every check in one visible list, each a few polars expressions.

No check asks the law or the database. What a check finds refuses its row; what a notice says does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from xinheng.exchange.checking import cells, findings, notices, personal, readers, repeats, rows
from xinheng.exchange.checking.findings import REFUSED, TOLD
from xinheng.exchange.checking.repeats import Seen
from xinheng.exchange.checking.work import ReportingAgency, Work
from xinheng.exchange.feeds import Feed

__all__ = ["CHECKS", "NOTICES", "Checked", "ReportingAgency", "Seen", "check"]


@dataclass(frozen=True, slots=True)
class Checked:
    """A slice after all checks.

    `frame` has all rows with values: dates, amounts in yuan (Decimal, two places), codes of choices, sorted
    lists of several codes, booleans; null where nothing (readable) stands; `refused` says which rows a
    problem refuses. `problems`, `notices` and `repairs` have the columns row, field, heading, severity,
    code, values (JSON) and clauses (JSON), sorted by row. `recalled` names rows of earlier slices that are
    contradicted by this one and no longer accepted; their problem is among `problems`.
    """

    frame: pl.DataFrame
    problems: pl.DataFrame
    notices: pl.DataFrame
    repairs: pl.DataFrame
    recalled: tuple[int, ...]

    @property
    def accepted(self) -> pl.DataFrame:
        """The rows that no problem refuses."""
        return self.frame.filter(~pl.col("refused"))


def check(
    frame: pl.DataFrame,
    *,
    feed: Feed,
    today: date,
    agency: ReportingAgency | None,
    seen: Seen | None = None,
    headings: Mapping[str, str] | None = None,
) -> Checked:
    """Read and check one slice of `Sheet.slices`.

    `agency` None lets any body be reported: the city platform that passes on. `seen` joins the slices of one
    file. `headings` are the sheet's own (`sheet.headings.matched`), to name columns as the sender does.
    """
    read = readers.read(frame, feed)
    work = Work(frame, read.frame, feed, today, agency)
    found = [cells.marked_cells(work), read.faults, *(each(work) for each in CHECKS)]
    problems, told = _parted(_one_per_cell(findings.joined(found)), feed)
    twice, recalled = repeats.compare(_without(work.frame, problems), feed, seen or Seen())
    problems = findings.joined([problems, twice])
    # What is understood of a cell that is refused would contradict the refusal.
    notices_told = findings.joined(each(work) for each in NOTICES)
    told = findings.joined(
        [told, notices_told.join(problems, on=["row", "field"], how="anti", maintain_order="left")]
    )
    names = {column.field: column.name for column in feed.columns} | dict(headings or {})
    return Checked(
        frame=_refined(work).with_columns(refused=_among(problems)),
        problems=_finished(problems, names, REFUSED),
        notices=_finished(told, names, TOLD),
        repairs=_finished(read.repairs, names, TOLD),
        recalled=recalled,
    )


def _among(problems: pl.DataFrame) -> pl.Expr:
    return pl.col("row").is_in(problems["row"].unique().implode())


def _without(frame: pl.DataFrame, problems: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(~_among(problems))


def _parted(found: pl.DataFrame, feed: Feed) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Problems, and what is wrong in columns that are never believed: told, and no reason to refuse."""
    advisory = pl.col("field").is_in([column.field for column in feed.columns if column.advisory])
    return found.filter(~advisory), found.filter(advisory)


def _one_per_cell(found: pl.DataFrame) -> pl.DataFrame:
    """The first problem of each cell: the others would follow from it."""
    return found.unique(["row", "field"], keep="first", maintain_order=True)


def _finished(found: pl.DataFrame, names: Mapping[str, str], severity: str) -> pl.DataFrame:
    heading = pl.col("field").replace_strict(names, default="", return_dtype=pl.String)
    whole = found.with_columns(heading=heading, severity=pl.lit(severity), clauses=pl.lit("[]"))
    return whole.sort("row", maintain_order=True).select(
        "row", "field", "heading", "severity", "code", "values", "clauses"
    )


def _refined(work: Work) -> pl.DataFrame:
    """The kind of party that the code tells more exactly than its category (机关 among 法人及非法人组织)."""
    kind = pl.col("party_kind")
    for prefix, finer in work.feed.finer_kinds.items():
        same = (kind == work.feed.coarse_kind) & pl.col("party_code").str.starts_with(prefix)
        kind = pl.when(same).then(pl.lit(finer)).otherwise(kind)
    return work.frame.with_columns(party_kind=kind)


Check = Callable[[Work], pl.DataFrame]
# In this order: of several problems of one cell the first is told.
CHECKS: tuple[Check, ...] = (
    cells.damaged_codes,
    cells.required,
    cells.must_be_empty,
    cells.too_long,
    cells.credit_codes,
    cells.identity_numbers,
    rows.unborn,
    rows.party_kinds,
    rows.own_decisions,
    rows.future_dates,
    rows.ordered_dates,
    rows.amounts_and_kinds,
    rows.amounts_in_yuan,
    cells.addresses,
    personal.tells_of_persons,
)
NOTICES: tuple[Check, ...] = (notices.amounts_understood, notices.like_formulas)
