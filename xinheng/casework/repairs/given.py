"""What comes with a step of a repair (修复办理内容): plain, frozen, before it is written anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from xinheng.casework.given import ServiceGiven


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingGiven:
    """What was verified of one record: ids of conditions that are met, materials that the office got itself."""

    item: UUID
    met: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    corrected_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalGiven:
    """What is proposed on one record: `grant`, with another effect than the demanded where told, or `refuse`.

    A refusal names a ground of reference/repair.yaml, the clauses it rests on, and where the party may turn.
    """

    item: UUID
    outcome: str
    effect: str = ""
    ground: str = ""
    clauses: tuple[str, ...] = ()
    reason: str = ""
    next_step: str = ""
    reconsideration_body: str = ""
    court: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """All that may come with a step; what a step does not take is left out."""

    reason: str = ""
    contact: str = ""
    asking: tuple[str, ...] = ()
    findings: tuple[FindingGiven, ...] = ()
    proposals: tuple[ProposalGiven, ...] = ()
    # Of every decision on paper, but those that were served apart from it.
    service: ServiceGiven | None = None
    apart: tuple[tuple[UUID, ServiceGiven], ...] = ()
    withdrawal_asked: bool = False
