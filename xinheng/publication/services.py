"""What officers do to publication: decide what is held, rebuild what can be rebuilt (公示的办理)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.catalog import queries as catalog
from xinheng.law.language import Refusal
from xinheng.ledger.emitting import emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.publication import listings, projector
from xinheng.publication.consumers import law_at
from xinheng.publication.listings import ListingsProjected
from xinheng.publication.models import HeldWidening
from xinheng.publication.projector import Cause, Differences, Projected, Scope, hold_law
from xinheng.runtime.clock import day_of

CAUTION = "huaian-2021-13#1.2.2"


@dataclass(frozen=True, slots=True)
class Decided:
    """How many held records an officer decided, and how many pages that changed."""

    records: int
    changed: int


@emits(EventKind.WIDENING_DECIDED)
def decide_widening(
    records: Sequence[UUID], *, granted: bool, ground: str, actor: Actor, now: datetime
) -> Decided:
    """Let the new law show or prolong older records after all, or leave them as they are (plan 1.2.2).

    Raises Refusal PERMISSION_DENIED, REASON_REQUIRED, or STALE when one of them is not held or already decided;
    then none is decided.
    """
    require(actor, "widening.decide")
    if not ground.strip():
        raise Refusal.because("REASON_REQUIRED", CAUTION)
    wanted = set(records)
    with acting(actor):
        rows = HeldWidening.objects.select_for_update().filter(record__in=wanted, decided_at=None)
        if not wanted or set(rows.values_list("record", flat=True)) != wanted:
            raise Refusal.because("STALE", CAUTION)
        hold_law(alone=False)
        HeldWidening.objects.filter(record__in=wanted).update(
            decided_by=actor.user_id, decided_at=now, granted=granted, ground=ground.strip()
        )
    payload = {"records": sorted(map(str, wanted)), "granted": granted}
    event = append(EventKind.WIDENING_DECIDED, payload=payload, agency=actor.agency_id, now=now)
    if not granted:
        return Decided(len(wanted), 0)
    done = projector.project(
        Scope.records(wanted), event=event.id, cause=Cause.DECISION, at=now, law=law_at(now)
    )
    return Decided(len(wanted), done.changed)


@emits(EventKind.PUBLICATION_REBUILT)
def rebuild(*, actor: Actor, now: datetime) -> Projected:
    """Make all public entries anew, to the same content; the registers of changes are never rebuilt.

    Raises Refusal PERMISSION_DENIED.
    """
    require(actor, "publication.rebuild")
    hold_law(alone=True)
    event = append(EventKind.PUBLICATION_REBUILT, payload={}, agency=actor.agency_id, now=now)
    law = law_at(now)
    records = projector.rebuild(event=event.id, at=now, law=law)
    return _together(records, listings.rebuild(event=event.id, at=now, law=law))


def verify(*, now: datetime) -> Differences:
    """What a fresh projection under today's law would give otherwise; nothing is changed.

    Ids of records and of list entries only, no content.
    """
    law = law_at(now)
    return projector.compare(at=now, law=law) + listings.compare(at=now, law=law)


def preview_bundle(digest: str, *, now: datetime) -> Projected:
    """What approving a proposed bundle would change for the public: counts only, nothing is changed.

    Raises Refusal NOT_FOUND or BUNDLE_CHANGED.
    """
    law = catalog.lawbook_of(digest).as_of(day_of(now), catalog.rulings())
    return _together(projector.preview(at=now, law=law), listings.preview(at=now, law=law))


def _together(records: Projected, entries: ListingsProjected) -> Projected:
    return replace(records, changed=records.changed + entries.changed, entries=entries.entries)
