"""The cells of a worksheet, streamed from its XML (单元格): value, kind, place and what is odd about them.

One pass of expat: no table of the sheet is ever built, so that a cell at the far end of an empty sheet
costs nothing. DOCTYPE and entities were refused with the container.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import IO, Any
from xml.parsers import expat

from xinheng.exchange.faults import FileFault
from xinheng.exchange.sheet import limits
from xinheng.exchange.sheet.container import chunks

# text, its kind (s shared, str, inlineStr, n, b, e, d), whether a formula made it
Cell = tuple[str, str, bool]
Row = tuple[int, dict[int, Cell]]

_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
# Half a surrogate pair is no character.
_ESCAPE = re.compile(r"_x(?![dD][89a-fA-F])([0-9A-Fa-f]{4})_")
# Excel keeps 15 significant digits of a number; the rest of a longer one is lost.
_SIGNIFICANT = 15
_LARGEST = 40
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_EXCEL_YEARS = range(1982, 2100)
_EXCEL_DAY_ZERO = date(1899, 12, 30)


def parse(stream: IO[bytes], handlers: Callable[[Any], None]) -> Iterator[None]:
    """Feed a member to expat piece by piece, yielding after each. Raises FileFault for broken XML."""
    parser = expat.ParserCreate(namespace_separator=None)
    parser.buffer_text = True
    handlers(parser)
    try:
        for chunk in chunks(stream):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise FileFault("FILE_TRUNCATED") from None
    yield


def column(letters: str) -> int:
    """0-based number of a column named by letters: A is 0, AA is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def letters(place: int) -> str:
    """The letters of a 0-based column number."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def local(name: str) -> str:
    """An element name without its namespace prefix."""
    return name.rpartition(":")[2]


class _Reader:
    """Expat handlers that gather the text of <t> and <v>, without phonetic readings, up to the limit of a cell."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._size = 0
        self._reading = False
        self._phonetic = False

    def __call__(self, parser: Any) -> None:
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name if name in _OFTEN else local(name)
        if name in ("v", "t"):
            self._reading = not self._phonetic
        elif name == "rPh":
            self._phonetic = True
        else:
            self._begin(name, attributes)

    def _end(self, name: str) -> None:
        name = name if name in _OFTEN else local(name)
        if name in ("v", "t"):
            self._reading = False
        elif name == "rPh":
            self._phonetic = False
        else:
            self._finish(name)

    def _characters(self, data: str) -> None:
        if self._reading:
            self._size += len(data)
            if self._size > limits.CELL_CHARACTERS:
                raise FileFault("CELL_TOO_LONG", limit=limits.CELL_CHARACTERS)
            self._text.append(data)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        """An element that holds no text of its own begins."""

    def _finish(self, name: str) -> None:
        """An element that holds no text of its own ends."""


class _RowReader(_Reader):
    """Gathers rows; `take` hands over those that are complete."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._cells: dict[int, Cell] = {}
        self._row = 0
        self._place = -1
        self._kind = "n"
        self._formula = False

    def take(self) -> list[Row]:
        """The rows since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            found = _REFERENCE.fullmatch(attributes.get("r", ""))
            self._place = column(found[1]) if found else self._place + 1
            self._kind = attributes.get("t", "n")
            self._formula = False
            self._text, self._size = [], 0
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._row = _whole(attributes.get("r"), self._row + 1)
            self._cells, self._place = {}, -1

    def _finish(self, name: str) -> None:
        if name == "c" and (self._text or self._formula):
            self._cells[self._place] = ("".join(self._text), self._kind, self._formula)
        elif name == "row" and self._cells:
            self._rows.append((self._row, self._cells))


_OFTEN = frozenset({"c", "v", "t", "f", "row", "is"})


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def rows(stream: IO[bytes]) -> Iterator[Row]:
    """The rows of a worksheet that have a cell with content, in the order of the file."""
    reader = _RowReader()
    for _ in parse(stream, reader):
        yield from reader.take()


class _StringReader(_Reader):
    """Gathers the shared strings of a workbook."""

    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []

    def _finish(self, name: str) -> None:
        if name == "si":
            self.strings.append(unescaped("".join(self._text)))
            self._text, self._size = [], 0


def shared_strings(stream: IO[bytes]) -> list[str]:
    """The texts that cells refer to by number."""
    reader = _StringReader()
    for _ in parse(stream, reader):
        pass
    return reader.strings


def unescaped(text: str) -> str:
    """A text without the escapes for characters that XML has no place for: _x000D_ is a carriage return."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def number_text(text: str) -> tuple[str, bool]:
    """A number cell in plain notation as Excel shows it, and whether it is too long to be whole."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text, False
    if not value.is_finite() or abs(value.adjusted()) > _LARGEST:
        return text, False
    lost = value.adjusted() >= _SIGNIFICANT
    if len(value.as_tuple().digits) > _SIGNIFICANT and not lost:
        value = value.normalize().quantize(Decimal(1).scaleb(value.adjusted() - _SIGNIFICANT + 1))
    plain = f"{value:f}"
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain), lost


def excel_day(text: str) -> date | None:
    """The day of a number as Excel counts days from 1900; None unless it is a day of this age."""
    found = _SERIAL.fullmatch(text)
    day = _EXCEL_DAY_ZERO + timedelta(days=int(found[1])) if found else None
    return day if day and day.year in _EXCEL_YEARS else None
