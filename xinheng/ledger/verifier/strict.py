"""Numbers and base64 as C2SP writes them, in the one spelling that it allows (严格写法)."""

from __future__ import annotations

import base64
import binascii
import re

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_LARGEST = 2**63 - 1


class NoteFault(Exception):
    """A note, key, checkpoint or proof that is malformed, or that a known key has signed wrongly."""


def decimal(text: str) -> int:
    """ASCII digits without sign or leading zeroes, below 2**63. Raises NoteFault."""
    if not _DECIMAL.fullmatch(text) or int(text) > _LARGEST:
        raise NoteFault("数字的写法不规范")
    return int(text)


def encode64(raw: bytes) -> str:
    """RFC 4648, section 4, with padding."""
    return base64.b64encode(raw).decode("ascii")


def decode64(text: str, length: int | None = None) -> bytes:
    """The bytes that have exactly this spelling, `length` of them if told. Raises NoteFault."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteFault("base64 的写法有误") from None
    # Python's decoder overlooks stray bits behind the last character: two spellings of one value.
    if encode64(raw) != text:
        raise NoteFault("base64 的写法不规范")
    if length is not None and len(raw) != length:
        raise NoteFault(f"此处应为 {length} 字节")
    return raw
