"""Changes by two persons (两人办理): correct a record, redact a text, withdraw a batch, settle a row.

One officer proposes, another decides; the table refuses the same person and a second decision.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.catalog.public import current_law
from xinheng.exchange import corrections, shredding, waiting, withdrawals
from xinheng.exchange.models import Batch, BatchState, WaitingRow
from xinheng.law.facts import RecordFacts
from xinheng.law.language import Refusal
from xinheng.law.questions import settle
from xinheng.ledger.emitting import emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.registry.models import Proposal, ProposalKind, Record, RecordState
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7
from xinheng.vault.sealing import open_sealed, seal

GROUNDS = ("variation", "correction")
_PLACE = ("registry_proposal", "sealed")


@emits(EventKind.PROPOSAL_MADE)
def propose_correction(
    record: UUID,
    fields: Mapping[str, str],
    *,
    ground: str,
    ground_text: str,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Ask to correct some fields of a record, typed as in its sheet; returns the proposal's id.

    The corrected row passes the same checks and law first. Raises Refusal with what stands in its way,
    CHANGE_GROUND_REQUIRED, RECORD_NOT_CURRENT or NOTHING_CHANGED; KeyError for a field the feed has not.
    """
    require(actor, "proposal.make")
    _require_ground(ground, ground_text)
    with acting(actor):
        row = _record(record)
        change = corrections.prepared(row, fields, ground=(ground, ground_text), actor=actor, now=now)
        told = {"fields": sorted(fields)}
        return _propose(
            ProposalKind.CORRECT,
            row,
            told,
            change,
            ground=ground,
            ground_text=ground_text,
            actor=actor,
            now=now,
        )


@emits(EventKind.PROPOSAL_MADE)
def propose_redaction(
    record: UUID, texts: Mapping[str, str], *, ground_text: str, actor: Actor, now: datetime
) -> UUID:
    """Ask to publish redacted texts in the place of withheld ones; returns the proposal's id.

    Raises Refusal RECORD_NOT_CURRENT for a field that is not withheld, FIELD_REQUIRED for an empty text,
    STILL_PERSONAL for one that still tells a number or a name of the document.
    """
    require(actor, "proposal.make")
    _require_ground("redaction", ground_text)
    with acting(actor):
        row = _record(record)
        corrections.require_redacted(row, texts)
        told = {"fields": sorted(texts)}
        return _propose(
            ProposalKind.REDACT,
            row,
            told,
            dict(texts),
            ground="redaction",
            ground_text=ground_text,
            actor=actor,
            now=now,
        )


@emits(EventKind.PROPOSAL_MADE)
def propose_withdrawal(batch: UUID, *, ground_text: str, actor: Actor, now: datetime) -> UUID:
    """Ask to withdraw a whole mistaken submission; returns the proposal's id. Raises Refusal NOT_FOUND or NOT_READY."""
    require(actor, "proposal.make")
    _require_ground("withdrawal", ground_text)
    with acting(actor):
        row = _submitted(batch)
        return _make(
            actor, now, kind=ProposalKind.WITHDRAW, agency_id=row.agency_id, batch=batch, change={"number": row.no},
            ground="withdrawal", ground_text=ground_text,
        )  # fmt: skip


@emits(EventKind.PROPOSAL_MADE)
def propose_shredding(record: UUID, *, ground_text: str, actor: Actor, now: datetime) -> UUID:
    """Ask to destroy what a record says, on a ground of law; returns the proposal's id.

    Raises Refusal REASON_REQUIRED, NOT_FOUND or RECORD_NOT_CURRENT.
    """
    require(actor, "proposal.make")
    _require_ground("shredding", ground_text)
    with acting(actor):
        row = _record(record)
        if row.state == RecordState.SHREDDED:
            raise Refusal.because("RECORD_NOT_CURRENT")
        return _make(
            actor, now, kind=ProposalKind.SHRED, agency_id=row.agency_id, record_id=row.pk,
            base_version=row.version, change={}, ground="shredding", ground_text=ground_text,
        )  # fmt: skip


