"""Papers that reached a party, of whichever procedure (送达当事人的文书): what they are, what it said, what it may still say."""

# clauses: 4.1a, 4.1b

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from xinheng.access.gate import Opened
from xinheng.documents import queries as documents
from xinheng.law.language import Refusal
from xinheng.vault.keyring import Unreadable


@dataclass(frozen=True, slots=True)
class Said:
    """What the party brought forward, with the number and code of its receipt."""

    number: str
    code: str
    kind: str
    received_at: datetime
    in_time: bool
    replied_on: date | None
    text: str


@dataclass(frozen=True, slots=True)
class OwnPaper:
    """A paper that reached the party. `speaks`: it may still answer; `until`: by when the notice asks for it.

    `procedure` is the name of the machine; `list_name` is "" where the matter is no list.
    """

    id: UUID
    document: UUID
    procedure: str
    case: UUID
    case_number: str
    list_name: str
    state: str
    body_name: str
    kind: str
    kind_name: str
    number: str
    issued_on: date
    served_on: date | None
    current: bool
    speaks: bool
    until: date | None
    provisional: bool
    said: tuple[Said, ...]


def file_of(document: UUID, opened: Opened) -> tuple[bytes, str]:
    """(file, media type): the signed and sealed copy where there is one, else as it was issued; within `acting`.

    Raises Refusal DOCUMENT_UNREADABLE.
    """
    try:
        if documents.sealed(document):
            return documents.sealed_file(document, opened=opened)
        return documents.pdf(document, opened=opened), "application/pdf"
    except (Unreadable, FileNotFoundError):
        raise Refusal.because("DOCUMENT_UNREADABLE") from None
