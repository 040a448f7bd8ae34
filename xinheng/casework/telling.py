"""Rows of one event written at once, each with its digest, and the root over them (成批写入)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from xinheng.access.actor import Actor
from xinheng.access.scope import acting, whole_city
from xinheng.casework.proofs import REMINDERS, digest_sql
from xinheng.ledger.emitting import part_of_event
from xinheng.ledger.leaves import merkle_root
from xinheng.ledger.protection import Watched
from xinheng.runtime.clock import day_of

# Clocks are moved and told of by one at a time.
_LOCK = 0x636C6F63


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows an event tells, and the Merkle root over their digests in the order of their places."""

    count: int
    root: bytes


@contextmanager
def all_clocks(actor: Actor) -> Iterator[CursorWrapper]:
    """The clocks of all agencies, for one at a time, to the end of the transaction."""
    with acting(actor), whole_city(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        # Sets are joined as sets: of rows written a moment ago the planner may think that there are few.
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield cursor
        cursor.execute("SET LOCAL enable_nestloop = on")


@part_of_event
def write(
    cursor: CursorWrapper, what: Watched, asked: str, *, event: UUID, now: datetime, told: Mapping[str, Any]
) -> Written:
    """Insert what `asked` selects: all columns but id, event, place, moment and digest, which are given here."""
    names = [each.split()[0].removeprefix("r.") for each in what.columns.split("; ")]
    cursor.execute(
        f"INSERT INTO {what.table} ({', '.join(names)}, digest) SELECT {', '.join(names)}, {digest_sql(what)} FROM ("
        " SELECT uuid7() AS id, %(event)s::uuid AS event, (row_number() OVER () - 1)::integer AS place,"
        f" %(at)s::timestamptz AS at, a.* FROM ({asked}) a OFFSET 0) r",
        {**told, "event": event, "at": now},
    )
    cursor.execute(f"SELECT digest FROM {what.table} WHERE event = %s ORDER BY place", [event])
    digests = [bytes(digest) for (digest,) in cursor.fetchall()]
    return Written(len(digests), merkle_root(digests))


@part_of_event
def remind_of(
    cursor: CursorWrapper, asked: str, *, event: UUID, now: datetime, told: Mapping[str, Any]
) -> Written:
    """Write the reminders that `asked` selects: case_id, deadline_id, agency_id, handler, kind, rung, roles, last,
    provisional, before.

    The handler is named where the clerk is told.
    """
    whole = (
        "SELECT b.*, CASE WHEN 'clerk' = ANY (b.roles) THEN b.handler END AS to_user, %(day)s::date AS day"
        f" FROM ({asked}) b"
    )
    return write(cursor, REMINDERS, whole, event=event, now=now, told={**told, "day": day_of(now)})