@emits(EventKind.PROPOSAL_MADE)
def propose_settlement(
    batch: UUID,
    row: int,
    *,
    question: str,
    decision: Mapping[str, Any],
    ground_text: str,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Ask to answer a question of fact about one waiting row (age, leniency, competence).

    Raises Refusal NOT_FOUND, RULING_NOT_AN_OPTION.
    """
    require(actor, "waiting.settle")
    _require_ground("settlement", ground_text)
    with acting(actor):
        waits = (
            WaitingRow.objects.select_related("batch").filter(batch=batch, row=row, settled_at=None).first()
        )
        if waits is None:
            raise Refusal.because("NOT_FOUND")
        change = {"row": row, "question": question, "decision": dict(decision)}
        _settled(waits, change, now)
        return _make(
            actor, now, kind=ProposalKind.SETTLE, agency_id=waits.batch.agency_id, batch=batch, change=change,
            ground="settlement", ground_text=ground_text,
        )  # fmt: skip


def decide(proposal: UUID, *, granted: bool, text: str, actor: Actor, now: datetime) -> None:
    """Decide what another officer proposed; what is granted takes effect at once, in one transaction.

    Raises Refusal SAME_PERSON, ALREADY_DECIDED, REASON_REQUIRED for a refusal without reason, or what stands
    in the way of the change now.
    """
    with acting(actor):
        row = Proposal.objects.filter(pk=proposal).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    require(actor, "waiting.settle" if row.kind == ProposalKind.SETTLE else "proposal.decide")
    if row.decided_at is not None:
        raise Refusal.because("ALREADY_DECIDED")
    if not granted and not text.strip():
        raise Refusal.because("REASON_REQUIRED")
    if not granted:
        _refuse(row, text, actor, now)
    else:
        _GRANTS[ProposalKind(row.kind)](row, text, actor, now)


@emits(EventKind.PROPOSAL_REFUSED)
def _refuse(row: Proposal, text: str, actor: Actor, now: datetime) -> None:
    with acting(actor):
        close(row.pk, granted=False, text=text, actor=actor, now=now)
        told = {"proposal": row.pk, "kind": row.kind, "by": actor.user_id}
        append(EventKind.PROPOSAL_REFUSED, payload=told, agency=row.agency_id, now=now)


def _correct(row: Proposal, text: str, actor: Actor, now: datetime) -> None:
    corrections.carry_out(
        row, _opened(row, actor), lambda: close(row.pk, True, text, actor, now), actor=actor, now=now
    )


def _redact(row: Proposal, text: str, actor: Actor, now: datetime) -> None:
    corrections.redact(
        row, _opened(row, actor), lambda: close(row.pk, True, text, actor, now), actor=actor, now=now
    )


def _withdraw(row: Proposal, text: str, actor: Actor, now: datetime) -> None:
    withdrawals.carry_out(row, lambda: close(row.pk, True, text, actor, now), actor=actor, now=now)


def _shred(row: Proposal, text: str, actor: Actor, now: datetime) -> None:
    shredding.carry_out(row, lambda: close(row.pk, True, text, actor, now), actor=actor, now=now)


def _settle(row: Proposal, text: str, actor: Actor, now: datetime) -> None:
    with acting(actor):
        waits = WaitingRow.objects.filter(batch=row.batch, row=row.change["row"], settled_at=None).first()
    if waits is None or row.batch is None:
        raise Refusal.because("ALREADY_DECIDED")
    texts = _settled(waits, row.change, now)
    waiting.settle_rows(
        row.batch,
        {waits.row: texts},
        actor=actor,
        now=now,
        deciders=(row.proposed_by, actor.user_id),
        also=lambda: close(row.pk, True, text, actor, now),
    )


_GRANTS: Mapping[ProposalKind, Callable[[Proposal, str, Actor, datetime], None]] = {
    ProposalKind.CORRECT: _correct,
    ProposalKind.REDACT: _redact,
    ProposalKind.WITHDRAW: _withdraw,
    ProposalKind.SETTLE: _settle,
    ProposalKind.SHRED: _shred,
}


def close(proposal: UUID, granted: bool, text: str, actor: Actor, now: datetime) -> None:
    """Note the decision, in the transaction of what it brings. Raises Refusal SAME_PERSON or ALREADY_DECIDED."""
    row = Proposal.objects.select_for_update().get(pk=proposal)
    if row.proposed_by == actor.user_id:
        raise Refusal.because("SAME_PERSON")
    if row.decided_at is not None:
        raise Refusal.because("ALREADY_DECIDED")
    row.decided_by, row.decided_at, row.granted, row.decision_text = actor.user_id, now, granted, text.strip()
    row.save(update_fields=["decided_by", "decided_at", "granted", "decision_text"])


def _settled(waits: WaitingRow, change: Mapping[str, Any], now: datetime) -> tuple[str, ...]:
    """The row's settled facts with this decision. Raises Refusal RULING_NOT_AN_OPTION."""
    facts, law = RecordFacts.from_json(waits.facts), current_law(day_of(now))
    if change["question"] not in waits.value_ids:
        raise Refusal.because("RULING_NOT_AN_OPTION", fault="这一行没有这个待决定的事项。")
    try:
        return settle(facts, change["question"], change["decision"], law).settled
    except ValueError as fault:
        raise Refusal.because("RULING_NOT_AN_OPTION", fault=fault) from None


def _require_ground(ground: str, text: str) -> None:
    if not text.strip():
        raise Refusal.because("CHANGE_GROUND_REQUIRED" if ground in GROUNDS else "REASON_REQUIRED")
    if ground not in (*GROUNDS, "redaction", "withdrawal", "settlement", "shredding"):
        raise Refusal.because("CHANGE_GROUND_REQUIRED")


def _record(record: UUID) -> Record:
    row = Record.objects.select_related("instrument", "subject").filter(pk=record).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    return row


def _submitted(batch: UUID) -> Batch:
    row = Batch.objects.filter(pk=batch).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    if row.state != BatchState.SUBMITTED:
        raise Refusal.because("NOT_READY", state=row.get_state_display())
    return row


def _propose(
    kind: ProposalKind,
    row: Record,
    told: Mapping[str, Any],
    sealed: Mapping[str, Any],
    *,
    ground: str,
    ground_text: str,
    actor: Actor,
    now: datetime,
) -> UUID:
    """A proposal about a record: what it would say may be personal, so it is kept sealed."""
    made = uuid7()
    blob = seal(*_PLACE, made, row.subject_id, json.dumps(dict(sealed), ensure_ascii=False).encode())
    return _make(
        actor, now, id=made, kind=kind, agency_id=row.agency_id, record_id=row.pk, base_version=row.version,
        change=dict(told), sealed=blob, ground=ground, ground_text=ground_text,
    )  # fmt: skip


def _make(actor: Actor, now: datetime, **told: Any) -> UUID:
    row = Proposal.objects.create(**{"id": uuid7(), **told}, proposed_by=actor.user_id, proposed_at=now)
    payload = {
        "proposal": row.pk,
        "kind": row.kind,
        "record": row.record_id,
        "batch": row.batch,
        "by": actor.user_id,
    }
    append(EventKind.PROPOSAL_MADE, payload=payload, agency=row.agency_id, now=now)
    return row.pk


def _opened(row: Proposal, actor: Actor) -> dict[str, str]:
    """The sealed content of a proposal about a record."""
    with acting(actor):
        subject = Record.objects.values_list("subject_id", flat=True).get(proposal=row)
    found: dict[str, str] = json.loads(open_sealed(*_PLACE, row.pk, subject, bytes(row.sealed or b"")))
    return found
