"""From an uploaded file to frames of text by field (读表).

    with open_sheet(path, file_name=name, feed=feeds.load("penalty")) as sheet:
        for frame in sheet.slices():
            ...

A FileFault may still come out of `slices` (a later record in another encoding, a giant cell): whoever stores
rows as they come must then discard them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO

import polars as pl

from xinheng.exchange import feeds, headings
from xinheng.exchange.faults import FileFault, Finding
from xinheng.exchange.feeds import ColumnType, Feed
from xinheng.exchange.headings import HeadingMatch
from xinheng.exchange.sheet import limits, source
from xinheng.exchange.sheet.cells import letters
from xinheng.exchange.sheet.delimited import Delimited
from xinheng.exchange.sheet.source import Kind, Source
from xinheng.exchange.sheet.spreadsheet import MARKS, Spreadsheet, Worksheet

__all__ = ["FileFault", "Finding", "HeadingMatch", "Kind", "Sheet", "open_sheet"]

ROWS = 50_000


@contextmanager
def open_sheet(file: Source, *, file_name: str, feed: Feed) -> Iterator[Sheet]:
    """The sheet of a feed in an uploaded file: a path, or a binary stream (wound back if it can be).

    Raises FileFault: FILE_* (the file), SHEET_* (the workbook), TEMPLATE_*, HEADING* (the headings), CELL_*.
    """
    with source.seekable(file) as stream:
        kind = source.kind(stream, file_name)
        if kind is Kind.CSV:
            yield _open_delimited(stream, feed)
        else:
            yield _open_spreadsheet(stream, feed)


class Sheet:
    """A sheet whose headings have been matched; its rows come in slices, as often as they are asked for."""

    def __init__(
        self, book: Delimited | Spreadsheet, worksheet: Worksheet | None, heading_row: int, found: HeadingMatch,
        feed: Feed, total: int,
    ) -> None:  # fmt: skip
        self.kind = Kind.CSV if isinstance(book, Delimited) else Kind.XLSX
        self.feed = feed
        self.headings = found
        self.heading_row = heading_row
        self.worksheet = worksheet.name if worksheet else ""
        self._worksheet = worksheet
        self._book = book
        self._total = total
        self._notes: list[Finding] = []

    @property
    def position(self) -> float:
        """How much of the file has been read in the present pass, 0 to 1."""
        return min(1.0, self._book.read / self._total) if self._total else 1.0

    @property
    def size(self) -> int:
        """Bytes of the file; of an XLSX, of all that is in it, unpacked."""
        return self._book.unpacked if isinstance(self._book, Spreadsheet) else self._total

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What is to be told of the file as a whole; complete once the slices are read."""
        return tuple(self._notes)

    def slices(self, rows: int = ROWS) -> Iterator[pl.DataFrame]:
        """Frames of at most `rows` rows: `row` (as the user sees it), a text column per field, `marks`.

        Fields without a column are null throughout; blank rows are left out; `marks` has the odd cells
        (formula, lost digits, error, merged) for the checks. Raises FileFault.
        """
        names = {f"c{place}": name for name, place in self.headings.places.items()}
        absent = [pl.lit(None, pl.String).alias(name) for name in self.headings.missing]
        fields = ["row", *self.feed.fields, "marks"]
        for number, block in enumerate(self._blocks(rows)):
            self._note_unheaded(block)
            frame = block.rename(names).with_columns(absent).select(fields)
            frame = _without_blank_rows(frame, self.headings.matched)
            if number == 0:
                frame = self._without_second_heading(frame)
            if frame.height:
                yield frame

    def originals(self, rows: pl.Series | None = None) -> Iterator[pl.DataFrame]:
        """The cells as they stand in the file, of some rows or of all: `row` and c0… for every heading."""
        names = [f"c{place}" for place in range(len(self.headings.headings))]
        for block in self._blocks(ROWS):
            chosen = block if rows is None else block.filter(pl.col("row").is_in(rows.implode()))
            if chosen.height:
                yield chosen.select("row", *names)

    def _blocks(self, rows: int) -> Iterator[pl.DataFrame]:
        width = len(self.headings.headings)
        if isinstance(self._book, Delimited):
            for block in self._book.blocks(self.heading_row, width, rows):
                yield block.with_columns(pl.lit(None, MARKS).alias("marks"))
        elif self._worksheet:
            fields = {place: name for name, place in self.headings.places.items()}
            days = {column.field for column in self.feed.of_type(ColumnType.DATE)}
            dates = frozenset(place for place, name in fields.items() if name in days)
            yield from self._book.blocks(self._worksheet, self.heading_row, width, rows, fields, dates)

    def _note_unheaded(self, block: pl.DataFrame) -> None:
        """Columns with content but no heading are dropped like every other extra column, and told."""
        for place, heading in enumerate(self.headings.headings):
            if not heading.strip() and block[f"c{place}"].null_count() < block.height:
                self.note("COLUMN_WITHOUT_HEADING", column=letters(place))
        if "beyond" in block.columns and block["beyond"].any():
            self.note("COLUMN_WITHOUT_HEADING", column=letters(len(self.headings.headings)))

    def note(self, code: str, **values: str) -> None:
        """Keep something to tell of the file as a whole, once."""
        if Finding(code, values) not in self._notes:
            self._notes.append(Finding(code, values))

    def _without_second_heading(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Official sheets may carry two rows of headings, names and codes: the second is no data."""
        first = frame.head(1).drop("row", "marks").rows(named=True)
        texts = [str(text) for text in first[0].values() if text] if first else []
        known = sum(headings.look_up(text, self.feed) is not None for text in texts)
        return frame.slice(1) if known > 2 and 2 * known > len(texts) else frame


def _without_blank_rows(frame: pl.DataFrame, fields: Mapping[str, str]) -> pl.DataFrame:
    """Leave out rows without a visible character; only rows that begin blank are looked at closely."""
    first, *_ = fields
    doubtful = _blank(first)
    if not frame.select(doubtful.any()).item():
        return frame
    return frame.filter(~(doubtful & pl.all_horizontal(_blank(name) for name in fields)))


def _blank(name: str) -> pl.Expr:
    return pl.col(name).is_null() | (pl.col(name).str.strip_chars() == "")


def _open_delimited(stream: IO[bytes], feed: Feed) -> Sheet:
    total = source.size(stream)
    book = Delimited(stream)
    if not book.top:
        raise FileFault("FILE_EMPTY")
    row, found = _headings(book.top, feed, guessed=book.encoding != "utf-8")
    return Sheet(book, None, row, found, feed, total)


def _open_spreadsheet(stream: IO[bytes], feed: Feed) -> Sheet:
    book = Spreadsheet(stream)
    filled = [each for each in book.worksheets if each.top]
    if not filled:
        raise FileFault("FILE_EMPTY")
    ours = [each for each in filled if _resembling_row(each.top, feed) is not None]
    if len(ours) > 1:
        raise FileFault("SHEETS_SEVERAL", sheets="、".join(each.name[:31] for each in ours[:5]))
    chosen = ours[0] if ours else filled[0]
    row, found = _headings(chosen.top, feed, merged=chosen.merged)
    sheet = Sheet(book, chosen, row, found, feed, book.size(chosen))
    for other in filled:
        if other is not chosen:
            sheet.note("SHEET_IGNORED", sheets=other.name[:31])
    return sheet


def _resembling_row(top: Sequence[tuple[int, tuple[str, ...]]], feed: Feed) -> int | None:
    """The first of the top rows that looks like the headings of the feed."""
    found = ((row, headings.match(texts[: limits.COLUMNS], feed)) for row, texts in top)
    return next((row for row, match in found if headings.resembles(match, feed)), None)


def _headings(
    top: Sequence[tuple[int, tuple[str, ...]]],
    feed: Feed,
    *,
    merged: Mapping[int, tuple[int, ...]] | None = None,
    guessed: bool = False,
) -> tuple[int, HeadingMatch]:
    """The heading row and its match: it is the first filled row, none of whose cells are merged."""
    row, texts = top[0]
    _refuse_width(texts)
    like = _resembling_row(top, feed)
    if merged and any(each in merged for each in range(1, (like or row) + 1)):
        raise FileFault("HEADER_MERGED")
    if like is not None and like != row:
        raise FileFault("HEADINGS_NOT_FIRST", row=like)
    if guessed and like is None and not all(_common(text) for text in texts):
        # Not UTF-8, and what GB18030 makes of it is no Chinese that anybody writes: another encoding.
        raise FileFault("ENCODING_WRONG")
    found = headings.match(texts, feed)
    others = [feeds.load(code) for code in feeds.codes() if code != feed.code]
    headings.require(found, feed, others)
    if len(top) == 1:
        raise FileFault("FILE_HEADINGS_ONLY")
    return row, found


def _refuse_width(texts: Sequence[str]) -> None:
    if len(texts) > limits.COLUMNS:
        raise FileFault("FILE_TOO_WIDE", limit=limits.COLUMNS)


def _common(text: str) -> bool:
    """Whether a text has only characters of everyday Chinese (GB 2312)."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
