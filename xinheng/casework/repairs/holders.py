"""Who holds what was repaired, and who has confirmed (持有方与回执): told by who delivers, asked by the last step.

The app that owes and delivers recalls stands above this one and registers itself::

    @tells
    def holders(events: Collection[UUID]) -> tuple[frozenset[str], frozenset[str]]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from xinheng.casework.repairs.models import RepairItem
from xinheng.registry.outcomes import events_of

Told = tuple[frozenset[str], frozenset[str]]
Teller = Callable[[Collection[UUID]], Told]
_tellers: list[Teller] = []


def tells(teller: Teller) -> Teller:
    """Register who knows holders and receipts of events."""
    _tellers.append(teller)
    return teller


def holders_of(case: UUID, items: Sequence[RepairItem]) -> Told:
    """(holders, those that confirmed) of all that a case has granted."""
    if not any(each.outcome == "grant" for each in items):
        return frozenset(), frozenset()
    told = [teller(events_of(case)) for teller in _tellers]
    return frozenset().union(*(h for h, _ in told)), frozenset().union(*(r for _, r in told))
