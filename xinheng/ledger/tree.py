"""The Merkle tree as it lies in PostgreSQL (树的读取): tiles, nodes, size. Reads only; the sequencer writes."""

from __future__ import annotations

from typing import Any

import psycopg

from xinheng.ledger.verifier.tiles import TileNodes

TILE = "SELECT hashes FROM ledger_tile WHERE level = %s AND number = %s"


def size(connection: psycopg.Connection[Any]) -> int:
    """How many events are in the tree."""
    return int(_value(connection, "SELECT coalesce(max(index) + 1, 0) FROM ledger_entry"))


def nodes(connection: psycopg.Connection[Any], tree_size: int) -> TileNodes:
    """Hashes of perfect subtrees, out of the stored tiles."""

    def read(level: int, number: int) -> bytes:
        found = connection.execute(TILE, [level, number]).fetchone()
        return bytes(found[0]) if found else b""

    return TileNodes(read, tree_size)


def _value(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None
