"""The register follows the ledger (跟随事件): measures their entries, and what windows touch goes before a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import Event, subscribe
from xinheng.registry.measureends import fallen_under, follow_documents, follow_entry, follow_repaired
from xinheng.registry.touching import Scope, hold, touch_records, touch_window

Payload = Mapping[str, Any]


@subscribe(EventKind.CASE_HIDE)
@subscribe(EventKind.CASE_END)
@subscribe(EventKind.CASE_EXIT)
@subscribe(EventKind.CASE_REVOKE)
@subscribe(EventKind.CASE_CORRECT)
@subscribe(EventKind.CASE_LEAVE_WITH_UNIT)
def end_with_entry(event: Event, payload: Payload) -> None:
    """The entry of the case has left the list: own measures end now, other bodies are told."""
    follow_entry(UUID(str(payload["case"])), event)


# clauses: 4.2a, 1.3a
@subscribe(EventKind.REVOCATION_OPEN)
@subscribe(EventKind.REVOCATION_CHANGED)
def follow_document(event: Event, payload: Payload) -> None:
    """A document lost its effect, is stayed or says something else: measures that rest on it."""
    follow_documents([UUID(str(payload["instrument"]))], event, varied=bool(payload.get("varied")))


@subscribe(EventKind.BATCH_ACCEPTED)
@subscribe(EventKind.BATCH_WITHDRAWN)
def follow_documents_of_batch(event: Event, payload: Payload) -> None:
    """What a body reports of its own documents' effect."""
    if payload.get("changed") != 0:
        follow_documents(fallen_under(UUID(str(payload["batch"]))), event)


# clauses: 4.2a, 5.1b
@subscribe(EventKind.REPAIR_GRANT)
@subscribe(EventKind.REPAIR_GRANT_PART)
def end_with_repair(event: Event, payload: Payload) -> None:
    """Measures fall with the repair where the edition that governs says so (同步解除惩戒措施)."""
    follow_repaired([UUID(str(each)) for each in payload["lifted"]], event)


@subscribe(EventKind.WINDOW_DECLARED)
@subscribe(EventKind.WINDOW_ENDED)
def follow_window(event: Event, payload: Payload) -> None:
    """In the transaction of the two officers, for all records at once."""
    hold(alone=True)
    touch_window(UUID(str(payload["window"])), at=event.at)


@subscribe(EventKind.BATCH_ACCEPTED)
def touch_batch(event: Event, payload: Payload) -> None:
    """What came in although its window was declared after it was read; the others waited as rows."""
    hold()
    touch_records(Scope.batch(UUID(str(payload["batch"]))), at=event.at)


@subscribe(EventKind.BATCH_WITHDRAWN)
def leave_batch(event: Event, payload: Payload) -> None:
    """Withdrawn records need no review; what fell back to an earlier version may."""
    hold()
    touch_records(Scope.versions_of(UUID(str(payload["batch"]))), at=event.at)


@subscribe(EventKind.RECORD_CORRECTED)
@subscribe(EventKind.SHREDDED)
def touch_record(event: Event, payload: Payload) -> None:
    """A record that says something else now, or nothing."""
    hold()
    touch_records(Scope.record(UUID(str(payload["record"]))), at=event.at)
