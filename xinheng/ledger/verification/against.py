"""What witnesses have seen, against what the database has now (对照见证方).

A database set back to yesterday agrees with itself; only somebody else remembers that it was longer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xinheng.ledger.verification.findings import Audit
from xinheng.ledger.verification.heads import head_fault
from xinheng.ledger.verifier.note import Verifier
from xinheng.ledger.verifier.strict import NoteFault
from xinheng.ledger.verifier.tiles import TileNodes


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody elsewhere: how its newest note is read, and the keys that must have signed it."""

    name: str
    verifiers: Sequence[Verifier]
    latest: Callable[[], str | None]


def check(audit: Audit, witnesses: Sequence[Witness], nodes: TileNodes, size: int, origin: str) -> None:
    """Each witness's newest checkpoint must be a head of this tree."""
    for witness in witnesses:
        try:
            note = witness.latest()
        except OSError:
            audit.unable.append(f"联系不上见证方 {witness.name}")
            continue
        if note is None:
            audit.unable.append(f"见证方 {witness.name} 还没有这个日志的检查点")
            continue
        try:
            fault = head_fault(note, witness.verifiers, origin, nodes, size)
        except (NoteFault, ValueError):
            audit.unable.append(f"见证方 {witness.name} 的检查点签名或写法不符")
            continue
        if fault:
            audit.find("ledger_checkpoint", witness.name, fault)
        audit.count("见证方")
