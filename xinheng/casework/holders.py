"""Who holds what was decided about, and who has confirmed (持有方与回执): told by who delivers, asked by the last step.

The app that owes and delivers recalls stands above this one and registers itself::

    @tells
    def holders_of(events: Collection[UUID]) -> tuple[frozenset[str], frozenset[str]]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

# Holders that are owed something by the events, and those of them that confirmed, each `record:audience`.
Told = tuple[frozenset[str], frozenset[str]]
Teller = Callable[[Collection[UUID]], Told]
_tellers: list[Teller] = []


def tells(teller: Teller) -> Teller:
    """Register who knows holders and receipts of events."""
    _tellers.append(teller)
    return teller


def of_events(events: Collection[UUID]) -> Told:
    """(holders, those that confirmed) of what some events owe."""
    told = [teller(events) for teller in _tellers]
    return frozenset().union(*(h for h, _ in told)), frozenset().union(*(r for _, r in told))
