"""What is put right without being asked, and told (自动规范): blanks, width, marks, case. Never a guess.

Each cleaner returns the text as it was meant and the codes of what it repaired; the patterns beside them
find the few texts that need a cleaner at all.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from xinheng.law.identifiers import clean_code

Cleaned = tuple[str, tuple[str, ...]]

# Signs nobody sees and no text needs: control characters but the line feed, zero-width marks, odd blanks.
_INVISIBLE: Final = (
    r"\x00-\x09\x0b-\x1f\x7f-\x9f\u00a0\u00ad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u2064\u3000\ufeff"
)
_WIDE: Final = "０-９Ａ-Ｚａ-ｚ"
# In the syntax of both Python and Rust, for polars looks for them in whole columns.
UNCLEAN_TEXT: Final = rf"[{_INVISIBLE}]|^\s|\s$"
UNCLEAN_NAME: Final = rf"[{_INVISIBLE}\n{_WIDE}]|^\s|\s$"
CLEAN_CODE: Final = r"^[0-9A-Z]+$"

_TABS = re.compile(r"[\t\v\f\u00a0\u2000-\u200a\u202f\u3000]")
_LINES = re.compile(r"\r\n?|[\u0085\u2028\u2029]")
_UNSEEN = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
_ALL_BLANK = re.compile(rf"[{_INVISIBLE}\s]+")
_WIDE_LETTERS = str.maketrans({chr(n): chr(n - 0xFEE0) for n in range(0xFF10, 0xFF5B) if chr(n).isalnum()})
# ="0123" is how a CSV keeps a spreadsheet from reading a number; it is no formula anybody meant.
_QUOTED = re.compile(r'="([^"=]*)"')


def text(raw: str) -> Cleaned:
    """Free text: what cannot be seen goes, line ends and everything visible stay as written."""
    kept = _UNSEEN.sub("", _TABS.sub(" ", _LINES.sub("\n", raw))).strip()
    return kept, () if kept == raw else ("REPAIRED_TEXT",)


def name(raw: str) -> Cleaned:
    """A name or number kept as written: like text in one line, and wide letters and digits made narrow."""
    kept, repaired = text(unquoted(raw))
    kept = " ".join(kept.split("\n"))
    narrow = kept.translate(_WIDE_LETTERS)
    return narrow, repaired if narrow == kept else (*repaired, "REPAIRED_WIDTH")


def code(raw: str) -> Cleaned:
    """A code or identity number, by `law.identifiers.clean_code`."""
    plain = unquoted(raw)
    cleaned, repairs = clean_code(plain)
    marks = ("REPAIRED_MARK",) if plain != raw else ()
    return cleaned, tuple(dict.fromkeys((*marks, *(repair.code for repair in repairs))))


def token(raw: str) -> Cleaned:
    """A date, an amount or a word to choose: no blanks at all, everything narrow."""
    plain = unquoted(raw)
    seen = _ALL_BLANK.sub("", plain)
    # A few accents come apart into a blank and a mark, which then belongs to the letter before it.
    narrow = unicodedata.normalize("NFKC", _ALL_BLANK.sub("", unicodedata.normalize("NFKC", seen)))
    repaired = ("REPAIRED_BLANK",) if seen != plain else ()
    return narrow, repaired if narrow == seen else (*repaired, "REPAIRED_WIDTH")


def unquoted(raw: str) -> str:
    """The text within =\"…\"."""
    found = _QUOTED.fullmatch(raw.strip())
    return found[1] if found else raw
