"""One record destroyed by two persons, on a ground of law (依法销毁)."""

# clause: 5.2b

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.law.language import Refusal
from xinheng.ledger.emitting import emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.ledger.verification.told import SHREDDED_ROWS
from xinheng.registry import shredding
from xinheng.registry.models import Proposal


@emits(EventKind.SHREDDED)
def carry_out(proposal: Proposal, also: Callable[[], None], *, actor: Actor, now: datetime) -> None:
    """Destroy the record; its publication ends in the same transaction. Raises Refusal RECORD_NOT_CURRENT."""
    record = proposal.record_id
    if record is None:
        raise Refusal.because("NOT_FOUND")
    with acting(actor):
        also()
        gone = shredding.shred(record)
        told = {
            "record": record,
            "proposal": proposal.pk,
            "by": [proposal.proposed_by, actor.user_id],
            SHREDDED_ROWS: gone.rows,
            "events": gone.events,
            "carried": gone.carried,
        }
        append(EventKind.SHREDDED, payload=told, agency=proposal.agency_id, now=now)
