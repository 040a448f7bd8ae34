"""What repair, correction and revocation do to records: effects, marks, deletion (结果、标注、删除).

Written on behalf of a service that emits the event, within `acting` of whoever may: a record that row-level
security hides is not there. The meaning of an effect is that of the lawbook of the day, and stays with the row.
"""

# clauses: 5.1b, 5.1d

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.law.repairrules import EffectMeaning, RepairEffect, View
from xinheng.law.standing import Ground, Mark
from xinheng.ledger.emitting import part_of_event
from xinheng.registry import shredding, tombstones
from xinheng.registry.models import Record, RecordEffect, RecordMark, RecordShown
from xinheng.registry.roles import as_intake
from xinheng.registry.shredding import Shredded
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """By which event of which matter, on which ground and by whom; `asked_by` proposed what `by` decided."""

    event: UUID
    ground: Ground
    matter: UUID
    number: str
    by: UUID
    now: datetime
    asked_by: UUID | None = None


_LOCK = "SELECT id, state FROM registry_record WHERE id = ANY(%s) ORDER BY id FOR UPDATE"


def lock(records: Sequence[UUID]) -> None:
    """Nobody changes these records until the end of the transaction. Raises Refusal NOT_FOUND, RECORD_NOT_CURRENT."""
    with as_intake() as cursor:
        cursor.execute(_LOCK, [sorted(set(records))])
        found = dict(cursor.fetchall())
    if not records or set(found) != set(records):
        raise Refusal.because("NOT_FOUND")
    if "shredded" in found.values():
        raise Refusal.because("RECORD_NOT_CURRENT")


def agencies(records: Sequence[UUID]) -> list[UUID]:
    """Whose records these are."""
    return list(Record.objects.filter(pk__in=records).values_list("agency_id", flat=True))


@part_of_event
def apply(record: UUID, effect: RepairEffect, *, deed: Deed, ends_publication: bool = False) -> None:
    """Put an effect on a record; on the ground of repair with the mark 已修复. A standing one of the matter stays.

    `ends_publication`: it leaves the public's view though its effect alone would only mark it (editions before
    2026-04-01). A deletion is `delete`. Raises Refusal NOT_FOUND or RECORD_NOT_CURRENT.
    """
    lock([record])
    if _standing(record, effect, deed.matter):
        return
    meaning = _meaning(effect, deed)
    public = View.GONE if ends_publication else meaning.public
    _write(record, effect, deed, public=public, shared=meaning.shared, own=meaning.own)
    if deed.ground is Ground.REPAIR and effect is not RepairEffect.DELETE:
        mark(record, Mark.REPAIRED, deed=deed)


@part_of_event
def lift(record: UUID, effect: RepairEffect, *, deed: Deed, of: UUID | None = None) -> None:
    """End an effect that the matter `of` (the deed's own unless told) put on a record, with its mark 已修复.

    Raises Refusal NOT_FOUND, RECORD_NOT_CURRENT or EFFECT_NOT_IN_FORCE.
    """
    lock([record])
    matter = of or deed.matter
    standing = _standing(record, effect, matter)
    if standing is None:
        raise Refusal.because("EFFECT_NOT_IN_FORCE")
    same = {name: getattr(standing, name) for name in ("public", "shared", "own")}
    _write(record, effect, deed, **same, lifts=standing.pk)
    _end(record, Mark.REPAIRED, matter, deed)


@part_of_event
def mark(record: UUID, said: Mark, *, deed: Deed) -> None:
    """Put a mark beside a record on every output; the matter's own that stands stays. Raises Refusal as `apply`."""
    lock([record])
    if not _marks(record, said, deed.matter).exists():
        RecordMark.objects.create(
            id=uuid7(), record_id=record, mark=said.value, matter=deed.matter, number=deed.number,
            since=deed.now, event=deed.event, decided_by=deed.by,
        )  # fmt: skip


