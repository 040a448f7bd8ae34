"""A new workbook with the rows that did not pass, for CSV and for large sheets (退回表)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

import polars as pl
import xlsxwriter

from xinheng.exchange.headings import ADVICE_HEADING, OUR_HEADINGS, RESULT_HEADING, SUMMARY_SHEET
from xinheng.exchange.paper import telling
from xinheng.exchange.paper.telling import REFUSED, WAITING, Remark, Teller
from xinheng.exchange.sheets import Sheet
from xinheng.law.lawbook import Law

# More rows than anybody mends by hand; the summary counts all of them.
ROWS = 100_000
_COMMENTS = 5_000
_TEXT = {"num_format": "@", "quote_prefix": True}


def refused_rows(sheet: Sheet, findings: pl.DataFrame, *, law: Law, out: IO[bytes]) -> int:
    """Write the refused and waiting rows in their own columns, with result and advice, fit to be sent again.

    Every cell is text, whatever it begins with. Returns how many rows were written, ROWS at most.
    """
    concerned = findings.filter(pl.col("severity").is_in([REFUSED, WAITING]))["row"].unique().sort()
    rows = concerned.head(ROWS)
    shown = findings.filter(pl.col("row").is_in(rows.implode()))
    _write(sheet, shown, findings, rows, law=law, out=out, left_out=len(concerned) - len(rows))
    return len(rows)


def whole(sheet: Sheet, findings: pl.DataFrame, *, law: Law, out: IO[bytes]) -> None:
    """Write all rows anew where they stood, with result and advice: for sheets too large to annotate in place."""
    _write(sheet, findings, findings, None, law=law, out=out, left_out=0)


def _write(
    sheet: Sheet, shown: pl.DataFrame, findings: pl.DataFrame, rows: pl.Series | None, *,
    law: Law, out: IO[bytes], left_out: int,
) -> None:  # fmt: skip
    teller = Teller(law)
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False})
    try:
        _Page(book, sheet, teller.remarks(shown), in_place=rows is None).write(rows)
        _summary(book, teller, findings, law, left_out=left_out)
    finally:
        book.close()


class _Page:
    """The worksheet of rows, written from top to bottom."""

    def __init__(
        self, book: Any, sheet: Sheet, remarks: Mapping[int, list[Remark]], *, in_place: bool
    ) -> None:
        self._sheet = sheet
        self._in_place = in_place
        self._top = sheet.heading_row - 1 if in_place else 0
        self._remarks = remarks
        self._page = book.add_worksheet(sheet.feed.sheet)
        self._plain = book.add_format(_TEXT)
        self._bold = book.add_format({**_TEXT, "bold": True, "text_wrap": True})
        self._fills = {
            REFUSED: book.add_format({**_TEXT, "bg_color": "#FDECEC"}),
            WAITING: book.add_format({**_TEXT, "bg_color": "#FFF3D6"}),
        }
        # Columns that we added to an earlier return are not carried along.
        headings = sheet.headings.headings
        self._places = [place for place, name in enumerate(headings) if name.strip() not in OUR_HEADINGS]
        self._fields = {place: field for field, place in sheet.headings.places.items()}
        self._comments = 0

    def write(self, rows: pl.Series | None) -> None:
        """The heading and the rows: those named one after another, or all of them at their own places."""
        width = len(self._places)
        headings = [self._sheet.headings.headings[place] for place in self._places]
        for column, heading in enumerate([*headings, RESULT_HEADING, ADVICE_HEADING]):
            self._page.write_string(self._top, column, heading, self._bold)
        self._page.set_column(0, width - 1, 18, self._plain)
        self._page.set_column(width, width, 22)
        self._page.set_column(width + 1, width + 1, 60)
        line = self._top
        for block in self._sheet.originals(rows):
            for row, *texts in block.iter_rows():
                line = row - 1 if self._in_place else line + 1
                self._write_row(line, row, texts)
        self._page.freeze_panes(self._top + 1, 0)
        self._page.autofilter(self._top, 0, line, width + 1)

    def _write_row(self, line: int, row: int, texts: list[str | None]) -> None:
        remarks = self._remarks.get(row, [])
        for column, place in enumerate(self._places):
            here = [remark for remark in remarks if remark.field == self._fields.get(place, "?")]
            form = self._fills.get(here[0].severity, self._plain) if here else self._plain
            if texts[place] or here:
                self._page.write_string(line, column, texts[place] or "", form)
            if here and self._comments < _COMMENTS:
                self._page.write_comment(line, column, "\n".join(remark.line for remark in here))
                self._comments += 1
        if remarks or any(texts):
            self._write_result(line, row, remarks)

    def _write_result(self, line: int, row: int, remarks: list[Remark]) -> None:
        width = len(self._places)
        result = telling.gravest(remarks) + ("" if self._in_place else f"（原表第 {row} 行）")
        self._page.write_string(line, width, result, self._plain)
        if remarks:
            self._page.write_string(line, width + 1, telling.advice(remarks), self._plain)


def _summary(book: Any, teller: Teller, findings: pl.DataFrame, law: Law, *, left_out: int) -> None:
    page = book.add_worksheet(SUMMARY_SHEET)
    plain = book.add_format({**_TEXT, "text_wrap": True, "valign": "top"})
    bold = book.add_format({**_TEXT, "bold": True})
    head = telling.head_of_summary(findings, law.day)
    head += [f"本表只列出前 {ROWS} 行，另有 {left_out} 行没有列出。"] if left_out else []
    for line, text in enumerate(head):
        page.write_string(line, 0, text, bold)
    for column, name in enumerate(telling.SUMMARY_COLUMNS):
        page.write_string(len(head), column, name, bold)
        page.set_column(column, column, telling.SUMMARY_WIDTHS[column])
    for line, told in enumerate(teller.summary(findings), len(head) + 1):
        for column, cell in enumerate(telling.cells_of(told)):
            if isinstance(cell, int):
                page.write_number(line, column, cell)
            else:
                page.write_string(line, column, cell, plain)
    page.freeze_panes(len(head) + 1, 0)
