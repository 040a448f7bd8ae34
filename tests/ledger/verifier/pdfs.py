"""What is inside a PDF, and the same PDF with another text on its page (PDF 的内容)."""

from __future__ import annotations

import re
import zlib


def streams(pdf: bytes) -> list[bytes]:
    """What is in the compressed streams of a PDF."""
    found = []
    for place in re.finditer(rb"stream\r?\n", pdf):
        try:
            found.append(zlib.decompressobj().decompress(pdf[place.end() :]))
        except zlib.error:
            continue
    return found


STREAM = re.compile(rb"<</Length ([0-9]+)/Filter/FlateDecode>>\nstream\n")


SHOWN = re.compile(rb"\[\(((?:\\[0-7]{3}|\\.|[^\\)])+)\)\]TJ", re.DOTALL)


BYTE = re.compile(rb"\\[0-7]{3}|\\.|[^\\]", re.DOTALL)


def repainted(pdf: bytes) -> bytes:
    """The PDF whose first page shows other glyphs: whole, and of the same length."""
    for place in STREAM.finditer(pdf):
        length = int(place[1])
        try:
            content = zlib.decompress(pdf[place.end() : place.end() + length])
        except zlib.error:
            continue
        edited = SHOWN.sub(_reglyphed, content)
        if edited != content:
            packed = zlib.compress(edited, 9)
            assert len(packed) <= length
            return pdf[: place.end()] + packed.ljust(length, b"\n") + pdf[place.end() + length :]
    raise AssertionError("no text on the page")


def _reglyphed(shown: re.Match[bytes]) -> bytes:
    """A text whose glyphs are all that of its first."""
    signs = BYTE.findall(shown[1])
    return b"[(" + b"".join(signs[:2]) * (len(signs) // 2) + b")]TJ"
