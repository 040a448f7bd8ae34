"""A change of publication as bytes, the same here and in the projector's SQL (公示变动存证)."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

FORM = b"publication.change/1"
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_DAYS_FROM = date(2000, 1, 1)  # PostgreSQL counts days from here
_NO_DAY = b"\x80\x00\x00\x00"


def head(*, event: UUID, cause: str, at: datetime) -> bytes:
    """What the changes of one projection have in common."""
    micros = round((at - _EPOCH) / _MICROSECOND)
    word = cause.encode()
    return FORM + event.bytes + micros.to_bytes(8, "big") + len(word).to_bytes(2, "big") + word


def change_digest(
    shared: bytes,
    *,
    place: int,
    record: UUID,
    version: int,
    verdict: bytes | None,
    visible_from: date | None,
    visible_until: date | None,
) -> bytes:
    """SHA-256 (32 bytes) of one change; `verdict` is the digest of the answer, None when nothing is shown."""
    told = (
        place.to_bytes(4, "big", signed=True)
        + record.bytes
        + version.to_bytes(4, "big", signed=True)
        + (verdict or b"")
    )
    return hashlib.sha256(shared + told + _day(visible_from) + _day(visible_until)).digest()


def _day(day: date | None) -> bytes:
    return _NO_DAY if day is None else (day - _DAYS_FROM).days.to_bytes(4, "big", signed=True)
