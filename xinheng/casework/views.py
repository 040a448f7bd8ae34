"""One case as a page, a command and an auditor see it (案卷全貌): built from its rows, texts opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from xinheng.casework import prospect, texts
from xinheng.casework.explaining import DeadlineView as DeadlineView
from xinheng.casework.explaining import clocks_of
from xinheng.casework.facts import effect_of
from xinheng.casework.held import Held
from xinheng.casework.models import (
    Ask,
    Case,
    CasePaper,
    CaseProofOfService,
    CaseStep,
    Draft,
    Leniency,
    Note,
    Objection,
)
from xinheng.documents import queries as documents
from xinheng.documents.queries import SealedView
from xinheng.law.lawbook import Law
from xinheng.law.procedures.listing import LISTING
from xinheng.registry import entries
from xinheng.registry.entries import EntryView


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a list. `party` is "" for a natural person; `due` the next last day of a clock that is the office's."""

    id: UUID
    number: str
    list: str
    party: str
    role: str
    state: str
    state_label: str
    handler: UUID
    opened_on: date
    until: date | None
    due: date | None
    provisional: bool
    waits_reply: bool


@dataclass(frozen=True, slots=True)
class GroundView:
    id: UUID
    number: str
    kind: str
    body_name: str
    decided_on: date
    effect: str
    of_register: bool


@dataclass(frozen=True, slots=True)
class DraftView:
    """One version of the draft; `words` is what officers wrote."""

    version: int
    range: str
    criteria: tuple[str, ...]
    window: int | None
    age: str
    conduct_from: date | None
    conduct_to: date | None
    months: int | None
    words: Mapping[str, Any]
    made_by: UUID
    made_at: datetime


@dataclass(frozen=True, slots=True)
class StepView:
    seq: int
    step: str
    label: str
    source: str
    target: str
    version: int
    actor: UUID
    at: datetime
    event: UUID
    edition: str
    asked: Sequence[Mapping[str, Any]]
    clauses: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class ServiceView:
    way: str
    on: date
    served_on: date
    shows: tuple[str, ...]
    words: Mapping[str, Any]
    by: UUID


@dataclass(frozen=True, slots=True)
class PaperView:
    id: UUID
    kind: str
    number: str
    version: int
    document: UUID
    issued_on: date
    seq: int
    event: UUID
    body_sha256: str
    pdf_sha256: str
    sealed: SealedView | None
    service: ServiceView | None


@dataclass(frozen=True, slots=True)
class ObjectionView:
    id: UUID
    number: str
    kind: str
    version: int
    received_at: datetime
    in_time: bool
    text: str
    heard_on: date | None
    replied_on: date | None
    upheld: bool
    checked: str
    reasons: str


@dataclass(frozen=True, slots=True)
class AskView:
    step: str
    label: str
    applied_on: date | None
    corrected_on: date | None
    met: tuple[str, ...]
    barred: tuple[str, ...]
    reason: str
    made_by: UUID
    made_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    granted: bool | None
    answer: str

    @property
    def waits(self) -> bool:
        return self.decided_by is None


