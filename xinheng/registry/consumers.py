"""Measures follow their list entries (跟随事件): an entry that leaves the list takes what rests on it along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import Event, subscribe
from xinheng.registry.measureends import follow_entry


@subscribe(EventKind.CASE_HIDE)
@subscribe(EventKind.CASE_END)
@subscribe(EventKind.CASE_EXIT)
@subscribe(EventKind.CASE_REVOKE)
@subscribe(EventKind.CASE_CORRECT)
@subscribe(EventKind.CASE_LEAVE_WITH_UNIT)
def end_with_entry(event: Event, payload: Mapping[str, Any]) -> None:
    """The entry of the case has left the list: own measures end now, other bodies are told."""
    follow_entry(UUID(str(payload["case"])), event)
