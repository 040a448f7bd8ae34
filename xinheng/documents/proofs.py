"""The proof that stands beside a PDF, once the ledger has a checkpoint over its event (报告证明)."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol
from uuid import UUID

from xinheng.ledger.canonical import canonical
from xinheng.ledger.verifier.proof import TlogProof
from xinheng.ledger.verifier.report import ReportProof


class Proof(Protocol):
    """What the ledger shows of one event: ledger.proving.Proof is one."""

    @property
    def entry(self) -> bytes: ...
    @property
    def payload(self) -> dict[str, object]: ...
    @property
    def salt(self) -> bytes: ...
    @property
    def tlog(self) -> str: ...


def proof_of(event: UUID) -> Proof | None:
    """The ledger's proof of an event; None while no checkpoint covers it. The one place that asks for it."""
    try:
        proving = import_module("xinheng.ledger.proving")
    except ModuleNotFoundError:
        return None
    found: Proof | None = proving.proof_of(event)
    return found


def proof_text(event: UUID, body: bytes) -> str | None:
    """The text of `<number>.proof`; None while it is being made."""
    found = proof_of(event)
    if found is None:
        return None
    payload = canonical(found.payload)
    return ReportProof(body, payload, found.salt, found.entry, TlogProof.parse(found.tlog)).format()
