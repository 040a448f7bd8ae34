"""A whole mistaken submission withdrawn (整批撤回): history kept, publication ends in the same transaction."""

# clause: 2.2b

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import connection

from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.exchange.models import Batch, BatchState, WaitingRow
from xinheng.exchange.waiting import WITHDRAWN
from xinheng.law.language import Refusal
from xinheng.ledger import reading
from xinheng.ledger.emitting import emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.leaves import merkle_root
from xinheng.ledger.services import append
from xinheng.registry import changes as versions
from xinheng.registry.models import Proposal
from xinheng.runtime.db import uuid7

# Records whose present version this batch brought, and the last version that a batch not withdrawn had brought before.
_TOUCHED = """
SELECT r.id, (SELECT max(v.version) FROM registry_recordversion v
               WHERE v.record_id = r.id AND v.batch <> ALL(%(mistaken)s) AND v.version < r.version)
  FROM registry_record r WHERE r.batch = %(batch)s AND r.state = 'live' ORDER BY r."row", r.id
"""

_BROUGHT_BEFORE = """
SELECT DISTINCT v.batch FROM registry_record r
  JOIN registry_recordversion v ON v.record_id = r.id AND v.version < r.version
 WHERE r.batch = %(batch)s AND r.state = 'live'
"""


@emits(EventKind.BATCH_WITHDRAWN)
def carry_out(proposal: Proposal, also: Callable[[], None], *, actor: Actor, now: datetime) -> None:
    """Withdraw what the batch made; what it changed falls back to what was said before.

    A record that a later batch has changed since stays as that one says. Raises Refusal NOT_READY.
    """
    event = uuid7()
    deed = versions.Deed(
        event=event, ground=proposal.ground, ground_text=proposal.ground_text, by=actor.user_id, now=now
    )
    with acting(actor):
        also()
        batch = _locked(proposal)
        if batch.state != BatchState.SUBMITTED:
            raise Refusal.because("NOT_READY", state=batch.get_state_display())
        made, changed = touched(batch.pk)
        fallen = [versions.fall_back(*each, deed, leaf=leaf) for leaf, each in enumerate(changed)]
        versions.withdraw(made)
        _close(batch, now)
        told = {"batch": batch.pk, "withdrawn": len(made), "restored": len(changed)}
        told |= {"by": [proposal.proposed_by, actor.user_id], "count": len(fallen)}
        told |= {"merkle_root": merkle_root(each.commitment for each in fallen)}
        append(EventKind.BATCH_WITHDRAWN, payload=told, agency=batch.agency_id, now=now, event_id=event)


def _locked(proposal: Proposal) -> Batch:
    batch = Batch.objects.select_for_update().filter(pk=str(proposal.batch)).first()
    if batch is None:
        raise Refusal.because("NOT_FOUND")
    return batch


def touched(batch: UUID) -> tuple[list[UUID], list[tuple[UUID, int]]]:
    """(records that the batch made, (record, version before) of those it changed)."""
    with connection.cursor() as cursor:
        cursor.execute(_BROUGHT_BEFORE, {"batch": batch})
        earlier = [found for (found,) in cursor.fetchall()]
        cursor.execute(_TOUCHED, {"batch": batch, "mistaken": [batch, *_withdrawn(earlier)]})
        rows = cursor.fetchall()
    return [pk for pk, base in rows if base is None], [(pk, base) for pk, base in rows if base is not None]


def _withdrawn(batches: list[UUID]) -> list[UUID]:
    """Those withdrawn as mistakes before: nothing falls back to what they said.

    Asked of the ledger, since the batches of another agency are not there for this one.
    """
    found = reading.naming(EventKind.BATCH_WITHDRAWN, "batch", batches)
    return [UUID(str(each.told["batch"])) for each in found]


def _close(batch: Batch, now: datetime) -> None:
    batch.state = BatchState.WITHDRAWN
    batch.save(update_fields=["state"])
    waiting = WaitingRow.objects.filter(batch=batch.pk, settled_at=None)
    waiting.update(settled_at=now, outcome=WITHDRAWN)
