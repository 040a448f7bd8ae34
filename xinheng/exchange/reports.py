"""What goes back to a sender: the own workbook with every finding at its cell (回传报告)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import IO
from uuid import UUID

import polars as pl

from xinheng.access.actor import Actor
from xinheng.access.gate import open_set
from xinheng.access.permissions import require
from xinheng.access.purposes import Purpose
from xinheng.access.scope import acting
from xinheng.catalog.public import current_law
from xinheng.exchange import feeds, files, workbook
from xinheng.exchange.judging import FINDINGS
from xinheng.exchange.models import Batch, BatchState, Problem
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.runtime.clock import day_of

IN_MEMORY = 32 * 1024 * 1024
_UNREAD = (BatchState.CHECKING, BatchState.RETURNED)


@dataclass(frozen=True, slots=True)
class Returned:
    """A workbook to hand out, at its beginning, and the name it gets."""

    file: IO[bytes]
    name: str


def annotated(batch: UUID, *, actor: Actor, now: datetime) -> Returned:
    """The workbook of a checked batch, for its sender only; the look is on record.

    Raises Refusal PERMISSION_DENIED, NOT_YOURS for another agency's as for one that is not there, or NOT_READY.
    """
    require(actor, "batch.view")
    with acting(actor):
        # The sheet is full of persons: whoever supervises sees findings, not the file.
        row = Batch.objects.filter(pk=batch, agency=actor.agency_id).first()
    if row is None:
        raise Refusal.because("NOT_YOURS")
    if row.state in _UNREAD:
        raise Refusal.because("NOT_READY", state=row.get_state_display())
    open_set(actor=actor, what=f"batch:{row.no}", purpose=Purpose.REPORTING, basis=row.no, now=now)
    with acting(actor):
        findings = stored(batch)
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    with files.kept(batch) as stream:
        _report(row, stream, findings, current_law(day_of(now)), out)
    out.seek(0)
    return Returned(out, f"{PurePath(row.file_name).stem}-校验结果.xlsx")


def _report(row: Batch, stream: IO[bytes], findings: pl.DataFrame, law: Law, out: IO[bytes]) -> None:
    workbook.report(
        stream,
        file_name=row.file_name,
        feed=feeds.load(row.feed),
        findings=findings,
        rows=row.counts.get("rows", 0),
        law=law,
        out=out,
    )


def stored(batch: UUID) -> pl.DataFrame:
    """All findings of a batch, in the columns of judging.FINDINGS."""
    return pl.DataFrame(list(_rows(batch)), schema=FINDINGS, orient="row")


def _rows(batch: UUID) -> Iterator[tuple[object, ...]]:
    found = Problem.objects.filter(batch=batch).order_by("row", "id")
    columns = ("row", "field", "heading", "severity", "code", "values", "clauses")
    for *told, values, clauses in found.values_list(*columns).iterator():
        yield (*told, json.dumps(values, ensure_ascii=False), json.dumps(clauses))
