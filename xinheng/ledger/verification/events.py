"""Every event recomputed: commitment from payload, entry from event, leaf from entry (逐条复算).

Sequenced events are read in the order of the tree and their leaf hashes kept, 32 bytes each; what waits in the
queue is read behind them.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import psycopg

from xinheng.ledger.canonical import LedgerFault
from xinheng.ledger.entries import commitment, entry_bytes
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.verification.findings import Audit
from xinheng.ledger.verification.told import Deed
from xinheng.ledger.verifier.merkle import leaf_hash
from xinheng.vault import ledgerkeys

_PAGE = 5_000

_IN_TREE = """
SELECT n.index, n.event_id, e.kind, e.at, e.agency, e.commitment, e.mac, p.salt, p.payload
  FROM ledger_entry n LEFT JOIN ledger_event e ON e.id = n.event_id
  LEFT JOIN ledger_eventpayload p ON p.event_id = n.event_id
 WHERE n.index >= %s ORDER BY n.index
"""
_WAITING = """
SELECT NULL::bigint, q.event_id, e.kind, e.at, e.agency, e.commitment, e.mac, p.salt, p.payload
  FROM ledger_queue q LEFT JOIN ledger_event e ON e.id = q.event_id
  LEFT JOIN ledger_eventpayload p ON p.event_id = q.event_id
 ORDER BY q.told
"""
# Events that nothing leads to: put into the table and neither into the tree nor into the queue.
_STRAYS = """
SELECT 'ledger_event', e.id FROM ledger_event e
 WHERE NOT EXISTS (SELECT FROM ledger_entry n WHERE n.event_id = e.id)
   AND NOT EXISTS (SELECT FROM ledger_queue q WHERE q.event_id = e.id)
UNION ALL
SELECT 'ledger_eventpayload', p.event_id FROM ledger_eventpayload p
 WHERE NOT EXISTS (SELECT FROM ledger_event e WHERE e.id = p.event_id)
"""


def recompute(connection: psycopg.Connection[Any], audit: Audit) -> bytearray:
    """Look at every event from `audit.since` on; returns the leaf hashes of those in the tree, 32 bytes each."""
    leaves, shredded = bytearray(), _Shredded()
    place = audit.since
    for row in _rows(connection, _IN_TREE, [audit.since]):
        index = row[0]
        if index != place:
            audit.find("ledger_entry", place, "树中缺少这一位置")
            place = index
        leaves += _leaf(audit, row) or bytes(32)
        _opened(audit, shredded, place, row)
        place += 1
        audit.count("树中事件")
    for waiting, row in enumerate(_rows(connection, _WAITING, []), place):
        _leaf(audit, row)
        _opened(audit, shredded, waiting, row)
        audit.count("待定序事件")
    shredded.settle(audit)
    for table, key in connection.execute(_STRAYS.encode()).fetchall():
        audit.find(table, key, "既不在树中也不在队列中")
    return leaves


def _rows(connection: psycopg.Connection[Any], query: str, asked: Sequence[Any]) -> Iterator[Any]:
    with connection.cursor(name="ledger_audit") as cursor:
        cursor.itersize = _PAGE
        yield from cursor.execute(query.encode(), asked)


def _leaf(audit: Audit, row: Sequence[Any]) -> bytes | None:
    """The leaf hash of the event as it stands."""
    index, event, kind, at, agency, sealed, mac, *_ = row
    if kind is None:
        # Either the event went, or the place points elsewhere: both are named.
        audit.find("ledger_event", event, "事件已消失")
        audit.find(
            "ledger_queue" if index is None else "ledger_entry",
            event if index is None else index,
            "没有对应的事件",
        )
        return None
    try:
        entry = entry_bytes(kind=kind, at=at, agency=agency, commitment=bytes(sealed or b""), event=event)
    except LedgerFault:
        audit.find("ledger_event", event, "事件读不懂")
        return None
    if audit.opening and not ledgerkeys.is_ours(entry, bytes(mac or b"")):
        audit.find("ledger_event", event, "事件的校验码不符")
    return leaf_hash(entry)


def _opened(audit: Audit, shredded: _Shredded, place: int, row: Sequence[Any]) -> None:
    """Whether salt and payload open the commitment; what the payload tells is kept."""
    _, event, kind, at, _, sealed, _, salt, payload = row
    if kind is None:
        return
    if payload is None or salt is None:
        shredded.gone[event] = place
        return
    try:
        same = hmac.compare_digest(commitment(bytes(salt), payload), bytes(sealed or b""))
    except (LedgerFault, TypeError):
        same = False
    if not same:
        audit.find("ledger_eventpayload", event, "内容打不开事件的承诺")
        return
    if kind == EventKind.SHREDDED:
        shredded.allowed.update(payload.get("events", ()))
    shredded.there.add(str(event))
    audit.told.take(place, event, kind, at, payload)


class _Shredded:
    """Payloads that are not there must have been shredded, and what was shredded must not be there."""

    def __init__(self) -> None:
        self.gone: dict[UUID, int] = {}
        self.allowed: set[str] = set()
        self.there: set[str] = set()

    def settle(self, audit: Audit) -> None:
        for each in audit.told.carried:
            event = UUID(each["event"])
            audit.told.deeds[each["kind"]].append(Deed(self.gone.get(event, 0), event, None, each))
        for event in self.gone:
            if str(event) not in self.allowed:
                audit.find("ledger_eventpayload", event, "内容缺失，且没有依法销毁的记录")
        for back in self.allowed & self.there:
            audit.find("ledger_eventpayload", back, "已依法销毁的内容又出现")
        audit.count("依法销毁的内容", len(self.allowed))
