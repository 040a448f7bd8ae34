"""Append events, follow them in the same transaction, deliver them later (写入、订阅、待发)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, transaction

from xinheng.ledger import emitting
from xinheng.ledger.canonical import LedgerFault
from xinheng.ledger.entries import commitment
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.models import Event, Outbox
from xinheng.ledger.writing import store

__all__ = ["Delivered", "Event", "append", "commitment", "deliver_due", "outbox", "subscribe"]

Subscriber = Callable[[Event, Mapping[str, Any]], None]
S = TypeVar("S", bound=Subscriber)

# After a fault a delivery waits twice as long as before, an hour at most.
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)

_subscribers: dict[EventKind, list[Subscriber]] = defaultdict(list)
_consumers: dict[EventKind, list[str]] = defaultdict(list)


def append(
    kind: EventKind,
    *,
    payload: Mapping[str, object],
    agency: UUID | None,
    now: datetime,
    event_id: UUID | None = None,
) -> Event:
    """Store one event with its salted commitment, run its subscribers, and owe it to its consumers.

    All of it is part of the caller's transaction. `payload` holds ids, hashes, codes and counts only; the
    digests of protected rows that the transaction has written are added to it as `wrote`, so an event is told
    after what it tells. `event_id` is for rows that name the event before it is told, as a batch's record
    versions do. Raises LedgerFault outside a transaction, for a kind not in the vocabulary, or for personal data.
    """
    if not connection.in_atomic_block:
        raise LedgerFault("an event is appended inside the transaction of what it tells")
    with connection.cursor() as cursor:
        event = store(cursor, kind, payload=payload, agency=agency, now=now, event_id=event_id)
    emitting.note(EventKind(kind))
    _owe(event, now)
    with emitting.subscribers():
        for subscriber in _subscribers[EventKind(kind)]:
            subscriber(event, payload)
    return event


def subscribe(kind: EventKind) -> Callable[[S], S]:
    """Register a function that runs inside the emitting transaction; when it raises, nothing is kept."""

    def register(subscriber: S) -> S:
        if subscriber not in _subscribers[kind]:
            _subscribers[kind].append(subscriber)
        return subscriber

    return register


def outbox(kind: EventKind, consumer: str) -> None:
    """From now on every event of `kind` is owed to `consumer`, who takes it with `deliver_due`."""
    if consumer not in _consumers[kind]:
        _consumers[kind].append(consumer)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one run of `deliver_due` came to."""

    done: int
    failed: int


def deliver_due(consumer: str, handler: Subscriber, now: datetime, *, limit: int = 100) -> Delivered:
    """Give `consumer` what it is owed, oldest first, each event in one transaction with its handling.

    At least once, never before its event is committed, and none is skipped when transactions commit in
    another order than they began: what is open is asked for, not what is newer than the last. Workers
    side by side take different rows. A handler that raises is tried again later, and others go on.
    """
    done = failed = 0
    while done + failed < limit:
        with transaction.atomic():
            owed = _next_owed(consumer, now)
            if owed is None:
                break
            if _handled(owed, handler, now):
                done += 1
            else:
                failed += 1
    return Delivered(done, failed)


def _owe(event: Event, now: datetime) -> None:
    consumers = _consumers[EventKind(event.kind)]
    Outbox.objects.bulk_create(Outbox(event=event, consumer=each, not_before=now) for each in consumers)


def _next_owed(consumer: str, now: datetime) -> Outbox | None:
    open_rows = Outbox.objects.filter(consumer=consumer, done_at=None, not_before__lte=now)
    ordered = open_rows.order_by("event__at", "event_id")
    return (
        ordered.select_related("event__eventpayload")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )


def _handled(owed: Outbox, handler: Subscriber, now: datetime) -> bool:
    try:
        with transaction.atomic():
            handler(owed.event, owed.event.eventpayload.payload)
    except Exception as fault:  # whatever a consumer raises must not stop the others' deliveries
        _put_off(owed, fault, now)
        return False
    owed.done_at = now
    owed.save(update_fields=["done_at"])
    return True


def _put_off(owed: Outbox, fault: Exception, now: datetime) -> None:
    owed.attempts += 1
    owed.not_before = now + min(_FIRST_WAIT * 2 ** min(owed.attempts - 1, 20), _LONGEST_WAIT)
    # The type only: a message may quote the data that it stumbled over.
    owed.last_fault = type(fault).__name__
    owed.save(update_fields=["attempts", "not_before", "last_fault"])
