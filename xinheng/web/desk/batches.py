"""Batches: upload, progress, results by problem, submission, receipt (报送批次)."""

# clauses: 2.2b, 3.1

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinheng.access.actor import Actor
from xinheng.access.permissions import may
from xinheng.access.queries import AgencyView, agency, officer_names
from xinheng.catalog.public import current_law
from xinheng.exchange import feeds, queries, reports, services, workbook
from xinheng.exchange.queries import BatchView, ProblemGroup, ProblemView
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.refusals import Told, tell, tell_code
from xinheng.runtime import clock, jobs
from xinheng.web.desk.answers import UNANSWERED, missing, officer, page
from xinheng.web.desk.sources import SourceForm
from xinheng.web.ui.paging import Pager, page_number

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# state: (label, tone of its tag)
STATES = {
    "checking": ("校验中", "blue"),
    "problems": ("有问题", "amber"),
    "ready": ("可提交", "blue"),
    "submitted": ("已提交", "plain"),
    "returned": ("已退回", "red"),
    "withdrawn": ("已撤回", ""),
}
SEVERITIES = (("refused", "未通过"), ("waiting", "待裁定"), ("told", "已提示"))


class UploadForm(SourceForm):
    """A file of one feed, with what the agency says of its own publication."""

    feed = forms.ChoiceField(label="报送什么", error_messages={"required": "请选择报送什么。"})
    file = forms.FileField(
        label="报送表",
        help_text="XLSX 或 CSV。先校验，不会直接入库；有问题的行会标在您自己的表里退回。",
        error_messages={"required": "请选择要上传的文件。", "empty": "这个文件是空的，请检查后重新选择。"},
    )
    field_order = ("feed", "file", *SourceForm.base_fields)

    def __init__(self, home: AgencyView | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(home, *args, **kwargs)
        choices = [("", "请选择"), *((code, feeds.load(code).name) for code in feeds.codes())]
        self.fields["feed"].choices = choices  # type: ignore[attr-defined]


@require_GET
@officer("batch.view")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All batches of the agency, newest first."""
    state, feed = request.GET.get("state", ""), request.GET.get("feed", "")
    found = queries.batches(
        actor=actor, page=page_number(request.GET.get("page", "")), state=state, feed=feed
    )
    context = {
        "rows": [(row, STATES[row.state][1]) for row in found.rows],
        "pager": Pager(found.page, found.total, found.size),
        "states": [(code, label) for code, (label, _) in STATES.items()],
        "feeds": [(code, feeds.load(code).name) for code in feeds.codes()],
        "state": state,
        "feed": feed,
        "may_submit": may(actor, "batch.submit"),
    }
    return page(request, actor, "desk/batches.html", context)


@require_http_methods(["GET", "POST"])
@officer("batch.submit")
def upload(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A file goes in; a file fault stores nothing and is told at the form."""
    home = agency(actor.agency_id)
    form = UploadForm(home, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        try:
            batch = _receive(form, actor, now)
        except Refusal as refusal:
            for reason in refusal.reasons:
                form.add_error("file", tell(reason, current_law(clock.today())).text)
        else:
            found = queries.batch(batch, actor=actor)
            if found is not None and found.created_at < now:
                messages.success(request, f"这份文件已经报送过，就是批次 {found.no}。没有重复受理。")
            return redirect("desk:batch", batch)
    context = {"form": form, "feeds": [feeds.load(code) for code in feeds.codes()]}
    return page(request, actor, "desk/batch_new.html", context, status=UNANSWERED if form.errors else 200)


def _receive(form: UploadForm, actor: Actor, now: datetime) -> UUID:
    file = form.cleaned_data["file"]
    return services.receive(
        file.file,
        actor=actor,
        feed=form.cleaned_data["feed"],
        file_name=file.name,
        source=form.source(),
        now=now,
    )


@require_GET
@officer("batch.view")
def detail(request: HttpRequest, actor: Actor, batch: UUID) -> HttpResponse:
    """Progress while it is checked, then what was found, by problem."""
    found = queries.batch(batch, actor=actor)
    if found is None:
        return missing(request, actor)
    law = current_law(clock.today())
    groups = [_group(each, law) for each in queries.problem_groups(batch, actor=actor)]
    context = {
        "batch": found,
        "tone": STATES[found.state][1],
        "working": found.job is not None and not found.job.ended,
        "fault": _fault(found, law),
        "groups": [(label, [g for g in groups if g["severity"] == code]) for code, label in SEVERITIES],
        "notes": list(_notes(found, law)),
        "may_submit": found.may_submit and may(actor, "batch.submit"),
        "own": found.agency_id == actor.agency_id,
        "may_withdraw": found.state == "submitted" and may(actor, "proposal.make"),
    }
    return page(request, actor, "desk/batch.html", context)


@require_GET
@officer("batch.view")
def progress(request: HttpRequest, actor: Actor, batch: UUID) -> HttpResponse:
    """The progress partial that the page asks for; a whole page for readers without script."""
    found = queries.batch(batch, actor=actor)
    if found is None:
        return missing(request, actor)
    if not request.headers.get("HX-Request"):
        return redirect("desk:batch", batch)
    answer = page(request, actor, "desk/batch_progress.html", {"batch": found, "job": found.job})
    if found.job is None or found.job.ended:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_GET
@officer("batch.view")
def problems(request: HttpRequest, actor: Actor, batch: UUID) -> HttpResponse:
    """Every finding, row by row."""
    found = queries.batch(batch, actor=actor)
    if found is None:
        return missing(request, actor)
    code, severity = request.GET.get("code", ""), request.GET.get("severity", "")
    number = page_number(request.GET.get("page", ""))
    rows = queries.problems(batch, actor=actor, page=number, code=code, severity=severity)
    law = current_law(clock.today())
    context = {
        "batch": found,
        "rows": [_problem(each, law) for each in rows.rows],
        "pager": Pager(rows.page, rows.total, rows.size),
    }
    return page(request, actor, "desk/problems.html", context)


@require_POST
@officer("batch.submit")
def submit(request: HttpRequest, actor: Actor, batch: UUID) -> HttpResponse:
    """Record what is right in it; the officer who presses is the named person of this intake."""
    found = queries.batch(batch, actor=actor)
    if found is not None and found.submitted_at is not None:
        messages.success(request, "这一批已经提交过，没有重复入库。以下是当时的回执。")
        return redirect("desk:receipt", batch)
    services.submit(batch, actor=actor, now=clock.now())
    messages.success(request, "已开始入库。可以离开本页，处理不会中断。")
    return redirect("desk:batch", batch)


@require_GET
@officer("batch.view")
def receipt(request: HttpRequest, actor: Actor, batch: UUID) -> HttpResponse:
    """What the sender holds in hand."""
    found = queries.receipt(batch, actor=actor)
    if found is None:
        row = queries.batch(batch, actor=actor)
        raise Refusal.because("NOT_READY", state=row.state_label) if row else Refusal.because("NOT_FOUND")
    names = officer_names({found.submitted_by})
    context = {"receipt": found, "batch": batch, "by": names.get(found.submitted_by, "")}
    return page(request, actor, "desk/receipt.html", context)


@require_GET
@officer("batch.view")
def annotated(_: HttpRequest, actor: Actor, batch: UUID) -> HttpResponseBase:
    """The sender's own workbook with each problem at its cell."""
    made = reports.annotated(batch, actor=actor, now=clock.now())
    return FileResponse(made.file, as_attachment=True, filename=made.name, content_type=SPREADSHEET)


@require_GET
@officer("batch.view")
def template(request: HttpRequest, actor: Actor, feed: str) -> HttpResponse:
    """The official template, empty."""
    if feed not in feeds.codes():
        return missing(request, actor)
    answer = HttpResponse(workbook.template(feeds.load(feed)), content_type=SPREADSHEET)
    answer.headers["Content-Disposition"] = f'attachment; filename="{feed}-template.xlsx"'
    return answer


def _group(group: ProblemGroup, law: Law) -> dict[str, Any]:
    told = tell(group.first[0].reason, law)
    return {
        "code": group.code,
        "severity": group.severity,
        "count": group.count,
        "told": told,
        "first": [_problem(each, law) for each in group.first],
    }


def _problem(problem: ProblemView, law: Law) -> dict[str, Any]:
    """Row, column and words; `lead` is the column where the words do not name it themselves."""
    told = tell(problem.reason, law)
    lead = "" if f"“{problem.heading}”" in told.why else problem.heading
    return {"row": problem.row, "heading": problem.heading, "lead": lead, "told": told}


def _notes(batch: BatchView, law: Law) -> Iterator[str]:
    """What is told of the whole file: differences of headings, dropped columns."""
    for note in batch.headings.get("notes", ()):
        yield tell_code(note["code"], note["values"], law).text


def _fault(batch: BatchView, law: Law) -> Told | None:
    """How a job ended that did not end well."""
    job: jobs.JobView | None = batch.job
    if job is None or not job.fault:
        return None
    return tell_code(job.fault["code"], job.fault.get("values", {}), law)
