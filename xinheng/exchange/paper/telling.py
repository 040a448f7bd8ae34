"""Findings in words, by cell, row and problem (问题说明): the same texts as on the page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from xinheng.exchange.headings import ADVICE_HEADING, RESULT_HEADING
from xinheng.law.language import Clause, Outcome, Reason
from xinheng.law.lawbook import Law
from xinheng.law.refusals import Told, tell

REFUSED, WAITING, TOLD = "refused", "waiting", "told"
RESULTS: Mapping[str, str] = {REFUSED: "未通过", WAITING: "待裁定", TOLD: "通过"}
_OUTCOMES = {REFUSED: Outcome.FORBIDDEN, WAITING: Outcome.OFFICER_DECIDES, TOLD: Outcome.PERMITTED}
_RANK = {REFUSED: 0, WAITING: 1, TOLD: 2}
_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding in words: in which field ("" for the row), how grave, and the text."""

    field: str
    severity: str
    text: str
    basis: str

    @property
    def line(self) -> str:
        """The text with what it rests on."""
        return f"{self.text}（依据：{self.basis}）" if self.basis else self.text


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the summary: a problem, how often, how to mend it, and some of its rows."""

    severity: str
    problem: str
    count: int
    mend: str
    basis: str
    rows: str


class Teller:
    """Turns findings into words; equal ones are worded once."""

    def __init__(self, law: Law) -> None:
        self._law = law
        self._told: dict[tuple[str, str, str, str], Told] = {}

    def told(self, severity: str, code: str, values: str, clauses: str) -> Told:
        """The words of refusals.yaml for a finding whose values and clauses are JSON."""
        key = (severity, code, values, clauses)
        if key not in self._told:
            cited = tuple(map(Clause, json.loads(clauses)))
            self._told[key] = tell(
                Reason("sheet", _OUTCOMES[severity], cited, code, json.loads(values)), self._law
            )
        return self._told[key]

    def remarks(self, findings: pl.DataFrame) -> Mapping[int, list[Remark]]:
        """All findings by row, the gravest of a row first."""
        found: dict[int, list[Remark]] = {}
        columns = ("row", "field", "severity", "code", "values", "clauses")
        for row, field, severity, code, values, clauses in findings.select(columns).iter_rows():
            told = self.told(severity, code, values, clauses)
            remark = Remark(field, severity, told.text, basis_of(told))
            found.setdefault(row, []).append(remark)
        for remarks in found.values():
            remarks.sort(key=lambda remark: _RANK[remark.severity])
        return found

    def summary(self, findings: pl.DataFrame) -> Iterator[Line]:
        """The findings by problem, the gravest and most frequent first."""
        grouped = findings.group_by("severity", "code", maintain_order=True).agg(
            pl.len().alias("count"),
            pl.col("row").unique().sort().head(_EXAMPLES),
            pl.col("values").first(),
            pl.col("clauses").first(),
        )
        ranked = sorted(
            grouped.iter_rows(named=True), key=lambda each: (_RANK[each["severity"]], -each["count"])
        )
        for each in ranked:
            told = self.told(each["severity"], each["code"], each["values"], each["clauses"])
            rows = "、".join(map(str, each["row"])) + ("…" if each["count"] > _EXAMPLES else "")
            problem = f"{told.conclusion}。例：{told.why}" if told.why else told.conclusion
            yield Line(
                RESULTS[each["severity"]], problem, each["count"], told.next_step, basis_of(told), rows
            )


def basis_of(told: Told) -> str:
    """The citations of an answer in one line."""
    return "；".join(clause.label for clause in told.clauses)


def gravest(remarks: list[Remark]) -> str:
    """What became of a row: 未通过, 待裁定 or 通过."""
    return RESULTS[min((remark.severity for remark in remarks), key=_RANK.__getitem__, default=TOLD)]


def advice(remarks: list[Remark]) -> str:
    """All remarks about a row in one cell, numbered if there are several."""
    if len(remarks) == 1:
        return remarks[0].line
    return "\n".join(f"{number}. {remark.line}" for number, remark in enumerate(remarks, 1))


SUMMARY_COLUMNS = ("结果", "问题", "条数", "怎么改", "依据", "所在行")
SUMMARY_WIDTHS = (10, 60, 8, 50, 40, 30)


def cells_of(line: Line) -> tuple[str | int, ...]:
    """A line of the summary under SUMMARY_COLUMNS."""
    return (line.severity, line.problem, line.count, line.mend, line.basis, line.rows)


def head_of_summary(findings: pl.DataFrame, today: date) -> list[str]:
    """The first lines of the summary: rows concerned, and the day whose law was asked."""
    rows = {
        each: findings.filter(pl.col("severity") == each)["row"].n_unique() for each in (REFUSED, WAITING)
    }
    return [
        f"未通过 {rows[REFUSED]} 行，待裁定 {rows[WAITING]} 行。按 {today:%Y-%m-%d} 的规定校验。",
        f"请改好标红的单元格后重新上传。“{RESULT_HEADING}”“{ADVICE_HEADING}”两列和本工作表不必删除。",
    ]
