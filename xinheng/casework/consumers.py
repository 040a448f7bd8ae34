"""Clocks follow the lawbook: a holiday notice that is loaded moves them in its own transaction (跟随法规数据)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xinheng.access.actor import system
from xinheng.casework.calendar import recompute
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import Event, subscribe


@subscribe(EventKind.LAWBOOK_CHANGED)
def follow_calendar(event: Event, payload: Mapping[str, Any]) -> None:
    """The founding has no clocks before it."""
    if payload.get("before"):
        recompute(actor=system(), now=event.at)
