"""Codes and numbers (代码与文号): cleaning that names each repair, faults told by position.

The alphabet, weights and check rules below are those of GB 32100 (统一社会信用代码) and GB 11643
(公民身份号码): algorithms of a standard, not values an office could change. A right check character
proves the form only, never that the firm or the person exists.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
USCC_DEPARTMENTS = "ANY"
RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_CHECKS = "10X98765432"
LENGTH = 18
OLD_RESIDENT_LENGTH = 15

_USCC_VALUES = {letter: value for value, letter in enumerate(USCC_ALPHABET)}
_USCC_FORM = re.compile(rf"[0-9{USCC_DEPARTMENTS}][0-9]{{7}}[{USCC_ALPHABET}]{{10}}", re.ASCII)
_RESIDENT_FORM = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
# The letters that GB 32100 leaves out because a hand or a scanner takes them for a digit or for U.
_LOOKALIKES = {"O": "数字 0", "I": "数字 1", "Z": "数字 2", "S": "数字 5", "V": "字母 U"}
_DIGIT_LOOKALIKES = {**_LOOKALIKES, "L": "数字 1", "B": "数字 8", "Q": "数字 0", "D": "数字 0", "G": "数字 6"}
# Blanks and signs nobody sees: spaces of all widths, tabs, line ends, zero-width marks, byte order mark.
_UNSEEN = re.compile(r"[\s\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]+")
_DASHES = re.compile(r"[-\u2010-\u2015\u2212\u30fc\uff0d]")
_APOSTROPHES = "'‘’`"
_BRACKETS = str.maketrans(
    {**dict.fromkeys("[【(〔﹝［（〖{「『<《", "〔"), **dict.fromkeys("]】)〕﹞］）〗}」』>》", "〕")}
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a code: a code of refusals.yaml and the values its text names. Never the code itself."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Repair:
    """What was put right without being asked, by a code of refusals.yaml, so that it can be reported."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


def clean_code(text: str) -> tuple[str, tuple[Repair, ...]]:
    """A code as it was meant, and each repair by name: width, marks, blanks, case. Never guesses a character."""
    repairs: list[Repair] = []

    def step(code: str, before: str, after: str) -> str:
        if after != before:
            repairs.append(Repair(code))
        return after

    text = step("REPAIRED_BLANK", text, _UNSEEN.sub("", text))
    text = step("REPAIRED_WIDTH", text, unicodedata.normalize("NFKC", text))
    text = step("REPAIRED_MARK", text, _DASHES.sub("", text).strip(_APOSTROPHES))
    return step("REPAIRED_CASE", text, text.upper()), tuple(repairs)


def uscc_check(code: str) -> str:
    """The check character for the first 17 characters of a code of the right form (GB 32100)."""
    total = sum(_USCC_VALUES[c] * w for c, w in zip(code, USCC_WEIGHTS, strict=False))
    return USCC_ALPHABET[-total % 31]


def uscc_valid(code: str) -> bool:
    """The fast answer for bulk checks: the same as `uscc_fault(code) is None`."""
    return _USCC_FORM.fullmatch(code) is not None and code[17] == uscc_check(code) and not _placeholder(code)


def uscc_fault(code: str) -> Fault | None:
    """What is wrong with a cleaned unified social credit code, by position; None when its form is right."""
    if not code:
        return Fault("USCC_MISSING")
    if resident_id_valid(code) and not uscc_valid(code):
        return Fault("USCC_IS_RESIDENT_ID")
    if len(code) != LENGTH:
        return Fault("USCC_LENGTH", {"length": str(len(code))})
    return next(filter(None, map(_uscc_character, range(1, LENGTH + 1), code)), None) or _uscc_sum(code)


def _uscc_character(place: int, letter: str) -> Fault | None:
    """A letter that the standard does not use, or a letter where it has digits only."""
    values = {"position": str(place), "character": letter}
    if letter in _LOOKALIKES:
        return Fault("USCC_LETTER", {**values, "meant": _LOOKALIKES[letter]})
    if letter not in _USCC_VALUES:
        return Fault("USCC_CHARACTER", values)
    digits_only = place <= 8 and not (place == 1 and letter in USCC_DEPARTMENTS)
    return Fault("USCC_DIGITS_ONLY", values) if digits_only and not letter.isdigit() else None


def _uscc_sum(code: str) -> Fault | None:
    expected = uscc_check(code)
    if code[17] != expected:
        return Fault("USCC_CHECK_DIGIT", {"expected": expected, "actual": code[17]})
    return Fault("USCC_PLACEHOLDER") if _placeholder(code) else None


def _placeholder(code: str) -> bool:
    """A body whose own number is all zeros is a stand-in: two different bodies would become one."""
    return code[8:17] == "0" * 9


def resident_id_check(code: str) -> str:
    """The check character for the first 17 digits (GB 11643)."""
    total = sum((ord(c) - 48) * w for c, w in zip(code, RESIDENT_WEIGHTS, strict=False))
    return RESIDENT_CHECKS[total % 11]


def resident_id_valid(code: str) -> bool:
    """The fast answer for bulk checks: the same as `resident_id_fault(code) is None`."""
    return (
        _RESIDENT_FORM.fullmatch(code) is not None
        and code[0] != "0"
        and code[17] == resident_id_check(code)
        and _birth(code) is not None
    )


def resident_id_fault(code: str, on: date | None = None) -> Fault | None:
    """What is wrong with a cleaned resident id number; None when its form is right.

    With `on` a birth after that day is a fault. The first six digits must have the form of an area code;
    whether the area exists is not asked: areas are merged and renamed, numbers stay. A number of 15 digits
    is refused and never turned into 18: the century in it would be a guess.
    """
    if not code:
        return Fault("RESIDENT_ID_MISSING")
    if len(code) == OLD_RESIDENT_LENGTH and code.isdigit():
        return Fault("RESIDENT_ID_OLD")
    if len(code) != LENGTH:
        return Fault("RESIDENT_ID_LENGTH", {"length": str(len(code))})
    return _resident_characters(code) or _resident_content(code, on)


def _resident_characters(code: str) -> Fault | None:
    for place, letter in enumerate(code, 1):
        if not ("0" <= letter <= "9" or (place == LENGTH and letter == "X")):
            meant = _DIGIT_LOOKALIKES.get(letter, "")
            values = {"position": str(place), "character": letter, "meant": meant}
            return Fault("RESIDENT_ID_LETTER" if meant else "RESIDENT_ID_CHARACTER", values)
    return None


def _resident_content(code: str, on: date | None) -> Fault | None:
    """Area form, birth date, check character: the birth date first, for it tells more than a sum."""
    if code[0] == "0":
        return Fault("RESIDENT_ID_AREA")
    birth = _birth(code)
    if birth is None:
        return Fault("RESIDENT_ID_DATE")
    if code[17] != resident_id_check(code):
        return Fault("RESIDENT_ID_CHECK_DIGIT")
    return Fault("RESIDENT_ID_UNBORN") if on and birth > on else None


def _birth(code: str) -> date | None:
    try:
        return date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return None


def birth_date(rid: str) -> date:
    """The birth date in a resident id number. Raises ValueError for a number that is not right."""
    birth = _birth(rid) if resident_id_valid(rid) else None
    if birth is None:
        raise ValueError("not a resident id number")
    return birth


def document_number_key(text: str) -> str:
    """A document number for comparing: width, brackets, dashes, blanks and case made one. Show the original."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    # Composed once more: taking a blank away or the upper case can bring two characters together.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).upper())
    return _DASHES.sub("-", folded).translate(_BRACKETS)
