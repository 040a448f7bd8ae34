"""Papers of a case: a sample before the step, the paper after it, the sealed copy that comes back (案卷文书)."""

# clauses: 4.1a, 4.1c

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.casework import queries
from xinheng.casework.views import PaperView
from xinheng.documents import queries as documents
from xinheng.documents import services
from xinheng.documents.sealedcopies import Method
from xinheng.law.language import Refusal
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, missing, officer, page
from xinheng.web.desk.cases import words
from xinheng.web.desk.cases.looking import Looked, look
from xinheng.web.desk.cases.page import address
from xinheng.web.desk.steps import refused_at_form

TEMPLATE = "desk/cases/seal.html"


class SealForm(forms.Form):
    """The signed and sealed copy, and how it is known to be of this paper."""

    file = forms.FileField(
        label="签字盖章的文书",
        help_text="电子签章的 PDF，或者签字盖章后扫描的 PDF、PNG、JPEG。",
        error_messages={"required": "请选择文件。"},
    )
    method = forms.ChoiceField(
        label="怎样核对",
        choices=[
            (Method.INCREMENTAL.value, "电子签章：在系统生成的 PDF 上加盖"),
            (Method.SCAN.value, "纸质签章：打印后签字盖章再扫描"),
        ],
        widget=forms.RadioSelect,
    )
    code = forms.CharField(
        label="文书下方的核验码", max_length=60, required=False, help_text="扫描件要填，照纸上印的输入。"
    )
    compared = forms.BooleanField(label="我已逐页核对，扫描件与系统生成的文书内容一致", required=False)


@require_http_methods(["GET", "POST"])
@officer("case.step")
def seal(request: HttpRequest, actor: Actor, case: UUID, paper: UUID) -> HttpResponse:
    """Upload the sealed copy; what is not of this paper is refused."""
    looked = look(case, actor)
    found = _paper(looked, paper)
    if found is None:
        return missing(request, actor)
    form = SealForm(request.POST or None, request.FILES or None)
    context = {
        "form": form,
        "number": looked.view.row.number,
        "shown": reverse("desk:case-paper", args=[case, paper]),
        "back": address(case),
        "paper": found,
        "name": words.paper_name(found.kind, looked.law),
    }
    if request.method == "GET" or not form.is_valid():
        return page(request, actor, TEMPLATE, context, status=UNANSWERED if form.errors else 200)
    try:
        attach(form.cleaned_data, found.document, actor)
    except Refusal as refusal:
        return refused_at_form(request, actor, TEMPLATE, context, refusal)
    messages.success(request, "签章件与正文核对一致，已存入案卷。")
    return redirect(address(case))


def attach(told: dict[str, Any], document: UUID, actor: Actor) -> None:
    """Keep the copy that the form brought, once it is seen to be of this document. Raises as `attach_sealed`."""
    with acting(actor):
        services.attach_sealed(
            document, told["file"].read(), method=Method(told["method"]), code=told["code"],
            compared=told["compared"], actor=actor, now=clock.now(),
        )  # fmt: skip


@require_GET
@officer("case.view")
def pdf(request: HttpRequest, actor: Actor, case: UUID, paper: UUID) -> HttpResponse:
    """The paper as it was issued; with ?sealed=1 its signed and sealed copy."""
    looked = look(case, actor)
    found = _paper(looked, paper)
    sealed = request.GET.get("sealed") == "1"
    if found is None or (sealed and found.sealed is None):
        return missing(request, actor)
    with acting(actor):
        if sealed:
            content, media = documents.sealed_file(found.document, opened=looked.opened)
        else:
            content, media = documents.pdf(found.document, opened=looked.opened), "application/pdf"
    return sent(content, media, f"{found.number}{'-sealed' if sealed else ''}", inline=not sealed)


@require_GET
@officer("case.step")
def preview(_request: HttpRequest, actor: Actor, case: UUID, step: str) -> HttpResponse:
    """The paper that a step would make now, marked as a sample; nothing is written."""
    looked = look(case, actor)
    content = queries.sample(case, step, opened=looked.opened, law=looked.law, now=clock.now())
    return sent(content, "application/pdf", f"{looked.view.row.number}-sample", inline=True)


def _paper(looked: Looked, paper: UUID) -> PaperView | None:
    return next((each for each in looked.view.papers if each.id == paper), None)


_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


def sent(content: bytes, media: str, name: str, *, inline: bool) -> HttpResponse:
    """A file to look at or to keep; what somebody uploaded is never shown in place."""
    answer = HttpResponse(content, content_type=media)
    shown = "inline" if inline else "attachment"
    answer["Content-Disposition"] = f'{shown}; filename="{name}.{_ENDINGS[media]}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
