"""One field at a time: seal, open, and the blind index by which a person is found (加密与盲索引)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from uuid import UUID

from xinheng.vault.keyring import Keyring
from xinheng.vault.keys import master
from xinheng.vault.models import SubjectKey


def seal(table: str, column: str, row_id: UUID, subject_id: UUID, plain: bytes) -> bytes:
    """Seal one field under the subject's data key, drawing that key if the subject has none yet.

    Returns `version(2) | nonce(12) | ciphertext+tag`, which opens only in the same table, column and row.
    """
    return _ring(subject_id).seal(table, column, row_id, subject_id, plain)


def open_sealed(table: str, column: str, row_id: UUID, subject_id: UUID, sealed: bytes) -> bytes:
    """What `seal` was given. Raises keyring.Unreadable if moved, changed, or the key is shredded."""
    return Keyring.load([subject_id]).open(table, column, row_id, subject_id, bytes(sealed))


def blind_index(column: str, value: str) -> bytes:
    """HMAC-SHA256 (32 bytes) of an already normalised value under the column's own key."""
    return hmac.digest(master().index_key(column), value.encode(), hashlib.sha256)


class BlindIndex:
    """`blind_index` of one column in bulk: the key is derived once."""

    def __init__(self, column: str) -> None:
        self._key = master().index_key(column)

    def of(self, value: str) -> bytes:
        """Same bytes as `blind_index(column, value)`."""
        return hmac.digest(self._key, value.encode(), hashlib.sha256)

    def many(self, values: Iterable[str]) -> list[bytes]:
        """`of` each value. By name, OpenSSL finds the digest at once; by function it is looked up each time."""
        key, digest = self._key, hmac.digest
        return [digest(key, value.encode(), "sha256") for value in values]


def _ring(subject_id: UUID) -> Keyring:
    ring = Keyring.load([subject_id])
    if subject_id in ring:
        return ring
    ring.new(subject_id)
    rows = [
        SubjectKey(subject=subject, master_version=version, wrapped=wrapped)
        for subject, version, wrapped in ring.wrapped_rows()
    ]
    # Two writers may draw at once: the key that was stored first is the subject's key for both.
    SubjectKey.objects.bulk_create(rows, ignore_conflicts=True)
    return Keyring.load([subject_id])
