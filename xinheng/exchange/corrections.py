"""One record corrected or redacted (更正与遮去): a new version with its ground, what stood before stays."""

# clause: 2.2b

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import polars as pl

from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.exchange import contexts, feeds, spoken
from xinheng.exchange.feeds import Feed
from xinheng.exchange.judging import REFUSED, WAITING
from xinheng.exchange.models import Batch
from xinheng.exchange.pipeline import Context, Slice
from xinheng.exchange.recording import Deed, record
from xinheng.exchange.rerun import Run, staged, tried, until_alone
from xinheng.law.facts import RecordFacts
from xinheng.law.language import Clause, Outcome, Reason, Refusal
from xinheng.law.lawbook import Law
from xinheng.law.leniency import LeniencyDecision
from xinheng.law.privacy import bare_name, find_personal
from xinheng.law.questions import settle
from xinheng.ledger.emitting import emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.leaves import merkle_root
from xinheng.ledger.services import append
from xinheng.registry import changes as versions
from xinheng.registry import reviews
from xinheng.registry.models import Proposal, Record, RecordVersion
from xinheng.registry.rows import open_personal
from xinheng.runtime.db import uuid7
from xinheng.subjects.models import Person
from xinheng.subjects.people import open_person
from xinheng.vault.keyring import Keyring

# What two officers may not overlook in a redacted text: numbers lead to one person alone.
_NEVER = frozenset({"resident_id", "mobile", "bank_card", "email", "account", "other_id", "number_words"})


def prepared(
    row: Record, fields: Mapping[str, str], *, ground: tuple[str, str], actor: Actor, now: datetime
) -> dict[str, str]:
    """The whole row as the correction would have it, after it passed checks and law. Raises Refusal."""
    feed = feeds.load(row.item_code)
    for name in fields:
        feed.column(name)
    whole = {**said(row, feed), **fields}
    whole = {name: text for name, text in whole.items() if text}
    context = _context(row, feed, ground, actor, now)
    _, slices = tried(context, lambda: spoken.frames(whole, feed, row.row), actor=actor)
    _require_changed(slices, row)
    return whole


def carry_out(
    proposal: Proposal, whole: Mapping[str, str], also: Callable[[], None], *, actor: Actor, now: datetime
) -> None:
    """Record the corrected row as a new version; `also` runs in the same transaction. Raises Refusal."""
    with acting(actor):
        row = Record.objects.select_related("instrument", "subject").get(proposal=proposal)
        if row.version != proposal.base_version:
            raise Refusal.because("RECORD_NOT_CURRENT")
        feed = feeds.load(row.item_code)
        context = _context(row, feed, (proposal.ground, proposal.ground_text), actor, now)

    def attempt() -> None:
        run = staged(context, lambda: spoken.frames(whole, feed, row.row), staging=proposal.pk, actor=actor)
        _require_changed(run.slices, row)
        _record(row, proposal, run, also, actor)

    until_alone(attempt, agency=actor.agency_name)


@emits(EventKind.RECORD_CORRECTED)
def _record(row: Record, proposal: Proposal, run: Run, also: Callable[[], None], actor: Actor) -> None:
    deed = Deed(
        kind=EventKind.RECORD_CORRECTED,
        staging=proposal.pk,
        batch=row.batch,
        agency=row.agency_id,
        told={"record": row.pk, "proposal": proposal.pk, "by": [proposal.proposed_by, actor.user_id]},
    )
    with acting(actor):
        also()
        record(run.pipeline, run.acceptance, deed, actor=actor)


def require_redacted(row: Record, texts: Mapping[str, str]) -> None:
    """Raise Refusal unless all fields are withheld now and no text still leads to a person."""
    version = RecordVersion.objects.get(record=row.pk, version=row.version)
    if row.state != "live" or not texts or not set(texts) <= set(version.withheld):
        raise Refusal.because("RECORD_NOT_CURRENT")
    own = [name for name in _names_of_document(row) if len(name) > 1]
    for field, text in texts.items():
        column = feeds.load(row.item_code).column(field).name
        if not text.strip():
            raise Refusal.because("FIELD_REQUIRED", column=column)
        numbers = any(hit.kind in _NEVER for hit in find_personal(text))
        if numbers or any(name in text for name in own):
            raise Refusal.because("STILL_PERSONAL", column=column)


