"""A repair as officers and the applicant see it (修复案卷的展示): the same rows, without what is not theirs to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from xinheng.access.gate import Opened
from xinheng.casework import texts
from xinheng.casework.repairs import clocks
from xinheng.casework.repairs.clocks import ClockView
from xinheng.casework.repairs.facts import of_item
from xinheng.casework.repairs.held import Held
from xinheng.casework.repairs.models import RepairCase, RepairItem, RepairMaterial, RepairPaper, RepairStep
from xinheng.casework.repairs.papers import record_told
from xinheng.casework.repairs.planviews import PlanView, plans_of
from xinheng.documents import kinds
from xinheng.documents import queries as documents
from xinheng.documents.queries import SealedView
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.procedures.repair import GRANT_PAPER, REFUSAL_PAPER, REPAIR
from xinheng.law.repair import SelfCheck, conditions, materials, self_check
from xinheng.law.repairrules import Needed
from xinheng.vault.keyring import Unreadable

OUTCOMES = {"": "办理中", "grant": "准予修复", "refuse": "不予修复"}


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the work list. `party` is "" for a natural person; `due` the office's next last day."""

    id: UUID
    number: str
    application: str
    party: str
    state: str
    state_label: str
    items: int
    handler: UUID | None
    lodged_on: date
    due: date | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class MaterialView:
    id: UUID
    kind: str
    kind_name: str
    name: str
    media_type: str
    size: int
    at: datetime
    later: bool


@dataclass(frozen=True, slots=True)
class FindingView:
    met: tuple[str, ...]
    seen: tuple[str, ...]
    corrected_on: date | None
    note: str
    by: UUID


@dataclass(frozen=True, slots=True)
class ProposalView:
    outcome: str
    effect: str
    ground: str
    clauses: tuple[str, ...]
    words: Mapping[str, Any]
    by: UUID


@dataclass(frozen=True, slots=True)
class ItemView:
    """One record of a case. `check` is what the self-check says of it today, with what was verified."""

    id: UUID
    told: str
    is_entry: bool
    outcome: str
    outcome_label: str
    effect: str
    effect_name: str
    decided_on: date | None
    asked: tuple[Needed, ...]
    materials: tuple[Needed, ...]
    finding: FindingView | None
    proposal: ProposalView | None
    check: SelfCheck


@dataclass(frozen=True, slots=True)
class PaperView:
    id: UUID
    kind: str
    kind_name: str
    number: str
    document: UUID
    issued_on: date
    served_on: date | None
    sealed: SealedView | None

    @property
    def decides(self) -> bool:
        return self.kind in (GRANT_PAPER, REFUSAL_PAPER)


@dataclass(frozen=True, slots=True)
class StepView:
    step: str
    label: str
    actor: UUID
    at: datetime
    reason: str
    clauses: tuple[str, ...]
    by_applicant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One case whole; an account gets neither findings, proposals nor the officers' reasons."""

    id: UUID
    number: str
    application: UUID
    application_number: str
    channel: str
    statement: str
    subject: UUID
    subject_kind: str
    party: str
    agency: UUID
    agency_name: str
    state: str
    state_label: str
    revision: int
    handler: UUID | None
    contact: str
    asked: tuple[str, ...]
    lodged_on: date
    decided_on: date | None
    items: tuple[ItemView, ...]
    materials: tuple[MaterialView, ...]
    papers: tuple[PaperView, ...]
    steps: tuple[StepView, ...]
    clocks: tuple[ClockView, ...]
    plans: tuple[PlanView, ...]

    @property
    def rulings(self) -> tuple[MaterialView, ...]:
        """What was handed in of a court's ruling."""
        return tuple(each for each in self.materials if each.kind == "ruling")


def row_of(case: RepairCase, items: int, due: date | None, provisional: bool) -> CaseRow:
    """A line of the work list."""
    return CaseRow(
        case.pk, case.number, case.application.number or "", case.party, case.state, REPAIR.states[case.state],
        items, case.handler, case.lodged_on, due, provisional,
    )  # fmt: skip


