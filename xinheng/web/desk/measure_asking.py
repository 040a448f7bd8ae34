"""Which measures apply to this subject for this matter today? And why one was not taken (办事时查问)."""

# clauses: 4.2a, 4.2c

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.gate import LONGEST_BASIS, Opened, open_file, open_set
from xinheng.access.permissions import may
from xinheng.access.purposes import Purpose
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.registry import measureask, services
from xinheng.registry.measureask import Applicable
from xinheng.reports import subjects
from xinheng.runtime import clock
from xinheng.web.desk import measure_words as words
from xinheng.web.desk.answers import UNANSWERED, officer, page
from xinheng.web.desk.steps import Step, act, check, given, made, refused_at_form, step

F = TypeVar("F", bound="Carried")
START = "start"
AGENCY = "agency"


class AskForm(forms.Form):
    """Whom, for what matter, in what business."""

    code = forms.CharField(
        label="主体代码",
        max_length=40,
        help_text="统一社会信用代码；自然人填公民身份号码。不会出现在网址里。",
    )
    matter = forms.ChoiceField(label="正在办理的事项", help_text="只列清单里有关联的事项；其他事项照常办理。")
    basis = forms.CharField(
        label="依据",
        max_length=LONGEST_BASIS,
        help_text="所办事项的编号或者法律条文。本次查看将登记，当事人可以看到。",
    )

    def __init__(self, law: Law, *args: Any) -> None:
        super().__init__(*args)
        self.fields["matter"].choices = list(measureask.matters(law).items())  # type: ignore[attr-defined]


class Carried(forms.Form):
    """What goes from the answer to the next page unseen: whom, which row, for what, on what. No code, no name."""

    subject = forms.UUIDField(widget=forms.HiddenInput)
    row = forms.CharField(max_length=60, widget=forms.HiddenInput)
    matter = forms.CharField(max_length=60, widget=forms.HiddenInput)
    ground = forms.RegexField(r"^(entry|document):[0-9a-f-]{36}$", widget=forms.HiddenInput, required=False)
    basis = forms.CharField(max_length=LONGEST_BASIS, widget=forms.HiddenInput)

    def opened(self, actor: Actor) -> Opened:
        """The subject's file, opened for this matter and on record."""
        told = self.cleaned_data
        return look(actor, told["subject"], told["basis"])


def look(actor: Actor, subject: UUID, basis: str) -> Opened:
    """Open a file in the course of duty."""
    return open_file(actor=actor, subject=subject, purpose=Purpose.DUTY, basis=basis, now=clock.now())


@require_http_methods(["GET", "POST"])
@officer("measure.ask")
def ask(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The question, and below it its answer; a code is posted and never part of an address."""
    law = current_law(clock.today())
    form = AskForm(law, given(request))
    context = {"form": form}
    if request.method == "GET" or not form.is_valid():
        status = UNANSWERED if form.errors else 200
        return page(request, actor, "desk/measure_ask.html", context, status=status)
    try:
        return page(request, actor, "desk/measure_answer.html", _answer(form, actor, law))
    except Refusal as refusal:
        return refused_at_form(request, actor, "desk/measure_ask.html", context, refusal)


def _answer(form: AskForm, actor: Actor, law: Law) -> dict[str, Any]:
    told, now = form.cleaned_data, clock.now()
    code = subjects.clean(told["code"], now)
    why = {"purpose": Purpose.DUTY, "basis": told["basis"]}
    known = subjects.find(code, opened=open_set(actor=actor, what=subjects.SEARCH, now=now, **why))
    matter = measureask.matters(law)[told["matter"]]
    if known is None:
        return {"matter": matter, "asked": told, "rows": [], "unknown": True}
    opened = look(actor, known, told["basis"])
    found = measureask.applicable_today(known, told["matter"], opened=opened, law=law)
    return {
        "matter": matter,
        "asked": told,
        "opened": opened,
        "subject": subjects.subject(AGENCY, law, opened=opened),
        "rows": [_shown(each, law) for each in found],
        "may_propose": may(actor, "measure.propose"),
        "informed": [
            (each.row.content, _bound(each.row.id, law)) for each in found if _bound(each.row.id, law)
        ],
    }


def _shown(found: Applicable, law: Law) -> dict[str, Any]:
    """One row with its reasons, and on what it may be proposed: where there are several documents, a choice."""
    documents = [found.document, *found.others] if found.document else []
    choices = [(f"document:{each.id}", words.document_words(each)) for each in documents]
    if found.entry:
        choices = [(f"entry:{found.entry.id}", words.entry_words(found.entry, law))]
    return {
        "it": found,
        "clauses": words.clauses(found.row.basis, law),
        "term": words.term_words(found.row.term),
        "grounds": choices,
    }


def _bound(row: str, law: Law) -> list[tuple[str, list[Any]]]:
    """The kinds of third parties that a law itself binds here, with that law; they are told, never charged."""
    told = measureask.information(row, law)
    return [
        (name, words.clauses(tuple(each.id for each in info.clauses), law))
        for name, info in told
        if info.clauses
    ]


class NotTakenForm(Carried):
    """Why a measure that came into question was not taken."""

    reason = forms.CharField(
        label="未采取的理由",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text="例如：已经整改、情节轻微、另有更适当的办法。不采取不影响本单位，也不统计。",
    )


@require_http_methods(["GET", "POST"])
@officer("measure.ask")
def not_taken(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Reason asked, read once more, recorded."""
    if request.method == "GET":
        return redirect("desk:measure-ask")
    law = current_law(clock.today())
    form = started(request, NotTakenForm)
    code = request.POST.get("row", "")
    context: dict[str, Any] = {
        "form": form,
        "title": "登记未采取及理由",
        "rows": carried_rows(request.POST, law),
        "content": words.content(code, law),
    }
    stage = Step.ASK if not form.is_bound else step(request, form)
    if stage is Step.ASK:
        status = UNANSWERED if form.errors else 200
        return page(request, actor, "desk/measure_form.html", context, status=status)
    if stage is Step.CHECK:
        rows = [*context["rows"], {"label": "未采取的理由", "value": form.cleaned_data["reason"]}]
        return check(
            request,
            actor,
            title="核对：登记未采取及理由",
            rows=rows,
            verb="登记",
            effect="登记后记入台账，不能更改。",
        )
    try:
        answer, again = act(request, actor, lambda: made(_record(form, actor)))
    except Refusal as refusal:
        return refused_at_form(request, actor, "desk/measure_form.html", context, refusal)
    messages.success(request, "已经登记过，没有重复登记。" if again else "未采取的理由已登记。")
    return redirect("desk:measure", answer["id"])


def _record(form: Carried, actor: Actor) -> UUID:
    told = form.cleaned_data
    return services.record_not_taken(
        told["row"],
        told["matter"],
        reason=told["reason"],
        opened=form.opened(actor),
        actor=actor,
        now=clock.now(),
    )


def started(request: HttpRequest, make: Callable[..., F]) -> F:
    """The form as it is first shown, with what is carried to it; else bound to what was filled in."""
    if request.POST.get("step") == START:
        return make(initial={name: request.POST.get(name, "") for name in Carried.base_fields})
    return make(request.POST)


def carried_rows(post: Mapping[str, Any], law: Law) -> list[dict[str, str]]:
    """Which measure for which matter, above the form."""
    code = str(post.get("row", ""))
    return [
        {"label": "惩戒内容", "value": words.content(code, law)},
        {"label": "办理事项", "value": words.matter(str(post.get("matter", "")), code, law)},
    ]
