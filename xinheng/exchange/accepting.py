"""What is new or changed, sealed, committed and staged (入库准备)."""

from __future__ import annotations

from uuid import UUID

import polars as pl

from xinheng.exchange.content import json_object
from xinheng.exchange.parties import STAGED
from xinheng.exchange.pipeline import Context, Pipeline, Slice
from xinheng.exchange.sealing import Leaves, committed, sealed
from xinheng.exchange.staging import ROWS, Stager
from xinheng.registry.rows import Brought
from xinheng.runtime.db import uuid7


class Acceptance:
    """Stages the accepted rows of each slice; knows their Merkle root in the end."""

    def __init__(self, pipeline: Pipeline, stager: Stager, *, by: UUID) -> None:
        self._pipeline, self._stager = pipeline, stager
        self._bodies = _bodies(pipeline.context)
        self.leaves = Leaves()
        self._digests: dict[int, bytes] = {}
        # Named now, told when all is recorded: each leaf says by which event it came.
        self.event = uuid7()
        context = pipeline.context
        self._brought = Brought(
            batch=context.batch.bytes, event=self.event.bytes, by=by.bytes, at=context.now
        )
        self.changed = 0

    def take(self, piece: Slice) -> None:
        """Seal and stage one slice."""
        if not len(piece.accepted):
            return
        rows, parties, ring = self._pipeline.parties.complete(piece.accepted)
        rows = sealed(self._recorded(self._described(rows)), ring)
        rows = committed(rows, brought=self._brought, facts=self._facts(), leaves=self.leaves)
        self.changed += len(rows.filter(pl.col("version") > 1))
        self._stager.put("exchange_staging_subject", parties.select(list(STAGED)))
        self._stager.put("exchange_staging", rows.select(list(ROWS)))

    def _facts(self) -> dict[int, bytes]:
        """Digests by number; earlier slices have met most combinations already."""
        for each in self._pipeline.judge.judged[len(self._digests) :]:
            self._digests[each.number] = each.digest
        return self._digests

    def _recorded(self, rows: pl.DataFrame) -> pl.DataFrame:
        """A record that is there gets its next version, whether live or withdrawn; others begin."""
        made = pl.Series("made", self._pipeline.ids.take(len(rows)), dtype=pl.Binary)
        rows = rows.with_columns(made, version=pl.col("version_known").fill_null(0) + 1)
        return rows.with_columns(record=pl.coalesce(pl.col("record_known"), pl.col("made")))

    def _described(self, rows: pl.DataFrame) -> pl.DataFrame:
        context, item = self._pipeline.context, self._pipeline.item_of()
        rows = _sourced(rows.join(self._bodies, on="body_code", how="left", maintain_order="left"), context)
        return rows.with_columns(
            agency=pl.col("agency").fill_null(context.agency.bytes),
            body_uscc=pl.col("body_code"),
            number=pl.col("document_number"),
            kind=pl.lit(context.feed.item),
            item_code=pl.lit(context.feed.item),
            item=pl.lit(f"{item.edition}/{item.code}"),
            adverse=pl.lit(item.adverse),
            valid_to=_valid_to(rows),
            effect=self._effects(),
            contested=pl.col("contested").fill_null(False),
        )

    def _effects(self) -> pl.Expr:
        effects = {each.number: str(each.facts.effect) for each in self._pipeline.judge.judged}
        return pl.col("facts").replace_strict(effects, return_dtype=pl.String)


def _bodies(context: Context) -> pl.DataFrame:
    told = [(code, body.id.bytes, body.channel, body.url) for code, body in context.bodies.items()]
    kinds = {"body_code": pl.String, "agency": pl.Binary, "body_channel": pl.String, "body_url": pl.String}
    return pl.DataFrame(told, schema=kinds, orient="row")


def _valid_to(rows: pl.DataFrame) -> pl.Expr:
    """The last day of validity that the sheet tells, under whichever name its template has for it."""
    named = [pl.col(name) for name in ("valid_to", "valid_until") if name in rows.columns]
    return pl.coalesce(named) if named else pl.lit(None, pl.Date)


def _sourced(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Adds `source`: channel, address and day of the body's own publication, once per distinct telling.

    What the row tells goes before what the batch tells, and that before the body's own channel.
    """

    def told(column: str, key: str) -> list[pl.Expr]:
        own = [pl.col(column).cast(pl.String)] if column in rows.columns else []
        whole = context.source.get(key)
        return [*own, pl.lit(str(whole) if whole else None, pl.String)]

    on = ["body_code", *(name for name in ("source_url", "source_on") if name in rows.columns)]
    source = json_object(
        {
            "channel": pl.coalesce([*told("", "channel"), pl.col("body_channel")]),
            "published_on": pl.coalesce(told("source_on", "published_on")),
            "url": pl.coalesce([*told("source_url", "url"), pl.col("body_url")]),
        }
    )
    table = rows.unique(on).select(*on, source=source)
    return rows.join(table, on=on, how="left", nulls_equal=True, maintain_order="left")
