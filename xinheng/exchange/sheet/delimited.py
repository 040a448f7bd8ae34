"""CSV in blocks of whole records: UTF-8, with mark or without, and GB18030 (逗号分隔文件)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import IO

import polars as pl

from xinheng.exchange.faults import FileFault
from xinheng.exchange.sheet import limits

_UTF8_MARK = b"\xef\xbb\xbf"
_SEPARATORS = (",", "\t", ";")
Heading = tuple[int, tuple[str, ...]]


class Delimited:
    """A CSV file. Records may hold line ends within quotes; row numbers are those a spreadsheet shows."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.read = 0
        self._next_row = 1
        first = next(self._records(), b"")
        self.encoding = _encoding(first)
        head = _decoded(first, self.encoding, 1)
        self.separator = _separator(head)
        self.top: tuple[Heading, ...] = tuple(islice(_filled(head, self.separator), limits.TOP_ROWS))

    def blocks(self, heading_row: int, width: int, rows: int) -> Iterator[pl.DataFrame]:
        """All rows after the heading: `row` and text columns c0… in frames of at most `rows` rows.

        Raises FileFault for a record of another encoding, wider than the heading, or without end.
        """
        self._next_row = 1
        for block in self._records():
            frame = self._frame(block, self._next_row, width)
            self._next_row += frame.height
            self.read = self._stream.tell()
            yield from frame.filter(pl.col("row") > heading_row).iter_slices(rows)

    def _records(self) -> Iterator[bytes]:
        """Blocks that end where a record ends. In UTF-8 and GB18030 no second byte looks like a quote or line end."""
        self._stream.seek(0)
        rest = self._stream.read(len(_UTF8_MARK)).removeprefix(_UTF8_MARK)
        chunk = self._stream.read(limits.BLOCK_BYTES)
        while rest or chunk:
            block, chunk = rest + chunk, self._stream.read(limits.BLOCK_BYTES)
            last = not chunk and block.count(b'"') % 2 == 0
            cut = len(block) if last else _last_record_end(block)
            rest = block[cut:]
            if cut:
                yield block[:cut]
            if len(rest) > limits.RECORD_BYTES or (rest and not chunk):
                raise self._endless(rest)

    def _endless(self, rest: bytes) -> FileFault:
        """A record without end: a quote that nobody closed, or a cell of megabytes."""
        parts = rest.split(b'"')
        # Every second part lies within quotes, where a line end ends no record.
        row = self._next_row + sum(part.count(b"\n") for part in parts[::2])
        if len(parts) % 2 == 0:
            return FileFault("CSV_QUOTES", row=row)
        return FileFault("CELL_TOO_LONG_AT", row=row, limit=limits.CELL_CHARACTERS)

    def _frame(self, block: bytes, number: int, width: int) -> pl.DataFrame:
        if self.encoding != "utf-8":
            block = _decoded(block, self.encoding, number).encode()
        try:
            frame = _fast(block, width, self.separator)
        except (pl.exceptions.PolarsError, UnicodeDecodeError):
            frame = _exact(_decoded(block, "utf-8", number), number, width, self.separator)
        _refuse_long_cells(frame, number)
        return frame.with_columns(row=pl.int_range(number, number + frame.height, dtype=pl.Int32))


def _last_record_end(block: bytes) -> int:
    """The place after the last line end that is not within quotes; 0 if there is none near the end."""
    end = len(block)
    quotes = block.count(b'"')
    while (place := block.rfind(b"\n", 0, end)) >= 0 and len(block) - place <= limits.RECORD_BYTES:
        quotes -= block.count(b'"', place, end)
        if quotes % 2 == 0:
            return place + 1
        end = place
    return 0


def _encoding(block: bytes) -> str:
    """The encoding of the first block; every later one must keep to it."""
    for encoding in ("utf-8", "gb18030"):
        try:
            block.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise FileFault("ENCODING_WRONG")


def _decoded(block: bytes, encoding: str, number: int) -> str:
    try:
        return block.decode(encoding)
    except UnicodeDecodeError as fault:
        row = number + block.count(b"\n", 0, fault.start)
        raise FileFault("ENCODING_WRONG_AT", row=row) from None


def _separator(head: str) -> str:
    """The sign that parts the first line most often: a comma unless another is plainly meant."""
    line = next((each for each in head[: limits.RECORD_BYTES].splitlines() if each.strip()), "")
    best = max(_SEPARATORS, key=line.count)
    return best if line.count(best) > line.count(",") else ","


def _reader(text: str, separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(limits.RECORD_BYTES)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error:
        raise FileFault("CELL_TOO_LONG", limit=limits.CELL_CHARACTERS) from None


def _filled(text: str, separator: str) -> Iterator[Heading]:
    """The rows that are not blank, each with its number."""
    for number, cells in enumerate(_reader(text, separator), 1):
        if any(cell.strip() for cell in cells):
            yield number, tuple(cells)


def _fast(block: bytes, width: int, separator: str) -> pl.DataFrame:
    """The whole block at once. Raises PolarsError for what is not plain RFC 4180."""
    names = [f"c{place}" for place in range(width)]
    line = separator.join(names).encode() + b"\n"
    schema = dict.fromkeys(names, pl.String)
    return pl.read_csv(io.BytesIO(line + block), schema=schema, separator=separator, infer_schema=False)


def _exact(text: str, number: int, width: int, separator: str) -> pl.DataFrame:
    """The same record by record, for stray quotes and blank cells beyond the last heading."""
    rows: list[list[str | None]] = []
    for place, cells in enumerate(_reader(text, separator), number):
        if any(cell.strip() for cell in cells[width:]):
            raise FileFault("ROW_TOO_WIDE", row=place, count=len(cells), limit=width)
        kept: list[str | None] = [cell or None for cell in cells[:width]]
        rows.append(kept + [None] * (width - len(kept)))
    columns = zip(*rows, strict=True) if rows else ((),) * width
    return pl.DataFrame([pl.Series(f"c{n}", list(each), pl.String) for n, each in enumerate(columns)])


def _refuse_long_cells(frame: pl.DataFrame, number: int) -> None:
    longest = frame.select(pl.all().str.len_bytes().max()).row(0)
    for place, size in enumerate(longest):
        # A character has at most 4 bytes in UTF-8: most columns need no second look.
        if size and size > limits.CELL_CHARACTERS:
            rows = (frame[:, place].str.len_chars() > limits.CELL_CHARACTERS).arg_true()
            if len(rows):
                raise FileFault("CELL_TOO_LONG_AT", row=number + rows[0], limit=limits.CELL_CHARACTERS)
