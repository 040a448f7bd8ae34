"""The signed and sealed copy of a paper comes back (上传签章件): one form for papers of every kind of matter."""

# clauses: 4.1c, 5.1a, 2.2b

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.documents import services
from xinheng.documents.sealedcopies import Method
from xinheng.law.language import Refusal
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, page
from xinheng.web.desk.steps import refused_at_form

TEMPLATE = "desk/seal.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSeal:
    """A paper whose copy is awaited: what it is, of which matter, where it is read as issued, where one goes after."""

    document: UUID
    name: str
    number: str
    matter: str
    matter_number: str
    original: str
    back: str


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


def uploaded(request: HttpRequest, actor: Actor, paper: ToSeal) -> HttpResponse:
    """Upload the sealed copy; what is not of this paper is refused above the form."""
    form = SealForm(request.POST or None, request.FILES or None)
    context = {"form": form, "paper": paper}
    if request.method == "GET" or not form.is_valid():
        return page(request, actor, TEMPLATE, context, status=UNANSWERED if form.errors else 200)
    try:
        _attach(form.cleaned_data, paper.document, actor)
    except Refusal as refusal:
        return refused_at_form(request, actor, TEMPLATE, context, refusal)
    messages.success(request, "签章件与正文核对一致，已存入案卷。")
    return redirect(paper.back)


def _attach(told: dict[str, Any], document: UUID, actor: Actor) -> None:
    with acting(actor):
        services.attach_sealed(
            document, told["file"].read(), method=Method(told["method"]), code=told["code"],
            compared=told["compared"], actor=actor, now=clock.now(),
        )  # fmt: skip
