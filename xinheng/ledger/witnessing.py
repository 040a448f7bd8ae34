"""Having checkpoints cosigned (请求见证): each witness is shown that the log has only grown since it last looked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from xinheng.ledger import tree
from xinheng.ledger.trusting import Asked
from xinheng.ledger.verifier import cosignature
from xinheng.ledger.verifier.merkle import consistency_proof
from xinheng.ledger.verifier.note import split
from xinheng.ledger.verifier.strict import NoteFault
from xinheng.ledger.witness import client

_NEWEST = """
SELECT c.size, c.note, coalesce((SELECT max(s.checkpoint_id) FROM ledger_cosignature s WHERE s.witness = %s), 0)
  FROM ledger_checkpoint c ORDER BY c.size DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """What one witness said: "" when it cosigned or had nothing new to see, else what went wrong in Chinese."""

    witness: str
    fault: str


def cosign_newest(
    connection: psycopg.Connection[Any], witnesses: Iterable[Asked], *, now: datetime
) -> list[Answered]:
    """Ask every witness for the newest checkpoint, outside of any transaction; keep what verifies."""
    return [Answered(each.name, _ask(connection, each, now)) for each in witnesses]


def _ask(connection: psycopg.Connection[Any], witness: Asked, now: datetime) -> str:
    row = connection.execute(_NEWEST, [witness.name]).fetchone()
    if row is None or row[0] == row[2]:
        return ""
    size, note, seen = row
    try:
        line = _submitted(connection, witness, size, note, seen)
        cosignature.verify(split(note)[0], line, witness.verifier)
    except client.WitnessConflict as fault:
        return f"它见过 {fault.size} 条，而本日志只有 {size} 条：数据库可能被回退"
    except client.WitnessRefused as fault:
        return f"拒绝见证（{fault.status}）"
    except client.WitnessUnreachable:
        return "联系不上"
    except NoteFault:
        return "见证签名不符"
    except ValueError:
        return "信任文件中的网址写法有误"
    connection.execute(
        "INSERT INTO ledger_cosignature (checkpoint_id, witness, line, received_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        [size, witness.name, line, now],
    )
    return ""


def _submitted(connection: psycopg.Connection[Any], witness: Asked, size: int, note: str, seen: int) -> str:
    """The cosignature line; a witness that is further than we remember is asked again from where it stands."""

    def ask(old: int) -> str:
        proof = consistency_proof(old, size, tree.nodes(connection, size)) if old else []
        return client.submit(witness.address, old=old, proof=proof, note=note).removesuffix("\n")

    try:
        return ask(seen)
    except client.WitnessConflict as fault:
        if fault.size == seen or fault.size > size:
            raise
        return ask(fault.size)
