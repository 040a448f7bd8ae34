"""Lawbooks at hand in this process, by digest (在用的法规数据): one of a digest never changes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from xinheng.law import lawbook
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Lawbook, LawbookFault
from xinheng.law.reference import ReferenceValue

# The one in force, the one proposed, and those they were told apart from.
_MOST = 4
_books: dict[str, Lawbook] = {}
_values: dict[str, tuple[ReferenceValue, ...]] = {}


@cache
def shipped() -> Lawbook:
    """The edition that came with the program."""
    return remember(lawbook.load())


def remember(book: Lawbook) -> Lawbook:
    """Keep a lawbook at hand."""
    while len(_books) >= _MOST and book.digest not in _books:
        oldest = next(iter(_books))
        _books.pop(oldest)
        _values.pop(oldest, None)
    return _books.setdefault(book.digest, book)


def at(path: str, digest: str) -> Lawbook:
    """The lawbook of a bundle. Raises Refusal BUNDLE_CHANGED when its files are not what was approved."""
    if digest in _books:
        return _books[digest]
    book = lawbook.load(Path(path))
    if book.digest != digest:
        raise Refusal.because("BUNDLE_CHANGED", digest=digest[:12])
    return remember(book)


def values(book: Lawbook) -> tuple[ReferenceValue, ...]:
    """Every value of a lawbook by its path."""
    if book.digest not in _books:
        return tuple(book.values())
    if book.digest not in _values:
        _values[book.digest] = tuple(book.values())
    return _values[book.digest]


@cache
def _faults(digest: str) -> tuple[str, ...]:
    return tuple(_books[digest].check())


def require_faultless(book: Lawbook) -> None:
    """Raises LawbookFault with all that `Lawbook.check` finds."""
    problems = _faults(remember(book).digest)
    if problems:
        raise LawbookFault(list(problems))
