"""Subjects, persons and names follow from the records about them, or from their own events (主体的存证)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from xinheng.ledger.kinds import EventKind
from xinheng.ledger.protection import prove
from xinheng.ledger.verification.findings import Audit
from xinheng.subjects import people
from xinheng.subjects.proofs import name_proof, subject_proof
from xinheng.vault.keyfile import KeyFault
from xinheng.vault.keyring import Keyring, Unreadable

_PAGE = 5_000
_SUBJECTS = """
SELECT k.id, k.kind, k.uscc, k.proof, k.created_at, p.id_kind, p.id_index, p.subject_id IS NOT NULL,
       (SELECT min(v.made_at) FROM registry_record r JOIN registry_recordversion v ON v.record_id = r.id
         WHERE r.subject_id = k.id)
  FROM subjects_subject k LEFT JOIN subjects_person p ON p.subject_id = k.id
"""
_STRAY_PERSONS = """
SELECT p.subject_id FROM subjects_person p WHERE NOT EXISTS (SELECT FROM subjects_subject k WHERE k.id = p.subject_id)
"""


@prove("subjects_subject", "subjects_person")
def prove_subjects(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    """Each subject by its own proof, which the leaves of its records carry; one without records by its event."""
    added = {d.payload["subject"]: d for d in audit.told.of(EventKind.SUBJECT_ADDED)}
    with connection.cursor(name="subjects") as cursor:
        cursor.itersize = _PAGE
        for row in cursor.execute(_SUBJECTS.encode()):
            _subject(audit, row, added.pop(str(row[0]), None))
    for subject in added:
        audit.find("subjects_subject", subject, "行已消失")
    for (subject,) in connection.execute(_STRAY_PERSONS.encode()):
        audit.find("subjects_person", subject, "没有对应的主体")


def _subject(audit: Audit, row: Any, told: Any) -> None:
    subject, kind, uscc, proof, created, id_kind, index, person, first = row
    audit.count("主体")
    made = subject_proof(
        subject=subject.bytes,
        kind=kind,
        uscc=uscc,
        id_kind=id_kind,
        id_index=None if index is None else bytes(index),
    )
    if person != (kind == "natural_person"):
        audit.find("subjects_person", subject, "自然人标识缺失，或者不应有")
    if made != bytes(proof or b""):
        # Which of the two rows it was, the hash cannot tell: both are named.
        audit.find("subjects_subject", subject, "内容与存证不符")
        if person:
            audit.find("subjects_person", subject, "内容与存证不符")
    if told is not None:
        if told.payload["proof"] != made.hex() or created != told.at:
            audit.find("subjects_subject", subject, "与登记事件不符")
    elif not audit.since and created != first:
        audit.find("subjects_subject", subject, "登记时间与存证不符" if first else "主体不是经系统写入的")


@prove("subjects_person")
def prove_sealed(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    """With the keys: each person's number opens to the blind index that the proof carries, each name opens."""
    if not audit.opening:
        return
    index = people.PersonIndex()
    query = """SELECT p.subject_id, p.id_kind, p.id_index, p.id_sealed, p.name_sealed, k.master_version, k.wrapped
                 FROM subjects_person p LEFT JOIN vault_subjectkey k ON k.subject = p.subject_id"""
    for subject, kind, found, number, name, version, wrapped in connection.execute(query.encode()):
        audit.count("打开的密文")
        if audit.told.is_shredded("subjects_person", str(subject)):
            if number or name or wrapped:
                audit.find("subjects_person", subject, "已依法销毁的内容又出现")
            continue
        try:
            ring = Keyring()
            ring.adopt([(subject, version, bytes(wrapped or b""))])
            plain, _ = people.open_person(ring, subject, bytes(number or b""), bytes(name or b""))
            same = index.of(kind or "", plain) == bytes(found or b"")
        except (Unreadable, KeyFault):
            same = False
        if not same:
            audit.find("subjects_person", subject, "密文打不开，或者与标识不符")


