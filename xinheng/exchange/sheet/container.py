"""The ZIP container of an XLSX, judged before anything in it is parsed (压缩包检查)."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from xinheng.exchange.faults import FileFault
from xinheng.exchange.sheet import limits

_CHUNK = 256 * 1024
_MACRO = re.compile(r"(?:vbaProject|macrosheets?/|vbaData)", re.IGNORECASE)
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
_MACRO_TYPE = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_OVERLAP = len(_MACRO_TYPE)
# Anything but UTF-8 could hide what is looked for here as bytes.
_OTHER_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)
# What unpacking damaged bytes raises; what a container that lies about itself raises at its opening as well.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
_BROKEN = (*_DAMAGED, OSError, ValueError, KeyError)


def open_container(stream: IO[bytes]) -> zipfile.ZipFile:
    """The container of a workbook without macros, bombs, entities or password. Raises FileFault.

    Every member is unpacked once and counted, for the sizes that a container states may be false.
    """
    try:
        container = zipfile.ZipFile(stream)
    except _BROKEN:
        raise FileFault("FILE_TRUNCATED") from None
    _judge_names(container)
    _judge_sizes(container)
    total = 0
    for member in container.infolist():
        total += _unpacked(container, member, limits.UNPACKED_BYTES - total)
    return container


def _judge_names(container: zipfile.ZipFile) -> None:
    names = container.namelist()
    if len(names) > limits.MEMBERS:
        raise FileFault("FILE_BOMB", limit=f"{limits.UNPACKED_BYTES // limits.MiB} MB")
    if any(_MACRO.search(name) for name in names):
        raise FileFault("FILE_MACRO")
    if len(set(names)) != len(names) or "xl/workbook.xml" not in names:
        # Two members of one name: another program could read the other one.
        raise FileFault("FILE_UNREADABLE" if "xl/workbook.xml" in names else "FILE_KIND_UNKNOWN")


def _judge_sizes(container: zipfile.ZipFile) -> None:
    """By what the container states: the cheap answer, given before anything is unpacked."""
    members = container.infolist()
    if sum(member.file_size for member in members) > limits.UNPACKED_BYTES:
        raise FileFault("FILE_BOMB", limit=f"{limits.UNPACKED_BYTES // limits.MiB} MB")
    if any(member.flag_bits & 1 for member in members):
        raise FileFault("FILE_PASSWORD")


def _unpacked(container: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> int:
    """The true size of a member, which must not declare entities."""
    total, before = 0, b""
    # The stated size would cut the member short: read to its true end, or one byte more than is allowed.
    member.file_size = limits.UNPACKED_BYTES + 1
    is_xml = member.filename.endswith((".xml", ".rels", ".vml"))
    with opened(container, member) as stream:
        for chunk in chunks(stream):
            if is_xml:
                _judge_xml(before + chunk, first=not total)
            before = chunk[-_OVERLAP:]
            total += len(chunk)
            if total > room or _too_dense(total, member):
                raise FileFault("FILE_BOMB", limit=f"{limits.UNPACKED_BYTES // limits.MiB} MB")
    member.file_size = total
    return total


def _too_dense(total: int, member: zipfile.ZipInfo) -> bool:
    return total > limits.RATIO_FROM_BYTES and total > limits.RATIO * max(member.compress_size, 1)


def _judge_xml(data: bytes, *, first: bool) -> None:
    if any(word in data for word in _FORBIDDEN):
        raise FileFault("FILE_BOMB", limit=f"{limits.UNPACKED_BYTES // limits.MiB} MB")
    if _MACRO_TYPE in data:
        raise FileFault("FILE_MACRO")
    if first and (
        data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4] or _OTHER_ENCODING.match(data)
    ):
        raise FileFault("FILE_TRUNCATED")


@contextmanager
def opened(container: zipfile.ZipFile, member: zipfile.ZipInfo | str) -> Iterator[IO[bytes]]:
    """A member to read. Raises FileFault for a damaged one."""
    try:
        with container.open(member) as stream:
            yield stream
    except _DAMAGED:
        raise FileFault("FILE_TRUNCATED") from None


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a member, piece by piece."""
    while chunk := stream.read(_CHUNK):
        yield chunk