@emits(EventKind.RECORD_REDACTED)
def redact(
    proposal: Proposal, texts: Mapping[str, str], also: Callable[[], None], *, actor: Actor, now: datetime
) -> None:
    """Publish the redacted texts; the originals stay sealed. Raises Refusal RECORD_NOT_CURRENT."""
    record = _required(proposal.record_id)
    event = uuid7()
    deed = versions.Deed(
        event=event, ground=proposal.ground, ground_text=proposal.ground_text, by=actor.user_id, now=now
    )
    with acting(actor):
        also()
        # What was corrected meanwhile says something else: its text has not been read by two persons.
        if not Record.objects.filter(pk=record, version=proposal.base_version or 0).exists():
            raise Refusal.because("RECORD_NOT_CURRENT")
        made = versions.redact(record, texts, deed)
        told = {"record": record, "version": made.number, "by": [proposal.proposed_by, actor.user_id]}
        told |= {"count": 1, "merkle_root": merkle_root([made.commitment])}
        append(EventKind.RECORD_REDACTED, payload=told, agency=proposal.agency_id, now=now, event_id=event)


def _required(target: UUID | None) -> UUID:
    """What a proposal is about: the table says that it is about something."""
    if target is None:
        raise Refusal.because("NOT_FOUND")
    return target


def _context(row: Record, feed: Feed, ground: tuple[str, str], actor: Actor, now: datetime) -> Context:
    """As when the row came in, with the ground of its change and what officers had settled for it."""
    version = RecordVersion.objects.select_related("facts").get(record=row.pk, version=row.version)
    facts = RecordFacts.from_json(version.facts.facts)
    source = {
        **version.source,
        "reviewed": facts.reviewed,
        "ground": {"kind": ground[0], "reason": ground[1]},
    }
    context = contexts.of(
        batch=row.batch, feed=feed, actor=actor, agency=_sender_of(row), source=source, now=now
    )
    facts = _reviewed(row, facts, context.law)
    before = spoken.settled_before(facts, context.law)
    return contexts.settling(context, {row.row: before})


def _reviewed(row: Record, facts: RecordFacts, law: Law) -> RecordFacts:
    """With what was decided when a window of force majeure touched the record. Raises Refusal TOUCHED_UNDECIDED."""
    waits, decision = reviews.decided_for(row.pk)
    if waits and row.adverse:
        raise Refusal.because("TOUCHED_UNDECIDED", "huaian-2021-13#4.2b")
    if not decision:
        return facts
    kept = decision != LeniencyDecision.SPARE
    return settle(facts, "intake.leniency", {"record": kept}, law)


def _sender_of(row: Record) -> UUID:
    batch = Batch.objects.filter(pk=row.batch).values_list("agency_id", flat=True).first()
    return batch or row.agency_id


def said(row: Record, feed: Feed) -> dict[str, str]:
    """The record in the words of its sheet."""
    version = RecordVersion.objects.select_related("facts").get(record=row.pk, version=row.version)
    facts = RecordFacts.from_json(version.facts.facts)
    told = {**version.content, **personal(row, version)}
    return spoken.fields_of(feed, told, facts, _person(row))


def personal(row: Record, version: RecordVersion) -> dict[str, Any]:
    """What a version of the record keeps sealed, in clear: personal fields and withheld texts."""
    ring = Keyring.load([row.subject_id])
    sealed = None if version.sealed is None else bytes(version.sealed)
    return open_personal(ring, record=row.pk, subject=row.subject_id, sealed=sealed)


def _person(row: Record) -> dict[str, str]:
    found = Person.objects.filter(pk=row.subject_id).first()
    if found is None:
        return {}
    ring = Keyring.load([row.subject_id])
    number, name = open_person(ring, row.subject_id, bytes(found.id_sealed), bytes(found.name_sealed))
    return {"party_id_kind": found.id_kind, "party_id": number, "party_name": name}


def _names_of_document(row: Record) -> Iterator[str]:
    """Whom any record on the same document names: persons, representatives, traders without a trade name."""
    for each in Record.objects.select_related("subject").filter(instrument=row.instrument_id):
        version = RecordVersion.objects.get(record=each.pk, version=each.version)
        yield str(personal(each, version).get("legal_representative", ""))
        yield _person(each).get("party_name", "")
        yield bare_name(each.subject.name or "")


def _require_changed(slices: Iterable[Slice], row: Record) -> None:
    """Raise Refusal unless the pipeline takes the row as a new version of this very record."""
    told = list(slices)
    findings = pl.concat([each.findings for each in told]).filter(
        pl.col("severity").is_in([REFUSED, WAITING])
    )
    if len(findings):
        raise Refusal(*(_reason(each) for each in findings.iter_rows(named=True)))
    accepted = [each.accepted for each in told if len(each.accepted)]
    if not accepted:
        raise Refusal.because("NOTHING_CHANGED")
    if accepted[0].item(0, "record_known") != row.pk.bytes:
        # Another number, body or party is another record, not a correction of this one.
        raise Refusal.because("RECORD_NOT_CURRENT")


def _reason(finding: Mapping[str, Any]) -> Reason:
    clauses = tuple(map(Clause, json.loads(finding["clauses"])))
    outcome = Outcome.FORBIDDEN if finding["severity"] == REFUSED else Outcome.OFFICER_DECIDES
    return Reason("intake", outcome, clauses, finding["code"], json.loads(finding["values"]))
