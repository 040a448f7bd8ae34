"""Issuing reports at the desk: asked, checked, issued; found again, downloaded with a purpose (信用报告)."""

# clauses: 3.1, 5.2

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinheng.access.actor import Actor
from xinheng.access.gate import open_file, open_set
from xinheng.access.permissions import may
from xinheng.access.purposes import Purpose, open_to
from xinheng.access.queries import officer_names
from xinheng.catalog.public import current_law
from xinheng.documents import kinds
from xinheng.documents.kinds import DocumentKind
from xinheng.documents.queries import DOCUMENTS
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.registry.queries import number_of, whose
from xinheng.reports import queries, services, subjects
from xinheng.reports.contents import Asked
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, missing, officer, page, refused
from xinheng.web.desk.looking import PurposeForm
from xinheng.web.desk.steps import Step, act, check, given, made, refused_at_form, step
from xinheng.web.ui.paging import Pager, page_number

EFFECT = "出具后即编号、记入台账，不能撤回或者修改。主体可以看到本次查询。"
DATE = {"type": "date"}


class ReportForm(PurposeForm):
    """Whom about, for whom, and why: subject by code and name unless a record leads to it."""

    name = forms.CharField(label="主体名称", max_length=200, help_text="全称，曾用名也可以。须与代码一致。")
    code = forms.CharField(
        label="主体代码",
        max_length=40,
        help_text="统一社会信用代码；自然人填公民身份号码。不会出现在网址里。",
    )
    audience = forms.ChoiceField(label="提供给谁", widget=forms.RadioSelect)
    field_order: tuple[str, ...] = ("name", "code", "audience", "purpose", "basis")

    def __init__(self, actor: Actor, kind: DocumentKind, law: Law, led: bool, *args: Any) -> None:
        super().__init__(actor, *args)
        choices = [(each, law.audience(each).name) for each in kind.audiences]
        self.fields["audience"].choices = choices  # type: ignore[attr-defined]
        self.fields["basis"].help_text = "申请编号或者法律条文。本次出具将登记，当事人可以看到。"
        self.initial["purpose"] = Purpose.ISSUING
        if led:
            del self.fields["name"], self.fields["code"]


class CertificateForm(ReportForm):
    """And for a certificate: which period, which domains, for what use."""

    since = forms.DateField(label="查询期间自", widget=forms.DateInput(DATE), input_formats=["%Y-%m-%d"])
    until = forms.DateField(label="查询期间至", widget=forms.DateInput(DATE), input_formats=["%Y-%m-%d"])
    domains = forms.MultipleChoiceField(
        label="领域", required=False, widget=forms.CheckboxSelectMultiple, help_text="不选即全部领域。"
    )
    use = forms.CharField(label="用途", max_length=60, required=False, help_text="写在报告上。")
    field_order: tuple[str, ...] = (
        "name",
        "code",
        "audience",
        "since",
        "until",
        "domains",
        "use",
        "purpose",
        "basis",
    )

    def __init__(self, actor: Actor, kind: DocumentKind, law: Law, led: bool, *args: Any) -> None:
        super().__init__(actor, kind, law, led, *args)
        self.fields["domains"].choices = list(kinds.words("domains", law).items())  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        told = self.cleaned_data
        return Asked(told["audience"], told["since"], told["until"], tuple(told["domains"]), told["use"])


FORMS: Mapping[str, type[ReportForm]] = {
    services.REPORT: ReportForm,
    services.CERTIFICATE: CertificateForm,
}


