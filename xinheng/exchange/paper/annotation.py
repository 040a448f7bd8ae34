"""The sender's own workbook with each problem at its cell (标注原表)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO

import openpyxl
import polars as pl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from xinheng.exchange.headings import ADVICE_HEADING, OUR_HEADINGS, RESULT_HEADING, SUMMARY_SHEET
from xinheng.exchange.paper import telling
from xinheng.exchange.paper.telling import REFUSED, WAITING, Remark, Teller
from xinheng.exchange.sheets import Sheet
from xinheng.law.lawbook import Law

AUTHOR = "信衡校验"
# The red and amber of the style sheet; text stays dark on them.
_FILLS = {
    REFUSED: PatternFill("solid", fgColor="FFFDECEC"),
    WAITING: PatternFill("solid", fgColor="FFFFF3D6"),
}
_OUR_COLOURS = frozenset(fill.fgColor.rgb for fill in _FILLS.values())
_HEADING = Font(bold=True)
_WRAP = Alignment(wrap_text=True, vertical="top")
_WIDTHS = {RESULT_HEADING: 12, ADVICE_HEADING: 60}
# A spreadsheet becomes slow with more; the last two columns say everything anyway.
_COMMENTS = 5_000
# One stray cell at the far end of a sheet makes a table of billions of cells.
_AREA = 3_000_000


def annotate(source: IO[bytes], sheet: Sheet, findings: pl.DataFrame, *, law: Law, out: IO[bytes]) -> bool:
    """Write the sender's XLSX back with bad cells filled and commented, two columns and a summary added.

    `source` is a file that `open_sheet` has found harmless, `sheet` what it gave, `findings` what was told of
    its rows (row, field, severity, code, values, clauses). No cell of the result is a formula. False, and
    nothing written, when a worksheet reaches so far that going through its cells would take for ever.
    """
    source.seek(0)
    book = openpyxl.load_workbook(source, keep_links=False)
    if any(each.max_row * each.max_column > _AREA for each in book.worksheets):
        return False
    teller = Teller(law)
    for each in book.worksheets:
        _still(each)
    page = book[sheet.worksheet]
    _unmark(page)
    remarks = teller.remarks(findings)
    _mark(page, sheet, remarks)
    _add_columns(page, sheet, remarks)
    _add_summary(book, page, teller, findings, law)
    book.save(out)
    return True


def _still(page: Worksheet) -> None:
    """Formulas become the text they were written as: what an officer opens must not calculate."""
    for row in page.iter_rows():
        for cell in row:
            if isinstance(cell, Cell) and cell.data_type == "f":
                formula = cell.value
                cell.value = str(getattr(formula, "text", formula) or "")
                cell.data_type = "s"


def _unmark(page: Worksheet) -> None:
    """Take away what an earlier annotation left, so that a mended cell is not red any more."""
    for row in page.iter_rows():
        for cell in row:
            if isinstance(cell, Cell) and cell.comment and cell.comment.author == AUTHOR:
                cell.comment = None
            if cell.has_style and cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in _OUR_COLOURS:
                cell.fill = PatternFill()


def _mark(page: Worksheet, sheet: Sheet, remarks: Mapping[int, list[Remark]]) -> None:
    comments = 0
    for row, told in remarks.items():
        for field in dict.fromkeys(remark.field for remark in told):
            place = sheet.headings.places.get(field)
            if place is None:
                continue
            here = [remark for remark in told if remark.field == field]
            cell = page.cell(row, place + 1)
            if here[0].severity in _FILLS:
                cell.fill = _FILLS[here[0].severity]
            if comments < _COMMENTS and isinstance(cell, Cell):
                cell.comment = _comment(here)
                comments += 1


def _comment(remarks: list[Remark]) -> Comment:
    return Comment("\n".join(remark.line for remark in remarks), AUTHOR, width=320, height=120)


def _add_columns(page: Worksheet, sheet: Sheet, remarks: Mapping[int, list[Remark]]) -> None:
    """The result of each row and how to mend it; columns that we made before are used again."""
    top, last = sheet.heading_row, page.max_row
    result, advice = _own_columns(page, top, len(sheet.headings.headings))
    for place, heading in ((result, RESULT_HEADING), (advice, ADVICE_HEADING)):
        _write(page.cell(top, place), heading)
        page.cell(top, place).font = _HEADING
        page.column_dimensions[get_column_letter(place)].width = _WIDTHS[heading]
    for row in range(top + 1, last + 1):
        told = remarks.get(row, [])
        _write(page.cell(row, result), telling.gravest(told) if told or _filled(page, row, result) else None)
        _write(page.cell(row, advice), telling.advice(told) if told else None)
        page.cell(row, advice).alignment = _WRAP
    page.freeze_panes = f"A{top + 1}"
    page.auto_filter.ref = f"A{top}:{get_column_letter(max(result, advice))}{last}"


def _own_columns(page: Worksheet, top: int, width: int) -> tuple[int, int]:
    """Where the two columns stand (from 1): where they stood, else after the last heading."""
    there = {
        str(page.cell(top, place).value).strip(): place
        for place in range(1, width + 1)
        if str(page.cell(top, place).value).strip() in OUR_HEADINGS
    }
    if there.keys() == OUR_HEADINGS:
        return there[RESULT_HEADING], there[ADVICE_HEADING]
    return width + 1, width + 2


def _filled(page: Worksheet, row: int, before: int) -> bool:
    return any(page.cell(row, place).value not in (None, "") for place in range(1, before))


def _write(cell: Cell | MergedCell, text: str | None) -> None:
    """Always as text: a text that begins with = would otherwise become a formula."""
    if isinstance(cell, Cell):
        cell.value = text
        if text is not None:
            cell.data_type = "s"


def _add_summary(book: Workbook, page: Worksheet, teller: Teller, findings: pl.DataFrame, law: Law) -> None:
    """The second worksheet: each problem, how often, how to mend it."""
    if SUMMARY_SHEET in book.sheetnames:
        del book[SUMMARY_SHEET]
    summary = book.create_sheet(SUMMARY_SHEET, book.index(page) + 1)
    head = telling.head_of_summary(findings, law.day)
    _rows(summary, ([line] for line in head))
    _rows(summary, [telling.SUMMARY_COLUMNS])
    for cell in summary[summary.max_row]:
        cell.font = _HEADING
    _rows(summary, (telling.cells_of(line) for line in teller.summary(findings)))
    for letter, width in zip("ABCDEF", telling.SUMMARY_WIDTHS, strict=True):
        summary.column_dimensions[letter].width = width
    summary.freeze_panes = f"A{len(head) + 2}"


def _rows(page: Worksheet, rows: Iterable[Iterable[str | int]]) -> None:
    at = page.max_row if page["A1"].value is not None else 0
    for number, texts in enumerate(rows, at + 1):
        for place, text in enumerate(texts, 1):
            cell = page.cell(number, place)
            cell.alignment = _WRAP
            if isinstance(text, str):
                _write(cell, text)
            else:
                cell.value = text
