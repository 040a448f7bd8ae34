"""Where a file's bytes come from, and what kind of file they are (文件来源与种类)."""

from __future__ import annotations

import enum
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from typing import IO

from xinheng.exchange.faults import FileFault
from xinheng.exchange.sheet import limits

Source = Path | str | IO[bytes]

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF_16_OR_32 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_OTHER = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf")
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"mime-version")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class Kind(enum.StrEnum):
    """The kinds of file that are read."""

    CSV = "csv"
    XLSX = "xlsx"


@contextmanager
def seekable(source: Source) -> Iterator[IO[bytes]]:
    """The bytes from their start, so that they can be read twice.

    A stream that cannot be wound back is spooled to an unnamed temporary file: gone with its handle.
    """
    if isinstance(source, str | Path):
        with Path(source).open("rb") as stream:
            yield stream
    elif source.seekable():
        source.seek(0)
        yield source
    else:
        with tempfile.TemporaryFile() as spool:
            copyfileobj(source, spool)
            spool.seek(0)
            yield spool


def size(stream: IO[bytes]) -> int:
    """Bytes in the stream, which is left at its start."""
    total = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return total


def kind(stream: IO[bytes], file_name: str) -> Kind:
    """What the file is by its content; its name only helps to word a refusal. Raises FileFault."""
    total = size(stream)
    if total == 0:
        raise FileFault("FILE_EMPTY")
    head = stream.read(4096)
    stream.seek(0)
    suffix = Path(file_name).suffix.lower()
    if head.startswith(_OLE):
        raise _ole(stream)
    if head.startswith(_ZIP):
        return _within(Kind.XLSX, total, limits.XLSX_BYTES)
    if suffix in (".xlsx", ".xlsm"):
        raise FileFault("FILE_UNREADABLE")
    _text(head)
    return _within(Kind.CSV, total, limits.CSV_BYTES)


def _within(found: Kind, total: int, limit: int) -> Kind:
    if total > limit:
        raise FileFault("FILE_TOO_LARGE", limit=f"{limit // limits.MiB} MB")
    return found


def _ole(stream: IO[bytes]) -> FileFault:
    """An OLE container is an XLSX under a password, or a workbook of the old kind."""
    start = stream.read(limits.BLOCK_BYTES)
    return FileFault("FILE_PASSWORD" if _ENCRYPTED in start else "FILE_XLS")


def _text(head: bytes) -> None:
    """Raise FileFault unless the bytes can be text in an encoding that is read."""
    if head.startswith(_UTF_16_OR_32):
        raise FileFault("ENCODING_WRONG")
    if head.startswith(_OTHER) or head.lstrip().lower().startswith(_MARKUP):
        raise FileFault("FILE_KIND_UNKNOWN")
    if b"\x00" in head:
        raise FileFault("ENCODING_WRONG" if _looks_like_utf_16(head) else "FILE_KIND_UNKNOWN")


def _looks_like_utf_16(head: bytes) -> bool:
    """Every other byte of an ASCII comma or line end is zero."""
    return any(mark in head for mark in (b",\x00", b"\x00,", b"\n\x00", b"\x00\n"))
