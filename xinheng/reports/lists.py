"""Reading an uploaded list of subjects: a name and a code in each row (批量出具名单)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, NamedTuple

import xlsxwriter

from xinheng.documents.kinds import FILE
from xinheng.exchange.feeds import Column, ColumnType, Feed
from xinheng.exchange.sheets import FileFault, open_sheet
from xinheng.law.lawbook import Law

NAME, CODE = "name", "code"


class ListRow(NamedTuple):
    """One row as it was sent: its number as the sender sees it, name and code."""

    row: int
    name: str
    code: str


def feed(law: Law) -> Feed:
    """The two columns of a list, read as the sheets of agencies are."""
    told = law.document(FILE)["list"]
    kinds = {NAME: ColumnType.NAME, CODE: ColumnType.USCC}
    columns = tuple(
        Column(
            field=each["field"],
            code=each["field"].upper(),
            name=each["name"],
            type=kinds[each["field"]],
            synonyms=tuple(each["synonyms"]),
            required=True,
        )
        for each in told["columns"]
    )
    return Feed(
        code="list", item="", name=told["name"], sheet=told["name"], columns=columns, dropped=(),
        strict_kinds={}, finer_kinds={}, coarse_kind="",
    )  # fmt: skip


def count(file: IO[bytes], file_name: str, law: Law) -> int:
    """How many rows a list has. Raises FileFault, or Refusal LIST_TOO_LONG as a FileFault: nothing is kept."""
    limit, found = int(law.document(FILE)["list"]["limit"]), 0
    for _ in rows(file, file_name, law):
        found += 1
    if found > limit:
        raise FileFault("LIST_TOO_LONG", limit=limit, count=found)
    if not found:
        raise FileFault("FILE_HEADINGS_ONLY")
    return found


def rows(file: IO[bytes], file_name: str, law: Law) -> Iterator[ListRow]:
    """The rows of a list in its order. Raises FileFault."""
    with open_sheet(file, file_name=file_name, feed=feed(law)) as sheet:
        for frame in sheet.slices():
            for row in frame.select("row", NAME, CODE).iter_rows():
                yield ListRow(row[0], (row[1] or "").strip(), (row[2] or "").strip())


def template(law: Law) -> bytes:
    """An empty list as XLSX, its columns as text: Excel would cut the last digits of a long number."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet(feed(law).sheet)
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
    for place, column in enumerate(feed(law).columns):
        page.set_column(place, place, 34, text)
        page.write_string(0, place, column.name, bold)
    page.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
