"""What officers decide on what windows of force majeure touch (待复核事项办理)."""

# clause: 4.2b

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.law.language import Refusal
from xinheng.law.leniency import LeniencyDecision
from xinheng.ledger.emitting import emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.registry.models import Touched, TouchedKind, TouchedReview
from xinheng.runtime.db import uuid7
from xinheng.vault.texts import seal_texts

# A clock cannot be made lighter: either it stays, or what comes late through it is taken as in time.
CHOICES = {
    TouchedKind.CLOCK: (LeniencyDecision.GO_ON, LeniencyDecision.SPARE),
    TouchedKind.RECORD: (LeniencyDecision.GO_ON, LeniencyDecision.LIGHTER, LeniencyDecision.SPARE),
}


@emits(EventKind.TOUCHED_REVIEWED)
def review_touched(
    window: UUID, kind: str, target: UUID, *, decision: str, reason: str, actor: Actor, now: datetime
) -> UUID:
    """Decide, once and with reasons, what becomes of a touched record or clock; nothing changes by it (四（二）).

    A lighter course is carried out by the proposals there are: correct, withdraw. A case is decided in its own
    file. Raises Refusal PERMISSION_DENIED, NOT_FOUND, ALREADY_DECIDED, LENIENCY_UNKNOWN, REASON_REQUIRED.
    """
    require(actor, "touched.review")
    with acting(actor):
        row = _open(window, kind, target)
        if decision not in CHOICES.get(TouchedKind(row.kind), ()):
            raise Refusal.because("LENIENCY_UNKNOWN", "huaian-2021-13#4.2b")
        if not reason.strip():
            raise Refusal.because("REASON_REQUIRED", "huaian-2021-13#4.2b")
        return _write(row, decision, reason, by=actor.user_id, now=now)


@emits(EventKind.TOUCHED_REVIEWED)
def review_touched_case(
    window: UUID, case: UUID, *, decision: str, reason: str, by: UUID, now: datetime
) -> UUID:
    """What an officer decided on leniency in the file of a touched case, noted here too; called as it is decided."""
    return _write(_open(window, TouchedKind.CASE, case), decision, reason, by=by, now=now)


def _open(window: UUID, kind: str, target: UUID) -> Touched:
    """The row, held. Raises Refusal NOT_FOUND or ALREADY_DECIDED."""
    found = Touched.objects.filter(window=window, kind=kind, target=target).first()
    if found is None:
        raise Refusal.because("NOT_FOUND")
    if TouchedReview.objects.filter(window=window, kind=kind, target=target).exists():
        raise Refusal.because("ALREADY_DECIDED", "huaian-2021-13#4.2b")
    return found


def _write(row: Touched, decision: str, reason: str, *, by: UUID, now: datetime) -> UUID:
    identity = uuid7()
    made = seal_texts(
        TouchedReview._meta.db_table, "sealed", identity, row.subject_id, {"reason": reason.strip()}
    )
    TouchedReview.objects.create(
        id=identity, window_id=row.window_id, kind=row.kind, target=row.target, agency_id=row.agency_id,
        subject_id=row.subject_id, decision=decision, sealed=made.sealed, sealed_commitment=made.commitment,
        by=by, at=now,
    )  # fmt: skip
    told = {
        "review": identity, "window": row.window_id, "kind": row.kind, "target": row.target, "decision": decision,
        "by": by,
    }  # fmt: skip
    append(EventKind.TOUCHED_REVIEWED, payload=told, agency=row.agency_id, now=now)
    return identity
