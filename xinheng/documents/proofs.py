"""The proof that stands beside a PDF, once the ledger has a checkpoint over its event (报告证明)."""

from __future__ import annotations

from uuid import UUID

from xinheng.ledger import proving
from xinheng.ledger.canonical import canonical
from xinheng.ledger.verifier.proof import TlogProof
from xinheng.ledger.verifier.report import ReportProof


def proof_text(event: UUID, body: bytes) -> str | None:
    """The text of `<number>.proof`; None while it is being made."""
    found = proving.proof_of(event)
    if found is None:
        return None
    payload = canonical(found.payload)
    return ReportProof(body, payload, found.salt, found.entry, TlogProof.parse(found.tlog)).format()
