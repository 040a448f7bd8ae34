"""Taking in what agencies report: receive, check, submit (报送、校验、提交)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.exchange.changes import (
    decide,
    propose_correction,
    propose_redaction,
    propose_settlement,
    propose_shredding,
    propose_withdrawal,
)
from xinheng.exchange.models import Batch, BatchState
from xinheng.exchange.receiving import receive
from xinheng.exchange.reports import annotated
from xinheng.exchange.sending import submit_now, submit_one
from xinheng.law.language import Refusal
from xinheng.ledger.emitting import emits, nothing_to_emit
from xinheng.ledger.kinds import EventKind
from xinheng.runtime import jobs

__all__ = [
    "annotated",
    "decide",
    "propose_correction",
    "propose_redaction",
    "propose_settlement",
    "propose_shredding",
    "propose_withdrawal",
    "receive",
    "submit",
    "submit_now",
    "submit_one",
]

SUBMISSION = "intake.submit"
OPEN = (BatchState.CHECKING, BatchState.PROBLEMS, BatchState.READY)


@emits(EventKind.BATCH_ACCEPTED)
def submit(batch: UUID, *, actor: Actor, now: datetime) -> UUID:
    """Queue the submission of a checked batch; returns the job's id. The event comes with the job's end.

    Asked again while that job is at work it returns the same one. Raises Refusal PERMISSION_DENIED, NOT_FOUND, BATCH_ALREADY_SUBMITTED, BATCH_NOT_CHECKED or
    BATCH_NOTHING_ACCEPTED.
    """
    require(actor, "batch.submit")
    nothing_to_emit()
    with acting(actor):
        row = _open(batch)
        running = row.job and jobs.view(row.job, actor=actor)
        if running and running.kind == SUBMISSION and not running.ended:
            return running.id
        if row.state == BatchState.CHECKING:
            raise Refusal.because("BATCH_NOT_CHECKED", number=row.no)
        if not row.counts.get("accepted") and not row.counts.get("waiting"):
            raise Refusal.because("BATCH_NOTHING_ACCEPTED", number=row.no)
        job = jobs.enqueue(SUBMISSION, {"batch": str(batch)}, actor=actor, now=now)
        row.job = job
        row.save(update_fields=["job"])
    return job


def _open(batch: UUID) -> Batch:
    row = Batch.objects.select_for_update().filter(pk=batch).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    if row.submitted_at is not None:
        raise Refusal.because("BATCH_ALREADY_SUBMITTED", number=row.no)
    if row.state not in OPEN:
        raise Refusal.because("NOT_READY", state=row.get_state_display())
    return row
