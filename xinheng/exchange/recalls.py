"""Whom an effect or a mark has to reach outside, owed in the transaction that decides it (撤回和更新通知).

Every audience that the law let have the record, on any version and on the day of that version or today: a holder who
was told once too often loses nothing, one who was never told keeps what was repaired. Delivery itself comes later.
"""

# clauses: 5.1b, 3.2a

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from xinheng.access.scope import whole_city
from xinheng.casework import holders
from xinheng.catalog.public import current_law
from xinheng.exchange.models import Recall
from xinheng.law import disclosure
from xinheng.law.disclosure import SELF
from xinheng.law.facts import RecordFacts
from xinheng.law.language import Outcome
from xinheng.law.lawbook import Law
from xinheng.law.repairrules import View
from xinheng.ledger import emitting
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import Event, append, subscribe
from xinheng.registry.models import Record, RecordVersion
from xinheng.registry.standing import standings
from xinheng.runtime.clock import day_of

Payload = Mapping[str, Any]
WITHDRAW, UPDATE = "withdraw", "update"
# The portal is ours, and the subject is told by its own procedure: neither holds a copy.
NO_HOLDERS = ("public", SELF)
# What leaves a holder nothing.
_NOTHING = (View.GONE, View.STUB)


@subscribe(EventKind.RECORD_EFFECT_APPLIED)
@subscribe(EventKind.RECORD_EFFECT_LIFTED)
@subscribe(EventKind.RECORD_MARKED)
@subscribe(EventKind.RECORD_UNMARKED)
def owe_for_records(event: Event, payload: Payload) -> None:
    """Each holder of each record of the event."""
    _owe(event, [UUID(str(each)) for each in payload["records"]])


@subscribe(EventKind.SHREDDED)
def owe_for_destroyed(event: Event, payload: Payload) -> None:
    """What was destroyed, by whichever way, is taken back from everybody."""
    _owe(event, [UUID(str(payload["record"]))])


def _owe(event: Event, records: Collection[UUID]) -> None:
    """Write what is owed and tell it: a consequence of the event, not a deed of its own."""
    law = current_law(day_of(event.at))
    with whole_city():
        rows = list(_rows(event, records, law))
        Recall.objects.bulk_create(rows)
    if rows:
        with emitting.subscribers():
            told = {"cause": event.id, "count": len(rows)}
            append(EventKind.RECALL_OWED, payload=told, agency=event.agency, now=event.at)


def _rows(event: Event, records: Collection[UUID], law: Law) -> Iterator[Recall]:
    there, held = standings(records), _holders(records, law)
    for record in Record.objects.filter(pk__in=records).order_by("pk"):
        gone = record.state == "shredded"
        for audience in held[record.pk]:
            view = View.GONE if gone else there[record.pk].toward(audience, law)
            yield Recall(
                event=event.id, record=record.pk, version=record.version, audience=audience,
                action=WITHDRAW if view in _NOTHING else UPDATE, view=view.value if view else "", at=event.at,
            )  # fmt: skip


def _holders(records: Collection[UUID], law: Law) -> Mapping[UUID, Sequence[str]]:
    """Record -> the audiences that may have it, in the order of audiences.yaml."""
    found = RecordVersion.objects.filter(record__in=records).values_list(
        "record", "facts", "facts__facts", "record__decided_on", "made_at"
    )
    asked: dict[Any, frozenset[str]] = {}
    found_of: dict[UUID, set[str]] = {each: set() for each in records}
    for record, number, facts, decided_on, made_at in found:
        for day in {day_of(made_at), law.day}:
            key = (number, decided_on, day)
            if key not in asked:
                asked[key] = _permitted(facts, decided_on, current_law(day))
            found_of[record] |= asked[key]
    return {record: _ordered(each, law) for record, each in found_of.items()}


def _permitted(raw: Mapping[str, Any], decided_on: date, law: Law) -> frozenset[str]:
    facts = RecordFacts.from_json({**raw, "interval": law.book.interval(decided_on)})
    asked = (each for each in law.book.audiences if each not in NO_HOLDERS)
    return frozenset(
        each for each in asked if disclosure.decide(facts, each, law).verdict.outcome is Outcome.PERMITTED
    )


def _ordered(audiences: Iterable[str], law: Law) -> list[str]:
    found = set(audiences)
    return [each for each in law.book.audiences if each in found]


@dataclass(frozen=True, slots=True)
class Owed:
    """One holder and what it has to be told; ids only."""

    record: UUID
    version: int
    audience: str
    action: str
    view: str


def of_event(event: UUID) -> tuple[Owed, ...]:
    """What an event owes, within `acting`: for the page of the matter that decided it."""
    names = ("record", "version", "audience", "action", "view")
    rows = Recall.objects.filter(event=event).order_by("record", "audience").values_list(*names)
    return tuple(Owed(*row) for row in rows)


@holders.tells
def holders_of(events: Collection[UUID]) -> tuple[frozenset[str], frozenset[str]]:
    """Whom events are owed to, and who has confirmed; nobody can confirm before there is delivery."""
    found = Recall.objects.filter(event__in=events).values_list("record", "audience")
    return frozenset(f"{record}:{audience}" for record, audience in found), frozenset()


def told_of(owed: Collection[str], law: Law) -> list[tuple[str, int]]:
    """(name of a holder, how many records) of what `holders_of` gave, for a page."""
    audiences = [each.partition(":")[2] for each in owed]
    return [
        (law.audience(each).name, audiences.count(each)) for each in law.book.audiences if each in audiences
    ]
