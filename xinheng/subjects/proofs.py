"""What a subject is, as one hash that every record about it carries in its leaf (主体存证).

The clear columns that never change are in it; a person's blind index is, a sealed field never: a changed
one does not open any more.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from xinheng.ledger.leaves import row_bytes

FORM = b"subjects.subject/1"


def subject_proof(
    *, subject: bytes, kind: str, uscc: str | None, id_kind: str | None, id_index: bytes | None
) -> bytes:
    """SHA-256 (32 bytes); `subject` is its 16 bytes, `id_kind` and `id_index` a natural person's."""
    told = (subject, kind.encode(), _bytes(uscc), _bytes(id_kind), id_index)
    return sha256(row_bytes((FORM, *told))).digest()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


def name_proof(subject: bytes, name: str, seen_from: date) -> bytes:
    """SHA-256 (32 bytes) of one name that a subject other than a natural person bore."""
    told = (subject, name.encode(), seen_from.isoformat().encode())
    return sha256(row_bytes((b"subjects.name/1", *told))).digest()
