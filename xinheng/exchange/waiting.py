"""Rows that waited for an officer (待裁定): read again from the kept file once their question is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import polars as pl

from xinheng.access.actor import Actor, actor_of
from xinheng.access.models import User
from xinheng.access.scope import acting
from xinheng.catalog import queries as catalog
from xinheng.catalog.public import current_law
from xinheng.exchange import contexts, feeds, files, results
from xinheng.exchange.models import Batch, BatchState, WaitingRow
from xinheng.exchange.pipeline import Context
from xinheng.exchange.recording import Deed, record
from xinheng.exchange.rerun import Run, staged, until_alone
from xinheng.exchange.sheets import open_sheet
from xinheng.law import intake as law_intake
from xinheng.law.facts import RecordFacts
from xinheng.law.language import Outcome
from xinheng.law.lawbook import Law
from xinheng.ledger.emitting import emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import Event, append, subscribe
from xinheng.runtime import jobs
from xinheng.runtime.clock import day_of

ACCEPTED, REFUSED, WITHDRAWN = "accepted", "refused", "withdrawn"


@dataclass(frozen=True, slots=True)
class _Asker:
    """In whose name the settling job runs: whoever put the ruling into force."""

    user_id: UUID
    agency_id: UUID


@subscribe(EventKind.RULING_APPROVED)
def follow_ruling(event: Event, payload: Mapping[str, Any]) -> None:
    """Queue the settling of rows that waited for this ruling, in the ruling's own transaction."""
    ruling = catalog.ruling(UUID(str(payload["ruling"])))
    if ruling.approved_by is not None and event.agency is not None:
        asker = _Asker(ruling.approved_by, event.agency)
        jobs.enqueue("intake.settle", {"ruling": str(ruling.id)}, actor=asker, now=event.at)


def settle_all(*, actor: Actor, now: datetime) -> int:
    """Read again all rows that wait no longer under today's law; returns how many were settled.

    Each batch is settled in a transaction of its own, in the name of the officer who submitted it.
    """
    law = current_law(day_of(now))
    with acting(actor):
        waiting = WaitingRow.objects.filter(settled_at=None, batch__state=BatchState.SUBMITTED)
        told = list(waiting.values_list("batch_id", "row", "key", "facts"))
    answered = _answered({key: facts for _, _, key, facts in told}, law)
    by_batch: dict[UUID, dict[int, tuple[str, ...]]] = {}
    for batch, row, key, facts in told:
        if key in answered:
            # What officers had decided for the row before the ruling goes with it.
            by_batch.setdefault(batch, {})[row] = tuple(facts["settled"])
    return sum(settle_rows(batch, rows, actor=actor, now=now) for batch, rows in by_batch.items())


def _answered(distinct: Mapping[str, Any], law: Law) -> set[str]:
    """Which combinations of facts the law leaves open no more."""
    return {
        key
        for key, facts in distinct.items()
        if law_intake.decide(RecordFacts.from_json(facts), law).outcome is not Outcome.OFFICER_DECIDES
    }


def settle_rows(
    batch: UUID,
    settled: Mapping[int, tuple[str, ...]],
    *,
    actor: Actor,
    now: datetime,
    deciders: Sequence[UUID] = (),
    also: Callable[[], None] = lambda: None,
) -> int:
    """Read some waiting rows of a batch again, with what officers decided for each; returns how many ended.

    `settled` maps rows to `questions.settle` texts, empty where a ruling answers. `actor` reaches the batch;
    the rows are recorded in the name of its submitter; `also` runs in the same transaction. Raises Refusal
    CONFLICT.
    """
    with acting(actor):
        row = Batch.objects.get(pk=batch)
    sender = _sender(row)
    context = contexts.of(
        batch=batch,
        feed=feeds.load(row.feed),
        actor=sender,
        agency=row.agency_id,
        source=row.source,
        now=now,
        only=frozenset(settled),
        settled={number: texts for number, texts in settled.items() if texts},
    )

    def attempt() -> int:
        run = staged(context, lambda: _frames(row, context), staging=batch, actor=sender)
        return _record(row, run, tuple(settled), sender, deciders, also)

    return until_alone(attempt, agency=sender.agency_name)


def _sender(row: Batch) -> Actor:
    return actor_of(User.objects.select_related("agency").get(pk=str(row.submitted_by)), channel="worker")


def _frames(row: Batch, context: Context) -> Iterator[pl.DataFrame]:
    """The wanted rows of the kept file."""
    wanted = sorted(context.only or ())
    with (
        files.kept(row.pk) as stream,
        open_sheet(stream, file_name=row.file_name, feed=context.feed) as sheet,
    ):
        for frame in sheet.slices():
            chosen = frame.filter(pl.col("row").is_in(wanted))
            if len(chosen):
                yield chosen


@emits(EventKind.BATCH_ACCEPTED, EventKind.WAITING_SETTLED)
def _record(
    row: Batch,
    run: Run,
    rows: Sequence[int],
    sender: Actor,
    deciders: Sequence[UUID],
    also: Callable[[], None],
) -> int:
    """What became of the rows, in one transaction; a row that waits on keeps what was decided for it so far."""
    still = pl.concat([piece.waiting.cast({"row": pl.Int32}) for piece in run.slices])
    ended = [each for each in rows if each not in set(still.get_column("row"))]
    told = {"rows": len(ended), "by": list(deciders)}
    with acting(sender):
        also()
        # All that is written comes before the event that tells it.
        results.replace_problems(row.pk, run.findings, rows=rows)
        results.store_waiting(row.pk, still, run.pipeline.judge.judged)
        _end(row, run, ended)
        if run.acceptance.leaves.count:
            deed = Deed(
                kind=EventKind.BATCH_ACCEPTED, staging=row.pk, batch=row.pk, agency=row.agency_id, told=told
            )
            record(run.pipeline, run.acceptance, deed, actor=sender)
        else:
            told = {"batch": row.pk, **told}
            append(
                EventKind.WAITING_SETTLED, payload=told, agency=row.agency_id, now=run.pipeline.context.now
            )
    return len(ended)


def _end(row: Batch, run: Run, ended: Iterable[int]) -> None:
    refused = set(run.findings.filter(pl.col("severity") == "refused").get_column("row"))
    now = run.pipeline.context.now
    for outcome, chosen in (
        (REFUSED, [each for each in ended if each in refused]),
        (ACCEPTED, [each for each in ended if each not in refused]),
    ):
        waiting = WaitingRow.objects.filter(batch=row.pk, row__in=chosen, settled_at=None)
        waiting.update(settled_at=now, outcome=outcome)
    present = Batch.objects.select_for_update().get(pk=row.pk)
    counts = dict(present.counts)
    for name in ("accepted", "new", "changed", "unchanged", "refused"):
        counts[name] = counts.get(name, 0) + run.count(name)
    counts["waiting"] = WaitingRow.objects.filter(batch=row.pk, settled_at=None).count()
    present.counts = counts
    present.save(update_fields=["counts"])
