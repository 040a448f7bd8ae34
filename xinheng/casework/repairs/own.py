"""The applicant's own side (我的修复申请): what was begun, how far each body is with each record, papers, what is owed."""

# clauses: 5.1a, 5.1c, 5.1d

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from xinheng.access.gate import Opened
from xinheng.access.scope import acting
from xinheng.casework import texts
from xinheng.casework.repairs.held import load
from xinheng.casework.repairs.models import (
    RepairApplication,
    RepairCase,
    RepairMaterial,
    RepairPaper,
    RepairTold,
)
from xinheng.casework.repairs.queries import file_of
from xinheng.casework.repairs.views import CaseView, paper_file, view
from xinheng.documents import queries as documents
from xinheng.documents import receipts
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.procedures.repair import OPEN
from xinheng.vault.keyring import Unreadable


@dataclass(frozen=True, slots=True)
class Handed:
    """A material that is kept: what it is, and its name."""

    id: UUID
    kind: str
    kind_name: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Begun:
    """An application that was begun and not lodged, as it was left."""

    id: UUID
    chosen: tuple[UUID, ...]
    statement: str
    named: tuple[tuple[UUID, str], ...]
    materials: tuple[Handed, ...]
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One application in a list: number, when, and of its bodies how many ask nothing more: decided, or taken back."""

    id: UUID
    number: str
    code: str
    lodged_on: date
    bodies: int
    done: int
    asked: bool


@dataclass(frozen=True, slots=True)
class Application:
    """One application whole: a case at each body."""

    id: UUID
    number: str
    code: str
    lodged_at: datetime
    statement: str
    cases: tuple[CaseView, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A record or entry of which the subject was told that it may be repaired."""

    record: UUID | None
    entry: UUID | None
    opens_on: date
    day: date

    @property
    def target(self) -> UUID | None:
        return self.record or self.entry


def begun(*, opened: Opened, law: Law) -> Begun | None:
    """What the account has begun through this channel and not lodged."""
    subject, own = _own(opened), opened.actor.own
    assert own is not None  # noqa: S101  # the gate opened the own file
    with acting(opened.actor):
        row = RepairApplication.objects.filter(
            subject=subject, account=own.account, channel=opened.actor.channel, number=None
        ).first()
        if row is None:
            return None
        told = texts.read(row, subject)
        return Begun(
            row.pk, tuple(row.chosen), str(told.get("statement", "")),
            tuple((UUID(agency), text) for agency, text in told.get("named") or []),
            tuple(_handed(each, subject, law) for each in _materials(row)), row.begun_at,
        )  # fmt: skip


def _materials(row: RepairApplication) -> list[RepairMaterial]:
    return list(RepairMaterial.objects.filter(application=row).order_by("at", "id"))


def _handed(row: RepairMaterial, subject: UUID, law: Law) -> Handed:
    names = law.document("casework.yaml")["repair"]["materials"]
    name = str(texts.read(row, subject).get("name", ""))
    return Handed(row.pk, row.kind, str(names.get(row.kind, row.kind)), name, row.size)


def applications(*, opened: Opened) -> tuple[Line, ...]:
    """All that were lodged for the subject, by whichever account and at whichever counter, newest first."""
    subject = _own(opened)
    with acting(opened.actor):
        rows = RepairApplication.objects.filter(subject=subject, number__isnull=False).order_by("-number")
        return tuple(_line(each) for each in rows)


def _line(row: RepairApplication) -> Line:
    cases = list(RepairCase.objects.filter(application=row))
    number = row.number or ""
    return Line(
        row.pk, number, receipts.code_of(number), row.lodged_on or date.min, len(cases),
        sum(each.state not in OPEN for each in cases), any(each.state == "supplementing" for each in cases),
    )  # fmt: skip


def application(number: str, *, opened: Opened, law: Law) -> Application:
    """One of them. Raises Refusal NOT_FOUND for another's as for one that never was."""
    subject = _own(opened)
    with acting(opened.actor):
        row = RepairApplication.objects.filter(subject=subject, number=number).first()
        if row is None or row.lodged_at is None:
            raise Refusal.because("NOT_FOUND")
        cases = RepairCase.objects.filter(application=row).order_by("number")
        told = texts.read(row, subject)
        return Application(
            row.pk, number, receipts.code_of(number), row.lodged_at, str(told.get("statement", "")),
            tuple(view(load(each), law, inside=False) for each in cases),
        )  # fmt: skip


def paper(paper_id: UUID, *, opened: Opened, law: Law) -> tuple[bytes, str, str]:
    """A paper addressed to the applicant, signed and sealed where such a copy came back: (file, media type, its name).

    Raises Refusal NOT_FOUND or DOCUMENT_UNREADABLE.
    """
    subject = _own(opened)
    with acting(opened.actor):
        row = RepairPaper.objects.filter(pk=paper_id, party=subject).first()
        if row is None:
            raise Refusal.because("NOT_FOUND")
        return paper_file(row, opened=opened, law=law, sealed=documents.sealed(row.document) is not None)


def material(material_id: UUID, *, opened: Opened) -> tuple[bytes, str]:
    """What the applicant handed in, to be looked at again. Raises Refusal NOT_FOUND or DOCUMENT_UNREADABLE."""
    subject = _own(opened)
    with acting(opened.actor):
        row = RepairMaterial.objects.filter(pk=material_id, application__subject=subject).first()
        if row is None:
            raise Refusal.because("NOT_FOUND")
        try:
            return file_of(row, subject)
        except (Unreadable, FileNotFoundError):
            raise Refusal.because("DOCUMENT_UNREADABLE") from None


def due(*, opened: Opened) -> tuple[Due, ...]:
    """What the subject was told may be repaired now, latest first."""
    subject = _own(opened)
    with acting(opened.actor):
        rows = RepairTold.objects.filter(subject=subject).order_by("-day", "-id")
        return tuple(Due(each.record_id, each.entry_id, each.opens_on, each.day) for each in rows)


def _own(opened: Opened) -> UUID:
    if not opened.is_own or opened.subject is None:
        raise Refusal.because("NOT_YOURS")
    opened.require_subject(opened.subject)
    return opened.subject
