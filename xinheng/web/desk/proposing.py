"""Asking for a change of what is recorded: correct, redact, withdraw a batch (提出变更)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_file
from xinheng.exchange import feeds, queries, services
from xinheng.exchange.proposals import said, withheld, would_withdraw
from xinheng.law.language import Refusal
from xinheng.registry.queries import RecordView, number_of, record, whose
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, missing, officer, page
from xinheng.web.desk.proposals import purpose_for
from xinheng.web.desk.records import form_field
from xinheng.web.desk.steps import Step, act, check, given, made, refused_at_form, step

SHRED = "shred"
EFFECT = "由另一人审核。审核同意前，现有信息不变。"
EFFECTS = {
    SHRED: "由另一人审核。审核同意后，内容和密钥立即销毁，不能恢复；文号和存证保留，以后不再收取这条信息。"
}
# What makes a record this one and no other, and what is asked beside the fields.
_IDENTITY = frozenset({"party_kind", "party_code", "party_id_kind", "party_id", "document_number", "body_name",
                       "body_code", "source_name", "source_code", "change_kind", "change_reason",
                       "source_url", "source_on"})  # fmt: skip


class GroundForm(forms.Form):
    """Why; the version that the officer has seen goes with it."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    ground_text = forms.CharField(
        label="理由", max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text="写明依据的文书或者核对的结果。不要写姓名和证件号码。",
    )  # fmt: skip


class CorrectForm(GroundForm):
    """A change of the decision itself, or of a mistake in the report."""

    ground = forms.ChoiceField(
        label="变更的种类",
        choices=[("correction", "更正：原报送有误"), ("variation", "变更：原决定依法变更")],
        widget=forms.RadioSelect,
    )
    field_order = ("ground", "ground_text", "version")


