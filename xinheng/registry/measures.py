"""Measures at the desk (惩戒措施办理): proposed by one, decided by another; or not taken, and why.

The law is asked at the proposal and again, of that day, at the decision. A measure is the agency's own act towards
the subject: nothing here is addressed to a bank, credit agency, association, chamber or medium, and nothing asks
one for anything (四（二）); what may be told them is `law.measures.address`.
"""

# clauses: 4.2a, 4.2b, 4.2c, 1.3b, 1.3c

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.permissions import require
from xinheng.access.scope import acting, whole_city
from xinheng.catalog.public import current_law
from xinheng.documents import numbers
from xinheng.law.facts import SubjectKind
from xinheng.law.language import Refusal, Verdict
from xinheng.law.lawbook import Law
from xinheng.law.measures import decide, measure_end
from xinheng.ledger.emitting import emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.registry.measurefacts import Given, facts_of
from xinheng.registry.measurestanding import in_force_on
from xinheng.registry.measuretexts import REASON, given_of, review_of, said, sealed
from xinheng.registry.models import ListEntry, MeasureState, MeasureTaken
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7
from xinheng.subjects.models import Subject

REGISTER, PREFIX = "measure", "CJCS"
# At the proposal the second review cannot have been yet; at the decision it must have been.
REVIEW_OPEN = "MEASURE_CAUTION"


@emits(EventKind.MEASURE_PROPOSED)
def propose_measure(given: Given, *, opened: Opened, actor: Actor, now: datetime) -> UUID:
    """Propose one measure against the subject whose file is open; returns its id. Nothing is imposed by it.

    Raises Refusal with what the law of the day says against it, MEASURE_EXISTS, NOT_FOUND or PERMISSION_DENIED.
    """
    require(actor, "measure.propose")
    law = current_law(day_of(now))
    with acting(actor):
        subject = subject_of(opened)
        facts = facts_of(given, SubjectKind(subject.kind), opened=opened, actor=actor)
        _require_but_review(decide(facts, law))
        _require_new(given, subject, actor, law.day)
        identity = uuid7()
        made = _write(
            identity, subject, given.row, given.matter, law, actor, now,
            entry_id=given.entry, instrument_id=given.instrument, role=facts.role, state=MeasureState.PROPOSED,
            grounds_met=list(given.grounds_met), months=given.months, lifetime=given.lifetime,
            amount=given.amount, statute=given.statute, leniency_heard=facts.leniency.heard,
            leniency_grounds=list(facts.leniency.grounds), leniency_decision=facts.leniency.decision,
            **sealed("said", identity, subject.pk, said(given)),
        )  # fmt: skip
        _tell(EventKind.MEASURE_PROPOSED, made, actor, now)
    return made.pk


@emits(EventKind.MEASURE_NOT_TAKEN)
def record_not_taken(
    row: str, matter: str, *, reason: str, opened: Opened, actor: Actor, now: datetime
) -> UUID:
    """Record that a measure which came into question was not taken, and why (四（二）); returns its id.

    Raises Refusal REASON_REQUIRED, NOT_FOUND for a row or matter that is not on the list, or PERMISSION_DENIED.
    """
    require(actor, "measure.ask")
    if not reason.strip():
        raise Refusal.because("REASON_REQUIRED")
    law = current_law(day_of(now))
    edition = law.measures_list()
    if edition is None or row not in edition.rows or matter not in edition.rows[row].relation:
        raise Refusal.because("NOT_FOUND")
    with acting(actor):
        subject, identity = subject_of(opened), uuid7()
        texts = sealed("said", identity, subject.pk, {REASON: reason})
        made = _write(identity, subject, row, matter, law, actor, now, state=MeasureState.NOT_TAKEN, **texts)
        _tell(EventKind.MEASURE_NOT_TAKEN, made, actor, now)
    return made.pk


@emits(EventKind.MEASURE_REVIEWED)
def review_measure(
    measure: UUID, *, necessary: bool, reason: str, opened: Opened, actor: Actor, now: datetime
) -> None:
    """Say whether a proposed measure is needed at all, as another person than who proposed it (1.3c).

    Raises Refusal REASON_REQUIRED, SAME_PERSON, ALREADY_DECIDED, NOT_FOUND, NOT_YOURS or PERMISSION_DENIED.
    """
    require(actor, "measure.review")
    if not reason.strip():
        raise Refusal.because("REASON_REQUIRED")
    with acting(actor):
        row = _proposed(measure, opened, actor)
        if row.review_by is not None:
            raise Refusal.because("ALREADY_DECIDED")
        row.review_by, row.review_at, row.review_necessary = actor.user_id, now, necessary
        _set(row, sealed("review", row.pk, row.subject_id, {REASON: reason}))
        row.save()
        _tell(EventKind.MEASURE_REVIEWED, row, actor, now, necessary=necessary)


