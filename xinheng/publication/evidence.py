"""What was held back; what the public saw from when until when (公示变动的存证)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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

watch(
    "publication_listingchange",
    key="r.entry::text || '#' || r.event::text",
    columns="r.entry plain; r.event plain; r.at moment; r.cause text; r.visible_from date; r.visible_until date",
)

_CHANGES = """
SELECT c.event, c.place, c.at, c.cause, c.record, c.version, c.verdict_id, v.digest, c.visible_from,
       c.visible_until, c.digest
  FROM publication_publicationchange c LEFT JOIN publication_publicverdict v ON v.id = c.verdict_id
 ORDER BY c.event, c.place, c.record
"""
_TABLE, _VERDICTS = "publication_publicationchange", "publication_publicverdict"
_PAGE = 5_000


@prove(_TABLE)
def prove_changes(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    """Each change by its own digest, the changes of each projection by the hash that its event tells."""
    told = {UUID(d.payload["cause"]): d.payload for d in audit.told.of(EventKind.PUBLICATION_CHANGED)}
    groups: dict[UUID, _Group] = {}
    with connection.cursor(name="publication_changes") as cursor:
        cursor.itersize = _PAGE
        for row in cursor.execute(_CHANGES.encode()):
            if not audit.since or row[0] in told:
                groups.setdefault(row[0], _Group(row[0])).take(audit, row, row[0] in told)
    for event, payload in told.items():
        groups.setdefault(event, _Group(event)).settle(audit, payload["count"], payload["root"])


@dataclass(slots=True)
class _Group:
    """The changes of one event as they come, in the order of their places."""

    event: UUID
    hashed: Any = field(default_factory=sha256)
    next_place: int = 0
    sound: bool = True

    def take(self, audit: Audit, row: Sequence[Any], told: bool) -> None:
        audit.count("公示变动")
        place, fault = row[1], _fault(audit, row) if told else "变动不是经系统写入的"
        if fault:
            audit.find(_TABLE, f"{self.event}#{place}", fault)
        self._missing(audit, place)
        self.sound = self.sound and not fault and place == self.next_place
        self.hashed.update(bytes(row[-1] or b""))
        self.next_place = max(self.next_place, place + 1)

    def settle(self, audit: Audit, count: int, root: str) -> None:
        self._missing(audit, count)
        if self.sound and self.next_place == count and self.hashed.hexdigest() != root:
            audit.find(_TABLE, self.event, "各行合起来与事件所述不符")

    def _missing(self, audit: Audit, upto: int) -> None:
        for place in range(self.next_place, upto):
            audit.find(_TABLE, f"{self.event}#{place}", "行已消失")
            self.sound = False


def _fault(audit: Audit, row: Sequence[Any]) -> str:
    event, place, at, cause, record, version, number, verdict, start, until, digest = row
    if verdict is None and number is not None:
        audit.find(_VERDICTS, number, "行已消失")
        return "所依据的判断已消失"
    shown = None if verdict is None else bytes(verdict)
    told: dict[str, Any] = {"place": place, "record": record, "version": version, "verdict": shown}
    dates = {"visible_from": start, "visible_until": until}
    made = change_digest(head(event=event, cause=cause, at=at), **told, **dates)
    return "" if made == bytes(digest or b"") else "内容与存证不符"


@prove(_VERDICTS)
def prove_verdicts(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    """A stored answer is its own digest; changes carry the digest."""
    for number, kept, verdict in connection.execute(
        "SELECT id, digest, verdict FROM publication_publicverdict"
    ):
        audit.count("公示判断")
        if verdict is None or digest(verdict) != bytes(kept or b""):
            audit.find(_VERDICTS, number, "内容与摘要不符")


exempt(
    "publication_publicentry", "rebuilt at will; `xinheng publish verify` compares it with a fresh projection"
)
exempt("publication_publicsubject", "rebuilt at will, like the entries")
exempt("publication_publiclisting", "rebuilt at will, like the entries; compared like them")
