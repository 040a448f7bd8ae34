"""Runs over one sheet: validate, check, accept (校验与入库). The same code, with ever more of it kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import IO, Any
from uuid import UUID

import polars as pl

from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.exchange import contexts, feeds, files, judging, results
from xinheng.exchange.accepting import Acceptance
from xinheng.exchange.faults import FileFault, Finding
from xinheng.exchange.models import Batch, BatchState
from xinheng.exchange.pipeline import Context, Pipeline, Recalled, Slice
from xinheng.exchange.recording import Deed, record
from xinheng.exchange.rerun import until_alone
from xinheng.exchange.sheets import Sheet, open_sheet
from xinheng.exchange.staging import Stager
from xinheng.law.language import Refusal
from xinheng.ledger.emitting import emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime import jobs
from xinheng.runtime.db import uuid7

NOTHING = "BATCH_NOTHING_ACCEPTED"
COUNTS = ("rows", "accepted", "refused", "waiting", "repaired", "unchanged", "changed", "new")
Told = Callable[[int, float], None]


def silent(_rows: int, _position: float) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run came to. `findings` has the columns of judging.FINDINGS; `notes` are of the whole file."""

    batch: UUID
    no: str
    state: str
    counts: Mapping[str, int]
    findings: pl.DataFrame
    repairs: pl.DataFrame
    headings: Mapping[str, Any]
    notes: tuple[Finding, ...] = ()
    combinations: int = 0
    event: UUID | None = None
    merkle_root: bytes | None = None


