"""Asking the ledger what happened and when (查事件): kinds, moments and the ids that payloads name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from xinheng.ledger.kinds import EventKind
from xinheng.ledger.models import Event


@dataclass(frozen=True, slots=True)
class Happened:
    """One event with what its payload tells: ids, hashes, codes and counts."""

    event: UUID
    kind: EventKind
    at: datetime
    told: Mapping[str, Any]


def naming(kind: EventKind, key: str, ids: Collection[UUID]) -> tuple[Happened, ...]:
    """The events of one kind whose payload names one of `ids` under `key`, oldest first."""
    if not ids:
        return ()
    wanted = {f"eventpayload__payload__{key}__in": [str(each) for each in ids]}
    return tuple(map(_happened, _of(kind).filter(**wanted)))


def of_kind(kind: EventKind) -> tuple[Happened, ...]:
    """All events of one kind, oldest first: for kinds that are rare, such as a change of the lawbook."""
    return tuple(map(_happened, _of(kind)))


def kinds_of(events: Iterable[UUID]) -> dict[UUID, EventKind]:
    """What each of these events was; ids that are no event's are left out."""
    rows = Event.objects.filter(pk__in=set(events)).values_list("pk", "kind")
    return {event: EventKind(kind) for event, kind in rows}


def _of(kind: EventKind) -> QuerySet[Event]:
    found = Event.objects.filter(kind=kind.value).order_by("at", "id")
    return found.select_related("eventpayload")


def _happened(found: Event) -> Happened:
    return Happened(found.pk, EventKind(found.kind), found.at, found.eventpayload.payload)
