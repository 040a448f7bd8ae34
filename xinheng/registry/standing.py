"""How records stand after repair, correction and revocation: effects in force and marks, now and on a past day (现有结果).

Read within `acting`: what row-level security hides has no standing.
"""

# clauses: 5.1b, 5.1d

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.permissions import may
from xinheng.access.purposes import Purpose
from xinheng.law.language import Refusal
from xinheng.law.repairrules import RepairEffect, View
from xinheng.law.standing import PLAIN, Ground, InForce, Mark, Standing
from xinheng.registry.models import RecordEffect, RecordMark

# An effect `e` that nothing has lifted.
IN_FORCE = (
    "e.lifts IS NULL AND NOT EXISTS (SELECT FROM registry_recordeffect l"
    " WHERE l.record_id = e.record_id AND l.lifts = e.id)"
)


@dataclass(frozen=True, slots=True)
class Dated:
    """Something decided about a record: an effect or a mark, from when until when (None: in force)."""

    what: InForce | Mark
    since: datetime
    event: UUID
    until: datetime | None
    ended_event: UUID | None

    def held(self, before: datetime) -> bool:
        """Whether it was in force as far as was known before a moment."""
        return self.since < before and (self.until is None or self.until >= before)


History = Sequence[Dated]


def histories(records: Collection[UUID]) -> Mapping[UUID, History]:
    """All that was ever decided about these records, oldest first; records without anything are not there."""
    found: dict[UUID, list[Dated]] = defaultdict(list)
    for record, each in (*_effects(records), *_marks(records)):
        found[record].append(each)
    return {record: sorted(each, key=lambda dated: dated.since) for record, each in found.items()}


def _effects(records: Collection[UUID]) -> list[tuple[UUID, Dated]]:
    rows = list(RecordEffect.objects.filter(record__in=records).order_by("at", "id"))
    lifted = {each.lifts: each for each in rows if each.lifts}
    return [(row.record_id, _dated(row, lifted.get(row.pk))) for row in rows if row.lifts is None]


def _dated(row: RecordEffect, ended: RecordEffect | None) -> Dated:
    views = {name: View(getattr(row, name)) for name in ("public", "shared", "own")}
    what = InForce(
        effect=RepairEffect(row.effect), ground=Ground(row.ground), matter=row.matter, number=row.number,
        at=row.at, **views,
    )  # fmt: skip
    end = (ended.at, ended.event) if ended else (None, None)
    return Dated(what, row.at, row.event, *end)


def _marks(records: Collection[UUID]) -> list[tuple[UUID, Dated]]:
    rows = RecordMark.objects.filter(record__in=records).order_by("since", "id")
    return [
        (row.record_id, Dated(Mark(row.mark), row.since, row.event, row.until, row.ended_event))
        for row in rows
    ]


def standing_of(history: History, before: datetime | None = None) -> Standing:
    """What was in force as far as was known before a moment, or is now."""
    there = [each.what for each in history if (each.held(before) if before else each.until is None)]
    marks = sorted({each.value for each in there if isinstance(each, Mark)})
    return Standing(tuple(each for each in there if isinstance(each, InForce)), tuple(marks))


def standings(records: Collection[UUID]) -> dict[UUID, Standing]:
    """How each of these records stands now."""
    found = histories(records)
    return {record: standing_of(found[record]) if record in found else PLAIN for record in records}


def special(actor: Actor, purpose: Purpose) -> bool:
    """Whether a look is by special right: its purpose says so, and the reason is its basis (五（一）)."""
    return purpose is Purpose.WITHHELD and may(actor, "withheld.view")


def require_open(record: UUID, agency: UUID, decided: Mapping[UUID, History], opened: Opened) -> Standing:
    """How a record of an agency stands. Raises Refusal WITHHELD_RIGHT where it was ended or withheld, is another
    body's, and the look is an ordinary one (五（一）).
    """
    standing = standing_of(decided.get(record, ()))
    if standing.withheld and agency != opened.actor.agency_id and not special(opened.actor, opened.purpose):
        raise Refusal.because("WITHHELD_RIGHT", purpose=Purpose.WITHHELD.label)
    return standing


def ended_for_others() -> QuerySet[RecordEffect]:
    """The effects in force that leave other bodies nothing in an ordinary look."""
    lifted = RecordEffect.objects.filter(record=OuterRef("record"), lifts=OuterRef("pk"))
    hiding = RecordEffect.objects.filter(lifts=None).exclude(shared=View.MARKED.value)
    return hiding.exclude(Exists(lifted))


def under_effect(records: Collection[UUID], effect: RepairEffect, matter: UUID) -> list[UUID]:
    """Which of these records an effect of this matter is still in force on."""
    found = standings(records)
    return sorted(
        record
        for record, each in found.items()
        if any(it.effect is effect and it.matter == matter for it in each.effects)
    )


def marked(record: UUID, said: Mark, matter: UUID) -> bool:
    """Whether a mark of this matter stands beside the record."""
    found = RecordMark.objects.filter(record=record, mark=said.value, matter=matter, until=None)
    return found.exists()
