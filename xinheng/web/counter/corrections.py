"""What is wrong about me (信息有误、这不是我): field by field, at any time, free; marked at once, followed to its end."""

# clauses: 2.2b, 3.2b, 5.2

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.gate import Opened
from xinheng.casework import corrections, correctionviews
from xinheng.casework.correctionfacts import Given
from xinheng.catalog.public import current_law
from xinheng.documents import receipts
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.publication import own as publication
from xinheng.publication.own import OwnRecord
from xinheng.runtime import clock
from xinheng.web.counter import steps
from xinheng.web.counter.answers import missing, own, page, told
from xinheng.web.counter.doings import Doing, offer
from xinheng.web.counter.notices import download
from xinheng.web.ui.correction_form import ClaimsForm

UNANSWERED = 422
TEMPLATE = "counter/correction_new.html"
EFFECT = "提交后，这条信息旁各处即时标注“异议处理中”，由认定单位核对原始文书后书面答复。不收取任何费用，也不影响您申请修复。"
SHIELD = "这条信息即时停止公示，查明确属您之前不恢复。"


@offer
def correction(record: OwnRecord, _law: Law, _day: date) -> Iterator[Doing]:
    """For every record, whatever it is: that it is wrong may be said at any time."""
    address = f"{reverse('counter:correction-new')}?record={record.id}"
    yield Doing("信息有误或者不是本人的，提出异议", address, "随时可以提出，免费；提交后各处即时标注。")


@require_GET
@own
def listing(request: HttpRequest, opened: Opened) -> HttpResponse:
    """All that I said is wrong, and how far it is."""
    return page(request, "counter/corrections.html", {"rows": correctionviews.own_corrections(opened=opened)})


@require_http_methods(["GET", "POST"])
@own
def new(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Say what is wrong about one record, or that it is not me."""
    record = _record(request, opened)
    if record is None:
        return missing(request)
    if (number := correctionviews.under_way(record.id, opened=opened)) and request.POST.get("step") != "act":
        return redirect("counter:correction", number)
    form = ClaimsForm(record, request.POST if request.method == "POST" else None)
    stage, context = steps.step(request, form), {"record": record, "form": form}
    if stage is steps.Step.ASK:
        return page(request, TEMPLATE, context, status=UNANSWERED if form.errors else 200)
    if stage is steps.Step.CHECK:
        effect = f"{SHIELD}{EFFECT}" if form.not_me else EFFECT
        rows = [{"label": "信息", "value": f"{record.title}（{record.number}）"}, *form.rows()]
        return steps.check(request, title="核对您的异议", rows=rows, verb="提交异议", effect=effect)
    try:
        answer, _ = steps.act(request, opened.actor, lambda: _lodged(record.id, form, opened))
    except Refusal as refusal:
        return page(request, TEMPLATE, {**context, "refusals": told(refusal)}, status=UNANSWERED)
    number = str(answer["number"])
    view = correctionviews.own_correction(number, opened=opened, law=current_law(clock.today()))
    shown = {"view": view, "code": receipts.code_of(number), "record": record, "not_me": form.not_me}
    return page(request, "counter/correction_receipt.html", shown)


def _record(request: HttpRequest, opened: Opened) -> OwnRecord | None:
    try:
        record = UUID(request.GET.get("record", ""))
    except ValueError:
        return None
    return publication.record(record, opened=opened, law=current_law(clock.today()))


def _lodged(record: UUID, form: ClaimsForm, opened: Opened) -> dict[str, object]:
    made = corrections.lodge(
        record, form.claims(), not_me=form.not_me, why=form.cleaned_data["why"], actor=opened.actor,
        now=clock.now(),
    )  # fmt: skip
    return {"number": made.number}


class WithdrawForm(forms.Form):
    """Nothing but that one means it, and what had been seen."""

    revision = forms.IntegerField(widget=forms.HiddenInput())


@require_http_methods(["GET", "POST"])
@own
def one(request: HttpRequest, opened: Opened, number: str) -> HttpResponse:
    """One of them: what I said, what was decided and why, how far it is; I may take it back."""
    view = correctionviews.own_correction(number, opened=opened, law=current_law(clock.today()))
    form = WithdrawForm(
        request.POST if request.method == "POST" else None, initial={"revision": view.revision}
    )
    context = {"view": view, "form": form}
    stage = steps.step(request, form)
    if stage is steps.Step.CHECK:
        rows = [{"label": "异议", "value": number}, {"label": "文书", "value": view.row.document}]
        effect = "撤回后不再标注，已停止的公示随之恢复；您随时可以再次提出。"
        return steps.check(request, title="核对：撤回异议", rows=rows, verb="撤回异议", effect=effect)
    if stage is steps.Step.ACT:
        try:
            steps.act(request, opened.actor, lambda: _withdrawn(view.row.id, form, opened))
        except Refusal as refusal:
            return page(
                request, "counter/correction.html", {**context, "refusals": told(refusal)}, status=UNANSWERED
            )
        return redirect("counter:correction", number)
    return page(request, "counter/correction.html", context)


def _withdrawn(correction_id: UUID, form: forms.Form, opened: Opened) -> dict[str, object]:
    told_ = {"revision": form.cleaned_data["revision"], "actor": opened.actor, "now": clock.now()}
    corrections.take(correction_id, "withdraw", given=Given(), **told_)
    return {}


@require_GET
@own
def file(_request: HttpRequest, opened: Opened, number: str, document: UUID) -> HttpResponse:
    """The receipt, or the paper that tells the decision."""
    law = current_law(clock.today())
    return download(*correctionviews.own_file(number, document, opened=opened, law=law))
