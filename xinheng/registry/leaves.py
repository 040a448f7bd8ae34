"""Record versions recomputed as leaves, event by event (记录版本复算)."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from xinheng.ledger.kinds import EventKind
from xinheng.ledger.leaves import merkle_root
from xinheng.ledger.verification.findings import Audit
from xinheng.ledger.verification.told import Deed
from xinheng.registry.rows import Brought, array_text, version_row

TABLE = "registry_recordversion"
MAKING = (
    EventKind.BATCH_ACCEPTED,
    EventKind.RECORD_CORRECTED,
    EventKind.RECORD_REDACTED,
    EventKind.BATCH_WITHDRAWN,
)
_PAGE = 5_000

SELECTED = """
SELECT v.batch, v.event, v.made_by, v.made_at, v.salt, v.commitment, v.sealed IS NULL, s.id IS NULL, v.facts_id,
       v.record_id, v.version, v.row, v.leaf, v.adverse, r.subject_id, r.instrument_id, v.agency, f.digest,
       v.content_digest, s.proof, v.content, v.sealed_commitment, v.item, v.withheld, v.source, v.ground,
       v.ground_text
  FROM registry_recordversion v LEFT JOIN registry_record r ON r.id = v.record_id
  LEFT JOIN subjects_subject s ON s.id = r.subject_id LEFT JOIN registry_facts f ON f.id = v.facts_id"""
_VERSIONS = f"""{SELECTED}
 WHERE %(all)s OR v.event = ANY(%(events)s) ORDER BY v.event, v.leaf, v.record_id
"""
RECORD, JSON = 9, (20, 24)  # places in a row: the record; content and source
_MANY_BAD = "SELECT record_id, count(*) FROM registry_recordversion WHERE record_id = ANY(%s) GROUP BY 1"


@dataclass(slots=True)
class _Group:
    """The versions of one event as they come."""

    event: UUID
    deed: Deed | None
    commitments: list[bytes] = field(default_factory=list)
    sound: bool = True


def check(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    """Each version against its own commitment, and the versions of each event against the root that it tells."""
    deeds = {deed.event: deed for deed in audit.told.of(*MAKING) if "merkle_root" in deed.payload}
    bad: Counter[UUID] = Counter()
    with connection.cursor(name="registry_versions") as cursor:
        cursor.itersize = _PAGE
        rows = cursor.execute(_VERSIONS.encode(), {"all": not audit.since, "events": list(deeds)})
        for group in _groups(audit, rows, deeds, bad):
            deeds.pop(group.event, None)
            _settle(audit, group)
    _name_records(audit, connection, bad)
    for deed in deeds.values():
        if deed.payload["count"]:
            audit.find(TABLE, deed.event, f"这一事件的 {deed.payload['count']} 个版本已消失")


def _groups(audit: Audit, rows: Any, deeds: Mapping[UUID, Deed], bad: Counter[UUID]) -> Iterator[_Group]:
    group: _Group | None = None
    for row in rows:
        if group is None or group.event != row[1]:
            if group is not None:
                yield group
            group = _Group(row[1], deeds.get(row[1]))
        if not _take(audit, group, row):
            bad[row[RECORD]] += 1
            _name_what_it_rests_on(audit, row)
    if group is not None:
        yield group


def _take(audit: Audit, group: _Group, row: Sequence[Any]) -> bool:
    """One version: its place in the event, and whether its row opens its commitment; False when it does not."""
    record, version, leaf = row[RECORD], row[RECORD + 1], row[RECORD + 3]
    key = f"{record}/{version}"
    audit.count("记录版本")
    sound = (row[4] is None and audit.told.is_shredded(TABLE, key)) or opens(row)
    fault = "" if sound else "内容与存证不符"
    if group.deed is None:
        fault = "版本不是经系统写入的"
    elif leaf != len(group.commitments):
        fault = fault or f"序号为 {leaf}，应为 {len(group.commitments)}：有版本被删去、插入或调换"
    if fault:
        group.sound = False
        audit.find(TABLE, key, fault)
    group.commitments.append(bytes(row[5] or b""))
    return sound


def _name_what_it_rests_on(audit: Audit, row: Sequence[Any]) -> None:
    """Record, subject or facts of a version that are not there any more."""
    record, subject, facts = row[RECORD], row[RECORD + 5], row[8]
    if subject is None:
        audit.find("registry_record", record, "行已消失")
    elif row[7]:
        audit.find("subjects_subject", subject, "行已消失")
    if row[RECORD + 8] is None:
        audit.find("registry_facts", facts, "行已消失")


def _name_records(audit: Audit, connection: psycopg.Connection[Any], bad: Counter[UUID]) -> None:
    """Where no version of a record opens, the record itself may point to another document or subject."""
    for record, versions in connection.execute(_MANY_BAD, [list(bad)]).fetchall():
        if versions == bad[record]:
            audit.find("registry_record", record, "它的版本都与存证不符，它所指的文书或者主体可能被改")


def opens(row: Sequence[Any]) -> bool:
    """Whether salt and row, as SELECTED, give the commitment. A sealed part is there exactly when its own is."""
    batch, event, by, at, salt, sealed, without, _, _, *told = row
    if salt is None or sealed is None or without != (told[12] is None):
        return False
    try:
        covered = [each.bytes if isinstance(each, UUID) else each for each in told]
        covered[8:11] = [bytes(each) for each in covered[8:11]]
        covered[11], covered[15] = _canonical(told[11]), _canonical(told[15])
        covered[12] = None if told[12] is None else bytes(told[12])
        covered[14] = array_text(told[14])
        brought = Brought(batch=batch.bytes, event=event.bytes, by=by.bytes, at=at)
        whole = version_row(brought, tuple(covered))
    except (AttributeError, TypeError, OverflowError):
        return False  # something is missing that a version always has
    return hmac.compare_digest(hmac.digest(bytes(salt), whole, "sha256"), bytes(sealed))


def _canonical(said: Any) -> str:
    """RFC 8785 of content and source: texts and lists of texts under ASCII names, for which json writes the same."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _settle(audit: Audit, group: _Group) -> None:
    if group.deed is None or not group.sound:
        return
    told = group.deed.payload
    if len(group.commitments) != told["count"]:
        audit.find(
            TABLE, group.event, f"这一事件应有 {told['count']} 个版本，现有 {len(group.commitments)} 个"
        )
    elif merkle_root(group.commitments).hex() != told["merkle_root"]:
        audit.find(TABLE, group.event, "各版本的根与事件所述不符")
