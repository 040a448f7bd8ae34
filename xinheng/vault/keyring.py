"""Per-subject data keys, in bulk: sealing a million fields without a query each (钥匙串)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from xinheng.vault.keys import KEY_BYTES, NONCE_BYTES, KeyFault, MasterKeys, master
from xinheng.vault.models import SubjectKey

# Format of a sealed field: version(2) | nonce(12) | AES-256-GCM ciphertext and tag.
SEAL_VERSION = (1).to_bytes(2, "big")
_HEAD = len(SEAL_VERSION) + NONCE_BYTES
_POOL = 4096


class Unreadable(Exception):
    """A sealed field that does not open: moved, changed, or its key was shredded. Says where, never what."""


class Keyring:
    """Data keys of the subjects at hand. New ones are kept until `wrapped_rows` has been stored."""

    def __init__(self, keys: MasterKeys | None = None) -> None:
        self._keys = keys or master()
        self._ciphers: dict[bytes, AESGCM] = {}
        self._new: dict[UUID, bytes] = {}
        self._nonces = b""
        self._nonce_at = 0

    @classmethod
    def load(cls, subject_ids: Iterable[UUID]) -> Keyring:
        """The keys that the given subjects have already, with one query; the others are not in it."""
        ring = cls()
        ring.fetch(subject_ids)
        return ring

    def fetch(self, subject_ids: Iterable[UUID]) -> None:
        """Take in the stored keys of these subjects, with one query for however many there are."""
        asked = list(subject_ids)
        if asked:
            found = SubjectKey.objects.extra(where=["subject = ANY(%s)"], params=[asked])
            self.adopt(found.values_list("subject", "master_version", "wrapped"))

    def adopt(self, rows: Iterable[tuple[UUID, int, bytes]]) -> None:
        """Take in keys as `wrapped_rows` gave them: a long intake keeps them wrapped between its slices."""
        for subject, version, wrapped in rows:
            try:
                key = self._keys.unwrap(version, bytes(wrapped), key_context(subject))
            except InvalidTag:
                raise Unreadable("vault_subjectkey.wrapped: changed or moved") from None
            self._ciphers[subject.bytes] = AESGCM(key)

    def __contains__(self, subject_id: UUID) -> bool:
        return subject_id.bytes in self._ciphers

    def new(self, subject_id: UUID) -> None:
        """Draw a data key for a subject that has none. Raises KeyFault if the ring has one already."""
        if subject_id.bytes in self._ciphers:
            raise KeyFault("该主体已有数据密钥")
        self._new[subject_id] = key = secrets.token_bytes(KEY_BYTES)
        self._ciphers[subject_id.bytes] = AESGCM(key)

    def draw(self, subjects: Sequence[bytes]) -> list[tuple[bytes, int, bytes]]:
        """Draw data keys for subjects that have none: (key, master_version, wrapped) of each, in order.

        For bulk work: the keys may be held outside of a ring meanwhile, and given back with `hold`.
        """
        pool, made = os.urandom(KEY_BYTES * len(subjects)), []
        for at, subject in enumerate(subjects):
            key = pool[at * KEY_BYTES : (at + 1) * KEY_BYTES]
            self._ciphers[subject] = AESGCM(key)
            made.append((key, self._keys.current, self._keys.wrap(key, _CONTEXT + subject)))
        return made

    def hold(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Take back (subject, key) as `draw` gave them."""
        for subject, key in rows:
            if subject not in self._ciphers:
                self._ciphers[subject] = AESGCM(key)

    def lacking(self, subjects: Iterable[bytes]) -> list[bytes]:
        """Those of the subjects that have no key in the ring."""
        return [subject for subject in subjects if subject not in self._ciphers]

    def seal(self, table: str, column: str, row_id: UUID, subject_id: UUID, plain: bytes) -> bytes:
        """`version(2) | nonce(12) | ciphertext+tag`, bound to table, column and row."""
        nonce = self._nonce()
        bound = f"{table}|{column}|".encode() + row_id.bytes
        return SEAL_VERSION + nonce + self._cipher(subject_id).encrypt(nonce, plain, bound)

    def seal_many(self, table: str, column: str, rows: Iterable[tuple[bytes, bytes, bytes]]) -> list[bytes]:
        """`seal` for (row id, subject id, plain), identifiers as their 16 bytes: the same form, for bulk work."""
        place, made = f"{table}|{column}|".encode(), []
        for row, subject, plain in rows:
            cipher = self._ciphers.get(subject)
            if cipher is None:
                raise Unreadable("the subject's data key is not in this ring")
            nonce = self._nonce()
            made.append(SEAL_VERSION + nonce + cipher.encrypt(nonce, plain, place + row))
        return made

    def open(self, table: str, column: str, row_id: UUID, subject_id: UUID, sealed: bytes) -> bytes:
        """What was sealed. Raises Unreadable when it is not exactly what was sealed there."""
        if sealed[:2] != SEAL_VERSION or len(sealed) < _HEAD:
            raise Unreadable(f"{table}.{column}: unknown format")
        bound = f"{table}|{column}|".encode() + row_id.bytes
        try:
            return self._cipher(subject_id).decrypt(sealed[2:_HEAD], sealed[_HEAD:], bound)
        except InvalidTag:
            raise Unreadable(f"{table}.{column}: changed or moved") from None

    def _nonce(self) -> bytes:
        """12 bytes from the system: one call for many, since the call costs more than the cipher."""
        at = self._nonce_at
        if at >= len(self._nonces):
            self._nonces, at = os.urandom(NONCE_BYTES * _POOL), 0
        self._nonce_at = at + NONCE_BYTES
        return self._nonces[at : at + NONCE_BYTES]

    def wrapped_rows(self) -> Iterator[tuple[UUID, int, bytes]]:
        """(subject, master_version, wrapped) of the keys drawn here, for COPY into vault_subjectkey."""
        for subject, key in self._new.items():
            yield subject, self._keys.current, self._keys.wrap(key, key_context(subject))

    def _cipher(self, subject_id: UUID) -> AESGCM:
        cipher = self._ciphers.get(subject_id.bytes)
        if cipher is None:
            raise Unreadable("the subject's data key is not in this ring")
        return cipher


_CONTEXT = b"vault_subjectkey|wrapped|"


def key_context(subject_id: UUID) -> bytes:
    return _CONTEXT + subject_id.bytes
