"""What a reader typed into the search box, before anything is done with it (查询输入)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from xinheng.law.identifiers import clean_code, resident_id_valid, uscc_valid

LONGEST = 100  # characters; more is no name
# Blanks and marks people put between the groups of a number, as they copy it from a card or a letter.
_BETWEEN = r"[\s\-_.·,，/]*"
_RUN = re.compile(
    rf"(?<![0-9A-Za-z])[0-9](?:{_BETWEEN}[0-9]){{13,16}}(?:{_BETWEEN}[0-9Xx]){{0,3}}(?![0-9A-Za-z])"
)
_PHONE = re.compile(rf"(?<![0-9A-Za-z])(?:\+?86{_BETWEEN})?1[3-9](?:{_BETWEEN}[0-9]){{9}}(?![0-9A-Za-z])")
_OLD_LENGTH = 15
_LOOKALIKES = str.maketrans("OoIlB", "00118")


def tidy(text: str) -> str:
    """What is searched for: width and surrounding blanks made one, length bounded, control signs gone."""
    folded = unicodedata.normalize("NFKC", text[: LONGEST * 2])
    return "".join(each for each in folded if each.isprintable()).strip()[:LONGEST]


def about_a_person(text: str) -> str:
    """The refusal's code for input that holds a person's number, right or mistyped (plan 3.2c); else "".

    Such input is neither searched for nor logged nor put into an address.
    """
    folded = unicodedata.normalize("NFKC", text)
    if _like_a_resident_id(folded):
        return "LOOKS_LIKE_RESIDENT_ID"
    return "LOOKS_LIKE_PHONE" if _PHONE.search(folded) else ""


def _like_a_resident_id(folded: str) -> bool:
    """When in doubt it is one, unless it is a unified social credit code with a right check character."""
    if any(_personal(_digits(found)) for found in _RUN.finditer(folded)):
        return True
    return any(resident_id_valid(_digits(found)) for found in _RUN.finditer(folded.translate(_LOOKALIKES)))


def _digits(found: re.Match[str]) -> str:
    return re.sub(r"[^0-9X]", "", clean_code(found.group())[0])


def _personal(digits: str) -> bool:
    if resident_id_valid(digits):
        return True
    if len(digits) == _OLD_LENGTH:
        return _a_day("19" + digits[6:12])
    return not uscc_valid(digits) and _a_day(digits[6:14])


def _a_day(text: str) -> bool:
    """Whether eight digits are a day on which somebody alive may have been born."""
    try:
        born = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return 1880 <= born.year <= 2100
