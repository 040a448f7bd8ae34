"""An application for repair on the pure tables (修复走查): facts in order, and a walk that spoils them on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tests.procedures.walking import CHECKER, MAKER, SIGNER, law_on
from xinheng.law.facts import InstrumentKind, RecordFacts, SubjectKind
from xinheng.law.lawbook import Law
from xinheng.law.machine import Machine
from xinheng.law.procedures.casefacts import Paper, Signed
from xinheng.law.repairdecision import Decided, DecisionFacts
from xinheng.law.repairfacts import RepairFacts
from xinheng.law.serving import ProofOfService

TODAY = date(2026, 11, 23)
PARTY = "示例公司"
SUBJECT = "示例经办人"
MET = frozenset({"corrected", "effects_eliminated"})
MATERIALS = frozenset({"proof", "commitment"})


def record(*kinds: str, decided: date = date(2026, 5, 8), **facts: Any) -> RecordFacts:
    return RecordFacts(
        **{
            "item": "penalty",
            "interval": law_on(TODAY).book.interval(decided),
            "subject_kind": SubjectKind.LEGAL_PERSON,
            "instrument_kind": InstrumentKind.PENALTY,
            "kinds": tuple(sorted(kinds or ("confiscate_goods",))),
            "reviewed": True,
            **facts,
        }
    )


def repair(*kinds: str, decided: date = date(2026, 5, 8), **facts: Any) -> RepairFacts:
    """A penalty of 2026-05-08 on which goods were confiscated: 一般, repairable from 2026-08-08; all is in order."""
    told = {"decided_on": decided, "applied_on": TODAY, "met": MET, "materials": MATERIALS, **facts}
    return RepairFacts(record=record(*kinds, decided=decided), **told)


def grant(about: RepairFacts | None = None, **facts: Any) -> DecisionFacts:
    return DecisionFacts(repair=about or repair(), outcome=Decided.GRANT, **facts)


def refusal(about: RepairFacts | None = None, **facts: Any) -> DecisionFacts:
    """A licence was revoked in 2026-05: 严重, too early before 2027-05-08, by a central policy document."""
    told = {"ground": "too_early", "clauses": ("gbf-2025-22#2",), "reason": "示例理由", **facts}
    return DecisionFacts(repair=about or repair("revoke_permit"), outcome=Decided.REFUSE, **told)


def paper(says: Mapping[str, str] | frozenset[str]) -> Paper:
    return Paper(number="示例修字〔2026〕1号", party=PARTY, says=frozenset(says), sealed_copy_matches=True)


def served(day: date = TODAY) -> ProofOfService:
    return ProofOfService(
        document="示例修字〔2026〕1号", party=PARTY, way="direct", on=day, shows=frozenset({"receipt_signed"})
    )


@dataclass(frozen=True)
class Stage:
    """One step of a path: who takes it, and what is put on file just before it."""

    step: str
    actor: str
    puts: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Trail:
    """What was taken, with the facts as they were asked."""

    facts: Any
    taken: list[tuple[str, Any]] = field(default_factory=list)

    def at(self, step: str) -> Any:
        return dict(self.taken).get(step)


def law_of(facts: Any) -> Law:
    return law_on(facts.today)


def walk(
    machine: Machine,
    facts: Any,
    path: tuple[Stage, ...],
    spoil: Callable[[str, Any], Any] = lambda _step, facts: facts,
) -> Trail:
    """Take the path step by step. Raises Refusal at the first that may not be taken."""
    trail = Trail(facts)
    for stage in path:
        now = spoil(stage.step, replace(trail.facts, actor=stage.actor, **stage.puts))
        machine.ask(stage.step, now, law_of(now)).require()
        trail.taken.append((stage.step, now))
        signed = (*now.signed, Signed(step=stage.step, person=now.actor))
        trail.facts = replace(now, state=machine.step(stage.step).after(now.state), signed=signed)
    return trail


def persons(trail: Trail) -> dict[str, str]:
    """Who took each step."""
    return {step: facts.actor for step, facts in trail.taken}


__all__ = ["CHECKER", "MAKER", "SIGNER"]