@require_GET
@officer("report.view")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What was issued, newest first; persons without their names."""
    opened = open_set(
        actor=actor, what=DOCUMENTS, purpose=open_to(actor.roles)[-1], basis="已出具报告清单", now=clock.now()
    )
    asked = {name: request.GET.get(name, "").strip() for name in ("kind", "number")}
    found = queries.issued(
        opened=opened,
        kind=asked["kind"],
        number=asked["number"],
        page=page_number(request.GET.get("page", "")),
    )
    law = current_law(clock.today())
    known = kinds.kinds(law)
    context = {
        "rows": [(row, _kind_name(row.kind, law), law.audience(row.audience).name) for row in found.rows],
        "names": officer_names({row.issued_by for row in found.rows}),
        "pager": Pager(found.page, found.total, found.size),
        "kinds": [each for each in known.values() if not each.paper],
        "asked": asked,
        "may_issue": may(actor, "report.issue"),
    }
    return page(request, actor, "desk/reports.html", context)


def _kind_name(code: str, law: Law) -> str:
    known = kinds.kinds(law)
    return known[code].name if code in known else code


@require_http_methods(["GET", "POST"])
@officer("report.issue")
def new(request: HttpRequest, actor: Actor, kind: str) -> HttpResponse:
    """Asked, read once more, issued; with `?record=` about the subject of that record."""
    law = current_law(clock.today())
    record = _record(request)
    led = None if record is None else whose(record, actor=actor)
    if kind not in FORMS or (record is not None and led is None):
        return missing(request, actor)
    document = kinds.kind(kind, law)
    form = FORMS[kind](actor, document, law, led is not None, given(request))
    number = number_of(record, actor=actor) if record else ""
    context = {
        "form": form,
        "kind": document,
        "title": f"出具{document.name}",
        "record": record,
        "number": number,
    }
    stage = step(request, form)
    if stage is Step.ASK:
        status = UNANSWERED if form.errors else 200
        return page(request, actor, "desk/report_new.html", context, status=status)
    try:
        return _go_on(request, actor, form, context, led, stage)
    except Refusal as refusal:
        return refused_at_form(request, actor, "desk/report_new.html", context, refusal)


def _record(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET["record"]) if "record" in request.GET else None
    except ValueError:
        return UUID(int=0)


def _go_on(
    request: HttpRequest,
    actor: Actor,
    form: ReportForm,
    context: Mapping[str, Any],
    led: UUID | None,
    stage: Step,
) -> HttpResponse:
    """The check page, or the act."""
    if led is None:
        subjects.clean(form.cleaned_data["code"], clock.now())
    if isinstance(form, CertificateForm):
        form.asked().require_told_of(clock.today())
    if stage is Step.CHECK:
        rows = [*_checked(form, context)]
        return check(request, actor, title=f"核对：{context['title']}", rows=rows, verb="出具", effect=EFFECT)
    answer, again = act(request, actor, lambda: made(_issue(form, actor, led)))
    messages.success(request, "这份报告已经出具过，没有重复出具。" if again else "已出具。")
    return redirect("desk:report", answer["id"])


def _checked(form: ReportForm, context: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What was filled in, by the labels and words of the form."""
    if context["number"]:
        yield {"label": "主体", "value": f"{context['number']} 的当事人"}
    for name, field in form.fields.items():
        value = form.cleaned_data[name]
        words = dict(getattr(field, "choices", ()))
        told = (
            "、".join(words[each] for each in value) if isinstance(value, list) else words.get(value, value)
        )
        if isinstance(value, list) and not value:
            told = "全部"
        yield {"label": field.label, "value": str(told), "code": name == "code"}


def _issue(form: ReportForm, actor: Actor, led: UUID | None) -> UUID:
    told, now = form.cleaned_data, clock.now()
    look = {"purpose": told["purpose"], "basis": told["basis"]}
    subject = led or _subject(form, actor, look)
    opened = open_file(actor=actor, subject=subject, now=now, **look)
    if led is None:
        subjects.require_name(told["name"], opened=opened)
    if isinstance(form, CertificateForm):
        return services.issue_certificate(form.asked(), opened=opened, actor=actor, now=now).id
    return services.issue_report(audience=told["audience"], opened=opened, actor=actor, now=now).id


def _subject(form: ReportForm, actor: Actor, look: Mapping[str, str]) -> UUID:
    """The subject of the code that was typed; a code that nobody knew is registered under the name typed."""
    now = clock.now()
    code = subjects.clean(form.cleaned_data["code"], now)
    search = open_set(
        actor=actor, what=subjects.SEARCH, purpose=look["purpose"], basis=look["basis"], now=now
    )
    known = subjects.find(code, opened=search)
    return known or subjects.register(code, form.cleaned_data["name"], actor=actor, now=now)


@require_GET
@officer("report.view")
def detail(request: HttpRequest, actor: Actor, document: UUID) -> HttpResponse:
    """What a report is; its page and its proof are behind a purpose."""
    found = queries.document(document, actor=actor)
    if found is None:
        return missing(request, actor)
    law = current_law(clock.today())
    context = {
        "document": found,
        "kind": _kind_name(found.kind, law),
        "audience": law.audience(found.audience).name,
        "by": officer_names({found.issued_by}).get(found.issued_by, ""),
        "form": PurposeForm(actor, initial={"purpose": Purpose.ISSUING}),
    }
    return page(request, actor, "desk/report.html", context)


@require_POST
@officer("report.view")
def pdf(request: HttpRequest, actor: Actor, document: UUID) -> HttpResponse:
    """The PDF, once it is on record who looks and why."""
    return _download(request, actor, document, "pdf")


@require_POST
@officer("report.view")
def proof(request: HttpRequest, actor: Actor, document: UUID) -> HttpResponse:
    """The proof beside it, as soon as there is one."""
    return _download(request, actor, document, "proof")


_TYPES = {"pdf": "application/pdf", "proof": "text/plain; charset=utf-8"}


def _download(request: HttpRequest, actor: Actor, document: UUID, what: str) -> HttpResponse:
    found = queries.document(document, actor=actor)
    if found is None:
        return missing(request, actor)
    form = PurposeForm(actor, request.POST)
    if not form.is_valid():
        return refused(request, actor, Refusal.because("PURPOSE_REQUIRED"))
    opened = open_file(actor=actor, subject=found.subject, now=clock.now(), **form.cleaned_data)
    if what == "pdf":
        content: bytes = queries.pdf(found.id, opened=opened)
    else:
        content = queries.proof(found.id, opened=opened).encode()
    return attached(content, f"{found.number}.{what}", _TYPES[what])


def attached(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to be saved, under a name that is a number of ours."""
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