class WithdrawForm(forms.Form):
    """Why a whole submission was a mistake."""

    ground_text = forms.CharField(
        label="撤回理由", max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text="写明整批报送错在哪里。只有几条有误的，请逐条更正。",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@officer("proposal.make")
def propose(request: HttpRequest, actor: Actor, number: UUID, kind: str) -> HttpResponse:
    """Correct some fields of a record, redact its withheld texts, or have it destroyed."""
    subject = whose(number, actor=actor)
    if subject is None or kind not in _KINDS:
        return missing(request, actor)
    basis = f"{_KINDS[kind]}：{number_of(number, actor=actor)}"[:200]
    opened = open_file(actor=actor, subject=subject, purpose=purpose_for(actor), basis=basis, now=clock.now())
    view = record(number, opened=opened)
    form, before = _form(request, view, kind, opened)
    if form is None:
        return missing(request, actor)
    context = {"form": form, "view": view, "kind": kind, "title": _KINDS[kind], "before": before}
    stage = step(request, form)
    if stage is Step.ASK:
        status = UNANSWERED if form.errors else 200
        return page(request, actor, "desk/propose.html", context, status=status)
    try:
        return _go_on(request, actor, view, kind, form, before, stage)
    except Refusal as refusal:
        return refused_at_form(request, actor, "desk/propose.html", context, refusal)


_KINDS = {"correct": "提出更正", "redact": "遮去个人信息后公开", SHRED: "依法销毁"}


def _go_on(
    request: HttpRequest, actor: Actor, view: RecordView, kind: str, form: GroundForm,
    before: Mapping[str, tuple[str, str]], stage: Step,
) -> HttpResponse:  # fmt: skip
    """The check page, or the act."""
    if form.cleaned_data["version"] != view.row.version:
        raise Refusal.because("STALE")
    changed = _changed(form, before, kind)
    if stage is Step.CHECK:
        if not changed and kind != SHRED:
            raise Refusal.because("NOTHING_CHANGED")
        rows = _change_rows(changed, before, form)
        title, effect = f"核对：{_KINDS[kind]}", EFFECTS.get(kind, EFFECT)
        return check(request, actor, title=title, rows=rows, verb="提出，交另一人审核", effect=effect)
    answer, _ = act(request, actor, lambda: made(_propose(view.row.id, kind, changed, form, actor)))
    messages.success(request, "已提出，待另一人审核。")
    return redirect("desk:proposal", answer["id"])


def _form(
    request: HttpRequest, view: RecordView, kind: str, opened: Opened
) -> tuple[GroundForm | None, dict[str, tuple[str, str]]]:
    """The form with what the record says now, and that by field: (label, text)."""
    if kind == SHRED and view.row.state != "shredded":
        return GroundForm(given(request), initial={"version": view.row.version}), {}
    if view.row.state != "live" or view.row.item_code not in feeds.codes():
        return None, {}
    feed = feeds.load(view.row.item_code)
    if kind == "redact":
        before = {each.field: (each.label, each.before) for each in withheld(view.row.id, opened=opened)}
        fields: dict[str, forms.Field] = {
            name: forms.CharField(label=label, widget=forms.Textarea({"rows": 6}), max_length=20_000)
            for name, (label, _) in before.items()
        }
        kind_of_form: type[GroundForm] = GroundForm
    else:
        texts = said(view.row.id, opened=opened)
        columns = [each for each in feed.columns if each.field not in _IDENTITY]
        before = {each.field: (each.name, texts.get(each.field, "")) for each in columns}
        fields = {each.field: form_field(each) for each in columns}
        kind_of_form = CorrectForm
    if not fields:
        return None, {}
    initial = {"version": view.row.version, **{name: text for name, (_, text) in before.items()}}
    made_form = type("ChangeForm", (kind_of_form,), {**fields, "field_order": (*fields, "ground")})
    form: GroundForm = made_form(given(request), initial=initial)
    return form, before


def _changed(form: GroundForm, before: Mapping[str, tuple[str, str]], kind: str) -> dict[str, str]:
    """The fields that were given another text; of a redaction all of them."""
    typed = {name: str(form.cleaned_data.get(name) or "") for name in before}
    return {name: text for name, text in typed.items() if kind == "redact" or text != before[name][1]}


def _change_rows(
    changed: Mapping[str, str], before: Mapping[str, tuple[str, str]], form: GroundForm
) -> list[dict[str, Any]]:
    told = [
        {"label": before[name][0], "value": f"现在：{before[name][1] or '（空）'}\n改为：{text or '（空）'}"}
        for name, text in changed.items()
    ]
    return [*told, {"label": "理由", "value": form.cleaned_data["ground_text"]}]


def _propose(number: UUID, kind: str, changed: Mapping[str, str], form: GroundForm, actor: Actor) -> UUID:
    reason, now = form.cleaned_data["ground_text"], clock.now()
    if kind == SHRED:
        return services.propose_shredding(number, ground_text=reason, actor=actor, now=now)
    if kind == "redact":
        return services.propose_redaction(number, changed, ground_text=reason, actor=actor, now=now)
    ground = form.cleaned_data["ground"]
    return services.propose_correction(
        number, changed, ground=ground, ground_text=reason, actor=actor, now=now
    )


@require_http_methods(["GET", "POST"])
@officer("proposal.make")
def withdraw(request: HttpRequest, actor: Actor, batch: UUID) -> HttpResponse:
    """Take back a whole mistaken submission; its history stays."""
    found = queries.batch(batch, actor=actor)
    if found is None:
        return missing(request, actor)
    if found.state != "submitted":
        raise Refusal.because("NOT_READY", state=found.state_label)
    form = WithdrawForm(given(request))
    withdrawn, restored = would_withdraw(batch, actor=actor)
    context = {"form": form, "batch": found, "made": withdrawn, "changed": restored}
    stage = step(request, form)
    if stage is Step.ASK:
        status = UNANSWERED if form.errors else 200
        return page(request, actor, "desk/withdraw.html", context, status=status)
    reason = form.cleaned_data["ground_text"]
    if stage is Step.CHECK:
        rows: list[dict[str, Any]] = [
            {"label": "批次号", "value": found.no, "code": True},
            {"label": "将撤回", "value": f"{withdrawn} 条"},
            {"label": "将恢复到变更以前", "value": f"{restored} 条"},
            {"label": "撤回理由", "value": reason},
        ]
        return check(request, actor, title="核对：撤回整批", rows=rows, verb="提出撤回", effect=EFFECT)
    answer, _ = act(
        request,
        actor,
        lambda: made(services.propose_withdrawal(batch, ground_text=reason, actor=actor, now=clock.now())),
    )
    messages.success(request, "已提出，待另一人审核。")
    return redirect("desk:proposal", answer["id"])
