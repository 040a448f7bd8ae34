"""What may be done today about a record (今天可以做的): a list that other procedures fill.

A procedure adds a function to OFFERS that yields what it offers for one record, and nothing where it offers
nothing: an address that does not exist is never shown. `day` is today, `law` the law of today::

    @offer
    def repair(record: OwnRecord, law: Law, day: date) -> Iterator[Doing]:
        if record.adverse:
            yield Doing(
                "申请信用修复", reverse("counter:repair-new") + f"?record={record.id}", "一次申请，免费。"
            )
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from xinheng.law.lawbook import Law
from xinheng.publication.own import OwnRecord


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing to do: verb and object, where, and a word on what to expect."""

    label: str
    address: str
    hint: str = ""


Offer = Callable[[OwnRecord, Law, date], Iterator[Doing]]
OFFERS: list[Offer] = []


def offer(found: Offer) -> Offer:
    """Add what a procedure offers."""
    OFFERS.append(found)
    return found


def doings(record: OwnRecord, law: Law, day: date) -> tuple[Doing, ...]:
    """All that may be done about a record today, in the order in which procedures were added."""
    return tuple(each for found in OFFERS for each in found(record, law, day))
