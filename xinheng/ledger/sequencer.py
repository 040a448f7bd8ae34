"""The one sequencer (定序): committed events get their places in the tree, the tree gets signed heads.

It works as its own database role, which can add to the tree and change no event. What is in the queue without
the application's MAC is kept apart as an alarm and never gets a place. Order of commit is not order of time:
what is open is asked for, not what is newer than the last. Of what is open, the order in which it was told
decides and not its moment: of two events about one row, the later one must stand behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from xinheng.ledger import signing, tree
from xinheng.ledger.canonical import LedgerFault
from xinheng.ledger.entries import entry_bytes
from xinheng.ledger.verifier.checkpoint import Checkpoint
from xinheng.ledger.verifier.merkle import leaf_hash, root_from
from xinheng.ledger.verifier.note import open_note, sign
from xinheng.ledger.verifier.strict import NoteFault
from xinheng.ledger.verifier.tiles import HEIGHT, WIDTH, TileFault, extend
from xinheng.vault import ledgerkeys


class ForeignTreeFault(Exception):
    """Somebody else has written into the tree: nothing gets a place and nothing is signed. The text is Chinese."""


BATCH = 10_000
CHECKPOINT_EVERY = timedelta(seconds=10)
_LOCK = 0x78696E71

_OPEN = """
SELECT q.event_id, e.kind, CASE WHEN e.at BETWEEN '0002-01-01' AND '9998-12-31' THEN e.at END, e.agency,
       e.commitment, e.mac, e.id IS NOT NULL, n.event_id IS NOT NULL
  FROM ledger_queue q LEFT JOIN ledger_event e ON e.id = q.event_id LEFT JOIN ledger_entry n ON n.event_id = q.event_id
 ORDER BY q.told LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one run came to: events that got a place, alarms, the size of the tree, the size last signed."""

    sequenced: int
    refused: int
    size: int
    signed: int


def seal(
    connection: psycopg.Connection[Any], *, now: datetime, limit: int = BATCH, sign_now: bool = False
) -> Sealed:
    """Give up to `limit` queued events their places, and sign a checkpoint when one is due; one transaction.

    `sign_now` signs whatever is new. Another sequencer at work is waited for. Raises vault KeyFault, or ForeignTreeFault
    when what lies in the tree is not what was put there: a head signed over it would make it ours.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        rows = connection.execute(_OPEN, [limit]).fetchall()
        before = tree.size(connection)
        due = _due(connection, now, sign_now)
        if due:
            _require_ours(connection, before)
        good: list[tuple[UUID, bytes]] = []
        bad: list[tuple[UUID, str]] = []
        for row in rows:
            leaf, why = _leaf(row)
            if leaf is not None:
                good.append((row[0], leaf))
            else:
                bad.append((row[0], why))
        _append(connection, before, good)
        _refuse(connection, bad, now)
        connection.execute("DELETE FROM ledger_queue WHERE event_id = ANY(%s)", [[row[0] for row in rows]])
        size = before + len(good)
        signed = _sign(connection, size, now) if due else _signed(connection)[0]
    return Sealed(len(good), len(bad), size, signed)


def seal_all(connection: psycopg.Connection[Any], *, now: datetime) -> Sealed:
    """Empty the queue and sign what is new."""
    sequenced = refused = 0
    while True:
        done = seal(connection, now=now, sign_now=True)
        sequenced, refused = sequenced + done.sequenced, refused + done.refused
        if done.sequenced + done.refused < BATCH:
            return Sealed(sequenced, refused, done.size, done.signed)


def _leaf(row: Sequence[Any]) -> tuple[bytes | None, str]:
    """The leaf hash of a queued event, or why it gets no place. One that cannot even be read stops nobody."""
    event, kind, at, agency, commitment, mac, there, placed = row
    if not there:
        return None, "no event"
    if placed:
        return None, "in the tree already"
    try:
        entry = entry_bytes(kind=kind, at=at, agency=agency, commitment=bytes(commitment), event=event)
    except (AttributeError, LedgerFault):
        return None, "not to be read"
    return (leaf_hash(entry), "") if ledgerkeys.is_ours(entry, bytes(mac)) else (None, "not ours")


