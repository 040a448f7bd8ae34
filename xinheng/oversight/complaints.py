"""Complaints (举报): received from anybody, handled by a body of the written table, never by the one complained about.

What was written is sealed under a key of the complaint's own, for it has no subject; a file is sealed under the
master key, as every kept file is. Who handles it opens them; to whom it was given stays in its steps.
"""

# clauses: 5.1c, 5.2b, 5.3b

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xinheng.access.actor import HOST_ID, Actor
from xinheng.access.permissions import OFFICE, require
from xinheng.access.queries import agencies
from xinheng.access.scope import acting, whole_city
from xinheng.casework import texts
from xinheng.catalog.queries import current_lawbook
from xinheng.documents import numbers, receipts
from xinheng.law import complaints as table
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.ledger.emitting import emits, nothing_to_emit
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.oversight import complaintclocks, complaintfiles
from xinheng.oversight.models import Complaint, ComplaintState, ComplaintStep
from xinheng.runtime.clock import day_of

NUMBERS = "complaint"
SHORTEST, LONGEST, LONGEST_CONTACT = 10, 5000, 100
CLAUSE = "huaian-2021-13#5.1c"


@dataclass(frozen=True, slots=True)
class ComplaintGiven:
    """What somebody complains about. `about`: the code of the body, "" for none; `contact` may be left out."""

    category: str
    text: str
    about: str = ""
    contact: str = ""
    file: bytes = b""


@dataclass(frozen=True, slots=True)
class ComplaintReceipt:
    """The number, and the code with which it is followed; `body` handles it, "" while nobody does."""

    number: str
    code: str
    body: str


@emits(EventKind.COMPLAINT_RECEIVED)
def lodge(given: ComplaintGiven, *, once: UUID, actor: Actor, now: datetime) -> ComplaintReceipt:
    """Receive a complaint; sent again under the same `once`, the first receipt.

    Raises Refusal PERMISSION_DENIED, COMPLAINT_INCOMPLETE or COMPLAINT_FILE_UNREADABLE; nothing is kept then.
    """
    require(actor, "complaint.lodge")
    law = _law(now)
    with whole_city():
        # Held before one looks: of two that come at once the second finds the first.
        numbers.hold(NUMBERS, day_of(now).year)
        first = Complaint.objects.select_related("agency").filter(once=once).first()
        if first is not None:
            nothing_to_emit()
            return _receipt(first)
        media = _require_whole(given, law)
        row = _received(given, media, once, law, now)
        complaintclocks.follow(row, law)
        told = {
            "complaint": row.pk, "category": row.category, "about": row.about_id, "to": row.agency_id,
            "file": row.file_sha256 is not None,
        }  # fmt: skip
        append(EventKind.COMPLAINT_RECEIVED, payload=told, agency=None, now=now)
    return _receipt(row)


@emits(EventKind.COMPLAINT_TAKEN)
def take(complaint: UUID, *, actor: Actor, now: datetime) -> None:
    """Take a complaint that was given to the own body. Raises Refusal PERMISSION_DENIED, NOT_FOUND or NOT_READY."""
    row = _mine(complaint, actor)
    if row.state != ComplaintState.RECEIVED:
        raise Refusal.because("NOT_READY", CLAUSE, state=row.get_state_display())
    with whole_city():
        _step(row, "take", actor, now)
        row.state, row.taken_at = ComplaintState.TAKEN, now
        _keep(row, now)
        _tell(EventKind.COMPLAINT_TAKEN, row, actor, now)


@emits(EventKind.COMPLAINT_REFERRED)
def refer(complaint: UUID, *, to: UUID, why: str, actor: Actor, now: datetime) -> None:
    """Give a complaint to another body of the table; the clock goes on from the day it was received.

    The credit office gives away what the table could give to nobody. Raises Refusal PERMISSION_DENIED, NOT_FOUND,
    COMPLAINT_ANSWERED, COMPLAINT_INCOMPLETE, or COMPLAINT_BODY_UNKNOWN for one it may not go to.
    """
    row = _mine(complaint, actor)
    if to not in targets(row.about_id, row.agency_id, _law(now)):
        raise Refusal.because("COMPLAINT_BODY_UNKNOWN", CLAUSE)
    _require_words(why)
    with whole_city():
        _step(row, "refer", actor, now, to=to, words={"text": why.strip()})
        row.agency_id, row.state, row.taken_at = to, ComplaintState.RECEIVED, None
        _keep(row, now)
        _tell(EventKind.COMPLAINT_REFERRED, row, actor, now, to=to)


@emits(EventKind.COMPLAINT_ANSWERED)
def answer(complaint: UUID, *, outcome: str, text: str, actor: Actor, now: datetime) -> None:
    """Answer a complaint that was taken; whoever holds its code reads outcome and answer.

    Raises Refusal PERMISSION_DENIED, NOT_FOUND, NOT_READY, COMPLAINT_ANSWERED or COMPLAINT_INCOMPLETE.
    """
    row = _mine(complaint, actor)
    if row.state != ComplaintState.TAKEN:
        raise Refusal.because("NOT_READY", CLAUSE, state=row.get_state_display())
    if outcome not in table.answers(_law(now)):
        raise _incomplete("没有选结果")
    _require_words(text)
    with whole_city():
        _step(row, "answer", actor, now, words={"text": text.strip()})
        row.state, row.answered_at, row.outcome = ComplaintState.ANSWERED, now, outcome
        _keep(row, now)
        _tell(EventKind.COMPLAINT_ANSWERED, row, actor, now, outcome=outcome)


