"""The one way into the register (入库): staged rows, event, publication, all of it in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.exchange.accepting import Acceptance
from xinheng.exchange.merge import discard, merge
from xinheng.exchange.pipeline import Pipeline
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What is being done: rows staged under `staging` become the record's versions of `batch` by `kind`."""

    kind: EventKind
    staging: UUID
    batch: UUID
    agency: UUID
    told: Mapping[str, object] = field(default_factory=dict)


def record(pipeline: Pipeline, acceptance: Acceptance, deed: Deed, *, actor: Actor) -> None:
    """Merge what is staged, tell the ledger, whose subscriber publishes, and empty the staging.

    Runs inside a service that emits `deed.kind`. Raises merge.Overtaken: the caller reads its source again.
    """
    context, event = pipeline.context, acceptance.event
    root, count = acceptance.leaves.root(), acceptance.leaves.count
    merge(
        staging=deed.staging,
        batch=deed.batch,
        event=event,
        judged=pipeline.judge.judged,
        count=count,
        changed=acceptance.changed,
        by=actor.user_id,
        now=context.now,
        today=context.today,
    )
    told = {
        "batch": deed.batch,
        "agency": deed.agency,
        "item": context.feed.item,
        "count": count,
        "changed": acceptance.changed,
        "merkle_root": root,
    }
    append(deed.kind, payload={**told, **deed.told}, agency=deed.agency, now=context.now, event_id=event)
    discard(deed.staging)