def _append(connection: psycopg.Connection[Any], size: int, leaves: Sequence[tuple[UUID, bytes]]) -> None:
    if not leaves:
        return
    tiles = extend(size, _edge(connection, size), [hashed for _, hashed in leaves])
    with connection.cursor().copy("COPY ledger_entry (index, event_id) FROM STDIN") as copy:
        for index, (event, _) in enumerate(leaves, size):
            copy.write_row((index, event))
    connection.cursor().executemany(
        "INSERT INTO ledger_tile (level, number, hashes) VALUES (%s, %s, %s)"
        " ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes",
        [(level, number, hashes) for (level, number), hashes in tiles.items()],
    )


def _edge(connection: psycopg.Connection[Any], size: int) -> dict[int, bytes]:
    """The rightmost partial tile of each level."""
    edge, level = {}, 0
    while size >> HEIGHT * level:
        number, width = divmod(size >> HEIGHT * level, WIDTH)
        if width:
            found = connection.execute(tree.TILE, [level, number]).fetchone()
            edge[level] = bytes(found[0]) if found else b""
        level += 1
    return edge


def _refuse(connection: psycopg.Connection[Any], rows: Sequence[tuple[UUID, str]], now: datetime) -> None:
    connection.cursor().executemany(
        "INSERT INTO ledger_refused (event, found_at, why) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        [(event, now, why) for event, why in rows],
    )


def _signed(connection: psycopg.Connection[Any]) -> tuple[int, str, datetime | None]:
    """Size, note and moment of the newest head."""
    row = connection.execute(
        "SELECT size, note, signed_at FROM ledger_checkpoint ORDER BY size DESC LIMIT 1"
    ).fetchone()
    return (int(row[0]), row[1], row[2]) if row else (0, "", None)


def _due(connection: psycopg.Connection[Any], now: datetime, sign_now: bool) -> bool:
    """Whether it is time for a head, should there be anything new."""
    _, _, at = _signed(connection)
    return sign_now or at is None or now - at >= CHECKPOINT_EVERY


_SINCE = """
SELECT n.index, e.id, e.kind, CASE WHEN e.at BETWEEN '0002-01-01' AND '9998-12-31' THEN e.at END, e.agency,
       e.commitment, e.mac, e.id IS NOT NULL, false
  FROM ledger_entry n LEFT JOIN ledger_event e ON e.id = n.event_id WHERE n.index >= %s ORDER BY n.index
"""


def _require_ours(connection: psycopg.Connection[Any], size: int) -> None:
    """Raise ForeignTreeFault unless the tree is the one last signed, and every entry behind that is the application's."""
    signed, note, _ = _signed(connection)
    nodes = tree.nodes(connection, size)
    try:
        if note and _root(note, signed) != root_from(signed, nodes):
            raise ForeignTreeFault(f"台账前 {signed} 条与已签名的检查点不符")
        for index, *row in connection.execute(_SINCE, [signed]).fetchall():
            leaf, _ = _leaf(row)
            if leaf is None or leaf != nodes(0, index):
                raise ForeignTreeFault(f"台账第 {index} 条不是定序程序写入的")
    except (TileFault, NoteFault):
        raise ForeignTreeFault("台账的分片或检查点被改动") from None


def _root(note: str, size: int) -> bytes:
    """The root of our own signed head. Raises NoteFault when it is not ours, or not of that size."""
    head = Checkpoint.parse(open_note(note, [signing.signer().verifier]).text)
    if head.size != size:
        raise NoteFault("检查点的大小被改动")
    return head.root


def _sign(connection: psycopg.Connection[Any], size: int, now: datetime) -> int:
    """Sign the tree as it is now, when there is something new; returns the size of the newest head."""
    signed, _, _ = _signed(connection)
    if size <= signed:
        return signed
    root = root_from(size, tree.nodes(connection, size))
    note = sign(Checkpoint(signing.origin(), size, root).text(), [signing.signer()])
    connection.execute(
        "INSERT INTO ledger_checkpoint (size, note, signed_at) VALUES (%s, %s, %s)", [size, note, now]
    )
    return size