@part_of_event
def unmark(record: UUID, said: Mark, *, deed: Deed, of: UUID | None = None) -> None:
    """End the mark of a matter. Raises Refusal NOT_FOUND, RECORD_NOT_CURRENT or EFFECT_NOT_IN_FORCE."""
    lock([record])
    if not _end(record, said, of or deed.matter, deed):
        raise Refusal.because("EFFECT_NOT_IN_FORCE")


@part_of_event
def show_until(record: UUID, until: date, *, deed: Deed) -> None:
    """The day through which a record is shown is set by this matter. Raises Refusal NOT_FOUND or RECORD_NOT_CURRENT."""
    lock([record])
    RecordShown.objects.create(
        id=uuid7(), record_id=record, until=until, matter=deed.matter, number=deed.number, event=deed.event,
        decided_by=deed.by, at=deed.now,
    )  # fmt: skip


@part_of_event
def delete(record: UUID, *, deed: Deed) -> Shredded:
    """Destroy what a record says; its natural key stays as a keyed tombstone. `deed.asked_by` is another person.

    Raises Refusal NOT_FOUND, RECORD_NOT_CURRENT or SAME_PERSON.
    """
    if deed.asked_by is None or deed.asked_by == deed.by:
        raise Refusal.because("SAME_PERSON")
    apply(record, RepairEffect.DELETE, deed=deed)
    for each in RecordMark.objects.filter(record=record, until=None):
        _end(record, Mark(each.mark), each.matter, deed)
    tombstones.bury(record, event=deed.event, now=deed.now)
    return shredding.shred(record, with_key=False)


def _meaning(effect: RepairEffect, deed: Deed) -> EffectMeaning:
    return current_law(day_of(deed.now)).book.repair.effects[effect]


def _standing(record: UUID, effect: RepairEffect, matter: UUID) -> RecordEffect | None:
    found = RecordEffect.objects.filter(record=record, effect=effect.value, matter=matter, lifts=None)
    lifted = RecordEffect.objects.filter(record=record).exclude(lifts=None).values_list("lifts", flat=True)
    return found.exclude(pk__in=list(lifted)).first()


def _write(record: UUID, effect: RepairEffect, deed: Deed, **meaning: Any) -> None:
    RecordEffect.objects.create(
        id=uuid7(), record_id=record, effect=effect.value, ground=deed.ground.value, matter=deed.matter,
        number=deed.number, event=deed.event, decided_by=deed.by, asked_by=deed.asked_by, at=deed.now,
        **{name: getattr(value, "value", value) for name, value in meaning.items()},
    )  # fmt: skip


def _marks(record: UUID, said: Mark, matter: UUID) -> Any:
    return RecordMark.objects.filter(record=record, mark=said.value, matter=matter, until=None)


def _end(record: UUID, said: Mark, matter: UUID, deed: Deed) -> bool:
    ended = _marks(record, said, matter).update(until=deed.now, ended_event=deed.event, ended_by=deed.by)
    return bool(ended)


def events_of(matter: UUID) -> list[UUID]:
    """The events of the effects of a matter, each once, within `acting`."""
    found = RecordEffect.objects.filter(matter=matter, lifts=None).values_list("event", flat=True)
    return list(dict.fromkeys(found.order_by("at", "id")))


def all_events_of(matter: UUID) -> frozenset[UUID]:
    """The events of all effects and marks of a matter, of their ends too, within `acting`."""
    found = set(RecordEffect.objects.filter(matter=matter).values_list("event", flat=True))
    for pair in RecordMark.objects.filter(matter=matter).values_list("event", "ended_event"):
        found.update(each for each in pair if each)
    return frozenset(found)


def marked(records: Sequence[UUID], said: Mark, matter: UUID) -> list[UUID]:
    """Those of the records beside which the matter's mark stands, within `acting`."""
    found = RecordMark.objects.filter(record__in=records, mark=said.value, matter=matter, until=None)
    return sorted(found.values_list("record_id", flat=True))
