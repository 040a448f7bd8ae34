"""The effect of documents as it changes (文书效力变动): written for the procedure that registers it, and nobody else."""

# clauses: 1.3a, 2.2b

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from xinheng.law.facts import Effect
from xinheng.law.language import Refusal
from xinheng.ledger.emitting import part_of_event
from xinheng.registry.models import Instrument, InstrumentChange, Record, RecordState, RecordVersion
from xinheng.registry.roles import as_intake
from xinheng.runtime.db import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of a document, in which matter; `contested`: it is under review or suit now (None: as before)."""

    effect: Effect
    matter: UUID
    varied: bool = False
    contested: bool | None = None


_WRITE = "UPDATE registry_instrument SET effect = %s, contested = %s WHERE id = %s"


@part_of_event
def change(instrument: UUID, told: Change, *, event: UUID, by: UUID, now: datetime) -> None:
    """Register it, and let the document follow. Called within `acting`. Raises Refusal NOT_FOUND."""
    row = hold(instrument)
    contested = row.contested if told.contested is None else told.contested
    InstrumentChange.objects.create(
        id=uuid7(), instrument=row, effect=told.effect.value, contested=contested, varied=told.varied,
        matter=told.matter, event=event, by=by, at=now,
    )  # fmt: skip
    with as_intake() as cursor:
        cursor.execute(_WRITE, [told.effect.value, contested, instrument])


def hold(instrument: UUID) -> Instrument:
    """A document of the own agency, held to the end of the transaction. Raises Refusal NOT_FOUND."""
    with as_intake():
        row = Instrument.objects.select_for_update(of=("self",)).filter(pk=instrument).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    return row


def effect_now(row: Instrument) -> Effect:
    """The effect on which something may rest: one that was varied bears nothing until its new content is there."""
    latest = InstrumentChange.objects.filter(instrument=row).order_by("-at", "-id").first()
    waits = latest is not None and latest.varied and row.effect == Effect.EFFECTIVE
    return Effect.STAYED if waits else Effect(row.effect)


def said_anew(instrument: UUID, since: datetime) -> bool:
    """Whether every live record on the document got its new content since a moment, as a variation by two persons."""
    live = Record.objects.filter(instrument=instrument, state=RecordState.LIVE)
    varied = RecordVersion.objects.filter(record=OuterRef("pk"), ground="variation", made_at__gte=since)
    return live.exists() and not live.exclude(Exists(varied)).exists()


def find(instrument: UUID) -> Instrument:
    """A document that the actor may see. Raises Refusal NOT_FOUND."""
    row = Instrument.objects.filter(pk=instrument).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    return row
