"""Issuing a document: numbered, drawn, sealed, told to the ledger, in one transaction or not at all (出具)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID, uuid4

from xinheng.documents import bodies, codes, files, fonts, numbers, sealedcopies
from xinheng.documents.kinds import DocumentKind
from xinheng.documents.models import Confirmation, IssuedDocument, SealedCopy
from xinheng.documents.sealedcopies import Method
from xinheng.law.language import Refusal
from xinheng.ledger.emitting import emits, nothing_to_emit
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.ledger.verifier import render
from xinheng.ledger.verifier.render import Means
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7
from xinheng.vault.sealing import seal

TABLE, BODY = "documents_issueddocument", "body_sealed"
SAMPLE = "样稿"


class Issuer(Protocol):
    """Who issues; access.Actor is one (access is above this app and asks the permission)."""

    @property
    def user_id(self) -> UUID: ...
    @property
    def agency_id(self) -> UUID: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document put together: everything that its page says but number, code and day.

    `party` is the subject's name unless it is a natural person; `request` names what asked for it, once.
    """

    kind: DocumentKind
    subject: UUID
    party: str
    audience: str
    content: Mapping[str, Any]
    request: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A document by its id and number; `again` when this request had been answered before."""

    id: UUID
    number: str
    again: bool = False


@emits(EventKind.REPORT_ISSUED)
def issue(draft: Draft, *, actor: Issuer, now: datetime) -> Issued:
    """Issue a report; the same `request` gives the same document again.

    The number is taken once nothing but drawing is left, and given back by a rollback. Raises Refusal
    GLYPH_MISSING, before a number is taken; ValueError for a paper of a case.
    """
    if draft.kind.paper:
        raise ValueError("a paper of a case is issued by issue_paper")
    return _issued(draft, EventKind.REPORT_ISSUED, actor, now)


@emits(EventKind.PAPER_ISSUED)
def issue_paper(draft: Draft, *, actor: Issuer, now: datetime) -> Issued:
    """Issue a paper of a case, as `issue` does a report; also within a larger transaction.

    Its register is held until that transaction ends, so a step locks its case first and issues last. Raises
    Refusal GLYPH_MISSING; ValueError for a kind that is no paper.
    """
    _require_paper(draft)
    return _issued(draft, EventKind.PAPER_ISSUED, actor, now)


def preview(draft: Draft, *, now: datetime) -> bytes:
    """The same page without number and code, watermarked 样稿, for a check page. Writes nothing.

    Raises Refusal GLYPH_MISSING; ValueError for a kind that is no paper.
    """
    _require_paper(draft)
    content = bodies.plain({**draft.content, "watermark": SAMPLE})
    chosen = fonts.choose(content)
    body = bodies.finished(
        content, draft.kind, chosen.named, number=SAMPLE, verify=codes.unverifiable(), now=now
    )
    return render.draw(body, chosen.files).pdf


def _require_paper(draft: Draft) -> None:
    if not draft.kind.paper:
        raise ValueError(f"{draft.kind.code} is no paper of a case")


def _issued(draft: Draft, event: EventKind, actor: Issuer, now: datetime) -> Issued:
    content = bodies.plain(draft.content)
    chosen = fonts.choose(content)
    year = day_of(now).year
    numbers.hold(draft.kind.code, year)
    # Asked while the register is held: of two workers with one request, the second finds the first's document.
    if draft.request and (there := _answered(draft.request)):
        nothing_to_emit()
        return there
    number = draft.kind.number(year, numbers.take(draft.kind.code, year))
    code = codes.new_code()
    body = bodies.finished(
        content, draft.kind, chosen.named, number=number, verify=codes.printed(code), now=now
    )
    return _stored(_Drawn(draft, event, number, body, *render.draw(body, chosen.files)), code, actor, now)


@emits(EventKind.SEALED_COPY_ATTACHED)
def attach_sealed(
    document_id: UUID,
    file: bytes,
    *,
    method: Method,
    code: str = "",
    compared: bool = False,
    actor: Issuer,
    now: datetime,
) -> UUID:
    """Keep the signed and sealed copy of a paper, once it is seen to be of that paper; gives the copy's id.

    `incremental`: an e-seal was appended to the issued PDF, whose bytes it begins with. `scan`: paper that was signed
    and stamped, with the code that is printed on it (`code`) and the officer's word that all pages were compared.
    The same file again is the same copy. Raises Refusal NOT_FOUND, SEALED_FILE_UNREADABLE, SEALED_COPY_DIFFERS,
    SEALED_CODE_DIFFERS, SEALED_NOT_COMPARED.
    """
    document = IssuedDocument.objects.filter(pk=document_id).first()
    if document is None:
        raise Refusal.because("NOT_FOUND")
    media = sealedcopies.media_type(file)
    _require_match(document, file, method, code, compared)
    digest = sha256(file).digest()
    there = SealedCopy.objects.filter(document=document, sha256=digest).values_list("id", flat=True).first()
    if there:
        nothing_to_emit()
        return there
    copy = _copy_row(document, method, media, digest, len(file), actor, now)
    append(EventKind.SEALED_COPY_ATTACHED, payload=_sealed_payload(copy), agency=actor.agency_id, now=now)
    files.keep_copy(copy.id, document.subject, file)
    return copy.id


def _require_match(document: IssuedDocument, file: bytes, method: Method, code: str, compared: bool) -> None:
    issued = bytes(document.pdf_sha256)
    if method is Method.INCREMENTAL:
        sealedcopies.require_appended(file, issued, document.pdf_size)
    else:
        kept = Confirmation.objects.values_list("code_sha256", flat=True).get(number=document.number)
        sealedcopies.require_compared(file, issued, bytes(kept), code, compared)


def _copy_row(
    document: IssuedDocument,
    method: Method,
    media: str,
    digest: bytes,
    size: int,
    actor: Issuer,
    now: datetime,
) -> SealedCopy:
    return SealedCopy.objects.create(
        id=uuid7(),
        document=document,
        method=method.value,
        media_type=media,
        sha256=digest,
        size=size,
        compared_by=actor.user_id if method is Method.SCAN else None,
        agency=document.agency,
        uploaded_by=actor.user_id,
        uploaded_at=now,
    )


def _sealed_payload(copy: SealedCopy) -> dict[str, str]:
    return {
        "document": str(copy.document.id),
        "number": copy.document.number,
        "copy": str(copy.id),
        "method": copy.method,
        "sha256": copy.sha256.hex(),
        "pdf_sha256": bytes(copy.document.pdf_sha256).hex(),
    }


def _answered(request: str) -> Issued | None:
    found = IssuedDocument.objects.filter(request=request).values_list("id", "number").first()
    return None if found is None else Issued(*found, again=True)


@dataclass(frozen=True, slots=True)
class _Drawn:
    draft: Draft
    event: EventKind
    number: str
    body: bytes
    pdf: bytes
    means: Means


def _stored(drawn: _Drawn, code: str, actor: Issuer, now: datetime) -> Issued:
    """Rows first, then the event that tells of them, last the file: a file nobody points to harms nobody."""
    draft, event = drawn.draft, uuid7()
    document = _row(drawn, event, actor, now)
    Confirmation.objects.create(
        id=uuid4(), number=drawn.number, kind=draft.kind.code, issued_on=day_of(now),
        code_sha256=codes.digest(code), pdf_sha256=document.pdf_sha256,
    )  # fmt: skip
    payload = _payload(drawn)
    append(drawn.event, payload=payload, agency=actor.agency_id, now=now, event_id=event)
    files.keep(document.id, draft.subject, drawn.pdf)
    return Issued(document.id, drawn.number)


def _row(drawn: _Drawn, event: UUID, actor: Issuer, now: datetime) -> IssuedDocument:
    draft, means, identity = drawn.draft, drawn.means, uuid7()
    return IssuedDocument.objects.create(
        id=identity,
        number=drawn.number,
        kind=draft.kind.code,
        subject=draft.subject,
        party=draft.party,
        audience=draft.audience,
        request=draft.request or None,
        event=event,
        template=means.template,
        template_sha256=bytes.fromhex(means.template_sha256),
        fonts_sha256=bytes.fromhex(means.fonts_sha256),
        typst=means.typst,
        body_sealed=seal(TABLE, BODY, identity, draft.subject, drawn.body),
        body_sha256=sha256(drawn.body).digest(),
        pdf_sha256=sha256(drawn.pdf).digest(),
        pdf_size=len(drawn.pdf),
        agency=actor.agency_id,
        issued_by=actor.user_id,
        issued_at=now,
    )


def _payload(drawn: _Drawn) -> dict[str, str]:
    """What the event says, ids and hashes only; `verifier.report` reads it back."""
    means = drawn.means
    return {
        "number": drawn.number,
        "kind": drawn.draft.kind.code,
        "subject": codes.subject_reference(drawn.number, drawn.draft.subject),
        "body_sha256": sha256(drawn.body).hexdigest(),
        "pdf_sha256": sha256(drawn.pdf).hexdigest(),
        "template": means.template,
        "template_sha256": means.template_sha256,
        "fonts_sha256": means.fonts_sha256,
        "typst": means.typst,
    }
