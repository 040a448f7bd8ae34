"""Watched rows: each as the last event tells it, none that no event tells, none missing (受保护行复算)."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import psycopg

from xinheng.ledger.protection import Watched
from xinheng.ledger.verification.findings import Audit

_PAGE = 5_000


def check(connection: psycopg.Connection[Any], audit: Audit, watched: Mapping[str, Watched]) -> None:
    """Compare every row of every watched table. Only keys told are looked at when events were skipped."""
    for table in watched.values():
        told = dict(audit.told.rows.get(table.table, {}))
        for (key,) in connection.execute(table.endless().encode()).fetchall():
            audit.find(table.table, key, "内容与存证不符")
            told.pop(key, None)
        with connection.cursor(name="ledger_rows") as cursor:
            cursor.itersize = _PAGE
            for key, *texts in cursor.execute(table.select().encode()):
                _compare(audit, table, key, tuple(texts), told)
        for key, digest in told.items():
            if digest is not None:
                audit.find(table.table, key, "行已消失")


def _compare(
    audit: Audit,
    table: Watched,
    key: str,
    texts: tuple[str | None, ...],
    told: dict[str, bytes | None],
) -> None:
    audit.count("受保护的行")
    if key not in told:
        if not audit.since:
            audit.find(table.table, key, "行不是经系统写入的")
        return
    if told.pop(key) != sha256(table.row(texts)).digest():
        audit.find(table.table, key, "内容与存证不符")
