"""With the keys: what is sealed opens, and is what the commitment beside it says (密文复核)."""

from __future__ import annotations

import hmac
import json
from typing import Any

import psycopg

from xinheng.ledger.leaves import SALT_BYTES
from xinheng.ledger.verification.findings import Audit
from xinheng.registry.rows import SEALED_COLUMN, SEALED_TABLE
from xinheng.vault.keyfile import KeyFault
from xinheng.vault.keyring import Keyring, Unreadable

_PAGE = 5_000
_VERSIONS = """
SELECT v.record_id, v.version, r.subject_id, v.sealed, v.sealed_commitment, k.master_version, k.wrapped
  FROM registry_recordversion v JOIN registry_record r ON r.id = v.record_id
  LEFT JOIN vault_subjectkey k ON k.subject = r.subject_id
 WHERE v.sealed IS NOT NULL
"""
_PROPOSALS = """
SELECT p.id, r.subject_id, p.sealed, k.master_version, k.wrapped
  FROM registry_proposal p JOIN registry_record r ON r.id = p.record_id
  LEFT JOIN vault_subjectkey k ON k.subject = r.subject_id
 WHERE p.sealed IS NOT NULL
"""


def check(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    """Open every sealed part of versions and of proposals."""
    with connection.cursor(name="registry_sealed") as cursor:
        cursor.itersize = _PAGE
        for record, version, subject, sealed, proof, *key in cursor.execute(_VERSIONS.encode()):
            plain = _opened(SEALED_TABLE, SEALED_COLUMN, record, subject, sealed, key)
            audit.count("打开的密文")
            if plain is None or not _is_committed(plain, bytes(proof or b"")):
                audit.find(SEALED_TABLE, f"{record}/{version}", "密文打不开，或者与承诺不符")
    for proposal, subject, sealed, *key in connection.execute(_PROPOSALS.encode()):
        audit.count("打开的密文")
        plain = _opened("registry_proposal", "sealed", proposal, subject, sealed, key)
        if plain is None or not isinstance(json.loads(plain), dict):
            audit.find("registry_proposal", proposal, "密文打不开")


def _opened(table: str, column: str, row: Any, subject: Any, sealed: Any, key: list[Any]) -> bytes | None:
    version, wrapped = key
    try:
        ring = Keyring()
        ring.adopt([(subject, version, bytes(wrapped or b""))])
        return ring.open(table, column, row, subject, bytes(sealed))
    except (Unreadable, KeyFault):
        return None


def _is_committed(plain: bytes, proof: bytes) -> bool:
    salt, text = plain[:SALT_BYTES], plain[SALT_BYTES:]
    return hmac.compare_digest(hmac.digest(salt, text, "sha256"), proof)
