"""What was held back; what the public saw from when until when (公示变动的存证)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg

from xinheng.ledger.kinds import EventKind
from xinheng.ledger.protection import exempt, prove, watch
from xinheng.ledger.verification.findings import Audit
from xinheng.publication.answers import digest
from xinheng.publication.proofs import change_digest, head

watch(
    "publication_heldwidening",
    key="r.record::text",
    columns=(
        "r.record plain; r.agency plain; r.version plain; r.event plain; "
        "r.verdict_id plain; r.wanted_from date; r.wanted_until date; r.held_since moment; "
        "r.decided_by plain; r.decided_at moment; r.granted plain; r.ground text"
    ),
)

_CHANGES = """
SELECT c.event, c.at, c.cause, c.record, c.version, v.digest, c.verdict_id IS NULL, c.visible_from, c.visible_until,
       c.digest
  FROM publication_publicationchange c LEFT JOIN publication_publicverdict v ON v.id = c.verdict_id
 ORDER BY c.event, c.record
"""
_TABLE = "publication_publicationchange"
_PAGE = 5_000


@prove("publication_publicationchange")
def prove_changes(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    """Each change by its own digest, the changes of each projection by the hash that its event tells."""
    told = {UUID(d.payload["cause"]): d.payload for d in audit.told.of(EventKind.PUBLICATION_CHANGED)}
    hashes: dict[UUID, Any] = {}
    counts: Counter[UUID] = Counter()
    unsound: set[UUID] = set()
    with connection.cursor(name="publication_changes") as cursor:
        cursor.itersize = _PAGE
        for row in cursor.execute(_CHANGES.encode()):
            event, digest = row[0], bytes(row[-1] or b"")
            if audit.since and event not in told:
                continue
            audit.count("公示变动")
            if fault := _fault(row, event in told):
                audit.find(_TABLE, f"{row[3]}/{event}", fault)
                unsound.add(event)
            hashes.setdefault(event, sha256()).update(digest)
            counts[event] += 1
    for event, payload in told.items():
        made = hashes.get(event, sha256()).hexdigest()
        if event not in unsound and (counts[event], made) != (payload["count"], payload["root"]):
            audit.find(
                _TABLE, event, f"这一事件应有 {payload['count']} 条变动，现有 {counts[event]} 条，或内容不符"
            )


def _fault(row: Sequence[Any], told: bool) -> str:
    event, at, cause, record, version, verdict, hidden, start, until, digest = row
    if not told:
        return "变动不是经系统写入的"
    if verdict is None and not hidden:
        return "所依据的判断已消失"
    shown = None if verdict is None else bytes(verdict)
    dates = {"visible_from": start, "visible_until": until}
    made = change_digest(
        head(event=event, cause=cause, at=at), record=record, version=version, verdict=shown, **dates
    )
    return "" if made == bytes(digest or b"") else "内容与存证不符"


@prove("publication_publicverdict")
def prove_verdicts(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    """A stored answer is its own digest; changes carry the digest."""
    for number, kept, verdict in connection.execute(
        "SELECT id, digest, verdict FROM publication_publicverdict"
    ):
        audit.count("公示判断")
        if verdict is None or digest(verdict) != bytes(kept or b""):
            audit.find("publication_publicverdict", number, "内容与摘要不符")


exempt(
    "publication_publicentry", "rebuilt at will; `xinheng publish verify` compares it with a fresh projection"
)
exempt("publication_publicsubject", "rebuilt at will, like the entries")