# As subjects.bulk keeps names: the one under which a subject came is of the day of that very record, every other
# of the earliest day that the first sheet with it told.
_NAMES = """
WITH told AS (SELECT * FROM unnest(%(events)s::uuid[], %(places)s::bigint[]) AS t(event, place)),
every AS (
    SELECT r.subject_id, v.content ->> 'party_name' AS name, (v.content ->> 'decided_on')::date AS day, t.place, v.leaf
      FROM registry_recordversion v JOIN registry_record r ON r.id = v.record_id JOIN told t USING (event)
      JOIN subjects_subject k ON k.id = r.subject_id AND k.kind <> 'natural_person'
     WHERE v.content ? 'party_name'),
first AS (SELECT DISTINCT ON (subject_id) subject_id, name, day FROM every ORDER BY subject_id, place, leaf),
said AS (
    SELECT DISTINCT ON (e.subject_id, e.name) e.subject_id, e.name, coalesce(min(f.day), min(e.day)) AS seen_from
      FROM every e LEFT JOIN first f ON f.subject_id = e.subject_id AND f.name = e.name
     GROUP BY e.subject_id, e.name, e.place ORDER BY e.subject_id, e.name, e.place)
SELECT coalesce(n.subject_id, s.subject_id), coalesce(n.name, s.name), n.seen_from, s.seen_from
  FROM subjects_subjectname n FULL JOIN said s ON (s.subject_id, s.name) = (n.subject_id, n.name)
 WHERE n.seen_from IS DISTINCT FROM s.seen_from
   -- What a destroyed record said of a name cannot be read any more.
   AND NOT EXISTS (SELECT FROM registry_record r WHERE r.subject_id = coalesce(n.subject_id, s.subject_id)
                   AND r.id = ANY(%(shredded)s::uuid[]))
"""
_PRESENT = """
SELECT k.id FROM subjects_subject k LEFT JOIN LATERAL (
    SELECT n.name FROM subjects_subjectname n WHERE n.subject_id = k.id ORDER BY n.seen_from DESC, n.id DESC LIMIT 1
) latest ON true WHERE k.name IS DISTINCT FROM latest.name
"""


@prove("subjects_subjectname")
def prove_names(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    """Each name by the record or the event that told it; the present name is the latest told."""
    if audit.since:
        return
    kinds = (EventKind.BATCH_ACCEPTED, EventKind.RECORD_CORRECTED)
    places = {deed.event: deed.place for deed in audit.told.of(*kinds)}
    single = {
        deed.payload["name"]: UUID(deed.payload["subject"])
        for deed in audit.told.of(EventKind.SUBJECT_ADDED, EventKind.SUBJECT_RENAMED)
        if "name" in deed.payload
    }
    gone = [key.split("/")[0] for key in audit.told.keys("registry_recordversion")]
    asked = {"events": list(places), "places": list(places.values()), "shredded": gone}
    for subject, name, kept, said in connection.execute(_NAMES.encode(), asked):
        if kept is None or name_proof(subject.bytes, name, kept).hex() not in single:
            what = (
                "行已消失" if kept is None else "名称不是经系统写入的" if said is None else "起始日与存证不符"
            )
            audit.find("subjects_subjectname", subject, what)
    _told_alone(audit, connection, single)
    for (subject,) in connection.execute(_PRESENT.encode()):
        audit.find("subjects_subject", subject, "现名与所记名称不符")


def _told_alone(audit: Audit, connection: psycopg.Connection[Any], told: dict[str, UUID]) -> None:
    """Names that an event of their own tells must be there, whether or not a record tells them too."""
    query = "SELECT subject_id, name, seen_from FROM subjects_subjectname WHERE subject_id = ANY(%s)"
    there = {
        name_proof(subject.bytes, name, seen).hex()
        for subject, name, seen in connection.execute(query, [list(told.values())])
    }
    for proof in told.keys() - there:
        audit.find("subjects_subjectname", told[proof], "行已消失")