@dataclass(slots=True)
class _Tally:
    """Counts, findings and waiting rows as the slices come."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    findings: list[pl.DataFrame] = field(default_factory=lambda: [judging.none()])
    repairs: list[pl.DataFrame] = field(default_factory=lambda: [judging.none()])
    waiting: list[pl.DataFrame] = field(
        default_factory=lambda: [pl.DataFrame(schema={"row": pl.Int32, "facts": pl.Int16})]
    )

    def add(self, piece: Slice) -> None:
        for name in COUNTS:
            self.counts[name] += piece.counts[name]
        self.findings.append(piece.findings)
        # Repairs stop nothing: examples of each kind are enough beside their number.
        self.repairs.append(judging.examples(piece.repairs))
        self.waiting.append(piece.waiting.cast({"row": pl.Int32}))


def validate(
    file: IO[bytes],
    *,
    file_name: str,
    feed: str,
    actor: Actor,
    source: Mapping[str, Any],
    now: datetime,
    told: Told = silent,
) -> Outcome:
    """Everything that submission would find, and nothing written. Raises FileFault."""
    template, batch = feeds.load(feed), uuid7()
    context = contexts.of(
        batch=batch, feed=template, actor=actor, agency=actor.agency_id, source=source, now=now
    )

    def run(recalled: frozenset[int]) -> Outcome:
        pipeline, tally = Pipeline(replace(context, recalled=recalled)), _Tally()
        with open_sheet(file, file_name=file_name, feed=template) as sheet:
            _read(pipeline, sheet, tally, actor, told)
            return _outcome(batch, "", "", pipeline, tally, sheet)

    return _again(run)


def _again(run: Callable[[frozenset[int]], Outcome]) -> Outcome:
    """Run, and once more without the rows that turned out to be contradicted further down in the file."""
    try:
        return run(frozenset())
    except Recalled as fault:
        return run(fault.rows)


def _read(pipeline: Pipeline, sheet: Sheet, tally: _Tally, actor: Actor, told: Told) -> None:
    slices = pipeline.run(sheet, told)
    # Row-level security holds for each slice's look into the register; no transaction spans the file.
    while (piece := _next(slices, actor)) is not None:
        tally.add(piece)


def _next(slices: Any, actor: Actor) -> Slice | None:
    with acting(actor):
        return next(slices, None)


def check(batch: UUID, *, actor: Actor, now: datetime, told: Told = silent) -> Outcome:
    """Read the kept file, store what is wrong with it, and say whether it can be submitted.

    Raises FileFault when the fault of the file shows only now: the batch is returned, its file removed.
    """
    row = _batch(batch, actor)
    context = _context(row, actor, now)

    def run(recalled: frozenset[int]) -> Outcome:
        pipeline, tally = Pipeline(replace(context, recalled=recalled)), _Tally()
        with (
            files.kept(batch) as stream,
            open_sheet(stream, file_name=row.file_name, feed=context.feed) as sheet,
        ):
            _read(pipeline, sheet, tally, actor, told)
            return _outcome(batch, row.no, _state(tally), pipeline, tally, sheet)

    try:
        outcome = _again(run)
    except FileFault:
        _return(row, actor, now)
        files.forget(batch)
        raise
    _keep(row, outcome, actor)
    return outcome


def _keep(row: Batch, outcome: Outcome, actor: Actor) -> None:
    """Store what a check told, unless the batch was submitted meanwhile: that told more."""
    notes = [{"code": each.code, "values": dict(each.values)} for each in outcome.notes]
    with acting(actor):
        still_open = Batch.objects.filter(pk=row.pk, submitted_at=None)
        if still_open.update(
            state=outcome.state, counts=dict(outcome.counts), headings={**row.headings, "notes": notes}
        ):
            results.replace_problems(row.pk, pl.concat([outcome.findings, outcome.repairs]))


def _state(tally: _Tally) -> BatchState:
    bad = tally.counts["refused"] or not (tally.counts["accepted"] or tally.counts["waiting"])
    return BatchState.PROBLEMS if bad else BatchState.READY


@emits(EventKind.BATCH_RETURNED)
def _return(row: Batch, actor: Actor, now: datetime) -> None:
    with acting(actor):
        Batch.objects.filter(pk=row.pk).update(state=BatchState.RETURNED)
        append(EventKind.BATCH_RETURNED, payload={"batch": row.pk}, agency=row.agency_id, now=now)


def accept(
    batch: UUID, *, actor: Actor, now: datetime, held: jobs.Held | None = None, told: Told = silent
) -> Outcome:
    """Read the kept file again and record what the law permits, all of it in one transaction.

    A job that was killed begins here anew: what it had staged is thrown away. Raises FileFault; Refusal
    BATCH_ALREADY_SUBMITTED, or CONFLICT when other batches kept overtaking this one.
    """

    def attempt() -> Outcome:
        row = _batch(batch, actor)
        if row.submitted_at is not None:
            raise Refusal.because("BATCH_ALREADY_SUBMITTED", number=row.no)
        return _accept(row, actor=actor, now=now, held=held, told=told)

    return until_alone(attempt, agency=actor.agency_name)


def _accept(row: Batch, *, actor: Actor, now: datetime, held: jobs.Held | None, told: Told) -> Outcome:
    context = _context(row, actor, now)

    def run(recalled: frozenset[int]) -> Outcome:
        pipeline, tally = Pipeline(replace(context, recalled=recalled)), _Tally()
        with (
            files.kept(row.pk) as stream,
            open_sheet(stream, file_name=row.file_name, feed=context.feed) as sheet,
            Stager(row.pk) as stager,
        ):
            acceptance = Acceptance(pipeline, stager, by=actor.user_id)
            slices = pipeline.run(sheet, told)
            while (piece := _taken(slices, acceptance, actor)) is not None:
                tally.add(piece)
            outcome = _outcome(row.pk, row.no, BatchState.SUBMITTED, pipeline, tally, sheet)
        if not (tally.counts["accepted"] or tally.counts["waiting"]):
            return _nothing(row, outcome, actor, held)
        return _record(row, outcome, pipeline, tally, acceptance, actor=actor, held=held)

    return _again(run)


def _nothing(row: Batch, outcome: Outcome, actor: Actor, held: jobs.Held | None) -> Outcome:
    """A sheet of which nothing can be taken in is not submitted: told as by a check, open to be sent again."""
    checked = replace(outcome, state=BatchState.PROBLEMS)
    _keep(row, checked, actor)
    if held is not None:
        raise Refusal.because(NOTHING, number=row.no)
    return replace(checked, notes=(*checked.notes, Finding(NOTHING, {"number": row.no})))


def _taken(slices: Any, acceptance: Acceptance, actor: Actor) -> Slice | None:
    with acting(actor):
        piece: Slice | None = next(slices, None)
        if piece is not None:
            acceptance.take(piece)
        return piece


@emits(EventKind.BATCH_ACCEPTED)
def _record(
    row: Batch,
    outcome: Outcome,
    pipeline: Pipeline,
    tally: _Tally,
    acceptance: Acceptance,
    *,
    actor: Actor,
    held: jobs.Held | None,
) -> Outcome:
    """Register, event, publication, batch and the end of the job: one transaction or nothing."""
    context = pipeline.context
    deed = Deed(
        kind=EventKind.BATCH_ACCEPTED,
        staging=row.pk,
        batch=row.pk,
        agency=row.agency_id,
        told={"file_sha256": bytes(row.file_sha256)},
    )
    root = acceptance.leaves.root()
    with acting(actor):
        # Before the event: it tells what became of the batch.
        Batch.objects.filter(pk=row.pk).update(
            state=BatchState.SUBMITTED,
            counts=dict(outcome.counts),
            event=acceptance.event,
            merkle_root=root,
            submitted_by=actor.user_id,
            submitted_at=context.now,
        )
        record(pipeline, acceptance, deed, actor=actor)
        results.replace_problems(row.pk, pl.concat([outcome.findings, outcome.repairs]))
        results.store_waiting(row.pk, pl.concat(tally.waiting), pipeline.judge.judged)
        if held is not None:
            jobs.finish(held, {"batch": str(row.pk), "counts": dict(outcome.counts)})
    return replace(outcome, event=acceptance.event, merkle_root=root)


def earlier(batch: UUID, *, actor: Actor) -> Outcome | None:
    """What a submitted batch came to then; None for one that has not been submitted."""
    row = _batch(batch, actor)
    if row.submitted_at is None:
        return None
    return Outcome(
        batch=batch,
        no=row.no,
        state=row.state,
        counts={name: row.counts.get(name, 0) for name in COUNTS},
        findings=judging.none(),
        repairs=judging.none(),
        headings=row.headings,
        notes=(Finding("FILE_KNOWN", {"number": row.no}),),
        event=row.event,
        merkle_root=bytes(row.merkle_root or b""),
    )


def _batch(batch: UUID, actor: Actor) -> Batch:
    with acting(actor):
        row = Batch.objects.filter(pk=batch).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    return row


def _context(row: Batch, actor: Actor, now: datetime) -> Context:
    feed = feeds.load(row.feed)
    return contexts.of(batch=row.pk, feed=feed, actor=actor, agency=row.agency_id, source=row.source, now=now)


def _outcome(batch: UUID, no: str, state: str, pipeline: Pipeline, tally: _Tally, sheet: Sheet) -> Outcome:
    return Outcome(
        batch=batch,
        no=no,
        state=state,
        counts=dict(tally.counts),
        findings=pl.concat(tally.findings),
        repairs=judging.examples(pl.concat(tally.repairs)),
        headings=sheet.headings.to_json(),
        notes=(*sheet.headings.differences, *sheet.notes),
        combinations=len(pipeline.judge.judged),
    )
