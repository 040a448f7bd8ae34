"""What officers write about a subject: sealed texts, each set beside its commitment (封存文字).

The salt stands within the sealed blob: outside, it would let a reader of the table try out names. The ledger
holds the commitment, so that a text that was changed or exchanged is seen by whoever may open it.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from xinheng.vault.keyring import Unreadable
from xinheng.vault.sealing import open_sealed, seal

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class SealedTexts:
    """The blob and its commitment (HMAC-SHA256, 32 bytes), as the two columns of a row keep them."""

    sealed: bytes
    commitment: bytes


def seal_texts(table: str, column: str, row: UUID, subject: UUID, texts: Mapping[str, object]) -> SealedTexts:
    """Seal texts (plain JSON: texts, numbers, lists of them) under the subject's key, bound to this row."""
    plain = json.dumps(dict(texts), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    salt = secrets.token_bytes(SALT_BYTES)
    sealed = seal(table, column, row, subject, salt + plain)
    return SealedTexts(sealed, hmac.digest(salt, plain, "sha256"))


def open_texts(
    table: str, column: str, row: UUID, subject: UUID, sealed: bytes | None, commitment: bytes | None
) -> dict[str, object]:
    """The texts again, {} where none were sealed. Raises Unreadable when blob or commitment was exchanged."""
    if sealed is None:
        return {}
    plain = open_sealed(table, column, row, subject, bytes(sealed))
    salt, said = plain[:SALT_BYTES], plain[SALT_BYTES:]
    if commitment is None or not hmac.compare_digest(hmac.digest(salt, said, "sha256"), bytes(commitment)):
        raise Unreadable(f"{table}.{column}")
    return dict(json.loads(said))
