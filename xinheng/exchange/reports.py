"""The sender's own workbook back (回传表): the kept file, annotated with what was found in it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID

import polars as pl
from django.db import connection

from xinheng.access import gate
from xinheng.access.actor import Actor
from xinheng.access.permissions import require
from xinheng.access.purposes import Purpose
from xinheng.access.scope import acting
from xinheng.catalog.public import current_law
from xinheng.exchange import feeds, files, workbook
from xinheng.exchange.models import Batch
from xinheng.law.language import Refusal
from xinheng.runtime.clock import day_of

_FINDINGS = {
    "row": pl.Int32,
    "field": pl.String,
    "heading": pl.String,
    "severity": pl.String,
    "code": pl.String,
    "values": pl.String,
    "clauses": pl.String,
}
_STORED = """
SELECT "row", field, heading, severity, code, "values"::text, clauses::text
  FROM exchange_problem WHERE batch_id = %s ORDER BY "row", id
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A workbook at its start, gone with its handle, and the name to save it under."""

    file: IO[bytes]
    name: str


def annotated(batch: UUID, *, actor: Actor, now: datetime) -> Made:
    """The sender's XLSX annotated; for CSV and very long sheets a workbook of the rows that did not pass.

    It shows what the agency sent, persons included, so the look is on record first. Raises Refusal NOT_FOUND,
    or BATCH_NOT_CHECKED while nothing has been found yet.
    """
    require(actor, "batch.view")
    with acting(actor):
        row = Batch.objects.filter(pk=batch).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    if not row.counts:
        raise Refusal.because("BATCH_NOT_CHECKED", number=row.no)
    _register(row, actor, now)
    out = io.BytesIO()
    with files.kept(batch) as stream:
        workbook.report(
            stream,
            file_name=row.file_name,
            feed=feeds.load(row.feed),
            findings=_findings(batch, actor),
            rows=row.counts["rows"],
            law=current_law(day_of(now)),
            out=out,
        )
    out.seek(0)
    return Made(out, f"{Path(row.file_name).stem}-校验结果.xlsx")


def _register(row: Batch, actor: Actor, now: datetime) -> None:
    own = row.agency_id == actor.agency_id and not actor.whole_city
    purpose = Purpose.REPORTING if own else Purpose.SUPERVISION
    gate.open_set(
        actor=actor,
        what=f"batch:{row.no}",
        purpose=purpose,
        basis=f"批次 {row.no}",
        now=now,
        agency=row.agency_id,
    )


def _findings(batch: UUID, actor: Actor) -> pl.DataFrame:
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(_STORED, [batch])
        return pl.DataFrame(cursor.fetchall(), schema=_FINDINGS, orient="row")
