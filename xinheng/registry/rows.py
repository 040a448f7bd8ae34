"""The protected form of a record version, and its sealed part (记录版本的存证格式).

Order and meaning of the parts are version 1 of this form and never change; a new form gets a new number.
Nothing here needs a key: encrypted fields enter by their own salted commitment, so that a verifier without
keys recomputes every row, and keys may be rotated without touching one.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import rfc8785

from xinheng.ledger.leaves import row_bytes
from xinheng.vault.keyring import Keyring

FORM = b"registry.recordversion/1"
SEALED_TABLE, SEALED_COLUMN = "registry_recordversion", "sealed"
_SALT = 32


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
    parts = (FORM, record, version.to_bytes(4, "big"), batch, row.to_bytes(4, "big"), subject, instrument)
    said = (item_code, content, sealed_commitment, withheld, source, ground, ground_text)
    return row_bytes((*parts, *said))


def canonical_content(content: Mapping[str, Any]) -> bytes:
    """RFC 8785 of the clear content: texts and lists of texts only."""
    return rfc8785.dumps(dict(content))


def sealed_plain(personal: bytes, salt: bytes | None = None) -> tuple[bytes, bytes]:
    """What goes into the sealed blob, salt before JSON, and the commitment that stands beside it.

    The salt is inside: beside its commitment it would let a reader of the table try out names.
    """
    salt = salt or os.urandom(_SALT)
    return salt + personal, hmac.digest(salt, personal, "sha256")


def open_personal(ring: Keyring, *, record: UUID, subject: UUID, sealed: bytes | None) -> dict[str, Any]:
    """The personal fields and withheld texts of one version; empty when it has none.

    Raises vault.keyring.Unreadable when the blob was moved or changed, or the key was shredded.
    """
    if sealed is None:
        return {}
    plain = ring.open(SEALED_TABLE, SEALED_COLUMN, record, subject, bytes(sealed))
    return dict(json.loads(plain[_SALT:]))
