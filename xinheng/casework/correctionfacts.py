"""The facts of a correction from its rows (异议的事实): built here for step, page and progress alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from xinheng.casework import texts
from xinheng.casework.given import ServiceGiven
from xinheng.casework.models import Correction, CorrectionSibling, CorrectionStep
from xinheng.law.procedures.casefacts import Paper, Signed
from xinheng.law.procedures.correction import CorrectionFacts, FieldClaim
from xinheng.law.serving import ProofOfService

FREE = "not_me"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One field as the party has it: what is held, what it says is right."""

    field: str
    label: str
    old: str
    claimed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What an officer decides on one field, why, and on which document of the source."""

    field: str
    decided: str
    reason: str
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """All that may come with a step of a correction; what a step does not take is left out."""

    reason: str = ""
    answer: str = ""
    rulings: tuple[Ruling, ...] = ()
    mistaken: bool | None = None
    reconsideration_body: str = ""
    court: str = ""
    proposal: UUID | None = None
    service: ServiceGiven | None = None
    receipts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Held:
    """The rows of one correction, with the texts of its steps in clear, by the step's place."""

    row: Correction
    steps: tuple[CorrectionStep, ...]
    siblings: tuple[CorrectionSibling, ...] = ()
    said: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    def latest(self, *names: str) -> Mapping[str, Any]:
        """The texts of the last of these steps; nothing where none was taken."""
        found = [self.said.get(each.seq, {}) for each in self.steps if each.step in names]
        return found[-1] if found else {}

    @property
    def claims(self) -> tuple[Claim, ...]:
        return tuple(Claim(**each) for each in self.latest("lodge").get("claims", ()))

    @property
    def rulings(self) -> dict[str, Ruling]:
        return {each["field"]: Ruling(**each) for each in self.latest("propose").get("rulings", ())}

    @property
    def issued(self) -> tuple[CorrectionStep, ...]:
        """The steps that made a paper: the lodging its receipt, the decision its letter."""
        return tuple(each for each in self.steps if each.document is not None)

    @property
    def decision(self) -> CorrectionStep | None:
        found = [each for each in self.steps if each.step == "decide"]
        return found[-1] if found else None


def load(row: Correction) -> Held:
    """All rows of a correction that the actor may see."""
    steps = tuple(CorrectionStep.objects.filter(correction=row).order_by("seq"))
    said = {each.seq: texts.read(each, row.subject_id) for each in steps if each.sealed is not None}
    found = CorrectionSibling.objects.filter(correction=row).order_by("id")
    return Held(row, steps, tuple(found), said)


def facts_of(
    held: Held,
    *,
    today: date,
    actor: UUID | None = None,
    given: Given | None = None,
    paper: Paper | None = None,
    holders: Iterable[str] = (),
    asked_back: bool = False,
) -> CorrectionFacts:
    """The correction on a day, as `actor` would act on it with what is given; `paper` is the one about to be made."""
    row, told = held.row, given or Given()
    decision = held.decision
    made = paper or (_paper(decision, row) if decision else None)
    seen = [each for each in held.siblings if each.seen_by is not None]
    mistaken = told.mistaken if told.mistaken is not None else row.mistaken
    return CorrectionFacts(
        state=row.state,
        today=today,
        party=str(row.subject_id),
        claims=_claims(held, told),
        not_me=row.not_me,
        mistaken=mistaken,
        siblings=frozenset(str(each.record_id) for each in held.siblings),
        siblings_seen=frozenset(str(each.record_id) for each in seen),
        frozen=row.frozen,
        actor=str(actor) if actor else "",
        signed=tuple(Signed(step=each.step, person=str(each.actor)) for each in held.steps),
        answer=told.answer or str(held.latest("answer").get("answer", "")),
        paper=made,
        proof=_proof(told.service, made, row) or _proved(held, made, row),
        decided_on=row.decided_on,
        holders=frozenset(holders),
        receipts=told.receipts,
        withdrawal_asked=asked_back,
        reason=told.reason,
    )


def _claims(held: Held, given: Given) -> tuple[FieldClaim, ...]:
    rulings = {each.field: each for each in given.rulings} or held.rulings
    return tuple(_claim(each, rulings.get(each.field)) for each in held.claims)


def _claim(each: Claim, ruling: Ruling | None) -> FieldClaim:
    if ruling is None:
        return FieldClaim(field=each.label, old=each.old, claimed=each.claimed)
    return FieldClaim(
        field=each.label, old=each.old, claimed=each.claimed, decided=ruling.decided, reason=ruling.reason,
        document=ruling.document,
    )  # fmt: skip


def _paper(step: CorrectionStep, row: Correction) -> Paper:
    return Paper(number=step.paper, party=str(row.subject_id), says=frozenset(step.says))


def _proof(given: ServiceGiven | None, paper: Paper | None, row: Correction) -> ProofOfService | None:
    if given is None or paper is None:
        return None
    return ProofOfService(
        document=paper.number,
        party=str(row.subject_id),
        way=given.way,
        on=given.on,
        shows=frozenset(given.shows),
    )


def _proved(held: Held, paper: Paper | None, row: Correction) -> ProofOfService | None:
    """The service that an earlier step has proved."""
    for each in reversed(held.steps):
        if each.way and each.on and paper:
            shows = frozenset(each.shows)
            return ProofOfService(
                document=paper.number, party=str(row.subject_id), way=each.way, on=each.on, shows=shows
            )
    return None
