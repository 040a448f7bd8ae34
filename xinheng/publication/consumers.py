"""Publication follows the ledger: each event projects the records it touched, in its own transaction (跟随事件)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from xinheng.catalog import queries as catalog
from xinheng.law.facts import RecordFacts, facts_digest
from xinheng.law.lawbook import Law
from xinheng.law.questions import depends_on_the_day, ruling_key
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import Event, subscribe
from xinheng.publication import listings, queries
from xinheng.publication.listings import ListingScope
from xinheng.publication.projector import Cause, Scope, hold_law, project
from xinheng.runtime.clock import day_of

Payload = Mapping[str, Any]


def law_at(event_at: Any) -> Law:
    """The law of the day of an event, under the bundle and the rulings now in force."""
    return catalog.current_lawbook().as_of(day_of(event_at), catalog.rulings())


@subscribe(EventKind.BATCH_ACCEPTED)
def publish_batch(event: Event, payload: Payload) -> None:
    """All records of an accepted batch, in one go; a batch that does not say so is taken to have changed some."""
    batch = UUID(str(payload["batch"]))
    scope = Scope.batch(batch, changed=payload.get("changed") != 0)
    _project(event, Scope.settled(batch, event.id) if "rows" in payload else scope, Cause.INTAKE)


@subscribe(EventKind.BATCH_WITHDRAWN)
def withdraw_batch(event: Event, payload: Payload) -> None:
    """What was withdrawn is no longer live and goes; what fell back to an earlier version shows that again."""
    _project(event, Scope.versions_of(UUID(str(payload["batch"]))), Cause.WITHDRAWAL)


@subscribe(EventKind.SHREDDED)
def end_shredded(event: Event, payload: Payload) -> None:
    """What was destroyed is no longer live and goes."""
    _project(event, Scope.records([UUID(str(payload["record"]))]), Cause.WITHDRAWAL)


@subscribe(EventKind.RECORD_CORRECTED)
def publish_correction(event: Event, payload: Payload) -> None:
    _project(event, Scope.on_instruments_of([UUID(str(payload["record"]))]), Cause.CORRECTION)


@subscribe(EventKind.RECORD_REDACTED)
def publish_redaction(event: Event, payload: Payload) -> None:
    _project(event, Scope.on_instruments_of([UUID(str(payload["record"]))]), Cause.REDACTION)


# clauses: 5.1b, 5.1d
@subscribe(EventKind.RECORD_EFFECT_APPLIED)
def follow_effect(event: Event, payload: Payload) -> None:
    """What an effect takes from the public is gone in the transaction that decided it; the rest is marked."""
    project_records(event, _records(payload), Cause.EFFECT)


@subscribe(EventKind.RECORD_EFFECT_LIFTED)
def follow_lifting(event: Event, payload: Payload) -> None:
    """Officers ended an effect: what the law of the day lets the public see is seen again."""
    project_records(event, _records(payload), Cause.EFFECT_LIFTED)


@subscribe(EventKind.RECORD_MARKED)
@subscribe(EventKind.RECORD_UNMARKED)
def follow_mark(event: Event, payload: Payload) -> None:
    project_records(event, _records(payload), Cause.MARK)


def project_records(event: Event, records: Iterable[UUID], cause: Cause) -> None:
    """Project these records for an event that has been told, in its transaction: also for procedures of their own kinds.

    Their effects and marks are written before. Only Cause.EFFECT_LIFTED may begin or widen.
    """
    _project(event, Scope.records(records), cause)


def _records(payload: Payload) -> list[UUID]:
    return [UUID(str(each)) for each in payload["records"]]


@subscribe(EventKind.RULING_APPROVED)
def publish_ruling(event: Event, payload: Payload) -> None:
    """Records whose facts the ruling speaks of; two officers acted, so it may begin and prolong."""
    _project(event, _scope_of_ruling(event, payload), Cause.RULING)


@subscribe(EventKind.RULING_REVOKED)
def end_ruling(event: Event, payload: Payload) -> None:
    """The question is open again: what rested on the ruling narrows or ends."""
    _project(event, _scope_of_ruling(event, payload), Cause.REVOCATION)


@subscribe(EventKind.LAWBOOK_CHANGED)
def follow_lawbook(event: Event, payload: Payload) -> None:
    """Every record: what ends, ends now; what would begin, widen or be prolonged is held (plan 1.2.2)."""
    if payload.get("before"):
        hold_law(alone=True)
        project(Scope(), event=event.id, cause=Cause.LAWBOOK, at=event.at, law=law_at(event.at))
        _project_listings(event, ListingScope())


# clauses: 1.3a, 2.4
@subscribe(EventKind.CASE_LIST)
@subscribe(EventKind.CASE_HIDE)
@subscribe(EventKind.CASE_RESTORE)
@subscribe(EventKind.CASE_REINSTATE)
@subscribe(EventKind.CASE_END)
@subscribe(EventKind.CASE_EXIT)
@subscribe(EventKind.CASE_REVOKE)
@subscribe(EventKind.CASE_CORRECT)
@subscribe(EventKind.CASE_LEAVE_WITH_UNIT)
def follow_case(event: Event, payload: Payload) -> None:
    """The entry of the case, written before the event was told: shown, or gone at once."""
    hold_law(alone=False)
    _project_listings(event, ListingScope.case(UUID(str(payload["case"]))))


# clause: 5.1a
@subscribe(EventKind.MEASURE_LIFTED)
@subscribe(EventKind.MEASURE_LIFT_ENDED)
def follow_plan(event: Event, payload: Payload) -> None:
    """The entries on which measures are lifted while a plan of a court runs say so, and no longer than it runs."""
    hold_law(alone=False)
    _project_listings(event, ListingScope.plan(UUID(str(payload["plan"]))))


def _project_listings(event: Event, scope: ListingScope) -> None:
    kind = EventKind(event.kind)
    listings.project(scope, event=event.id, kind=kind, at=event.at, law=law_at(event.at))


def _project(event: Event, scope: Scope, cause: Cause) -> None:
    hold_law(alone=False)
    project(scope, event=event.id, cause=cause, at=event.at, law=law_at(event.at))


def _scope_of_ruling(event: Event, payload: Payload) -> Scope:
    law = law_at(event.at)
    value, key = str(payload["value"]), str(payload["key"])
    stretches = ["", *(day.isoformat() for day in law.book.boundaries)]
    dated = depends_on_the_day(value, law)

    def speaks_of(facts: RecordFacts) -> bool:
        # In whatever stretch of the law the projector will find the decision.
        found = (replace(facts, interval=day) for day in stretches) if dated else [facts]
        return any(facts_digest(ruling_key(value, each, law)) == key for each in found)

    return Scope.facts(number for number, facts in queries.all_facts() if speaks_of(facts))
