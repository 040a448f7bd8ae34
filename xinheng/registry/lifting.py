"""Measures lifted while a plan runs, and what comes after it (重整、和解计划执行期间暂时解除惩戒措施).

Of the grounds that a case of repair is about: whoever took a measure on them, nobody uses it meanwhile. Records stay
public and shared, marked. Afterwards measures stand again where their ground does, and their bodies rate them anew.
Called by the procedure that decides it, within its transaction.
"""

# clauses: 4.2a, 5.1a

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.permissions import require
from xinheng.access.scope import acting, whole_city
from xinheng.law.language import Refusal
from xinheng.ledger.emitting import emits, part_of_event
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.registry.measurestanding import in_force_on
from xinheng.registry.models import (
    LiftEnd,
    MeasureLift,
    MeasureRating,
    MeasureState,
    MeasureTaken,
    RatingAnswer,
)
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7
from xinheng.vault.texts import open_texts, seal_texts

RATINGS = "registry_measurerating"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A plan that runs: its id and last day, the case that decided on it, of which subject, on which grounds."""

    plan: UUID
    until: date
    matter: UUID
    number: str
    subject: UUID
    agency: UUID
    instruments: Sequence[UUID] = ()
    entries: Sequence[UUID] = ()


@emits(EventKind.MEASURE_LIFTED)
def lift_measures(running: Running, *, actor: Actor, now: datetime) -> UUID:
    """From today to the plan's last day nobody uses a measure on these grounds; gives the event.

    Raises IntegrityError without a verified plan that runs: the database holds it to that.
    """
    event, today = uuid7(), day_of(now)
    grounds = [(each, None) for each in running.instruments] + [(None, each) for each in running.entries]
    MeasureLift.objects.bulk_create(
        MeasureLift(
            id=uuid7(), subject_id=running.subject, instrument_id=instrument, entry_id=entry,
            agency_id=running.agency, matter=running.matter, number=running.number, plan=running.plan, since=today,
            until=running.until, event=event, by=actor.user_id, at=now,
        )
        for instrument, entry in grounds
    )  # fmt: skip
    payload = {
        "plan": running.plan, "matter": running.matter, "measures": _resting(running.plan), "since": today,
        "until": running.until, "by": actor.user_id,
    }  # fmt: skip
    append(EventKind.MEASURE_LIFTED, payload=payload, agency=running.agency, now=now, event_id=event)
    return event


@emits(EventKind.MEASURE_LIFT_ENDED)
def end_lift(plan: UUID, why: LiftEnd, *, on: date, agency: UUID, actor: Actor, now: datetime) -> UUID:
    """The plan is over from the day `on`: measures stand again where their ground does, and their bodies are told.

    Gives the event. Of what another plan still lifts nobody is told yet.
    """
    event = uuid7()
    with whole_city():
        open_ = MeasureLift.objects.select_for_update().filter(plan=plan, ended_on=None)
        for each in open_.order_by("id"):
            each.ended_on, each.ended_by, each.ended_at, each.ended_event = on, why, now, event
            each.ender = None if why is LiftEnd.TERM else actor.user_id
            each.save()
        rows = MeasureTaken.objects.filter(in_force_on(day_of(now)), _under(plan)).order_by("agency_id", "id")
        told = list(rows.exclude(measurerating__plan=plan))
        MeasureRating.objects.bulk_create(_ratings(told, plan, event, now))
    payload = {
        "plan": plan, "why": why.value, "on": on, "measures": [each.pk for each in told], "by": actor.user_id
    }  # fmt: skip
    append(EventKind.MEASURE_LIFT_ENDED, payload=payload, agency=agency, now=now, event_id=event)
    return event


def _ratings(
    rows: Collection[MeasureTaken], plan: UUID, event: UUID, now: datetime
) -> Iterator[MeasureRating]:
    for row in rows:
        yield MeasureRating(
            id=uuid7(), measure=row, agency_id=row.agency_id, plan=plan, event=event, told_at=now
        )


def _resting(plan: UUID) -> list[UUID]:
    """The measures that a plan lifts, whoever took them."""
    with whole_city():
        found = MeasureTaken.objects.filter(_under(plan), state=MeasureState.IN_FORCE)
        return sorted(found.values_list("pk", flat=True))


def _under(plan: UUID) -> Q:
    """On a ground of the plan, against its subject."""
    lifts = MeasureLift.objects.filter(plan=plan)
    on = Q(instrument__in=lifts.filter(entry=None).values("instrument"))
    on |= Q(entry__in=lifts.filter(instrument=None).values("entry"))
    return on & Q(subject__in=lifts.values("subject"))


@emits(EventKind.MEASURE_RATED)
def keep_measure(measure: UUID, *, reason: str, opened: Opened, actor: Actor, now: datetime) -> None:
    """After the plan the body has rated its measure anew, and it goes on; the other answer is to end it.

    Raises Refusal REASON_REQUIRED, ALREADY_DECIDED where nothing waits, MEASURE_NOT_IN_FORCE, NOT_FOUND, NOT_YOURS or
    PERMISSION_DENIED.
    """
    require(actor, "measure.decide")
    if not reason.strip():
        raise Refusal.because("REASON_REQUIRED")
    with acting(actor):
        row = MeasureTaken.objects.select_for_update(of=("self",)).filter(pk=measure).first()
        if row is None:
            raise Refusal.because("NOT_FOUND")
        opened.require_subject(row.subject_id)
        if row.state != MeasureState.IN_FORCE:
            raise Refusal.because("MEASURE_NOT_IN_FORCE", state=row.get_state_display())
        if not rate(row, RatingAnswer.KEPT, reason=reason, actor=actor, now=now):
            raise Refusal.because("ALREADY_DECIDED")
        payload = {"measure": row.pk, "answer": RatingAnswer.KEPT.value, "by": actor.user_id}
        append(EventKind.MEASURE_RATED, payload=payload, agency=row.agency_id, now=now)


@part_of_event
def rate(row: MeasureTaken, answer: RatingAnswer, *, reason: str, actor: Actor, now: datetime) -> int:
    """Answer what a body was told after plans; how many. On behalf of the service that says so."""
    waiting = list(ratings_open().select_for_update().filter(measure=row))
    for each in waiting:
        each.answer, each.answered_by, each.answered_at = answer, actor.user_id, now
        made = seal_texts(RATINGS, "sealed", each.pk, row.subject_id, {"reason": reason.strip()})
        each.sealed, each.sealed_commitment = made.sealed, made.commitment
        each.save()
    return len(waiting)


def reason_of(row: MeasureRating, subject: UUID) -> str:
    """Why a body answered as it did. Raises vault.keyring.Unreadable."""
    if row.sealed is None or row.sealed_commitment is None:
        return ""
    kept = bytes(row.sealed), bytes(row.sealed_commitment)
    found = open_texts(RATINGS, "sealed", row.pk, subject, *kept)
    return str(found.get("reason", ""))


def ratings_open() -> QuerySet[MeasureRating]:
    """What bodies have not answered yet; within `acting`."""
    return MeasureRating.objects.filter(answered_at=None)
