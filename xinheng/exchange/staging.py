"""Accepted rows on their way: COPY into UNLOGGED tables on a connection of its own (暂存)."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any
from uuid import UUID

import polars as pl
import psycopg

from xinheng.exchange.parties import STAGED
from xinheng.runtime.db import side_connection

ROLE = "SET LOCAL ROLE xinheng_intake"
ROWS: Mapping[str, Any] = {
    "row": pl.Int32,
    "agency": pl.Binary,
    "subject": pl.Binary,
    "instrument": pl.Binary,
    "founds": pl.Boolean,
    "body_uscc": pl.String,
    "body_name": pl.String,
    "number": pl.String,
    "number_key": pl.String,
    "kind": pl.String,
    "decided_on": pl.Date,
    "effect": pl.String,
    "contested": pl.Boolean,
    "record": pl.Binary,
    "version": pl.Int32,
    "item_code": pl.String,
    "item": pl.String,
    "adverse": pl.Boolean,
    "valid_to": pl.Date,
    "facts": pl.Int16,
    "content": pl.String,
    "content_digest": pl.Binary,
    "sealed": pl.Binary,
    "sealed_commitment": pl.Binary,
    "withheld": pl.String,
    "source": pl.String,
    "salt": pl.Binary,
    "commitment": pl.Binary,
    "leaf": pl.Int32,
    "ground": pl.String,
    "ground_text": pl.String,
}
_TABLES: Mapping[str, Mapping[str, Any]] = {"exchange_staging": ROWS, "exchange_staging_subject": STAGED}
_UUIDS = frozenset({"agency", "subject", "instrument", "record"})


class Stager:
    """Writes slices behind the caller's back while the next one is being made; one at most waits.

    What was staged for this batch before, by a worker that was killed, is thrown away first.
    """

    def __init__(self, batch: UUID) -> None:
        self._batch = batch
        self._waiting: queue.Queue[tuple[str, pl.DataFrame] | None] = queue.Queue(1)
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name=f"stager-{batch}", daemon=True)

    def __enter__(self) -> Stager:
        clear(self._batch)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waiting.put(None)
        self._thread.join()
        if value is None and self._fault is not None:
            raise self._fault

    def put(self, table: str, rows: pl.DataFrame) -> None:
        """Hand over rows for one of the staging tables; raises what went wrong with earlier ones."""
        if self._fault is not None:
            raise self._fault
        if len(rows):
            self._waiting.put((table, rows))

    def _work(self) -> None:
        try:
            with _as_intake() as side:
                while (given := self._waiting.get()) is not None:
                    _copy(side, self._batch, *given)
        except BaseException as fault:  # told to the caller, in whose thread it belongs
            self._fault = fault
            while self._waiting.get() is not None:
                pass


def clear(batch: UUID) -> None:
    """Throw away what is staged for a batch, committed at once."""
    with _as_intake() as side:
        for table in _TABLES:
            side.execute(f"DELETE FROM {table} WHERE batch = %s", [batch])


@contextlib.contextmanager
def _as_intake() -> Iterator[psycopg.Connection[Any]]:
    with side_connection() as side:
        side.execute(ROLE)
        yield side


def _copy(side: psycopg.Connection[Any], batch: UUID, table: str, rows: pl.DataFrame) -> None:
    columns = _TABLES[table]
    told = rows.select(_as_text(name, kind) for name, kind in columns.items())
    told = told.with_columns(batch=pl.lit(str(batch)))
    names = ", ".join(f'"{name}"' for name in told.columns)
    with side.cursor().copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(told.write_csv(include_header=False))


def _as_text(name: str, kind: Any) -> pl.Expr:
    """Identifiers as 32 hex digits, other bytes as PostgreSQL's hex; the rest as CSV writes it."""
    column = pl.col(name).cast(kind)
    if kind != pl.Binary:
        return column
    hexed = column.bin.encode("hex")
    return hexed if name in _UUIDS else (pl.lit("\\x") + hexed).alias(name)