def targets(about: UUID | None, now_with: UUID | None, law: Law) -> dict[UUID, str]:
    """To whom a complaint may be given from where it is: bodies of the table; without any, every registered body."""
    registered = _registered()
    known = {each for category in table.categories(law) for each in table.competent(category, about, registered, law)}  # fmt: skip
    open_to = (known or {each.id for each in registered}) - {about, now_with}
    return {each.id: each.name for each in agencies() if each.id in open_to}


def _law(now: datetime) -> Law:
    return current_lawbook().as_of(day_of(now))


def _registered() -> list[table.Registered]:
    return [table.Registered(each.id, each.domains, each.is_lead) for each in agencies()]


def _require_whole(given: ComplaintGiven, law: Law) -> str:
    """The media type of the file, "" without one."""
    if given.category not in table.categories(law):
        raise _incomplete("没有选举报的事项")
    _require_words(given.text)
    if len(given.contact) > LONGEST_CONTACT:
        raise _incomplete(f"联系方式超过 {LONGEST_CONTACT} 个字")
    return complaintfiles.media_type(given.file) if given.file else ""


def _require_words(text: str) -> None:
    if len(text.strip()) < SHORTEST:
        raise _incomplete(f"内容不足 {SHORTEST} 个字")
    if len(text) > LONGEST:
        raise _incomplete(f"内容超过 {LONGEST} 个字")


def _incomplete(why: str) -> Refusal:
    return Refusal.because("COMPLAINT_INCOMPLETE", CLAUSE, why=why)


def _received(given: ComplaintGiven, media: str, once: UUID, law: Law, now: datetime) -> Complaint:
    about = next((each.id for each in agencies() if given.about and each.uscc == given.about), None)
    to = next(iter(table.competent(given.category, about, _registered(), law)), None)
    identity, year = uuid7(), day_of(now).year
    words = {"text": given.text.strip(), "contact": given.contact.strip()}
    prefix = law.document(table.FILE)["register"]["prefix"]
    row = Complaint.objects.create(
        id=identity, number=f"{prefix}-{year}-{numbers.take(NUMBERS, year):06d}", once=once,
        category=given.category, about_id=about, agency_id=to, state=ComplaintState.RECEIVED, revision=1,
        received_at=now, **texts.sealed(Complaint, identity, identity, words),
        file_sha256=hashlib.sha256(given.file).digest() if given.file else None, file_media=media,
    )  # fmt: skip
    ComplaintStep.objects.create(
        id=uuid7(), complaint=row, seq=1, step="receive", done_by=HOST_ID, referred_to_id=to, at=now
    )
    if given.file:
        complaintfiles.keep(identity, given.file)
    return row


def _receipt(row: Complaint) -> ComplaintReceipt:
    return ComplaintReceipt(row.number, receipts.code_of(row.number), row.agency.name if row.agency else "")


def _mine(complaint: UUID, actor: Actor) -> Complaint:
    """The complaint, held, if the actor's body handles it, or nobody does and the credit office looks after it.

    One about the own body answers like one that is not there.
    """
    require(actor, "complaint.handle")
    with acting(actor):
        row = Complaint.objects.select_for_update(of=("self",), no_key=True).filter(pk=complaint).first()
        nobodys = row is not None and row.agency_id is None and OFFICE in actor.roles
        if (
            row is None
            or row.about_id == actor.agency_id
            or not (row.agency_id == actor.agency_id or nobodys)
        ):
            raise Refusal.because("NOT_FOUND")
    if row.state == ComplaintState.ANSWERED:
        raise Refusal.because("COMPLAINT_ANSWERED", CLAUSE)
    return row


def _step(
    row: Complaint,
    step: str,
    actor: Actor,
    now: datetime,
    *,
    to: UUID | None = None,
    words: Mapping[str, object] | None = None,
) -> None:
    identity = uuid7()
    ComplaintStep.objects.create(
        id=identity, complaint=row, seq=row.revision + 1, step=step, done_by=actor.user_id,
        agency_id=actor.agency_id, referred_to_id=to, at=now, **texts.sealed(ComplaintStep, identity, row.pk, words or {}),
    )  # fmt: skip
    row.revision += 1


def _keep(row: Complaint, now: datetime) -> None:
    row.save(update_fields=["agency", "state", "revision", "taken_at", "answered_at", "outcome"])
    complaintclocks.follow(row, _law(now))


def _tell(kind: EventKind, row: Complaint, actor: Actor, now: datetime, **more: object) -> None:
    told = {"complaint": row.pk, "by": actor.user_id, **more}
    append(kind, payload=told, agency=actor.agency_id, now=now)
