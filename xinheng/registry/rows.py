"""The protected form of a record version, and its sealed part (记录版本的存证格式).

Order and meaning of the parts are version 1 of this form and never change; a new form gets a new number.
Nothing here needs a key: encrypted fields enter by their own salted commitment, so that a verifier without
keys recomputes every row, and keys may be rotated without touching one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import rfc8785

from xinheng.ledger.leaves import ROW_VERSION, SALT_BYTES, row_bytes
from xinheng.vault.keyring import Keyring

FORM = b"registry.recordversion/1"
SEALED_TABLE, SEALED_COLUMN = "registry_recordversion", "sealed"
# record, version, row, subject, instrument, content, sealed commitment, withheld, source, ground, ground text
Covered = tuple[bytes, int, int, bytes, bytes, str, bytes | None, str, str, str, str]


def version_row(
    *,
    record: bytes,
    version: int,
    batch: bytes,
    row: int,
    subject: bytes,
    instrument: bytes,
    item_code: bytes,
    content: bytes,
    sealed_commitment: bytes | None,
    withheld: bytes,
    source: bytes,
    ground: bytes,
    ground_text: bytes,
) -> bytes:
    """The bytes that a version's commitment covers; identifiers as their 16 bytes, JSON as RFC 8785."""
    place = record + version.to_bytes(4, "big") + batch + row.to_bytes(4, "big") + subject + instrument
    said = (item_code, withheld, source, ground, ground_text, content, sealed_commitment)
    return row_bytes((FORM, place, *said))


def version_rows(batch: bytes, item_code: str, rows: Iterable[Covered]) -> Iterator[bytes]:
    """`version_row` of many rows of one batch; a test holds the two to the same bytes.

    What many rows share (source, ground, fields withheld) is encoded once.
    """
    parts = len((FORM, "place", item_code, "withheld", "source", "ground", "text", "content", "sealed"))
    head = ROW_VERSION + parts.to_bytes(2, "big") + _part(FORM)
    item, size = _part(item_code.encode()), (16 + 4 + 16 + 4 + 16 + 16).to_bytes(4, "big")
    shared: dict[tuple[str, str, str, str], bytes] = {}
    for record, version, row, subject, instrument, content, proof, *said in rows:
        key = (said[0], said[1], said[2], said[3])
        rest = shared.get(key)
        if rest is None:
            rest = shared[key] = item + b"".join(_part(each.encode()) for each in key)
        place = record + version.to_bytes(4, "big") + batch + row.to_bytes(4, "big") + subject + instrument
        text = content.encode()
        last = _ABSENT if proof is None else _PROOF + proof
        yield b"".join((head, size, place, rest, len(text).to_bytes(4, "big"), text, last))


_ABSENT, _PROOF = b"\xff" * 4, (32).to_bytes(4, "big")


def _part(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content


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
