"""How a natural person's number becomes an index, and how the sealed fields are placed (自然人标识)."""

from __future__ import annotations

from uuid import UUID

from xinheng.law.identifiers import clean_code
from xinheng.vault.keyring import Keyring
from xinheng.vault.sealing import BlindIndex, blind_index

TABLE, ID_COLUMN, NAME_COLUMN = "subjects_person", "id_sealed", "name_sealed"
INDEX_COLUMN = "subjects_person.id"


def index_of(id_kind: str, number: str) -> bytes:
    """The blind index (32 bytes) of one identifier, cleaned as the intake cleans it; kinds are kept apart."""
    return blind_index(INDEX_COLUMN, _text(id_kind, clean_code(number)[0]))


class PersonIndex:
    """`index_of` in bulk, for numbers that are clean already (`law.identifiers.clean_code`)."""

    def __init__(self) -> None:
        self._index = BlindIndex(INDEX_COLUMN)

    def of(self, id_kind: str, clean_number: str) -> bytes:
        """The same bytes as `index_of`."""
        return self._index.of(_text(id_kind, clean_number))


def seal_person(ring: Keyring, subject: UUID, number: str, name: str) -> tuple[bytes, bytes]:
    """(id_sealed, name_sealed) of a person whose key is in the ring; the row id is the subject's id."""
    return (
        ring.seal(TABLE, ID_COLUMN, subject, subject, number.encode()),
        ring.seal(TABLE, NAME_COLUMN, subject, subject, name.encode()),
    )


def open_person(ring: Keyring, subject: UUID, id_sealed: bytes, name_sealed: bytes) -> tuple[str, str]:
    """(number, name) again. Raises vault.keyring.Unreadable."""
    return (
        ring.open(TABLE, ID_COLUMN, subject, subject, id_sealed).decode(),
        ring.open(TABLE, NAME_COLUMN, subject, subject, name_sealed).decode(),
    )


def _text(id_kind: str, number: str) -> str:
    return f"{id_kind}|{number}"
