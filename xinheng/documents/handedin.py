"""A file that somebody hands in (收到的文件): bounded, of three kinds by what it begins with. Pure."""

from __future__ import annotations

from collections.abc import Callable

from xinheng.law.language import Refusal

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
_MAGIC = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
MIB = 1 << 20
Unreadable = Callable[[str], Refusal]


def media_type(file: bytes, most: int, unreadable: Unreadable) -> str:
    """Its media type. Raises the Refusal `unreadable(why)` for what is empty, over `most` bytes or of no known kind."""
    if not file:
        raise unreadable("文件是空的")
    if len(file) > most:
        raise unreadable(too_large(most))
    found = next((media for magic, media in _MAGIC.items() if file.startswith(magic)), "")
    if not found:
        raise unreadable("文件不是 PDF、PNG 或者 JPEG")
    return found


def too_large(most: int) -> str:
    """Why a file over `most` bytes is not taken."""
    return f"文件超过 {most // MIB} MB"
