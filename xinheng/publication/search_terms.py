"""What somebody typed into the search: a code, a part of a name, or nothing we look for (查询词)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from xinheng.law.identifiers import Fault, clean_code, resident_id_valid, uscc_fault
from xinheng.law.language import Clause, Outcome, Reason

CAP = 100  # names counted; more are said to be more, and the reader is asked for more of the name
SHORTEST, LONGEST = 2, 100
PERSON = "huaian-2021-13#3.2c"

_BLANKS = re.compile(r"\s+")
# Meant as a code: only signs a code may have, most of them digits, and about as long as one.
_CODE = re.compile(r"[0-9A-Z]{8,24}", re.ASCII)
_NUMBER = re.compile(r"(?:[0-9]{17}[0-9X]|[0-9]{15})", re.ASCII)
_PHONE = re.compile(r"(?:86)?1[3-9][0-9]{9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """Exactly one of the three is set."""

    code: str = ""
    name: str = ""
    refusal: Reason | None = None


def read(query: str) -> Asked:
    """Read a query. A number that may be a person's is refused here, so that no statement ever sees it."""
    code, _ = clean_code(query)
    if not code:
        return _refused(Fault("SEARCH_EMPTY"))
    if _CODE.fullmatch(code) and sum(each.isdigit() for each in code) >= len(code) // 2:
        return _code(code)
    name = normal(query)
    if len(name) < SHORTEST:
        return _refused(Fault("NAME_TOO_SHORT"))
    if len(name) > LONGEST:
        return _refused(Fault("SEARCH_TOO_LONG", {"limit": str(LONGEST)}))
    if any(resident_id_valid(found) for found in _NUMBER.findall(clean_code(name)[0])):
        return _refused(Fault("LOOKS_LIKE_RESIDENT_ID"), PERSON)
    return Asked(name=name)


def normal(text: str) -> str:
    """A name as the index knows it: NFKC, lower case, single blanks."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", text).strip()).lower()


def _code(code: str) -> Asked:
    fault = uscc_fault(code)
    if fault is None:
        return Asked(code=code)
    # All digits and no valid unified code: a person's number, old or mistyped, is not asked about.
    if fault.code == "USCC_IS_RESIDENT_ID" or _NUMBER.fullmatch(code):
        return _refused(Fault("LOOKS_LIKE_RESIDENT_ID"), PERSON)
    if _PHONE.fullmatch(code):
        return _refused(Fault("LOOKS_LIKE_PHONE"), PERSON)
    return _refused(fault)


def _refused(fault: Fault, *clauses: str) -> Asked:
    cited = tuple(map(Clause, clauses))
    return Asked(refusal=Reason("search", Outcome.FORBIDDEN, cited, fault.code, fault.values))
