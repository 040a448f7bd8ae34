"""Documents that were issued, for officers (已出具文书的查询). Called within `acting`: rows are by agency."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from xinheng.documents import files, proofs
from xinheng.documents.models import IssuedDocument, SealedCopy
from xinheng.documents.services import BODY, TABLE
from xinheng.law.language import Refusal
from xinheng.runtime.paging import Page
from xinheng.vault.sealing import open_sealed

DOCUMENTS = "documents"


class Opened(Protocol):
    """Proof of an entry in the access register; access.gate.Opened is one and the gate alone makes it."""

    def require_what(self, *allowed: str) -> None: ...
    def require_subject(self, subject: UUID) -> None: ...


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One line of a list; `party` is "" for a natural person."""

    id: UUID
    number: str
    kind: str
    party: str
    audience: str
    issued_by: UUID
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentView(DocumentRow):
    """One document without what it says."""

    subject: UUID
    event: UUID
    pdf_sha256: str
    pdf_size: int
    body_sha256: str


_COPY = ("id", "method", "media_type", "size", "compared_by", "uploaded_by", "uploaded_at")
_LINE = ("id", "number", "kind", "party", "audience", "issued_by", "issued_at")


def documents(
    *, opened: Opened, among: Collection[str], kind: str = "", number: str = "", page: int = 1, size: int = 50
) -> Page[DocumentRow]:
    """The documents of the opened set "documents" that are of the kinds `among`, newest first."""
    opened.require_what(DOCUMENTS)
    found = IssuedDocument.objects.filter(kind__in=among).order_by("-issued_at", "-id")
    found = found.filter(**{name: value for name, value in (("kind", kind), ("number", number)) if value})
    first = (max(1, page) - 1) * size
    rows = [DocumentRow(*row) for row in found.values_list(*_LINE)[first : first + size]]
    return Page(rows, found.count(), max(1, page), size)


def document(document_id: UUID) -> DocumentView | None:
    """What a document is, before its file is opened: neither whose name nor what it says, but for `party`."""
    row = IssuedDocument.objects.filter(pk=document_id).first()
    if row is None:
        return None
    return _view(row)


def _view(row: IssuedDocument) -> DocumentView:
    told = {name: getattr(row, name) for name in (*_LINE, "subject", "event", "pdf_size")}
    pdf, body = (bytes(each).hex() for each in (row.pdf_sha256, row.body_sha256))
    return DocumentView(**told, pdf_sha256=pdf, body_sha256=body)


def of_subject(subject: UUID, audience: str, *, among: Collection[str], opened: Opened) -> list[DocumentView]:
    """The documents about an opened file's subject that were issued for one audience, newest first."""
    opened.require_subject(subject)
    found = IssuedDocument.objects.filter(subject=subject, audience=audience, kind__in=among)
    return [_view(each) for each in found.order_by("-issued_at", "-id")]


def by_number(number: str) -> UUID | None:
    """The id of the document with that number."""
    return IssuedDocument.objects.filter(number=number).values_list("id", flat=True).first()


def pdf(document_id: UUID, *, opened: Opened) -> bytes:
    """The PDF as it was issued. Raises Refusal NOT_FOUND or NOT_YOURS, vault Unreadable."""
    found = _opened(document_id, opened)
    return files.kept(found.id, found.subject)


def proof(document_id: UUID, *, opened: Opened) -> str | None:
    """The text of the proof beside the PDF; None while the ledger is making it. Raises as `pdf`."""
    found = _opened(document_id, opened)
    body = open_sealed(TABLE, BODY, found.id, found.subject, bytes(found.body_sealed))
    return proofs.proof_text(found.event, body)


@dataclass(frozen=True, slots=True)
class SealedView:
    """The newest sealed copy of a paper, without what it shows. `compared_by` is who compared a scan, else None."""

    id: UUID
    document: UUID
    method: str
    media_type: str
    sha256: str
    size: int
    compared_by: UUID | None
    uploaded_by: UUID
    uploaded_at: datetime


def sealed(document_id: UUID) -> SealedView | None:
    """The sealed copy that counts: the newest. None while there is none, or it is another agency's."""
    row = _newest_copy(document_id)
    if row is None:
        return None
    told = {name: getattr(row, name) for name in _COPY}
    return SealedView(**told, document=document_id, sha256=bytes(row.sha256).hex())


def sealed_file(document_id: UUID, *, opened: Opened) -> tuple[bytes, str]:
    """(file, media type) of that copy, to be sent as an attachment with nosniff. Raises as `pdf`."""
    found = _opened(document_id, opened)
    copy = _newest_copy(found.id)
    if copy is None:
        raise Refusal.because("NOT_FOUND")
    return files.kept_copy(copy.id, found.subject), copy.media_type


def _newest_copy(document_id: UUID) -> SealedCopy | None:
    return SealedCopy.objects.filter(document_id=document_id).order_by("-uploaded_at", "-id").first()


def _opened(document_id: UUID, opened: Opened) -> IssuedDocument:
    found = IssuedDocument.objects.filter(pk=document_id).first()
    if found is None:
        raise Refusal.because("NOT_FOUND")
    opened.require_subject(found.subject)
    return found
