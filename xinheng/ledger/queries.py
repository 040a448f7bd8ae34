"""How evidence stands (台账状况): what waits, since when, and how long the log is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
from django.db import connection

# Longer than this without a place in the tree, and personal data is read no more (P28).
LONGEST_GAP = timedelta(minutes=15)
WARN_AFTER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Standing:
    """Events that wait, how long the oldest has, those in the tree, the size last signed, alarms."""

    waiting: int
    oldest: timedelta
    sequenced: int
    signed: int
    refused: int


def oldest_waiting(on: psycopg.Connection[Any]) -> timedelta:
    """How long the oldest event has waited for its place, by the database's clock; zero when none waits.

    An empty log with an empty queue is well: nothing has happened yet.
    """
    row = on.execute("SELECT clock_timestamp() - min(queued_at) FROM ledger_queue").fetchone()
    return timedelta(0) if row is None or row[0] is None else row[0]


def standing() -> Standing:
    """All of it, for doctor and for the command."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM ledger_queue), (SELECT coalesce(max(index) + 1, 0) FROM ledger_entry),"
            " (SELECT coalesce(max(size), 0) FROM ledger_checkpoint), (SELECT count(*) FROM ledger_refused)"
        )
        waiting, sequenced, signed, refused = cursor.fetchone()
    return Standing(waiting, oldest_waiting(connection.connection), sequenced, signed, refused)
