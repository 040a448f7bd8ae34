"""Effects and marks of records, told to the ledger (结果与标注的办理): for the procedures that decide them, and nobody else.

Each call is one event for all its records, inside the caller's transaction; what is public, shared and owed to holders
follows in it. Called within `acting` of whoever may (registry.effects).
"""

# clauses: 5.1b, 5.1d

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.law.language import Refusal
from xinheng.law.repairrules import RepairEffect
from xinheng.law.standing import Ground, Mark
from xinheng.ledger.emitting import emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.ledger.verification.told import SHREDDED_ROWS
from xinheng.registry import effects
from xinheng.registry.effects import Deed
from xinheng.runtime.db import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was decided: on which ground, in which matter (id and number), and who had asked for it."""

    ground: Ground
    matter: UUID
    number: str
    asked_by: UUID | None = None


@emits(EventKind.RECORD_EFFECT_APPLIED)
def apply_effect(
    records: Sequence[UUID],
    effect: RepairEffect,
    *,
    decided: Decided,
    actor: Actor,
    now: datetime,
    ends_publication: bool = False,
) -> UUID:
    """End sharing and publication, annotate or withhold records; gives the event. A deletion is `delete_record`.

    Raises Refusal NOT_FOUND, or RECORD_NOT_CURRENT for one that was destroyed; nothing is kept then.
    """
    if effect is RepairEffect.DELETE:
        raise ValueError("a deletion is told by its own event: delete_record")

    def write(record: UUID, deed: Deed) -> None:
        effects.apply(record, effect, deed=deed, ends_publication=ends_publication)

    told = {"effect": effect.value, "ends_publication": ends_publication}
    return _told(EventKind.RECORD_EFFECT_APPLIED, records, write, told, decided, actor, now)


@emits(EventKind.RECORD_EFFECT_LIFTED)
def lift_effect(
    records: Sequence[UUID],
    effect: RepairEffect,
    *,
    of: UUID | None = None,
    decided: Decided,
    actor: Actor,
    now: datetime,
) -> UUID:
    """End an effect that the matter `of` put on records; gives the event.

    Raises Refusal NOT_FOUND, RECORD_NOT_CURRENT or EFFECT_NOT_IN_FORCE; nothing is kept then.
    """

    def write(record: UUID, deed: Deed) -> None:
        effects.lift(record, effect, deed=deed, of=of)

    told = {"effect": effect.value, "of": of or decided.matter}
    return _told(EventKind.RECORD_EFFECT_LIFTED, records, write, told, decided, actor, now)


@emits(EventKind.RECORD_MARKED)
def mark_records(
    records: Sequence[UUID], mark: Mark, *, decided: Decided, actor: Actor, now: datetime
) -> UUID:
    """Put a mark beside records on every output at once; gives the event. Raises Refusal as `apply_effect`."""

    def write(record: UUID, deed: Deed) -> None:
        effects.mark(record, mark, deed=deed)

    return _told(EventKind.RECORD_MARKED, records, write, {"mark": mark.value}, decided, actor, now)


@emits(EventKind.RECORD_UNMARKED)
def unmark_records(
    records: Sequence[UUID],
    mark: Mark,
    *,
    of: UUID | None = None,
    decided: Decided,
    actor: Actor,
    now: datetime,
) -> UUID:
    """End the mark that the matter `of` put beside records; gives the event. Raises Refusal as `lift_effect`."""

    def write(record: UUID, deed: Deed) -> None:
        effects.unmark(record, mark, deed=deed, of=of)

    told = {"mark": mark.value, "of": of or decided.matter}
    return _told(EventKind.RECORD_UNMARKED, records, write, told, decided, actor, now)


@emits(EventKind.RECORD_SHOWN_LONGER)
def show_until(record: UUID, until: date, *, decided: Decided, actor: Actor, now: datetime) -> UUID:
    """Set by decision through which day a record is shown; gives the event. Raises Refusal as `apply_effect`.

    Nothing is shown by it alone: what was ended is taken up by `lift_effect`, after this in the same transaction.
    """

    def write(record: UUID, deed: Deed) -> None:
        effects.show_until(record, until, deed=deed)

    return _told(EventKind.RECORD_SHOWN_LONGER, [record], write, {"until": until}, decided, actor, now)


@emits(EventKind.SHREDDED)
def delete_record(record: UUID, *, decided: Decided, actor: Actor, now: datetime) -> UUID:
    """Delete one record: content destroyed, a keyed tombstone left; gives the event.

    Raises Refusal NOT_FOUND, RECORD_NOT_CURRENT, or SAME_PERSON unless another person had asked for it.
    """
    agency, deed = _agency([record], actor), _deed(decided, actor, now)
    gone = effects.delete(record, deed=deed)
    told = {
        **_matter(decided, actor), "record": record, "effect": RepairEffect.DELETE.value, SHREDDED_ROWS: gone.rows,
        "events": gone.events, "carried": gone.carried, "by": [decided.asked_by, actor.user_id],
    }  # fmt: skip
    append(EventKind.SHREDDED, payload=told, agency=agency, now=now, event_id=deed.event)
    return deed.event


def _told(
    kind: EventKind,
    records: Sequence[UUID],
    write: Callable[[UUID, Deed], None],
    told: Mapping[str, object],
    decided: Decided,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Write record by record in the order of their ids, so that two callers never wait for each other; tell it once."""
    chosen, deed = sorted(set(records)), _deed(decided, actor, now)
    if not chosen:
        raise Refusal.because("NOT_FOUND")
    effects.lock(chosen)
    for record in chosen:
        write(record, deed)
    payload = {**_matter(decided, actor), **told, "records": chosen, "count": len(chosen)}
    append(kind, payload=payload, agency=_agency(chosen, actor), now=now, event_id=deed.event)
    return deed.event


def _deed(decided: Decided, actor: Actor, now: datetime) -> Deed:
    return Deed(
        event=uuid7(), ground=decided.ground, matter=decided.matter, number=decided.number, by=actor.user_id,
        now=now, asked_by=decided.asked_by,
    )  # fmt: skip


def _matter(decided: Decided, actor: Actor) -> dict[str, object]:
    return {"ground": decided.ground.value, "matter": decided.matter, "by": actor.user_id}


def _agency(records: Sequence[UUID], actor: Actor) -> UUID:
    """Whose records these are; the deciding agency where they are of several."""
    found = set(effects.agencies(records))
    return found.pop() if len(found) == 1 else actor.agency_id


def events_of(matter: UUID) -> tuple[UUID, ...]:
    """The events by which a matter put effects on records, within `acting`."""
    return tuple(effects.events_of(matter))


def all_events_of(matter: UUID) -> frozenset[UUID]:
    """Every event of a matter on records: effects put and lifted, marks put and ended; within `acting`."""
    return effects.all_events_of(matter)


def marked(records: Sequence[UUID], mark: Mark, matter: UUID) -> list[UUID]:
    """Those of the records beside which the matter's mark stands, within `acting`."""
    return effects.marked(records, mark, matter)
