"""The log as a folder that others verify without our database (导出台账)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from xinheng.ledger.entries import entry_bytes
from xinheng.ledger.verifier import exported
from xinheng.ledger.verifier.note import append
from xinheng.ledger.verifier.tiles import width_at

_ENTRIES = """
SELECT e.kind, e.at, e.agency, e.commitment, e.id FROM ledger_entry n JOIN ledger_event e ON e.id = n.event_id
 WHERE n.index < %s ORDER BY n.index
"""
_NEWEST = """
SELECT c.size, c.note, array_remove(array_agg(s.line), NULL)
  FROM ledger_checkpoint c LEFT JOIN ledger_cosignature s ON s.checkpoint_id = c.size
 GROUP BY c.size ORDER BY c.size DESC LIMIT 1
"""


class ExportFault(ValueError):
    """There is nothing to export; the text is Chinese."""


def export(connection: psycopg.Connection[Any], folder: Path) -> int:
    """Write checkpoint, tiles and entries up to the newest signed head; returns its size. Raises ExportFault."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute(_NEWEST).fetchone()
        if row is None:
            raise ExportFault("台账还没有已签名的检查点，请先运行 xinheng ledger seal。")
        size, note, lines = row
        tiles = connection.execute("SELECT level, number, hashes FROM ledger_tile").fetchall()
        # A tile may have grown since that head was signed.
        widths = {(level, number): width_at(level, number, size) for level, number, _ in tiles}
        hashes = {
            (level, number): bytes(tile)[: widths[level, number] * 32]
            for level, number, tile in tiles
            if widths[level, number]
        }
        with connection.cursor(name="ledger_export") as cursor:
            rows = cursor.execute(_ENTRIES, [size])
            entries = (
                entry_bytes(kind=kind, at=at, agency=agency, commitment=bytes(sealed), event=event)
                for kind, at, agency, sealed, event in rows
            )
            signed = append(note, "".join(f"{line}\n" for line in lines)) if lines else note
            exported.write(folder, signed=signed, hashes=hashes, entries=entries)
    return int(size)
