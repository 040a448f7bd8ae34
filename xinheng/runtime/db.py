"""A second connection that commits by itself, and identifiers in order of time (旁路连接、编号)."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
from django.db import connections
from psycopg_pool import ConnectionPool

from xinheng.ledger.ids import uuid7

__all__ = ["close_side_connections", "connect_as", "side_connection", "uuid7"]

_lock = threading.Lock()
_pools: dict[str, ConnectionPool[psycopg.Connection[Any]]] = {}


@contextlib.contextmanager
def side_connection() -> Iterator[psycopg.Connection[Any]]:
    """A connection apart from the caller's transaction: what the block did is committed at its end.

    The access register uses it, so that a look is on record before anything is shown and stays on
    record when the caller rolls back. Same database, same role as the application.
    """
    with _pool().connection() as connection:
        yield connection


def connect_as(alias: str) -> psycopg.Connection[Any]:
    """A new connection of one of settings.DATABASES, each statement committed by itself unless told otherwise."""
    return psycopg.connect(_conninfo(alias), autocommit=True)


def close_side_connections() -> None:
    """Close the pool; for tests and before a process forks."""
    with _lock:
        while _pools:
            _pools.popitem()[1].close()


def _pool() -> ConnectionPool[psycopg.Connection[Any]]:
    conninfo = _conninfo()
    with _lock:
        if conninfo not in _pools:
            _pools[conninfo] = ConnectionPool(conninfo, min_size=0, max_size=8, timeout=10, open=True)
        return _pools[conninfo]


def _conninfo(alias: str = "default") -> str:
    settings = connections[alias].settings_dict
    return psycopg.conninfo.make_conninfo(
        "",
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        dbname=settings["NAME"],
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        **{k: v for k, v in settings["OPTIONS"].items() if isinstance(v, str | int)},
    )
