"""A million looks with their events, written past the gate as the gate would have (台账基准的数据)."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from bench import intake

_CHUNK = 50_000
# The digest of a change as the projector computes it; here over all rows at once, to see what it costs.
_DIGESTS = """
SELECT count(sha256('\\x00'::bytea || int4send(c.place) || uuid_send(c.record) || int4send(c.version)
       || coalesce(v.digest, ''::bytea) || coalesce(date_send(c.visible_from), '\\x80000000'::bytea)
       || coalesce(date_send(c.visible_until), '\\x80000000'::bytea))),
       sha256(string_agg(c.digest, ''::bytea ORDER BY c.place))
  FROM publication_publicationchange c LEFT JOIN publication_publicverdict v ON v.id = c.verdict_id
"""


def digest_seconds(admin: Any) -> float:
    """How long the digests of all changes of publication and the hash over them take the database."""
    began = time.perf_counter()
    admin.execute(_DIGESTS).fetchone()
    return time.perf_counter() - began


def looks(admin: Any, count: int) -> int:
    """Entries of the register, each with its event, payload and place in the queue; returns how many."""
    for first in range(0, count, _CHUNK):
        _chunk(admin, first, min(_CHUNK, count - first))
    admin.execute(
        "ANALYZE ledger_event; ANALYZE ledger_eventpayload; ANALYZE ledger_queue; ANALYZE access_accessentry"
    )
    return count


def _chunk(admin: Any, first: int, count: int) -> None:
    from xinheng.ledger import protection
    from xinheng.ledger.entries import commitment, entry_bytes
    from xinheng.ledger.leaves import salts
    from xinheng.vault import ledgerkeys

    watched = protection.watched()["access_accessentry"]
    events, payloads, entries = [], [], []
    actor, agency = UUID(int=11), UUID(int=1)
    for n, salt in enumerate(salts(count), first):
        entry, event, at = (
            UUID(int=(7 << 76) + n),
            UUID(int=(9 << 76) + n),
            intake.NOW + timedelta(milliseconds=n),
        )
        row = (entry, at, actor, agency, "desk", "file", None, "duty", "示例依据", True, "")
        micros = str(round(at.timestamp() * 1_000_000))
        said = (
            str(entry),
            micros,
            str(actor),
            str(agency),
            "desk",
            "file",
            None,
            "duty",
            "示例依据",
            "true",
            "",
        )
        digest = sha256(watched.row(said)).hexdigest()
        payload = {"entry": str(entry), "wrote": [["access_accessentry", str(entry), digest]]}
        sealed = commitment(salt, payload)
        leaf = entry_bytes(kind="look.granted", at=at, agency=agency, commitment=sealed, event=event)
        events.append((event, "look.granted", at, agency, sealed, ledgerkeys.mac(leaf)))
        payloads.append((event, salt, json.dumps(payload)))
        entries.append(row)
    with admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        _copy(admin, "ledger_event (id, kind, at, agency, commitment, mac)", events)
        _copy(admin, "ledger_eventpayload (event_id, salt, payload)", payloads)
        _copy(admin, "ledger_queue (event_id)", [(event,) for event, *_ in events])
        columns = "id, at, actor, agency, channel, what, subject, purpose, basis, granted, refusal"
        _copy(admin, f"access_accessentry ({columns})", entries)


def bare_copy(admin: Any, count: int) -> float:
    """Seconds to COPY as many places into a table like that of the entries, without a tree."""
    admin.execute(
        "CREATE TABLE IF NOT EXISTS bench_entry (LIKE ledger_entry INCLUDING ALL); TRUNCATE bench_entry"
    )
    began = time.perf_counter()
    _copy(admin, "bench_entry (index, event_id)", ((n, UUID(int=n)) for n in range(count)))
    spent = time.perf_counter() - began
    admin.execute("DROP TABLE bench_entry")
    return spent


def _copy(admin: Any, target: str, rows: Any) -> None:
    with admin.cursor().copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
