"""Records and documents against the versions that made them what they are (现状复算).

A record is what its latest version says; a document is what the latest version of any record on it said, or what was
registered of its effect since (proved as watched rows); whether a record is withdrawn follows from the withdrawals of batches. Versions are proved as leaves before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import psycopg

from xinheng.law.identifiers import document_number_key
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.verification.findings import Audit
from xinheng.registry.leaves import MAKING

_PAGE = 5_000

# Day in Asia/Shanghai on which a version was made, as the intake writes it.
_DAY = "(v.made_at AT TIME ZONE 'Asia/Shanghai')::date"

RECORDS = """
SELECT r.id, CASE
    WHEN v.version IS NULL THEN '没有任何版本'
    WHEN r.version <> v.version THEN '版本号与最新版本不符'
    WHEN (r.facts_id, r.batch, r.row, r.item_id, r.adverse)
         IS DISTINCT FROM (v.facts_id, v.batch, v.row, v.item, v.adverse) THEN '与最新版本不符'
    WHEN r.item_code <> split_part(v.item, '/', 2) THEN '目录项与版本不符'
    WHEN r.agency_id <> o.agency THEN '所属单位与首个版本不符'
    WHEN r.decided_on::text IS DISTINCT FROM v.content ->> 'decided_on' THEN '决定日期与最新版本不符'
    WHEN r.valid_to::text IS DISTINCT FROM coalesce(v.content ->> 'valid_to', v.content ->> 'valid_until')
         THEN '有效期与最新版本不符'
    END AS fault
  FROM registry_record r
  LEFT JOIN LATERAL (SELECT * FROM registry_recordversion v WHERE v.record_id = r.id
                      ORDER BY v.version DESC LIMIT 1) v ON true
  LEFT JOIN registry_recordversion o ON o.record_id = r.id AND o.version = 1
 WHERE r.id <> ALL(%(shredded)s)
"""

# States and days of acceptance of records that no withdrawal has touched.
_UNTOUCHED = f"""
SELECT r.id FROM registry_record r JOIN registry_recordversion v ON v.record_id = r.id AND v.version = 1
 WHERE NOT EXISTS (SELECT FROM registry_recordversion w WHERE w.record_id = r.id AND w.batch = ANY(%(batches)s))
   AND r.id <> ALL(%(shredded)s) AND (r.state <> 'live' OR r.accepted_on <> {_DAY})
UNION ALL SELECT r.id FROM registry_record r WHERE r.id = ANY(%(shredded)s) AND r.state <> 'shredded'
"""
_TOUCHED = f"""
SELECT v.record_id, v.event, v.batch, {_DAY}, r.state, r.accepted_on
  FROM registry_recordversion v JOIN registry_record r ON r.id = v.record_id
 WHERE v.record_id IN (SELECT w.record_id FROM registry_recordversion w WHERE w.batch = ANY(%(batches)s))
 ORDER BY v.record_id, v.version
"""

# Whoever writes a document: the record that founds it, and after that every changed record on it.
_DOCUMENTS = """
WITH told AS (SELECT * FROM unnest(%(events)s::uuid[], %(places)s::bigint[]) AS t(event, place)),
said AS (
    SELECT DISTINCT ON (r.instrument_id) r.instrument_id, v.content, v.facts_id
      FROM registry_recordversion v JOIN registry_record r ON r.id = v.record_id JOIN told t USING (event)
     ORDER BY r.instrument_id, v.version > 1 DESC,
              CASE WHEN v.version > 1 THEN -t.place ELSE t.place END, CASE WHEN v.version > 1 THEN -v.leaf ELSE v.leaf END),
founding AS (
    SELECT DISTINCT ON (r.instrument_id) r.instrument_id, v.content, v.agency, v.item
      FROM registry_recordversion v JOIN registry_record r ON r.id = v.record_id JOIN told t USING (event)
     WHERE v.version = 1 ORDER BY r.instrument_id, t.place, v.leaf)
SELECT i.id, i.number, i.number_key, CASE
    WHEN f.instrument_id IS NULL THEN '没有任何记录以它为据'
    WHEN i.body_uscc IS DISTINCT FROM f.content ->> 'body_code' THEN '机关代码与记录不符'
    WHEN i.number IS DISTINCT FROM f.content ->> 'document_number' THEN '文号与记录不符'
    WHEN i.kind IS DISTINCT FROM split_part(f.item, '/', 2) THEN '文书种类与记录不符'
    WHEN i.agency_id <> f.agency THEN '所属单位与记录不符'
    WHEN i.body_name IS DISTINCT FROM s.content ->> 'body_name' THEN '机关名称与记录不符'
    WHEN i.decided_on::text IS DISTINCT FROM s.content ->> 'decided_on' THEN '决定日期与记录不符'
    WHEN i.effect IS DISTINCT FROM c.facts ->> 'effect' AND i.effect IS DISTINCT FROM h.effect
      OR i.effect <> h.effect AND h.effect <> 'effective' THEN '效力与记录不符'
    WHEN i.contested IS DISTINCT FROM (c.facts ->> 'contested')::boolean
     AND i.contested IS DISTINCT FROM h.contested THEN '复议诉讼标记与记录不符'
    END
  FROM registry_instrument i LEFT JOIN founding f ON f.instrument_id = i.id
  LEFT JOIN said s ON s.instrument_id = i.id LEFT JOIN registry_facts c ON c.id = s.facts_id
  LEFT JOIN LATERAL (SELECT h.effect, h.contested FROM registry_instrumentchange h WHERE h.instrument_id = i.id
                      ORDER BY h.at DESC, h.id DESC LIMIT 1) h ON true
 WHERE i.id NOT IN (SELECT r.instrument_id FROM registry_record r WHERE r.id = ANY(%(shredded)s))
