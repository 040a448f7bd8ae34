"""What may be done with cases on false promises (承诺不实案卷办理): open one, take a step, hand in what the party says."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.casework import texts
from xinheng.casework.given import Given, ObjectionGiven
from xinheng.casework.promises.effects import SPEECH, require_restorable
from xinheng.casework.promises.files import EVIDENCE
from xinheng.casework.promises.fire import KINDS, carry_out, fire
from xinheng.casework.promises.given import Opening
from xinheng.casework.promises.held import load
from xinheng.casework.promises.models import PromiseCase, PromiseEvidence, PromiseObjection
from xinheng.casework.registers import next_number
from xinheng.casework.repairs import files
from xinheng.casework.repairs.models import RepairItem
from xinheng.casework.services import Receipt
from xinheng.casework.taking import lock
from xinheng.catalog.public import current_law
from xinheng.documents import receipts
from xinheng.law.language import Refusal
from xinheng.law.procedures.repair import FALSE_PROMISE
from xinheng.ledger.emitting import composed, emits
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7

__all__ = ["fire", "hand_in", "open_case"]


@emits(KINDS["open"])
def open_case(opening: Opening, *, reason: str, actor: Actor, now: datetime) -> UUID:
    """Open a case on one record or entry whose repair this body granted, with the documents that show the falsehood.

    Raises Refusal PERMISSION_DENIED, NOT_FOUND for another body's, FALSE_PROMISE_NOT_GRANTED, FALSE_PROMISE_OPEN,
    MATERIAL_UNREADABLE, MATERIAL_DANGEROUS, what `require_restorable` answers, and the guards of the step.
    """
    require(actor, "repair.step")
    if "clerk" not in actor.roles:
        raise Refusal.because("PERMISSION_DENIED", verb=FALSE_PROMISE.step("open").label)
    media = [files.media_type(file) for _, file in opening.evidence]
    with acting(actor):
        case = _new_case(opening, actor, now)
        for (name, file), kind in zip(opening.evidence, media, strict=True):
            _keep(case, name, file, kind, actor, now)
        held = load(case)
        require_restorable(held, current_law(day_of(now)))
        return carry_out(FALSE_PROMISE.step("open"), held, Given(reason=reason), actor=actor, now=now).case


def _new_case(opening: Opening, actor: Actor, now: datetime) -> PromiseCase:
    # Of two openings at once the second waits here and sees the first.
    items = RepairItem.objects.select_for_update(of=("self",)).select_related("case__subject", "entry")
    item = items.filter(pk=opening.item, case__agency=actor.agency_id).first()
    if item is None:
        raise Refusal.because("NOT_FOUND")
    if item.outcome != "grant":
        raise Refusal.because("FALSE_PROMISE_NOT_GRANTED", "huaian-2021-13#5.1a")
    there = (
        PromiseCase.objects.filter(item=item)
        .exclude(state="dropped")
        .values_list("number", flat=True)
        .first()
    )
    if there:
        raise Refusal.because("FALSE_PROMISE_OPEN", number=there)
    if opening.window < 1:
        raise Refusal.because("NOTICE_INCOMPLETE", "huaian-2021-13#4.1a", lacking="提出意见的期限")
    identity, repaired, today = uuid7(), item.case, day_of(now)
    return PromiseCase.objects.create(
        id=identity, number=next_number("promise", today.year, current_law(today)), item=item,
        list=item.entry.list if item.entry else "", subject=repaired.subject, subject_kind=repaired.subject_kind,
        party=repaired.party, agency_id=actor.agency_id, window=opening.window, handler=actor.user_id, opened_on=today,
        **texts.sealed(PromiseCase, identity, repaired.subject_id, asdict(opening.words)),
    )  # fmt: skip


def _keep(case: PromiseCase, name: str, file: bytes, media: str, actor: Actor, now: datetime) -> None:
    identity = uuid7()
    PromiseEvidence.objects.create(
        id=identity, case=case, media_type=media, sha256=sha256(file).digest(), size=len(file), by=actor.user_id, at=now,
        **texts.sealed(PromiseEvidence, identity, case.subject_id, {"name": name.strip()}),
    )  # fmt: skip
    EVIDENCE.keep(identity, case.subject_id, file)


@composed
def hand_in(case_id: UUID, *, kind: str, text: str, actor: Actor, now: datetime) -> Receipt:
    """Take what a party says of its own case, by itself or at the window; late or not, it is taken and noted.

    Raises Refusal PERMISSION_DENIED, NOT_FOUND, SPEAKING_EMPTY, or NOT_READY once it is decided (四（一）).
    """
    require(actor, "own.reply")
    if actor.own is None:
        raise Refusal.because("NOT_FOUND")
    if kind not in SPEECH or not text.strip():
        raise Refusal.because("SPEAKING_EMPTY", "huaian-2021-13#4.1b")
    with acting(actor):
        # A party need not know what officers did meanwhile: its word is taken at whatever revision there is.
        revision = lock(PromiseCase, case_id, actor).revision
        given = Given(objection=ObjectionGiven(kind=kind, received_at=now, text=text.strip()))
        fire(case_id, "receive", revision=revision, given=given, actor=actor, now=now)
        made = PromiseObjection.objects.filter(case=case_id).order_by("-received_at", "-id")[0]
    return Receipt(made.number, receipts.code_of(made.number), made.in_time)