@emits(EventKind.MEASURE_TAKEN, EventKind.MEASURE_REFUSED)
def decide_measure(
    measure: UUID, *, granted: bool, reason: str, opened: Opened, actor: Actor, now: datetime
) -> None:
    """Decide what another officer proposed: the law of the day is asked again, in full.

    Raises Refusal with what the law says against it, SAME_PERSON, ALREADY_DECIDED, REASON_REQUIRED for a
    refusal without reason, NOT_FOUND, NOT_YOURS or PERMISSION_DENIED.
    """
    require(actor, "measure.decide")
    if not granted and not reason.strip():
        raise Refusal.because("REASON_REQUIRED")
    with acting(actor):
        row = _proposed(measure, opened, actor)
        row.decided_by, row.decided_at = actor.user_id, now
        _set(row, sealed("decision", row.pk, row.subject_id, {REASON: reason}))
        if granted:
            _take(row, opened, actor, current_law(day_of(now)))
        else:
            row.state = MeasureState.REFUSED
        if row.review_by == actor.user_id:  # as `measure_two_persons` has it in the database
            raise Refusal.because("SAME_PERSON")
        row.save()
        kind = EventKind.MEASURE_TAKEN if granted else EventKind.MEASURE_REFUSED
        _tell(kind, row, actor, now)


def _take(row: MeasureTaken, opened: Opened, actor: Actor, law: Law) -> None:
    """The measure in force from the day of the law, by a verdict that says nothing against it."""
    _hold(row.entry_id)
    kind = SubjectKind(row.subject_kind)
    facts = facts_of(given_of(row), kind, opened=opened, actor=actor, review=review_of(row))
    verdict = decide(facts, law).require()
    row.state, row.decided_on, row.until = MeasureState.IN_FORCE, law.day, measure_end(facts, law.day, law)
    row.asked, row.lawbook = _asked(verdict), verdict.edition


def _hold(entry: UUID | None) -> None:
    """The entry stays as it is read until this is done: whoever would take it off the list waits."""
    if entry is None:
        return
    with whole_city():
        list(ListEntry.objects.select_for_update(of=("self",)).filter(pk=entry))


def _asked(verdict: Verdict) -> list[dict[str, Any]]:
    return [
        {
            "rule": each.rule,
            "clauses": [clause.id for clause in each.clauses],
            "outcome": each.outcome.name.lower(),
        }
        for each in verdict.reasons
    ]


def _require_but_review(verdict: Verdict) -> None:
    against = [reason for reason in verdict.against if reason.code != REVIEW_OPEN]
    if against:
        raise Refusal(*against)


def _require_new(given: Given, subject: Subject, actor: Actor, day: date) -> None:
    """One measure of a row for one matter at a time: a second would be the same one made heavier."""
    same = MeasureTaken.objects.filter(
        subject=subject, row=given.row, matter=given.matter, agency=actor.agency_id
    )
    with whole_city():
        there = same.filter(state=MeasureState.PROPOSED).first() or same.filter(in_force_on(day)).first()
    if there is not None:
        raise Refusal.because("MEASURE_EXISTS", number=there.number)


def subject_of(opened: Opened) -> Subject:
    """The subject whose file is open. Raises Refusal NOT_FOUND."""
    opened.require()
    found = Subject.objects.filter(pk=opened.subject).first() if opened.subject else None
    if found is None:
        raise Refusal.because("NOT_FOUND")
    return found


def held(measure: UUID, opened: Opened) -> MeasureTaken:
    """The agency's own measure, locked; inside `acting`. Raises Refusal NOT_FOUND, NOT_YOURS for another's file."""
    row = MeasureTaken.objects.select_for_update(of=("self",)).filter(pk=measure).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    opened.require_subject(row.subject_id)
    return row


def _proposed(measure: UUID, opened: Opened, actor: Actor) -> MeasureTaken:
    row = held(measure, opened)
    if row.state != MeasureState.PROPOSED:
        raise Refusal.because("ALREADY_DECIDED")
    if row.made_by == actor.user_id:
        raise Refusal.because("SAME_PERSON")
    return row


def _write(
    identity: UUID,
    subject: Subject,
    row: str,
    matter: str,
    law: Law,
    actor: Actor,
    now: datetime,
    **told: Any,
) -> MeasureTaken:
    edition = law.measures_list()
    numbers.hold(REGISTER, law.day.year)
    number = f"{PREFIX}-{law.day.year}-{numbers.take(REGISTER, law.day.year):06d}"
    return MeasureTaken.objects.create(
        id=identity, number=number, subject=subject, subject_kind=subject.kind, party=subject.name or "",
        row=row, matter=matter, edition=edition.id if edition else "", agency_id=actor.agency_id,
        made_by=actor.user_id, made_at=now, **{"role": "subject", **told},
    )  # fmt: skip


def _set(row: MeasureTaken, columns: dict[str, bytes]) -> None:
    for name, value in columns.items():
        setattr(row, name, value)


def _tell(kind: EventKind, row: MeasureTaken, actor: Actor, now: datetime, **more: Any) -> None:
    payload = {"measure": row.pk, "row": row.row, "matter": row.matter, "by": actor.user_id, **more}
    append(kind, payload=payload, agency=row.agency_id, now=now)