def view(held: Held, law: Law, *, inside: bool) -> CaseView:
    """The whole of a case that is held; `inside` for officers."""
    case, application = held.case, held.application
    told = texts.read(application, held.subject)
    return CaseView(
        id=case.pk,
        number=case.number,
        application=application.pk,
        application_number=application.number or "",
        channel=application.channel,
        statement=str(told.get("statement", "")),
        subject=case.subject_id,
        subject_kind=case.subject_kind,
        party=case.party,
        agency=held.agency.pk,
        agency_name=held.agency.name,
        state=case.state,
        state_label=REPAIR.states[case.state],
        revision=case.revision,
        handler=case.handler,
        contact=case.contact,
        asked=tuple(_asked(held, law)),
        lodged_on=case.lodged_on,
        decided_on=case.decided_on,
        items=tuple(_item(each, held, law) for each in held.items),
        materials=tuple(_material(each, held, law) for each in held.materials),
        papers=tuple(_paper(each, held, law) for each in held.papers),
        steps=tuple(_step(each, held, inside) for each in held.steps),
        clocks=tuple(clocks.clocks_of(case.pk, law)),
        plans=plans_of(held, inside=inside),
    )


def _asked(held: Held, law: Law) -> list[str]:
    """What was asked for, in words."""
    known = {e.id: e.text for i in held.items for e in materials(of_item(i, held, law), law)}
    return [known.get(each, each) for each in held.case.asked or ()]


def _item(row: RepairItem, held: Held, law: Law) -> ItemView:
    about, effects = of_item(row, held, law), law.book.repair.effects
    named = effects.get(row.effect)
    return ItemView(
        id=row.pk,
        told=record_told(row, held, law),
        is_entry=row.entry_id is not None,
        outcome=row.outcome,
        outcome_label=OUTCOMES[row.outcome],
        effect=row.effect,
        effect_name=named.name if named else "",
        decided_on=row.decided_on,
        asked=conditions(about, law),
        materials=materials(about, law),
        finding=_finding(row, held),
        proposal=_proposal(row, held),
        check=self_check(about, law),
    )


def _finding(item: RepairItem, held: Held) -> FindingView | None:
    row = held.finding(item)
    if row is None:
        return None
    note = str(texts.read(row, held.subject).get("note", ""))
    return FindingView(tuple(row.met), tuple(row.seen), row.corrected_on, note, row.by)


def _proposal(item: RepairItem, held: Held) -> ProposalView | None:
    row = held.proposal(item)
    if row is None:
        return None
    return ProposalView(
        row.outcome, row.effect, row.ground, tuple(row.clauses), texts.read(row, held.subject), row.by
    )


def _material(row: RepairMaterial, held: Held, law: Law) -> MaterialView:
    names = law.document("casework.yaml")["repair"]["materials"]
    name = str(texts.read(row, held.subject).get("name", ""))
    return MaterialView(
        row.pk, row.kind, str(names.get(row.kind, row.kind)), name, row.media_type, row.size, row.at,
        row.case_id is not None,
    )  # fmt: skip


def paper_called(row: RepairPaper, law: Law) -> str:
    """What a paper's file is called: its kind and number, nothing of whom it is about."""
    return f"{kinds.kind(row.kind, law).name}{row.number}"


def paper_file(row: RepairPaper, *, opened: Opened, law: Law, sealed: bool) -> tuple[bytes, str, str]:
    """(file, media type, what it is called) of a paper, or of its signed and sealed copy.

    Raises Refusal NOT_FOUND or DOCUMENT_UNREADABLE.
    """
    try:
        if sealed:
            return (*documents.sealed_file(row.document, opened=opened), paper_called(row, law))
        return documents.pdf(row.document, opened=opened), "application/pdf", paper_called(row, law)
    except (Unreadable, FileNotFoundError):
        raise Refusal.because("DOCUMENT_UNREADABLE") from None


def _paper(row: RepairPaper, held: Held, law: Law) -> PaperView:
    service = held.service_of(row)
    return PaperView(
        row.pk, row.kind, kinds.kind(row.kind, law).name, row.number, row.document, row.issued_on,
        service.served_on if service else None, documents.sealed(row.document),
    )  # fmt: skip


def _step(row: RepairStep, held: Held, inside: bool) -> StepView:
    known = REPAIR.step(row.step)
    reason = str(texts.read(row, held.subject).get("reason", "")) if inside else ""
    return StepView(
        row.step,
        known.label,
        row.actor,
        row.at,
        reason,
        known.clauses,
        row.step in ("lodge", "supply", "withdraw"),
    )
