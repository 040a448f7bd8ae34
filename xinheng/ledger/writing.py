"""One event with payload, MAC and place in the queue, on any connection (写入一条事件)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from xinheng.ledger.canonical import LedgerFault, Plain, plain, refuse_personal
from xinheng.ledger.entries import SALT_BYTES, commitment, entry_bytes
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.models import Event
from xinheng.vault import ledgerkeys

WROTE = "wrote"

# One statement, one round trip: no event without its payload and its place in the queue.
_INSERT = """
WITH told AS (
    INSERT INTO ledger_event (id, kind, at, agency, commitment, mac)
    VALUES (%(id)s, %(kind)s, %(at)s, %(agency)s, %(commitment)s, %(mac)s)
), opened AS (
    INSERT INTO ledger_eventpayload (event_id, salt, payload) VALUES (%(id)s, %(salt)s, %(payload)s::jsonb)
)
INSERT INTO ledger_queue (event_id, queued_at) VALUES (%(id)s, clock_timestamp())
"""


class Cursor(Protocol):
    """Django's cursor or psycopg's."""

    def execute(self, query: Any, params: Any = None) -> Any: ...
    def fetchall(self) -> list[Any]: ...


def store(
    cursor: Cursor,
    kind: EventKind,
    *,
    payload: Mapping[str, object],
    agency: UUID | None,
    now: datetime,
    event_id: UUID | None = None,
) -> Event:
    """Write an event on this connection, in its transaction; no subscriber runs and nobody is owed it.

    For the access register, which commits on a connection of its own; everybody else calls `append`.
    Raises LedgerFault for a kind not in the vocabulary, or for personal data.
    """
    body = _body(payload)
    if wrote := _claimed(cursor):
        body[WROTE] = wrote
    event, salt, word = event_id or uuid7(), secrets.token_bytes(SALT_BYTES), EventKind(kind).value
    sealed = commitment(salt, body)
    entry = entry_bytes(kind=word, at=now, agency=agency, commitment=sealed, event=event)
    row = Event(id=event, kind=word, at=now, agency=agency, commitment=sealed, mac=ledgerkeys.mac(entry))
    told = {"id": event, "kind": word, "at": now, "agency": agency, "commitment": sealed, "mac": row.mac}
    cursor.execute(_INSERT, {**told, "salt": salt, "payload": json.dumps(body, ensure_ascii=False)})
    return row


def _body(payload: Mapping[str, object]) -> dict[str, Plain]:
    body = plain(payload)
    refuse_personal(body)
    if not isinstance(body, dict) or WROTE in body:
        raise LedgerFault("a payload is a mapping, and what was written is told by the database")
    return body


def _claimed(cursor: Cursor) -> list[Plain]:
    """[table, key, digest in hex or null] of every protected row that the transaction wrote and has not told."""
    cursor.execute("SELECT table_name, key, encode(digest, 'hex') FROM ledger_claim()")
    return [[table, key, digest] for table, key, digest in sorted(cursor.fetchall())]
