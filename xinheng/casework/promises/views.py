"""A case on a false promise as officers see it (承诺不实案卷的展示): built from its rows, texts opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from xinheng.casework import texts
from xinheng.casework.promises import clocks
from xinheng.casework.promises.clocks import ClockView
from xinheng.casework.promises.facts import consequence_of
from xinheng.casework.promises.held import Held
from xinheng.casework.promises.models import (
    PromiseCase,
    PromiseEvidence,
    PromiseObjection,
    PromisePaper,
    PromiseStep,
)
from xinheng.casework.repairs.papers import record_told
from xinheng.documents import kinds
from xinheng.documents import queries as documents
from xinheng.law.lawbook import Law
from xinheng.law.procedures.repair import FALSE_PROMISE
from xinheng.law.repairdecision import Consequence


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list. `party` is "" for a natural person; `due` the office's next last day."""

    id: UUID
    number: str
    repair: str
    party: str
    state: str
    state_label: str
    handler: UUID
    opened_on: date
    due: date | None


@dataclass(frozen=True, slots=True)
class EvidenceView:
    id: UUID
    name: str
    media_type: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ObjectionView:
    id: UUID
    number: str
    kind: str
    kind_name: str
    received_at: datetime
    in_time: bool
    text: str
    replied_on: date | None
    upheld: bool
    reasons: str


@dataclass(frozen=True, slots=True)
class PaperView:
    id: UUID
    kind: str
    kind_name: str
    number: str
    document: UUID
    issued_on: date
    sealed: bool
    served_on: date | None


@dataclass(frozen=True, slots=True)
class StepView:
    step: str
    label: str
    actor: UUID
    at: datetime
    reason: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One case whole. `follows`: what the law of the day puts on it; None where no rule was read."""

    id: UUID
    number: str
    repair: UUID
    repair_number: str
    told: str
    granted_on: date | None
    is_entry: bool
    subject: UUID
    subject_kind: str
    party: str
    agency: UUID
    agency_name: str
    state: str
    state_label: str
    revision: int
    window: int
    handler: UUID
    opened_on: date
    decided_on: date | None
    entered_on: date | None
    shown_until: date | None
    words: Mapping[str, Any]
    follows: Consequence | None
    evidence: tuple[EvidenceView, ...]
    objections: tuple[ObjectionView, ...]
    papers: tuple[PaperView, ...]
    steps: tuple[StepView, ...]
    clocks: tuple[ClockView, ...]


_OF_THE_ROW = (
    "number", "subject_kind", "party", "state", "revision", "window", "handler", "opened_on", "decided_on",
    "entered_on", "shown_until",
)  # fmt: skip


def row_of(case: PromiseCase, due: date | None) -> CaseRow:
    """A line of the list."""
    return CaseRow(
        case.pk, case.number, case.item.case.number, case.party, case.state, FALSE_PROMISE.states[case.state],
        case.handler, case.opened_on, due,
    )  # fmt: skip


def view(held: Held, law: Law) -> CaseView:
    """The whole of a case that is held."""
    case, repaired = held.case, held.repaired.case
    return CaseView(
        id=case.pk,
        repair=repaired.pk,
        repair_number=repaired.number,
        told=record_told(held.item, held.repaired, law),
        granted_on=held.item.decided_on,
        is_entry=held.item.entry_id is not None,
        subject=case.subject_id,
        agency=held.agency.pk,
        agency_name=held.agency.name,
        state_label=FALSE_PROMISE.states[case.state],
        words=texts.read(case, held.subject),
        follows=consequence_of(held, law),
        evidence=tuple(_evidence(each, held) for each in held.evidence),
        objections=tuple(_objection(each, held, law) for each in held.objections),
        papers=tuple(_paper(each, held, law) for each in held.papers),
        steps=tuple(_step(each, held) for each in held.steps),
        clocks=tuple(clocks.clocks_of(case, law)),
        **{name: getattr(case, name) for name in _OF_THE_ROW},
    )


def _evidence(row: PromiseEvidence, held: Held) -> EvidenceView:
    name = str(texts.read(row, held.subject).get("name", ""))
    return EvidenceView(row.pk, name, row.media_type, row.size, row.at)


def _objection(row: PromiseObjection, held: Held, law: Law) -> ObjectionView:
    said = str(texts.read(row, held.subject).get("text", ""))
    reply = texts.read_as("reply", row, held.subject) if row.reply_sealed else {}
    return ObjectionView(
        row.pk, row.number, row.kind, str(law.document("casework.yaml")["objections"][row.kind]), row.received_at, row.in_time,
        said, row.replied_on, row.upheld, str(reply.get("reasons", "")),
    )  # fmt: skip


def paper_called(row: PromisePaper, law: Law) -> str:
    """What a paper's file is called: its kind and number, nothing of whom it is about."""
    return f"{kinds.kind(row.kind, law).name}{row.number}"


def _paper(row: PromisePaper, held: Held, law: Law) -> PaperView:
    service = held.service_of(row)
    return PaperView(
        row.pk, row.kind, kinds.kind(row.kind, law).name, row.number, row.document, row.issued_on,
        documents.sealed(row.document) is not None, service.served_on if service else None,
    )  # fmt: skip


def _step(row: PromiseStep, held: Held) -> StepView:
    known = FALSE_PROMISE.step(row.step)
    reason = str(texts.read(row, held.subject).get("reason", ""))
    return StepView(row.step, known.label, row.actor, row.at, reason, known.clauses)
