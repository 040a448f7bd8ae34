"""Whether a file that somebody sends can be taken in (上传文件核对): what it is, that it is whole, that it does nothing. Pure.

One check for materials of a repair, files of a complaint and the papers seen at the window. A sealed copy is asked only
what it is (`kind_of`): an e-seal is a form in its PDF, and sealedcopies.py compares the bytes.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

MIB = 1 << 20
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
_MAGIC = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
# How a whole file of its kind ends, within its last bytes.
_END = {PDF: b"%%EOF", PNG: b"IEND", JPEG: b"\xff\xd9"}
_TAIL = 1024
# Readers of PDF take a header within this many bytes: such a picture is a PDF to whoever renames it.
_HEAD = 1024
# What a PDF does when it is opened: nobody needs it in a proof. A name may be written with #xx for a letter.
_ACTIVE = re.compile(
    rb"/(?:(?:JavaScript|Launch|EmbeddedFiles?|OpenAction|RichMedia|XFA)\b"
    # Three letters stand in any large picture by chance: here with the value that makes them a name.
    rb"|(?:JS|AA)[\s\0]*[(<0-9%])"
)
_LOCKED = re.compile(rb"/Encrypt\b")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# Objects may be packed: what they do is then read unpacked.
_PACKED = re.compile(rb"/ObjStm\b")
_STREAM = re.compile(rb"stream\r?\n")
_DICTIONARY = 2048
_UNPACKED_AT_MOST = 32 * MIB


class Unfit(ValueError):
    """A file that is not taken; the text is Chinese and says why. `dangerous`: it would do something by itself."""

    def __init__(self, why: str, *, dangerous: bool = False) -> None:
        super().__init__(why)
        self.why, self.dangerous = why, dangerous


def media_type(file: bytes, *, most: int) -> str:
    """By what the file is. Raises Unfit for what is empty, larger than `most`, of another kind, cut, locked or active."""
    found = kind_of(file, most=most)
    if _END[found] not in file[-_TAIL:]:
        raise Unfit("文件不完整，打不开")
    if found == PDF:
        _require_still(file)
    elif b"%PDF-" in file[:_HEAD]:
        raise Unfit("文件里还藏着另一个文件", dangerous=True)
    return found


def kind_of(file: bytes, *, most: int) -> str:
    """The media type by how the file begins. Raises Unfit for what is empty, larger than `most` bytes or of no known kind."""
    if not file:
        raise Unfit("文件是空的")
    if len(file) > most:
        raise too_large(most)
    found = next((media for magic, media in _MAGIC.items() if file.startswith(magic)), "")
    if not found:
        raise Unfit("文件不是 PDF、PNG 或者 JPEG")
    return found


def too_large(most: int) -> Unfit:
    """What is said of a file beyond `most` bytes."""
    return Unfit(f"文件超过 {most // MIB} MB")


def _require_still(file: bytes) -> None:
    for part in (file, *_unpacked(file)):
        plain = _spelled(part)
        if _LOCKED.search(plain):
            raise Unfit("文件加了密码，打不开")
        if _ACTIVE.search(plain):
            raise Unfit("文件打开时会运行程序，或者带有附件", dangerous=True)


def _spelled(part: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)


def _unpacked(file: bytes) -> Iterator[bytes]:
    """Each stream of packed objects as it is read. Raises Unfit for one that cannot be, or unpacks to too much."""
    left = _UNPACKED_AT_MOST
    for found in _STREAM.finditer(file):
        told = _spelled(file[max(0, found.start() - _DICTIONARY) : found.start()]).rpartition(b"obj")[2]
        if not _PACKED.search(told):
            continue
        try:
            part = zlib.decompressobj().decompress(memoryview(file)[found.end() :], left)
        except zlib.error:
            raise Unfit("文件里的内容打不开") from None
        left -= len(part)
        if left <= 0:
            raise Unfit("文件解开后太大")
        yield part
