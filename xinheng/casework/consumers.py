"""Cases follow the ledger: clocks the lawbook, and what windows of force majeure touch goes before a person (跟随事件)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from xinheng.access.actor import system
from xinheng.casework import texts
from xinheng.casework.calendar import recompute
from xinheng.casework.fire import KINDS
from xinheng.casework.models import Leniency
from xinheng.casework.windows import touch_case, touch_window
from xinheng.catalog.windows import declared
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import Event, subscribe
from xinheng.registry import services
from xinheng.registry.reviews import waiting_windows_of
from xinheng.registry.touching import hold

FORCE_MAJEURE = "force_majeure"
Payload = Mapping[str, Any]


@subscribe(EventKind.LAWBOOK_CHANGED)
def follow_calendar(event: Event, payload: Payload) -> None:
    """A holiday notice moves clocks in its own transaction; the founding has none before it."""
    if payload.get("before"):
        recompute(actor=system(), now=event.at)


@subscribe(EventKind.DEADLINE_MOVED)
def follow_moved_days(event: Event, _payload: Payload) -> None:
    """A party's time that ends on another day may be touched by another window."""
    hold(alone=True)
    for each in declared():
        touch_window(UUID(each.id), at=event.at)


@subscribe(EventKind.WINDOW_DECLARED)
@subscribe(EventKind.WINDOW_ENDED)
def follow_window(event: Event, payload: Payload) -> None:
    """In the transaction of the two officers, for all cases at once."""
    hold(alone=True)
    touch_window(UUID(str(payload["window"])), at=event.at)


def follow_step(event: Event, payload: Payload) -> None:
    """A new case, other days of conduct, a clock that starts or stops, a case that is over."""
    hold()
    touch_case(UUID(str(payload["case"])), at=event.at)


for _kind in KINDS.values():
    subscribe(_kind)(follow_step)


@subscribe(EventKind.CASE_LENIENCY)
def follow_leniency(event: Event, payload: Payload) -> None:
    """Who has weighed force majeure with reasons has reviewed the case; without that it waits on."""
    case = UUID(str(payload["case"]))
    said = Leniency.objects.select_related("case").filter(case=case).order_by("-at", "-id").first()
    if said and FORCE_MAJEURE in said.grounds and said.decision and said.sealed:
        reason = str(texts.read(said, said.case.subject_id)["reason"])
        for window in waiting_windows_of(case):
            services.review_touched_case(
                window, case, decision=said.decision, reason=reason, by=said.by, now=event.at
            )
    follow_step(event, payload)
