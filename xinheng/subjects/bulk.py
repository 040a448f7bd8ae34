"""Subjects of a whole batch at once: who is known already, who is new, which names they bore (批量主体)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from xinheng.ledger.emitting import part_of_event

# Two batches that bring the same new person would draw two keys for one subject: the second waits here
# until the first has committed, then finds the person. Held to the end of the transaction.
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('subjects.new'))"


@dataclass(frozen=True, slots=True)
class Known:
    """A subject that the register has under a code already."""

    subject: UUID
    kind: str
    name: str
    proof: bytes


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A natural person that the register has under a blind index already."""

    subject: UUID
    proof: bytes


@dataclass(frozen=True, slots=True)
class Resolved:
    """Answers by code and by blind index; who is not in them is new."""

    by_code: dict[str, Known]
    by_index: dict[bytes, KnownPerson]


def resolve(codes: Sequence[str], indexes: Sequence[bytes], *, to_add: bool = False) -> Resolved:
    """The existing subjects of distinct codes and of distinct blind indexes, with one query each.

    With `to_add`, inside a transaction, nobody else adds subjects until it ends, so that who is not in
    the answer is new.
    """
    with connection.cursor() as cursor:
        if to_add:
            cursor.execute(_LOCK)
        return Resolved(_by_code(cursor, codes), _by_index(cursor, indexes))


# Rows of a staging table: subject, kind, uscc, name, seen_from, id_kind, id_index, id_sealed, name_sealed,
# master_version, wrapped, proof. A person's row has no uscc and name; only a new person's row has a key.
_ADD = (
    """
    INSERT INTO vault_subjectkey (subject, master_version, wrapped)
    SELECT subject, master_version, wrapped FROM {staging} WHERE batch = %(batch)s AND wrapped IS NOT NULL
    """,
    """
    INSERT INTO subjects_subject (id, kind, uscc, name, created_at, proof)
    SELECT DISTINCT ON (s.subject) s.subject, s.kind, s.uscc, s.name, %(now)s, s.proof
      FROM {staging} s WHERE s.batch = %(batch)s
       AND NOT EXISTS (SELECT FROM subjects_subject k WHERE k.id = s.subject)
     ORDER BY s.subject, s.seen_from DESC
    """,
    """
    INSERT INTO subjects_person (subject_id, id_kind, id_index, id_sealed, name_sealed)
    SELECT s.subject, s.id_kind, s.id_index, s.id_sealed, s.name_sealed FROM {staging} s
     WHERE s.batch = %(batch)s AND s.id_index IS NOT NULL
       AND NOT EXISTS (SELECT FROM subjects_person p WHERE p.subject_id = s.subject)
    """,
    """
    INSERT INTO subjects_subjectname (subject_id, name, seen_from)
    SELECT subject, name, min(seen_from) FROM {staging}
     WHERE batch = %(batch)s AND name IS NOT NULL GROUP BY subject, name
        ON CONFLICT (subject_id, name) DO NOTHING
    """,
)

# The name that the latest record told is the present one; an older record never renames.
_RENAME = """
UPDATE subjects_subject k SET name = latest.name
  FROM (SELECT DISTINCT ON (n.subject_id) n.subject_id, n.name
          FROM subjects_subjectname n
         WHERE n.subject_id IN (SELECT subject FROM {staging} WHERE batch = %(batch)s AND name IS NOT NULL)
         ORDER BY n.subject_id, n.seen_from DESC, n.id DESC) latest
 WHERE k.id = latest.subject_id AND k.name IS DISTINCT FROM latest.name
RETURNING k.id
"""


@part_of_event
def merge_staged(staging: str, batch: UUID, now: datetime) -> list[UUID]:
    """Add the new subjects, persons, keys and names of a staged batch, set-based; returns who was renamed.

    `staging` is the name of a table of our own with the columns above. Runs in the role and transaction of
    the caller, after `resolve(..., to_add=True)` in the same transaction.
    """
    asked: dict[str, UUID | datetime] = {"batch": batch, "now": now}
    with connection.cursor() as cursor:
        for statement in _ADD:
            cursor.execute(statement.format(staging=_name(staging)), asked)
        cursor.execute(_RENAME.format(staging=_name(staging)), asked)
        return [subject for (subject,) in cursor.fetchall()]


def _by_code(cursor: CursorWrapper, codes: Iterable[str]) -> dict[str, Known]:
    query = "SELECT uscc, id, kind, name, proof FROM subjects_subject WHERE uscc = ANY(%s)"
    cursor.execute(query, [list(codes)])
    return {
        uscc: Known(subject, kind, name, bytes(proof))
        for uscc, subject, kind, name, proof in cursor.fetchall()
    }


def _by_index(cursor: CursorWrapper, indexes: Iterable[bytes]) -> dict[bytes, KnownPerson]:
    query = "SELECT p.id_index, k.id, k.proof FROM subjects_person p JOIN subjects_subject k ON k.id = p.subject_id"
    cursor.execute(f"{query} WHERE p.id_index = ANY(%s::bytea[])", [list(indexes)])
    return {bytes(index): KnownPerson(subject, bytes(proof)) for index, subject, proof in cursor.fetchall()}


def _name(table: str) -> str:
    if not table.isidentifier():
        raise ValueError("not a table of ours")
    return table
