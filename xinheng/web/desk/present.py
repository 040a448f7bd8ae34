"""The window (窗口代办): who stands there is seen by their papers and put on record, then seen and done is what is theirs.

Whoever works at the window sees nothing of a file but what the person present may see, for two hours.
"""

# clauses: 4.1b, 5.2

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xinheng.access import accounts, services
from xinheng.access.accounts import SCAN_AT_MOST, Bound
from xinheng.access.actor import Actor
from xinheng.access.labels import BINDING_KINDS, EVIDENCE
from xinheng.law.language import Refusal
from xinheng.runtime import clock
from xinheng.subjects import identity
from xinheng.web.desk import steps
from xinheng.web.desk.answers import UNANSWERED, officer, page
from xinheng.web.desk.steps import Step, refused_at_form

PRESENT, BIND = "desk/present/present.html", "desk/present/bind.html"


def _day(label: str) -> forms.DateField:
    field = forms.DateField(
        label=label,
        required=False,
        help_text="代理人必填。",
        widget=forms.DateInput({"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "日期请写成 2026-11-23 这样。"},
    )
    field.sometimes = True  # type: ignore[attr-defined]
    return field


def _number(label: str, hint: str) -> forms.CharField:
    widget = forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, help_text=hint, max_length=30, widget=widget)


class PresentForm(forms.Form):
    """Who is present, and for whom."""

    number = _number("到场人的公民身份号码", "照证件原件录入，只用来核对，不保存。")
    code = forms.CharField(
        label="代表的单位的统一社会信用代码", required=False, max_length=30, help_text="办本人的事不填。"
    )
    evidence = forms.ChoiceField(label="核验了什么材料", choices=EVIDENCE)

    @property
    def given(self) -> dict[str, Any]:
        """For `accounts.present`. Raises Refusal NOT_BOUND for a subject of whom nothing is held."""
        told = self.cleaned_data
        subject = identity.body(told["code"]) if told["code"].strip() else identity.person(told["number"])
        if subject is None:
            raise Refusal.because("NOT_BOUND")
        return {"number": told["number"], "subject": subject, "evidence": told["evidence"]}


class BindForm(PresentForm):
    """As what the person is bound, and the papers for it."""

    kind = forms.ChoiceField(label="身份", choices=BINDING_KINDS, widget=forms.RadioSelect)
    mandate_from = _day("授权起日")
    mandate_until = _day("授权止日")
    scan = forms.FileField(
        label="材料的扫描件",
        help_text=f"不超过 {SCAN_AT_MOST // (1024 * 1024)} MB。系统留存它的 SHA-256，原件退还本人。",
        error_messages={"required": "请选择扫描件。", "empty": "扫描件是空的。"},
    )
    seen = forms.BooleanField(
        label="我已核对原件，与到场人一致", error_messages={"required": "请核对原件后勾选。"}
    )
    field_order = ("number", "code", "kind", "mandate_from", "mandate_until", "evidence", "scan", "seen")

    @property
    def bound(self) -> Bound:
        told = self.cleaned_data
        return Bound(self.given["subject"], told["kind"], told["mandate_from"], told["mandate_until"])


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("number")
@officer("window.act")
def present(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who stands at the window: checked, put on record, and then their file is open."""
    form = PresentForm(steps.given(request))
    stage = steps.step(request, form)
    if stage is Step.ASK:
        return page(request, actor, PRESENT, {"form": form}, status=UNANSWERED if form.errors else 200)
    if stage is Step.CHECK:
        return _check(request, actor, form)
    try:
        # Sent twice it is on record twice, which is true; no digest of a number is kept to tell the two apart.
        act = services.present(**form.given, actor=actor, now=clock.now())
    except Refusal as refusal:
        return refused_at_form(request, actor, PRESENT, {"form": form}, refusal)
    return redirect("desk:present-file", act=act)


def _check(request: HttpRequest, actor: Actor, form: PresentForm) -> HttpResponse:
    told = form.cleaned_data
    rows = [
        {"label": "到场人证件号码", "value": told["number"], "code": True},
        {"label": "代表的单位", "value": told["code"] or "本人"},
        {"label": "核验材料", "value": dict(EVIDENCE)[told["evidence"]]},
    ]
    effect = "登记后您可以在两小时内为到场人查看和办理本人的事项；您和到场人都会登记，到场人可以在“谁查过我”里看到。"
    return steps.check(request, actor, title="核对到场人", rows=rows, verb="登记到场并打开", effect=effect)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("number")
@officer("account.bind")
def bind(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Bind a person to a subject on the papers that lie on the desk."""
    form = BindForm(request.POST, request.FILES) if request.method == "POST" else BindForm()
    if request.method != "POST" or not form.is_valid():
        return page(request, actor, BIND, {"form": form}, status=UNANSWERED if form.errors else 200)
    told = form.cleaned_data
    try:
        services.bind_at_window(
            told["number"], form.bound, evidence=told["evidence"], scan=told["scan"].read(SCAN_AT_MOST + 1),
            actor=actor, now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return refused_at_form(request, actor, BIND, {"form": form}, refusal)
    messages.success(request, "已绑定。请登记到场后为其办理。")
    return redirect("desk:present")


def for_whom(act: UUID, actor: Actor) -> Actor:
    """The officer as the person present may see. Raises Refusal NOT_FOUND once that is over."""
    found = accounts.for_present(act, actor=actor, now=clock.now())
    if found is None:
        raise Refusal.because("NOT_FOUND")
    return found
