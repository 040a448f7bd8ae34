"""Identifiers in order of time (编号): UUID version 7."""

from __future__ import annotations

import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """A UUID version 7 (RFC 9562): milliseconds, then 12 bits of the fraction, then chance."""
    millis, rest = divmod(time.time_ns(), 1_000_000)
    value = (millis & (1 << 48) - 1) << 80 | 0x7 << 76 | (rest * 4096 // 1_000_000) << 64
    return UUID(int=value | 0b10 << 62 | secrets.randbits(62))
