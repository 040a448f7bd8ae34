"""The bytes of an event in the tree (叶), and what its commitment opens to (承诺).

A leaf names no person, no actor and no row: what happened is in the payload, which is apart and erasable.
Form 1 is fixed for ever; a new form gets a new number and this one stays.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from xinheng.ledger.canonical import canonical

SALT_BYTES = 32


def entry_bytes(*, kind: str, at: datetime, agency: UUID | None, commitment: bytes, event: UUID) -> bytes:
    """Canonical JSON (RFC 8785) of one event: c commitment, k kind, org agency, t moment in UTC, x event."""
    return canonical(
        {
            "v": 1,
            "t": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "k": kind,
            "org": "" if agency is None else agency.hex,
            "c": base64.b64encode(commitment).decode(),
            "x": base64.b64encode(event.bytes).decode(),
        }
    )


def commitment(salt: bytes, payload: Mapping[str, object]) -> bytes:
    """HMAC-SHA256(salt, RFC 8785(payload)): opens to one payload, tells nothing once the salt is shredded."""
    return hmac.digest(salt, canonical(payload), hashlib.sha256)
