"""Certificates for a whole list at the desk: upload, watch, download (批量出具)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinheng.access.actor import Actor
from xinheng.access.purposes import Purpose
from xinheng.catalog.public import current_law
from xinheng.documents import kinds
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.refusals import Told, tell, tell_code
from xinheng.reports import bundle, lists, queries, services
from xinheng.reports.bundle import Look
from xinheng.reports.queries import RunView
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, missing, officer, page, refused
from xinheng.web.desk.looking import PurposeForm
from xinheng.web.desk.reports import CertificateForm, attached
from xinheng.web.ui.paging import Pager, page_number

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIZE = 20


class ListForm(CertificateForm):
    """A list, and what every certificate of it is to cover."""

    file = forms.FileField(label="名单", help_text="XLSX 或者 CSV，一行一个主体：名称和代码。")
    field_order: tuple[str, ...] = (
        "file",
        "audience",
        "since",
        "until",
        "domains",
        "use",
        "purpose",
        "basis",
    )

    def __init__(self, actor: Actor, law: Law, *args: Any) -> None:
        super().__init__(actor, kinds.kind(services.CERTIFICATE, law), law, True, *args)


@require_GET
@officer("report.issue")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The lists of the office, newest first."""
    number = page_number(request.GET.get("page", ""))
    rows, total = queries.runs(actor=actor, page=number, size=SIZE)
    return page(request, actor, "desk/report_lists.html", {"rows": rows, "pager": Pager(number, total, SIZE)})


@require_http_methods(["GET", "POST"])
@officer("report.issue")
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A list goes in; what is wrong with the file is told at the form and nothing is kept."""
    form = ListForm(actor, current_law(clock.today()), request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = _receive(form, actor)
        except Refusal as refusal:
            for reason in refusal.reasons:
                form.add_error(
                    None if reason.code.startswith("PERIOD") else "file",
                    tell(reason, current_law(clock.today())).text,
                )
        else:
            messages.success(request, "名单已收到，正在逐行出具。可以离开本页，处理不会中断。")
            return redirect("desk:report-list", run)
    status = UNANSWERED if form.errors else 200
    return page(request, actor, "desk/report_list_new.html", {"form": form}, status=status)


def _receive(form: ListForm, actor: Actor) -> UUID:
    told, file = form.cleaned_data, form.cleaned_data["file"]
    return services.receive_list(
        file.file,
        file_name=file.name,
        asked=form.asked(),
        purpose=told["purpose"],
        basis=told["basis"],
        actor=actor,
        now=clock.now(),
    )


@require_GET
@officer("report.issue")
def detail(request: HttpRequest, actor: Actor, run: UUID) -> HttpResponse:
    """How far it is, and which rows were refused and why."""
    found = queries.run(run, actor=actor)
    if found is None:
        return missing(request, actor)
    law = current_law(clock.today())
    columns = {column.field: column.name for column in lists.feed(law).columns}
    rows = [
        (each.row, columns.get(each.column, ""), tell(each.reason, law))
        for each in queries.refused_rows(run, actor=actor)
    ]
    context = {
        "run": found,
        "fault": _fault(found, law),
        "refused": rows,
        "form": PurposeForm(actor, initial={"purpose": Purpose.ISSUING}),
    }
    return page(request, actor, "desk/report_list.html", context)


def _fault(found: RunView, law: Law) -> Told | None:
    """How a job ended that did not end well."""
    fault = found.job.fault if found.job else None
    return tell_code(fault["code"], fault.get("values", {}), law) if fault else None


@require_GET
@officer("report.issue")
def progress(request: HttpRequest, actor: Actor, run: UUID) -> HttpResponse:
    """The progress partial that the page asks for; the whole page for readers without script."""
    found = queries.run(run, actor=actor)
    if found is None:
        return missing(request, actor)
    if not request.headers.get("HX-Request"):
        return redirect("desk:report-list", run)
    answer = page(request, actor, "desk/report_list_progress.html", {"run": found, "job": found.job})
    if not found.working:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_POST
@officer("report.issue")
def zipped(request: HttpRequest, actor: Actor, run: UUID) -> HttpResponseBase:
    """The certificates in one file, once it is on record who looks and why."""
    found = queries.run(run, actor=actor)
    if found is None:
        return missing(request, actor)
    form = PurposeForm(actor, request.POST)
    if not form.is_valid():
        return refused(request, actor, Refusal.because("PURPOSE_REQUIRED"))
    if found.working:
        raise Refusal.because("JOB_RUNNING")
    made = bundle.zipped(run, Look(actor, now=clock.now(), **form.cleaned_data))
    return FileResponse(made, as_attachment=True, filename=f"{found.no}.zip", content_type="application/zip")


@require_GET
@officer("report.issue")
def template(_: HttpRequest, __: Actor) -> HttpResponse:
    """An empty list."""
    return attached(lists.template(current_law(clock.today())), "list-template.xlsx", SPREADSHEET)
