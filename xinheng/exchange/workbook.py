"""The workbooks that go back to a sender (回传与模板): one door to exchange/paper."""

from __future__ import annotations

from typing import IO

import polars as pl

from xinheng.exchange.feeds import Feed
from xinheng.exchange.paper.annotation import annotate
from xinheng.exchange.paper.returning import refused_rows, whole
from xinheng.exchange.paper.template import template
from xinheng.exchange.sheet import limits, source
from xinheng.exchange.sheet.source import Kind, Source
from xinheng.exchange.sheets import open_sheet
from xinheng.law.lawbook import Law

__all__ = ["annotate", "refused_rows", "report", "template", "whole"]

# Up to here all rows come back, beyond only those that did not pass.
WHOLE_ROWS = 50_000
# Up to here the sender's own file is opened and marked: openpyxl takes a second for a thousand rows or so.
IN_PLACE_ROWS = 10_000
IN_PLACE_BYTES = 40 * limits.MiB


def report(
    file: Source, *, file_name: str, feed: Feed, findings: pl.DataFrame, rows: int, law: Law, out: IO[bytes]
) -> None:
    """Write what the sender gets back: the own XLSX annotated, or the rows that did not pass in a new one.

    `findings` has row, field, severity (refused, waiting, told), code, values and clauses (JSON); `rows` is
    how many rows the sheet has. Raises FileFault if the file cannot be read.
    """
    with source.seekable(file) as stream, open_sheet(stream, file_name=file_name, feed=feed) as sheet:
        if sheet.kind is Kind.CSV or rows > WHOLE_ROWS:
            refused_rows(sheet, findings, law=law, out=out)
            return
        small = rows <= IN_PLACE_ROWS and sheet.size <= IN_PLACE_BYTES
        if not (small and annotate(stream, sheet, findings, law=law, out=out)):
            whole(sheet, findings, law=law, out=out)
