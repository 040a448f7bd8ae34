"""Reading what nobody of ours wrote: dates past Python's calendar must be named, not stop a verification (读取)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import psycopg
from psycopg.abc import AdaptContext
from psycopg.adapt import Loader

# Stands for every date that is none; no row of ours has it, so the row is found as changed.
_NO_DATE, _NO_MOMENT = date.min, datetime.min.replace(tzinfo=UTC)


def name_odd_dates(connection: psycopg.Connection[Any]) -> None:
    """Let this connection read infinite and far dates as one that no row of ours has."""
    for name, instead in (("date", _NO_DATE), ("timestamptz", _NO_MOMENT)):
        oid = psycopg.adapters.types[name].oid
        usual = psycopg.adapters.get_loader(oid, psycopg.pq.Format.TEXT)
        connection.adapters.register_loader(oid, _lenient(usual, instead))


def _lenient(usual: Any, instead: date) -> type[Loader]:
    class Lenient(Loader):
        def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
            super().__init__(oid, context)
            self._load = usual(oid, context).load

        def load(self, data: Any) -> Any:
            try:
                return self._load(data)
            except psycopg.DataError:
                return instead

    return Lenient
