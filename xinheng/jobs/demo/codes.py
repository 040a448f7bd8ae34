"""Fictional codes with valid check digits (示例代码): area 329999 exists nowhere, so no code is anybody's."""

from __future__ import annotations

from datetime import date

FICTIONAL_AREA = "329999"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def uscc(prefix: str, serial: int) -> str:
    """The unified social credit code number `serial` of a registry prefix such as `91` (GB 32100)."""
    body = f"SL{serial:06d}".replace("S", "X")
    stem = prefix + FICTIONAL_AREA + body + _org_check(body)
    total = sum(_USCC_ALPHABET.index(c) * w for c, w in zip(stem, _USCC_WEIGHTS, strict=True))
    return stem + _USCC_ALPHABET[(31 - total % 31) % 31]


def resident_id(born: date, serial: int) -> str:
    """A resident identity number in the area that does not exist (GB 11643)."""
    stem = f"{FICTIONAL_AREA}{born:%Y%m%d}{serial % 1000:03d}"
    total = sum(int(c) * w for c, w in zip(stem, _ID_WEIGHTS, strict=True))
    return stem + "10X98765432"[total % 11]


def _org_check(body: str) -> str:
    total = sum(int(c, 36) * w for c, w in zip(body, _ORG_WEIGHTS, strict=True))
    rest = 11 - total % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))
