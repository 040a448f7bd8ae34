"""The facts of one application for repair (修复申请案卷) at one body, and of a false promise found afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinheng.law.procedures.casefacts import Notice, Objection, Paper, Signed
from xinheng.law.repairdecision import Decided, DecisionFacts
from xinheng.law.repairfacts import RepairFacts
from xinheng.law.serving import ProofOfService


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One record of an application: its facts, whether they were verified, what is proposed, when it was decided."""

    record: str
    repair: RepairFacts
    verified: bool = False
    decision: DecisionFacts | None = None
    decided_on: date | None = None

    @property
    def refused(self) -> bool:
        return self.decision is not None and self.decision.outcome is Decided.REFUSE

    @property
    def granted(self) -> bool:
        return self.decision is not None and self.decision.outcome is Decided.GRANT


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A decision that was made before the latest one, and the proof of its service."""

    paper: Paper
    on: date
    proof: ProofOfService | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFacts:
    """One application as it stands at one body: all its records that this body decides.

    `asking` are ids of materials a supplement would ask for, `asked` those one asked for (None: never asked).
    `holders` are the channels that hold a record, `receipts` those that confirmed its end or mark.
    """

    state: str
    today: date
    party: str
    requests: tuple[Request, ...]
    actor: str = ""
    handler: str = ""
    signed: tuple[Signed, ...] = ()
    asking: frozenset[str] = frozenset()
    asked: frozenset[str] | None = None
    withdrawal_asked: bool = False
    paper: Paper | None = None
    proof: ProofOfService | None = None
    earlier: tuple[Issued, ...] = ()
    decided_on: date | None = None
    holders: frozenset[str] = frozenset()
    receipts: frozenset[str] = frozenset()
    reason: str = ""

    def signer_of(self, *steps: str) -> frozenset[str]:
        """The persons who took any of these steps."""
        return frozenset(each.person for each in self.signed if each.step in steps)

    @property
    def refused(self) -> tuple[Request, ...]:
        return tuple(each for each in self.requests if each.refused)

    @property
    def granted(self) -> tuple[Request, ...]:
        return tuple(each for each in self.requests if each.granted)


@dataclass(frozen=True, slots=True)
class Listed:
    """The list whose rule says how long a party may speak; none for a record that is no entry."""

    list: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFacts:
    """A promise found false (承诺不实): a new adverse case, with the notice, window and papers of any other.

    The guards of listing on notice, service, objections and persons are asked of it as they are.
    """

    state: str
    today: date
    party: str
    repair: RepairFacts
    listing: Listed = Listed()
    actor: str = ""
    version: int = 1
    signed: tuple[Signed, ...] = ()
    notice: Notice | None = None
    notice_proof: ProofOfService | None = None
    objections: tuple[Objection, ...] = ()
    decision: Paper | None = None
    decision_proof: ProofOfService | None = None
    days: tuple[tuple[str, date], ...] = ()
    evidence: str = ""
    reason: str = ""

    def signer_of(self, *steps: str) -> frozenset[str]:
        """The persons who took any of these steps."""
        return frozenset(each.person for each in self.signed if each.step in steps)
