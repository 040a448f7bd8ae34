"""The protected form of a record version, and its sealed part (记录版本的存证格式).

Order and meaning of the parts are version 2 of this form and never change; a new form gets a new number.
Nothing here needs a key: encrypted fields enter by their own salted commitment, so that a verifier without
keys recomputes every row, and keys may be rotated without touching one.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import rfc8785

from xinheng.ledger.leaves import ROW_VERSION, SALT_BYTES, row_bytes
from xinheng.vault.keyring import Keyring

FORM = b"registry.recordversion/2"
SEALED_TABLE, SEALED_COLUMN = "registry_recordversion", "sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What all versions of one run have in common: identifiers as their 16 bytes, the moment in UTC."""

    batch: bytes
    event: bytes
    by: bytes
    at: datetime

    def head(self) -> bytes:
        """56 bytes: batch, event, officer, microseconds since 1970."""
        micros = round((self.at - _EPOCH) / _MICROSECOND)
        return self.batch + self.event + self.by + micros.to_bytes(8, "big")


# One version in the order of COVERED: four numbers and a flag behind the record, six identifiers and hashes,
# then texts: JSON as RFC 8785, `withheld` as PostgreSQL writes an array.
Covered = tuple[Any, ...]
COVERED = (
    "record", "version", "row", "leaf", "adverse",
    "subject", "instrument", "agency", "facts_digest", "content_digest", "proof",
    "content", "sealed_commitment", "item", "withheld", "source", "ground", "ground_text",
)  # fmt: skip
_HASHES, _CONTENT, _SEALED, _SHARED = slice(5, 11), 11, 12, slice(13, 18)
_NUMBERS = struct.Struct(">IIIB")


def version_rows(brought: Brought, rows: Iterable[Covered]) -> Iterator[bytes]:
    """The bytes that the commitments of these versions cover.

    What many rows share (item, source, ground, fields withheld) is encoded once.
    """
    shared: dict[tuple[str, ...], bytes] = {}
    head, numbers = _START + brought.head(), _NUMBERS.pack
    for covered in rows:
        key = covered[_SHARED]
        rest = shared.get(key)
        if rest is None:
            rest = shared[key] = b"".join(_part(each.encode()) for each in key)
        text, sealed = covered[_CONTENT].encode(), covered[_SEALED]
        last = _ABSENT if sealed is None else _PROOF + sealed
        yield b"".join(
            (head, covered[0], numbers(*covered[1:5]), *covered[_HASHES], rest,
             len(text).to_bytes(4, "big"), text, last)
        )  # fmt: skip


def version_row(brought: Brought, covered: Covered) -> bytes:
    """`version_rows` of one, written plainly; a test holds the two to the same bytes."""
    numbers = b"".join(each.to_bytes(4, "big") for each in covered[1:4]) + bytes([covered[4]])
    place = brought.head() + covered[0] + numbers + b"".join(covered[_HASHES])
    said = (each.encode() for each in (*covered[_SHARED], covered[_CONTENT]))
    return row_bytes((FORM, place, *said, covered[_SEALED]))


_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_ABSENT, _PROOF = b"\xff" * 4, (32).to_bytes(4, "big")
_PLACE = 56 + 16 + _NUMBERS.size + 3 * 16 + 3 * 32
_PARTS = len(("form", "place", "item", "withheld", "source", "ground", "ground_text", "content", "sealed"))


def _part(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content


_START = ROW_VERSION + _PARTS.to_bytes(2, "big") + _part(FORM) + _PLACE.to_bytes(4, "big")


def array_text(names: Iterable[str]) -> str:
    """Names of fields as PostgreSQL writes an array of them: `{facts_text,remark}`."""
    return f"{{{','.join(names)}}}"


def canonical_content(content: Mapping[str, Any]) -> bytes:
    """RFC 8785 of the clear content: texts and lists of texts only."""
    return rfc8785.dumps(dict(content))


def open_personal(ring: Keyring, *, record: UUID, subject: UUID, sealed: bytes | None) -> dict[str, Any]:
    """The personal fields and withheld texts of one version; empty when it has none.

    In the blob a salt stands before the JSON, and HMAC(salt, JSON) beside it in clear: outside, the salt
    would let a reader of the table try out names.
    Raises vault.keyring.Unreadable when the blob was moved or changed, or the key was shredded.
    """
    if sealed is None:
        return {}
    plain = ring.open(SEALED_TABLE, SEALED_COLUMN, record, subject, bytes(sealed))
    return dict(json.loads(plain[SALT_BYTES:]))
