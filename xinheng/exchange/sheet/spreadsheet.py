"""XLSX: which worksheet holds the data, and its rows as text with what is odd about a cell (电子表格)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any
from zipfile import ZipFile

import polars as pl

from xinheng.exchange.faults import FileFault
from xinheng.exchange.headings import OUR_SHEETS
from xinheng.exchange.sheet import cells, limits
from xinheng.exchange.sheet.container import chunks, open_container, opened

MARKS = pl.List(pl.Struct({"field": pl.String, "code": pl.String}))
Heading = tuple[int, tuple[str, ...]]

_MERGED = re.compile(
    rb"""<(?:\w+:)?mergeCell\b[^>]*?\bref\s*=\s*["']([A-Za-z]{1,3}\d{1,7}):([A-Za-z]{1,3}\d{1,7})["']"""
)
_REFERENCE = re.compile(r"([A-Za-z]+)([0-9]+)")


@dataclass(frozen=True, slots=True)
class Worksheet:
    """One worksheet: name, member of the container, its first filled rows.

    `merged` has the columns (from 0) of each row that lie within a merged area: one value for many cells.
    """

    name: str
    member: str
    top: tuple[Heading, ...]
    merged: Mapping[int, tuple[int, ...]]


class Spreadsheet:
    """An XLSX file of which every member has been found harmless."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._container = open_container(stream)
        self._strings = _shared(self._container)
        names = _worksheets(self._container)
        self.worksheets = tuple(
            self._worksheet(name, member) for name, member in names if name.strip() not in OUR_SHEETS
        )
        self.read = 0

    def _worksheet(self, name: str, member: str) -> Worksheet:
        with opened(self._container, member) as stream:
            top = tuple(islice(self._filled(stream), limits.TOP_ROWS))
        return Worksheet(name, member, top, _merged(_merged_areas(self._container, member)))

    @property
    def unpacked(self) -> int:
        """Bytes of all members, unpacked."""
        return sum(member.file_size for member in self._container.infolist())

    def size(self, sheet: Worksheet) -> int:
        """Bytes of a worksheet, unpacked."""
        return self._container.getinfo(sheet.member).file_size

    def _filled(self, stream: IO[bytes]) -> Iterator[Heading]:
        for number, row in cells.rows(stream):
            # One more than is allowed, so that headings that are too many are seen to be.
            width = min(max(row), limits.COLUMNS) + 1
            texts = tuple(self._text(row[place])[0] if place in row else "" for place in range(width))
            if any(text.strip() for text in texts):
                yield number, texts

    def blocks(
        self,
        sheet: Worksheet,
        heading_row: int,
        width: int,
        rows: int,
        fields: Mapping[int, str],
        dates: frozenset[int] = frozenset(),
    ) -> Iterator[pl.DataFrame]:
        """All rows after the heading: `row`, text columns c0…, `marks` (field, code) of odd cells.

        `fields` names the columns that mean something; numbers in those of `dates` are the days that Excel
        shows. `beyond` says that a row has cells without heading.
        """
        with opened(self._container, sheet.member) as stream:
            found = (each for each in cells.rows(stream) if each[0] > heading_row)
            while some := list(islice(found, rows)):
                self.read = stream.tell()
                yield self._frame(some, sheet, width, fields, dates)

    def _frame(
        self,
        some: Sequence[cells.Row],
        sheet: Worksheet,
        width: int,
        fields: Mapping[int, str],
        dates: frozenset[int],
    ) -> pl.DataFrame:
        texts: list[list[str | None]] = []
        marks: list[list[dict[str, str]] | None] = []
        for number, row in some:
            line: list[str | None] = [None] * width
            odd = [(place, "CELL_MERGED") for place in sheet.merged.get(number, ())]
            for place, cell in row.items():
                if place < width:
                    line[place], code = self._text(cell, place in dates)
                    odd += [(place, code)] if code else []
            texts.append(line)
            marks.append([{"field": fields[p], "code": code} for p, code in odd if p in fields] or None)
        beyond = [max(row) >= width for _, row in some]
        return pl.DataFrame(
            [pl.Series("row", [number for number, _ in some], pl.Int32)]
            + [pl.Series(f"c{n}", each, pl.String) for n, each in enumerate(zip(*texts, strict=True))]
            + [pl.Series("marks", marks, MARKS), pl.Series("beyond", beyond, pl.Boolean)]
        )

    def _text(self, cell: cells.Cell, is_date: bool = False) -> tuple[str, str]:
        """A cell as text, and the code of what is odd about it or ""."""
        text, kind, formula = cell
        if kind == "s":
            text = self._shared_string(text)
        elif kind == "n":
            text, lost = cells.number_text(text)
            day = cells.excel_day(text) if is_date else None
            text = day.isoformat() if day else text
            return text, "CELL_FORMULA" if formula else ("NUMBER_DAMAGED" if lost else "")
        elif kind == "e":
            return text, "CELL_FORMULA" if formula else "CELL_ERROR"
        elif kind in ("inlineStr", "str"):
            text = cells.unescaped(text)
        elif kind == "b":
            text = {"1": "TRUE", "0": "FALSE"}.get(text, text)
        return text, "CELL_FORMULA" if formula else ""

    def _shared_string(self, text: str) -> str:
        try:
            return self._strings[int(text)]
        except (ValueError, IndexError):
            raise FileFault("FILE_TRUNCATED") from None


def _merged(areas: Iterator[tuple[int, int, int, int]]) -> Mapping[int, tuple[int, ...]]:
    """The columns within merged areas, by row. Raises FileFault when they are too many to tell one by one."""
    found: dict[int, tuple[int, ...]] = {}
    rows = 0
    for left, top, right, bottom in areas:
        rows += bottom - top + 1
        if rows > limits.MERGED_ROWS:
            raise FileFault("SHEET_MERGED")
        for row in range(top, bottom + 1):
            found[row] = found.get(row, ()) + tuple(range(left, min(right, limits.COLUMNS) + 1))
    return found


def _shared(container: ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in container.namelist():
        return []
    with opened(container, "xl/sharedStrings.xml") as stream:
        return cells.shared_strings(stream)


def _worksheets(container: ZipFile) -> list[tuple[str, str]]:
    """Name and member of each worksheet, in the order of the tabs. Raises FileFault."""
    targets: dict[str, str] = {}
    for attributes in _elements(container, "xl/_rels/workbook.xml.rels", "Relationship"):
        target = attributes.get("Target", "").removeprefix("/")
        targets[attributes.get("Id", "")] = target if target.startswith("xl/") else f"xl/{target}"
    if any(_true(each.get("date1904")) for each in _elements(container, "xl/workbook.xml", "workbookPr")):
        raise FileFault("FILE_DATES_1904")
    there = set(container.namelist())
    sheets = [
        (
            each.get("name", ""),
            targets.get(next((v for k, v in each.items() if cells.local(k) == "id"), ""), ""),
        )
        for each in _elements(container, "xl/workbook.xml", "sheet")
    ]
    return [(name, member) for name, member in sheets if member in there and "/worksheets/" in member]


def _true(text: str | None) -> bool:
    return text in ("1", "true")


def _elements(container: ZipFile, member: str, wanted: str) -> list[dict[str, str]]:
    """The attributes of every element of a name in a small member."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if cells.local(name) == wanted:
            found.append(attributes)

    def handlers(parser: Any) -> None:
        parser.StartElementHandler = start

    if member not in container.namelist():
        raise FileFault("FILE_TRUNCATED")
    with opened(container, member) as stream:
        for _ in cells.parse(stream, handlers):
            pass
    return found


def _merged_areas(container: ZipFile, member: str) -> Iterator[tuple[int, int, int, int]]:
    """Merged areas stand after the rows, so they are looked for as bytes rather than by another parse."""
    before = b""
    with opened(container, member) as stream:
        for chunk in chunks(stream):
            data = before + chunk
            if b"mergeCell" in data:
                yield from (_area(*found.groups()) for found in _MERGED.finditer(data))
            # A match cannot be longer than this, nor be seen twice: what was matched is cut away.
            last = max((found.end() for found in _MERGED.finditer(data)), default=0)
            before = data[max(last, len(data) - 200) :]


def _area(first: bytes, last: bytes) -> tuple[int, int, int, int]:
    corners = [_REFERENCE.fullmatch(each.decode()) for each in (first, last)]
    places = [(cells.column(c[1]), int(c[2])) for c in corners if c]
    return (places[0][0], places[0][1], places[1][0], places[1][1])
