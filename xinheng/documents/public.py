"""What anybody may have confirmed of a document: that it was issued, on which day, with which hash (文书核验).

Read from a table that knows neither whose document it is nor what it says. Every question is one look-up,
whatever the answer; a code that belongs to another number is no different from one that belongs to none.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from xinheng.documents import attempts, codes
from xinheng.documents import progress as matters
from xinheng.documents.kinds import kinds
from xinheng.documents.models import Confirmation
from xinheng.documents.progress import Progress
from xinheng.law.lawbook import Law

_HASH = re.compile(r"[0-9a-f]{64}")
_NOBODY = bytes(32)
NUMBER_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A document that was issued. `pdf_sha256` is that of its file, in hex."""

    number: str
    kind_name: str
    issued_on: date
    pdf_sha256: str


def by_number(number: str, code: str) -> UUID | None:
    """The confirmation of the document with this number, if the code is its own."""
    wanted = unicodedata.normalize("NFKC", number).strip().upper()[:NUMBER_LENGTH]
    row = Confirmation.objects.filter(number=wanted).values_list("id", "code_sha256").first()
    identity, kept = row or (None, _NOBODY)
    same = hmac.compare_digest(codes.digest(codes.tidy(code)), bytes(kept))
    return identity if same else None


def by_code(code: str) -> UUID | None:
    """The confirmation of the document with this code alone, as a scanned page brings it."""
    return _one(code_sha256=codes.digest(codes.tidy(code)))


def by_file(sha256: str) -> UUID | None:
    """The confirmation of the document whose PDF has this SHA-256 (hex, blanks and case do not matter)."""
    digest = re.sub(r"\s", "", unicodedata.normalize("NFKC", sha256)).lower()
    return _one(pdf_sha256=bytes.fromhex(digest) if _HASH.fullmatch(digest) else _NOBODY)


def confirmation(identity: UUID, law: Law) -> Confirmed | None:
    """What a confirmation says; None for an id that is none."""
    row = Confirmation.objects.filter(pk=identity).first()
    if row is None:
        return None
    known = kinds(law)
    name = known[row.kind].name if row.kind in known else row.kind
    return Confirmed(row.number, name, row.issued_on, bytes(row.pdf_sha256).hex())


def progress(number: str, code: str, law: Law) -> Progress | None:
    """How far a matter is, for whoever holds its receipt with the code."""
    return matters.of(number, code, law)


def count_attempt(address: str, *, now: datetime) -> None:
    """Note one more question from an address. Raises Refusal TOO_MANY_REQUESTS."""
    attempts.count(address, now=now)


def _one(**asked: bytes) -> UUID | None:
    return Confirmation.objects.filter(**asked).values_list("id", flat=True).first()
