"""The code by which anybody may have a document confirmed, its picture, and whose it is (核验码、二维码)."""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

import segno
from django.conf import settings

from xinheng.vault.keys import master

CODE_BYTES = 16
_GROUP = 4
PATH = "/verify/"
NO_CODE = "样稿，未出具，不能核验"
_SUBJECT = "documents_issueddocument.subject"
_QUIET = 2  # modules of white around the code; the page around it is white too


def new_code() -> str:
    """128 random bits as 32 hexadecimal digits: short enough to be typed, too many to be guessed."""
    return secrets.token_hex(CODE_BYTES).upper()


def grouped(code: str) -> str:
    """As it is printed: in groups of four."""
    return " ".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def tidy(typed: str) -> str:
    """A code as it was typed or scanned: width, blanks, dashes and case made one. Not checked."""
    folded = unicodedata.normalize("NFKC", typed).upper()
    return "".join(each for each in folded if each.isalnum())[: 4 * CODE_BYTES]


def digest(code: str) -> bytes:
    """What is kept of a code."""
    return sha256(code.encode()).digest()


def subject_reference(number: str, subject: UUID) -> str:
    """Whose document it is, for us alone (hex): two documents of one subject look unrelated to whoever holds both."""
    key = master().index_key(_SUBJECT)
    return hmac.digest(key, number.encode() + b"|" + subject.bytes, "sha256").hex()


def page() -> str:
    """The address of the page where documents are confirmed."""
    return f"{settings.XINHENG_PUBLIC_URL}{PATH}"


def printed(code: str) -> dict[str, Any]:
    """What a page says of its code: where to go, the code, its picture."""
    return {"address": page(), "code": grouped(code), "qr": drawn(code)}


def unverifiable() -> dict[str, Any]:
    """The same of a page that nobody can have confirmed, since it was not issued."""
    return {"address": page(), "code": NO_CODE, "qr": {"size": 1, "path": ""}}


def drawn(code: str) -> dict[str, Any]:
    """The QR code of the page for this code: `size` in modules, and the `path` of its dark ones for an SVG."""
    made = segno.make(f"{page()}{code}", error="m", micro=False)
    rows = [bytes(row) for row in made.matrix_iter(border=_QUIET)]
    runs = (f"M{x} {y}h{width}v1h-{width}z" for y, row in enumerate(rows) for x, width in _runs(row))
    return {"size": len(rows), "path": "".join(runs)}


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    """(place, length) of each run of dark modules."""
    place = 0
    for dark, modules in groupby(row):
        length = len(list(modules))
        if dark:
            yield place, length
        place += length
