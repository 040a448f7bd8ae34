"""What of the log is everybody's (公开的台账): its newest signed head and its hashes, never what it tells.

Hashes say nothing of whom or what. Entries are for auditors alone: kind, body and moment could tell of somebody.
"""

from __future__ import annotations

from django.db import connection

from xinheng.ledger import signing
from xinheng.ledger.verifier.merkle import HASH_BYTES
from xinheng.ledger.verifier.note import append
from xinheng.ledger.verifier.tiles import TileFault, parse_path, width_at

_NEWEST = """
SELECT c.size, c.note, array_remove(array_agg(s.line), NULL)
  FROM ledger_checkpoint c LEFT JOIN ledger_cosignature s ON s.checkpoint_id = c.size
 GROUP BY c.size ORDER BY c.size DESC LIMIT 1
"""


def newest_head() -> str | None:
    """The newest checkpoint's note with the cosignatures that came in; None before the first."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        row = cursor.fetchone()
    if row is None:
        return None
    _, note, lines = row
    return append(note, "".join(f"{line}\n" for line in lines)) if lines else str(note)


def tile(path: str) -> bytes | None:
    """The hashes at a path of C2SP tlog-tiles (`tile/0/x001/234`), no further than the newest head; else None."""
    try:
        asked = parse_path(path)
    except TileFault:
        return None
    if asked.level is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(size), 0) FROM ledger_checkpoint")
        (size,) = cursor.fetchone()
        if asked.width > width_at(asked.level, asked.number, size):
            return None
        cursor.execute(
            "SELECT hashes FROM ledger_tile WHERE level = %s AND number = %s", [asked.level, asked.number]
        )
        row = cursor.fetchone()
    return None if row is None else bytes(row[0])[: asked.width * HASH_BYTES]


def key() -> str:
    """The log's public key (C2SP vkey). Raises OSError before the first `xinheng init`."""
    return signing.vkey_path().read_text(encoding="ascii")
