"""Commitments and the Merkle root of a batch, for a million rows at a time (批次的叶与根).

Row form, version 1, fixed for ever: `0x01 | count(2) | (length(4) | bytes)*`, big-endian, one part per
protected field in a fixed order; an absent field is length 0xFFFFFFFF without bytes, unlike an empty one.
A row's commitment is HMAC-SHA256(salt, row); the leaf of RFC 6962 is SHA-256(0x00 | commitment); an inner
node is SHA-256(0x01 | left | right), split at the largest power of two below the number of leaves.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from hmac import digest

from xinheng.ledger.verifier.merkle import leaf_hash, root_of

ROW_VERSION = b"\x01"
SALT_BYTES = 32
_ABSENT = b"\xff\xff\xff\xff"


def row_bytes(fields: Iterable[bytes | None]) -> bytes:
    """The binary form of one row: fields in the order that its table fixes, None for an absent one."""
    parts = [_ABSENT if each is None else len(each).to_bytes(4, "big") + each for each in fields]
    return ROW_VERSION + len(parts).to_bytes(2, "big") + b"".join(parts)


def salts(count: int) -> list[bytes]:
    """`count` fresh salts of 32 bytes from the system's generator."""
    pool = os.urandom(SALT_BYTES * count)
    return [pool[at : at + SALT_BYTES] for at in range(0, len(pool), SALT_BYTES)]


def commitments(rows: Iterable[bytes], row_salts: Iterable[bytes]) -> list[bytes]:
    """HMAC-SHA256(salt, row) of each row, in order. Raises ValueError when the lengths differ."""
    return [digest(salt, row, "sha256") for salt, row in zip(row_salts, rows, strict=True)]


def merkle_root(entries: Iterable[bytes]) -> bytes:
    """The RFC 6962 root over `entries` (here: commitments) in order; SHA-256 of nothing for none."""
    return root_of([leaf_hash(each) for each in entries])
