"""One verification from the first event to the last row (整库校验), on one snapshot of the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from xinheng.ledger import protection
from xinheng.ledger.verification import against, events, heads, reading, rows
from xinheng.ledger.verification.findings import Audit

OK, TAMPERED, UNABLE = 0, 20, 21


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be verified: from which event on, with sealed fields opened or not, against which witnesses."""

    vkey: str
    origin: str
    since: int = 0
    opening: bool = False
    witnesses: Sequence[against.Witness] = ()


def verify(connection: psycopg.Connection[Any], asked: Asked) -> Audit:
    """Look at everything on one snapshot; nothing is written. The connection reads all rows and is in no transaction."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return look(connection, asked)


def look(connection: psycopg.Connection[Any], asked: Asked) -> Audit:
    """`verify` within the caller's transaction."""
    audit = Audit(since=asked.since, opening=asked.opening)
    reading.name_odd_dates(connection)
    connection.execute("SELECT set_config('xinheng.whole_city', 'on', true)")
    before = heads.stored_leaves(connection, asked.since)
    leaves = before + events.recompute(connection, audit)
    nodes, size = heads.check_tiles(connection, audit, leaves), len(leaves) // 32
    heads.check_heads(connection, audit, nodes, size, asked.vkey, asked.origin)
    for (event,) in connection.execute("SELECT event FROM ledger_refused"):
        audit.find("ledger_refused", event, "曾有不是本系统写入的事件进入队列")
    rows.check(connection, audit, protection.watched())
    for proof in protection.proofs():
        proof(audit, connection)
    against.check(audit, asked.witnesses, nodes, size, asked.origin)
    return audit


def exit_code(audit: Audit) -> int:
    """0 only when something was looked at and all is well; 20 tampering; 21 could not be verified."""
    if audit.findings:
        return TAMPERED
    looked = audit.counts["树中事件"] + audit.counts["待定序事件"]
    return UNABLE if audit.unable or not looked else OK
