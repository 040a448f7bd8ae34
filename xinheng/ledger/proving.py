"""The proof that an event is in the log (入账证明): what somebody takes along to verify it elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection as django_connection

from xinheng.ledger import tree, trusting
from xinheng.ledger.entries import entry_bytes
from xinheng.ledger.verifier.merkle import inclusion_proof
from xinheng.ledger.verifier.note import append
from xinheng.ledger.verifier.proof import TlogProof
from xinheng.ledger.verifier.strict import NoteFault

_EVENT = """
SELECT n.index, e.kind, e.at, e.agency, e.commitment, p.payload::text, p.salt
  FROM ledger_entry n JOIN ledger_event e ON e.id = n.event_id JOIN ledger_eventpayload p ON p.event_id = e.id
 WHERE n.event_id = %s
"""
_HEADS = """
SELECT c.size, c.note, array_remove(array_agg(s.line), NULL)
  FROM ledger_checkpoint c LEFT JOIN ledger_cosignature s ON s.checkpoint_id = c.size
 WHERE c.size > %s GROUP BY c.size ORDER BY c.size
"""


@dataclass(frozen=True, slots=True)
class Proof:
    """An event's entry in the log, what its commitment opens to, and the way to a signed head (tlog-proof@v1).

    `index` is its place in the log, `size` that of the signed head.
    """

    index: int
    size: int
    entry: bytes
    payload: Mapping[str, Any]
    salt: bytes
    tlog: str


def proof_of(event: UUID) -> Proof | None:
    """The proof of one event, None while no checkpoint that our trust file accepts holds it."""
    django_connection.ensure_connection()
    return proof_on(django_connection.connection, event)


def proof_on(connection: psycopg.Connection[Any], event: UUID) -> Proof | None:
    """`proof_of` on any connection that reads the ledger."""
    row = connection.execute(_EVENT, [event]).fetchone()
    if row is None:
        return None
    index, kind, at, agency, sealed, payload, salt = row
    head = _accepted(connection.execute(_HEADS, [index]).fetchall())
    if head is None:
        return None
    size, note = head
    hashes = tuple(inclusion_proof(index, size, tree.nodes(connection, size)))
    entry = entry_bytes(kind=kind, at=at, agency=agency, commitment=bytes(sealed), event=event)
    return Proof(
        index, size, entry, json.loads(payload), bytes(salt), TlogProof(index, hashes, note).format()
    )


def _accepted(heads: Iterable[tuple[int, str, list[str]]]) -> tuple[int, str] | None:
    """The first head with as many cosignatures as the trust file asks for."""
    trust = trusting.trust()
    for size, note, lines in heads:
        whole = append(note, "".join(f"{line}\n" for line in lines)) if lines else note
        try:
            trust.accept(whole)
        except NoteFault:
            continue  # not cosigned by enough yet
        return size, whole
    return None
