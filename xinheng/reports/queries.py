"""Reports that were issued and lists at work, for officers (信用报告的查询)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.permissions import require
from xinheng.access.queries import agencies, agency_names
from xinheng.access.scope import acting
from xinheng.documents import queries as documents
from xinheng.documents.queries import DocumentRow, DocumentView
from xinheng.exchange.coverage import reported_until
from xinheng.law.language import Outcome, Reason, Refusal
from xinheng.law.lawbook import Law
from xinheng.reports.contents import CERTIFICATE, REPORT, Reporting, items_asked
from xinheng.reports.models import Run, RunRow
from xinheng.runtime import jobs
from xinheng.runtime.paging import Page
from xinheng.vault.keyring import Unreadable

FIRST_PROBLEMS = 100


def issued(
    *, opened: Opened, kind: str = "", number: str = "", page: int = 1, size: int = 50
) -> Page[DocumentRow]:
    """The reports of the opened set "documents", newest first. Raises Refusal PERMISSION_DENIED or NOT_YOURS.

    The papers of cases are found in their cases.
    """
    require(opened.actor, "report.view")
    with acting(opened.actor):
        return documents.documents(
            opened=opened, among=(REPORT, CERTIFICATE), kind=kind, number=number, page=page, size=size
        )


def document(document_id: UUID, *, actor: Actor) -> DocumentView | None:
    """What a document is, before its file is opened; None for another agency's as for one that never was."""
    require(actor, "report.view")
    with acting(actor):
        return documents.document(document_id)


def by_number(number: str, *, actor: Actor) -> UUID | None:
    """The id of the document with that number, for commands."""
    require(actor, "report.view")
    with acting(actor):
        return documents.by_number(number)


def pdf(document_id: UUID, *, opened: Opened) -> bytes:
    """The PDF as it was issued. Raises Refusal NOT_FOUND, NOT_YOURS or DOCUMENT_UNREADABLE."""
    opened.require_verb("report.view")
    with acting(opened.actor):
        try:
            return documents.pdf(document_id, opened=opened)
        except (Unreadable, FileNotFoundError):
            raise Refusal.because("DOCUMENT_UNREADABLE") from None


def own_reports(*, opened: Opened) -> list[DocumentView]:
    """The reports that the own file's subject was issued for itself, newest first. Raises Refusal NOT_YOURS."""
    if not opened.is_own or opened.subject is None:
        raise Refusal.because("NOT_YOURS")
    with acting(opened.actor):
        return documents.of_subject(opened.subject, "self", among=(REPORT, CERTIFICATE), opened=opened)


def proof(document_id: UUID, *, opened: Opened) -> str:
    """The proof beside the PDF. Raises Refusal as `pdf`, or PROOF_PENDING while the ledger is making it."""
    opened.require_verb("report.view")
    with acting(opened.actor):
        try:
            found = documents.proof(document_id, opened=opened)
        except Unreadable:
            raise Refusal.because("DOCUMENT_UNREADABLE") from None
    if found is None:
        raise Refusal.because("PROOF_PENDING")
    return found


def reporting(law: Law, *, actor: Actor) -> tuple[Reporting, ...]:
    """Every agency by name, with the day until which it has reported what a certificate is about.

    One that is no more is among them when it has reported: its records did not go with it.
    """
    until = reported_until((item.code for item in items_asked(law)), actor=actor)
    found = [Reporting(each.id, each.name, each.domains, until.get(each.id)) for each in agencies()]
    there = {each.id for each in found}
    gone = {each: name for each, name in agency_names().items() if each in until and each not in there}
    found += [Reporting(each, name, None, until[each]) for each, name in gone.items()]
    return tuple(sorted(found, key=lambda each: (each.name, str(each.id))))


@dataclass(frozen=True, slots=True)
class RunView:
    """One uploaded list and how far it is; `asked` has no subject's data."""

    id: UUID
    no: str
    file_name: str
    rows: int
    issued: int
    refused: int
    asked: Mapping[str, Any]
    job: jobs.JobView | None
    created_by: UUID
    created_at: datetime

    @property
    def working(self) -> bool:
        return self.job is not None and not self.job.ended


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row without a document: `reason` is told by law.refusals.tell, `column` is name or code."""

    row: int
    column: str
    reason: Reason


def runs(*, actor: Actor, page: int = 1, size: int = 20) -> tuple[Sequence[RunView], int]:
    """Some of the actor's lists, newest first, and how many there are."""
    require(actor, "report.issue")
    with acting(actor):
        found = Run.objects.order_by("-created_at", "-id")
        first = (max(1, page) - 1) * size
        return [_view(each, actor) for each in found[first : first + size]], found.count()


def run(run_id: UUID, *, actor: Actor) -> RunView | None:
    """One list; None for another agency's as for one that never was."""
    require(actor, "report.issue")
    with acting(actor):
        found = Run.objects.filter(pk=run_id).first()
        return None if found is None else _view(found, actor)


def refused_rows(run_id: UUID, *, actor: Actor) -> list[RefusedRow]:
    """The first rows of a list for which nothing was issued, and why."""
    require(actor, "report.issue")
    with acting(actor):
        rows = RunRow.objects.filter(run=run_id, document=None).order_by("row")[:FIRST_PROBLEMS]
        return [RefusedRow(each.row, each.column, reason_of(each.code, each.values)) for each in rows]


def reason_of(code: str, values: Mapping[str, str]) -> Reason:
    """A stored refusal again."""
    return Reason("reports", Outcome.FORBIDDEN, (), code, dict(values))


def _view(found: Run, actor: Actor) -> RunView:
    rows = RunRow.objects.filter(run=found.id)
    issued = rows.exclude(document=None).count()
    same = ("id", "no", "file_name", "rows", "asked", "created_by", "created_at")
    told = {name: getattr(found, name) for name in same}
    job = jobs.view(found.job, actor=actor) if found.job else None
    return RunView(**told, issued=issued, refused=rows.count() - issued, job=job)