"""
_MISSING = """
SELECT r.id, n FROM registry_record r CROSS JOIN LATERAL generate_series(1, r.version) n
 WHERE NOT EXISTS (SELECT FROM registry_recordversion v WHERE v.record_id = r.id AND v.version = n)
"""
_ORPHANS = """
SELECT DISTINCT r.instrument_id FROM registry_record r
 WHERE NOT EXISTS (SELECT FROM registry_instrument i WHERE i.id = r.instrument_id)
"""


def check(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    """Every record and every document. Left out when events were skipped: what is present rests on all of them."""
    if audit.since:
        return
    _records(audit, connection)
    _states(audit, connection)
    _documents(audit, connection)
    for record, version in connection.execute(_MISSING.encode()):
        audit.find("registry_recordversion", f"{record}/{version}", "行已消失")
    for (document,) in connection.execute(_ORPHANS.encode()):
        audit.find("registry_instrument", document, "行已消失")


def shredded(audit: Audit) -> list[UUID]:
    """Records whose content was destroyed: what they said can be compared with nothing."""
    return sorted({UUID(key.split("/")[0]) for key in audit.told.keys("registry_recordversion")})


def _records(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    with connection.cursor(name="registry_records") as cursor:
        cursor.itersize = _PAGE
        for record, fault in cursor.execute(RECORDS.encode(), {"shredded": shredded(audit)}):
            audit.count("记录")
            if fault:
                audit.find("registry_record", record, fault)


def _states(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    places = {deed.event: deed.place for deed in audit.told.of(*MAKING)}
    withdrawn = {UUID(str(d.payload["batch"])): d.place for d in audit.told.of(EventKind.BATCH_WITHDRAWN)}
    gone = shredded(audit)
    asked = {"batches": list(withdrawn), "shredded": gone}
    for (record,) in connection.execute(_UNTOUCHED.encode(), asked):
        audit.find("registry_record", record, "状态或者入库日期与存证不符")
    histories: dict[UUID, list[Any]] = {}
    for record, *version in connection.execute(_TOUCHED.encode(), asked):
        if record in gone:
            continue
        histories.setdefault(record, []).append(version)
    for record, versions in histories.items():
        expected = _history(versions, withdrawn, places)
        if expected != (versions[-1][3], versions[-1][4]):
            audit.find("registry_record", record, "状态或者入库日期与存证不符")


def _history(
    versions: list[Any], withdrawn: Mapping[UUID, int], places: Mapping[UUID, int]
) -> tuple[str, Any]:
    """(state, accepted_on) that versions and withdrawals of batches lead to, told in the order of the tree.

    A withdrawal takes along the records that no batch but withdrawn ones had brought; what a later version says is
    live again, accepted on its own day.
    """
    deeds: list[tuple[int, int, UUID, Any]] = [(place, 0, batch, None) for batch, place in withdrawn.items()]
    deeds += [(places.get(event, 0), 1, batch, day) for event, batch, day, *_ in versions]
    state, accepted, mistaken, brought = "", versions[0][2], set[UUID](), list[UUID]()
    for _, is_version, batch, day in sorted(deeds, key=lambda deed: deed[:2]):
        if is_version:
            state, accepted = "live", accepted if state == "live" or not brought else day
            brought.append(batch)
            continue
        mistaken.add(batch)
        if state == "live" and brought[-1] == batch and set(brought) <= mistaken:
            state = "withdrawn"
    return state, accepted


def _documents(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    places = {deed.event: deed.place for deed in audit.told.of(*MAKING)}
    asked = {"events": list(places), "places": list(places.values()), "shredded": shredded(audit)}
    with connection.cursor(name="registry_documents") as cursor:
        cursor.itersize = _PAGE
        for document, number, key, fault in cursor.execute(_DOCUMENTS.encode(), asked):
            audit.count("文书")
            if not fault and document_number_key(number) != key:
                fault = "文号的归一写法不符"
            if fault:
                audit.find("registry_instrument", document, fault)
