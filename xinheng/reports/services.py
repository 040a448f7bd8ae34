"""Issuing reports, one by one and for a list of subjects (出具信用报告)."""

# clauses: 3.1, 5.2

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.permissions import require
from xinheng.access.queries import agencies
from xinheng.access.scope import acting
from xinheng.catalog.public import current_law
from xinheng.documents import kinds, numbers
from xinheng.documents import services as documents
from xinheng.documents.kinds import DocumentKind
from xinheng.documents.services import Draft, Issued
from xinheng.exchange import files as uploads
from xinheng.law.disclosure import SELF
from xinheng.law.facts import SubjectKind
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.ledger.emitting import composed, emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.reports import contents, files, lists, printing, queries, subjects
from xinheng.reports.contents import Asked, Frame
from xinheng.reports.models import Run
from xinheng.reports.printing import Subject
from xinheng.runtime import jobs
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7

REPORT, CERTIFICATE, LIST = contents.REPORT, contents.CERTIFICATE, "list"
ISSUE_LIST = "reports.issue_list"


@composed
def issue_report(*, audience: str, opened: Opened, actor: Actor, now: datetime, request: str = "") -> Issued:
    """公共信用信息报告 of the opened file's subject, for one audience; nothing found is a report too.

    Raises Refusal PERMISSION_DENIED, NOT_YOURS, REPORT_AUDIENCE, REPORT_PERSON_PUBLIC or GLYPH_MISSING.
    """
    if opened.is_own:
        actor = _for_oneself(audience, opened, actor)
    frame = _frame(REPORT, audience, opened, actor, now)
    with acting(actor):
        rows = printing.rows(audience, frame.subject, frame.law, opened=opened)
        return documents.issue(_draft(frame, contents.report(frame, rows), request), actor=actor, now=now)


@composed
def issue_certificate(
    asked: Asked, *, opened: Opened, actor: Actor, now: datetime, request: str = ""
) -> Issued:
    """专用信用报告: what was found of the opened file's subject in a period, instead of 无违法违规证明.

    Raises Refusal as `issue_report`, PERIOD_REVERSED or PERIOD_AHEAD.
    """
    asked.require_told_of(day_of(now))
    if opened.is_own:
        actor = _for_oneself(asked.audience, opened, actor)
    frame = _frame(CERTIFICATE, asked.audience, opened, actor, now)
    with acting(actor):
        asked_of = contents.covered(asked, queries.reporting(frame.law, actor=actor))
        found = printing.rows(asked.audience, frame.subject, frame.law, opened=opened, spare_others=True)
        rows = contents.within(asked, found, (each.id for each in asked_of), frame.law)
        content = contents.certificate(frame, asked, rows, asked_of)
        return documents.issue(_draft(frame, content, request), actor=actor, now=now)


@emits(EventKind.REPORT_LIST_RECEIVED)
def receive_list(
    file: BinaryIO, *, file_name: str, asked: Asked, purpose: str, basis: str, actor: Actor, now: datetime
) -> UUID:
    """Keep an uploaded list sealed and queue its certificates; gives the run's id.

    Raises Refusal PERMISSION_DENIED, PERIOD_REVERSED, PERIOD_AHEAD, LIST_TOO_LONG, or FileFault; nothing is kept then.
    """
    require(actor, "report.issue")
    asked.require_told_of(day_of(now))
    law = current_law(day_of(now))
    rows = lists.count(file, file_name, law)
    found = uploads.measure(file)
    with acting(actor):
        run = Run(
            id=uuid7(), file_name=file_name[-200:], file_sha256=found.sha256, file_size=found.size, rows=rows
        )
        run.no, run.agency_id = _list_number(law, now), actor.agency_id
        run.asked = {**asked.to_json(), "purpose": purpose, "basis": basis}
        run.created_by, run.created_at = actor.user_id, now
        run.job = jobs.enqueue(ISSUE_LIST, {"run": str(run.id)}, actor=actor, now=now)
        run.save(force_insert=True)
        files.keep(file, run.id)
        told = {"run": run.id, "file_sha256": found.sha256, "rows": rows}
        append(EventKind.REPORT_LIST_RECEIVED, payload=told, agency=actor.agency_id, now=now)
    return run.id


def _list_number(law: Law, now: datetime) -> str:
    year, prefix = day_of(now).year, law.document(kinds.FILE)["list"]["prefix"]
    numbers.hold(LIST, year)
    return f"{prefix}-{year}-{numbers.take(LIST, year):06d}"


def _frame(code: str, audience: str, opened: Opened, actor: Actor, now: datetime) -> Frame:
    """Who may, for whom, of whom: asked before anything is read."""
    require(actor, "own.report" if opened.is_own else "report.issue")
    law = current_law(day_of(now))
    kind = kinds.kind(code, law)
    found = subjects.subject(audience, law, opened=opened)
    _require_audience(kind, audience, found, law)
    return Frame(kind, audience, found, actor.agency_name, now, law)


def _for_oneself(audience: str, opened: Opened, actor: Actor) -> Actor:
    """A subject's own report is issued by the credit office, on the subject's own click."""
    lead = next((each for each in agencies() if each.is_lead), None)
    if audience != SELF or lead is None or actor != opened.actor:
        raise Refusal.because("NOT_YOURS")
    return replace(actor, agency_id=lead.id, agency_name=lead.name)


def _require_audience(kind: DocumentKind, audience: str, found: Subject, law: Law) -> None:
    if audience not in kind.audiences:
        name = law.book.audiences[audience].name if audience in law.book.audiences else audience
        raise Refusal.because("REPORT_AUDIENCE", label=kind.name, audience=name)
    if law.audience(audience).public and found.kind == SubjectKind.NATURAL_PERSON:
        raise Refusal.because("REPORT_PERSON_PUBLIC")


def _draft(frame: Frame, content: dict[str, Any], request: str) -> Draft:
    found = frame.subject
    party = "" if found.kind == SubjectKind.NATURAL_PERSON else found.name
    return Draft(
        kind=frame.kind, subject=found.id, party=party, audience=frame.audience, content=content, request=request
    )  # fmt: skip
