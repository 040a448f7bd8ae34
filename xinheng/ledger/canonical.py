"""One text for one payload: RFC 8785 over NFC strings, without floats and personal data (规范化)."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import rfc8785

from xinheng.law.identifiers import birth_date, resident_id_valid, uscc_valid

Plain = str | int | bool | None | list["Plain"] | dict[str, "Plain"]

# Ids, hashes, codes, counts and dates fit; names and free text do not: those belong to the vault.
_ALLOWED = re.compile(r"[A-Za-z0-9 ._:/#@+\-]{0,128}")
_UNBORN = 2100
_PERSONAL = re.compile(r"(?<![0-9A-Za-z])(?:[1-8]\d{16}[0-9Xx]|1[3-9]\d{9})(?![0-9A-Za-z])")


class LedgerFault(Exception):
    """A fault of ours in what was given to the ledger; the surrounding transaction must not commit."""


def canonical(payload: Mapping[str, object]) -> bytes:
    """UTF-8 bytes that are equal for equal payloads. Raises LedgerFault for floats and anything unplain."""
    try:
        return rfc8785.dumps(plain(payload))
    except rfc8785.CanonicalizationError as fault:
        raise LedgerFault(f"payload has no canonical form: {type(fault).__name__}") from None


def plain(value: object) -> Plain:
    """JSON values of a payload: ids and dates as text, bytes as hex, text in NFC without control characters."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return value
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if isinstance(value, Mapping):
        return {_text(str(key)): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return _moment_or_id(value)


def refuse_personal(value: Plain, where: str = "payload") -> None:
    """Raise LedgerFault, naming the place and not the value, unless all texts are ids, hashes, codes or dates."""
    if isinstance(value, dict):
        for key, each in value.items():
            refuse_personal(each, f"{where}.{key}")
    elif isinstance(value, list):
        for each in value:
            refuse_personal(each, f"{where}[]")
    elif isinstance(value, str) and not (_ALLOWED.fullmatch(value) and _names_nobody(value)):
        raise LedgerFault(f"{where} holds text that may be personal data")


def _names_nobody(text: str) -> bool:
    """Whether it holds no number of a person. The code of many a body is all digits, too: its check tells them apart."""
    codes = [found.group().upper() for found in _PERSONAL.finditer(text)]
    return all(uscc_valid(code) and not _is_a_persons(code) for code in codes)


def _is_a_persons(code: str) -> bool:
    return resident_id_valid(code) and birth_date(code).year < _UNBORN


def _moment_or_id(value: object) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise LedgerFault("a moment without its zone")
        return value.isoformat()
    if isinstance(value, (date, UUID)):
        return str(value)
    raise LedgerFault(f"{type(value).__name__} has no canonical form")


def _text(value: str) -> str:
    text = unicodedata.normalize("NFC", value)
    if any(unicodedata.category(each) == "Cc" for each in text):
        raise LedgerFault("a control character in a payload")
    return text