@dataclass(frozen=True, slots=True)
class NoteView:
    to_user: UUID | None
    text: str
    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class LeniencyView:
    heard: bool
    grounds: tuple[str, ...]
    decision: str
    reason: str
    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    """A case that belongs to this one: the unit's, or a linked person's."""

    id: UUID
    number: str
    role: str
    party: str
    state_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One case whole, in an opened file."""

    row: CaseRow
    revision: int
    version: int
    subject: UUID
    subject_kind: str
    agency: UUID
    agency_name: str
    decided_on: date | None
    listed_on: date | None
    entry: EntryView | None
    drafts: tuple[DraftView, ...]
    grounds: tuple[GroundView, ...]
    consent: Mapping[str, Any] | None
    leniency: LeniencyView | None
    steps: tuple[StepView, ...]
    papers: tuple[PaperView, ...]
    objections: tuple[ObjectionView, ...]
    asks: tuple[AskView, ...]
    deadlines: tuple[DeadlineView, ...]
    notes: tuple[NoteView, ...]
    unit: Linked | None
    linked: tuple[Linked, ...]
    outlook: tuple[prospect.Outlook, ...]

    @property
    def draft(self) -> DraftView:
        return self.drafts[-1]


def view(held: Held, row: CaseRow, ahead: tuple[prospect.Outlook, ...], law: Law) -> CaseView:
    """The whole of a case that is held, with what may be done now."""
    found, subject = held.case, held.subject
    seq = {each.pk: each.seq for each in held.steps}
    return CaseView(
        row=row,
        revision=found.revision,
        version=found.version,
        subject=subject,
        subject_kind=found.subject_kind,
        agency=found.agency_id,
        agency_name=held.agency.name,
        decided_on=found.decided_on,
        listed_on=found.listed_on,
        entry=entries.of_case(found.pk),
        drafts=tuple(_draft(each, subject) for each in held.drafts),
        grounds=tuple(map(_ground, held.grounds)),
        consent=_consent(held),
        leniency=_leniency(held.leniency, subject),
        steps=tuple(_step(each, subject) for each in held.steps),
        papers=tuple(_paper(each, held, seq) for each in held.papers),
        objections=tuple(_objection(each, subject) for each in held.objections),
        asks=tuple(_ask(each, subject) for each in held.asks),
        deadlines=tuple(clocks_of(held.case.pk, law=law)),
        notes=tuple(_note(each, subject) for each in Note.objects.filter(case=found).order_by("-at", "-id")),
        unit=_linked(held.unit) if held.unit else None,
        linked=tuple(_linked(each) for each in Case.objects.filter(unit_case=found).order_by("number")),
        outlook=ahead,
    )


def _draft(row: Draft, subject: UUID) -> DraftView:
    same = ("version", "range", "window", "age", "conduct_from", "conduct_to", "months", "made_by", "made_at")
    told = {name: getattr(row, name) for name in same}
    return DraftView(**told, criteria=tuple(row.criteria), words=texts.read(row, subject))


def _ground(row: Any) -> GroundView:
    same = ("id", "number", "kind", "body_name", "decided_on")
    told = {name: getattr(row, name) for name in same}
    return GroundView(**told, effect=effect_of(row).value, of_register=row.instrument_id is not None)


def _consent(held: Held) -> Mapping[str, Any] | None:
    row = held.consent
    if row is None:
        return None
    return {name: getattr(row, name) for name in ("body_name", "number", "given_on", "granted")}


def _leniency(row: Leniency | None, subject: UUID) -> LeniencyView | None:
    if row is None:
        return None
    reason = str(texts.read(row, subject).get("reason", ""))
    return LeniencyView(row.heard, tuple(row.grounds), row.decision, reason, row.by, row.at)


def _step(row: CaseStep, subject: UUID) -> StepView:
    same = ("seq", "step", "source", "target", "version", "actor", "at", "event", "edition", "asked")
    told = {name: getattr(row, name) for name in same}
    known_step = LISTING.step(row.step)
    reason = str(texts.read(row, subject).get("reason", ""))
    return StepView(**told, label=known_step.label, clauses=known_step.clauses, reason=reason)


def _paper(row: CasePaper, held: Held, seq: Mapping[UUID, int]) -> PaperView:
    same = ("id", "kind", "number", "version", "document", "issued_on")
    told = {name: getattr(row, name) for name in same}
    service, issued = held.service_of(row), documents.document(row.document)
    assert issued is not None  # noqa: S101  # the paper's own document, in the same hands
    return PaperView(
        **told,
        event=issued.event,
        body_sha256=issued.body_sha256,
        pdf_sha256=issued.pdf_sha256,
        seq=seq[row.step_id],
        sealed=documents.sealed(row.document),
        service=_service(service, held.subject) if service else None,
    )


def _service(row: CaseProofOfService, subject: UUID) -> ServiceView:
    return ServiceView(row.way, row.on, row.served_on, tuple(row.shows), texts.read(row, subject), row.by)


def _objection(row: Objection, subject: UUID) -> ObjectionView:
    same = ("id", "number", "kind", "version", "received_at", "in_time", "heard_on", "replied_on", "upheld")
    told = {name: getattr(row, name) for name in same}
    reply = texts.read_as("reply", row, subject)
    return ObjectionView(
        **told,
        text=str(texts.read(row, subject).get("text", "")),
        checked=str(reply.get("checked", "")),
        reasons=str(reply.get("reasons", "")),
    )


def _ask(row: Ask, subject: UUID) -> AskView:
    same = (
        "step", "applied_on", "corrected_on", "made_by", "made_at", "decided_by", "decided_at", "granted",
    )  # fmt: skip
    told = {name: getattr(row, name) for name in same}
    return AskView(
        **told,
        label=LISTING.step(row.step).label,
        met=tuple(row.met),
        barred=tuple(row.barred),
        reason=str(texts.read(row, subject).get("reason", "")),
        answer=str(texts.read_as("answer", row, subject).get("reason", "")),
    )


def _note(row: Note, subject: UUID) -> NoteView:
    return NoteView(row.to_user, str(texts.read(row, subject).get("text", "")), row.by, row.at)


def _linked(row: Case) -> Linked:
    return Linked(row.pk, row.number, row.role, row.party, LISTING.states[row.state])
