"""Rulings: what two officers decide for one question and all equal records (裁定)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinheng.access.actor import Actor
from xinheng.access.gate import open_set
from xinheng.access.purposes import Purpose
from xinheng.access.queries import officer_names
from xinheng.catalog import services
from xinheng.catalog.public import current_law
from xinheng.catalog.queries import RulingRow, ruling_rows
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.questions import Question, questions
from xinheng.publication.open_questions import OPEN_QUESTIONS, OpenQuestion, open_questions
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, officer, page
from xinheng.web.desk.words import facts_in_words, value_in_words
from xinheng.web.ui.paging import Pager, page_number

PAGE_SIZE = 20


class RulingForm(forms.Form):
    """The answer to one open question, with its ground."""

    ground = forms.CharField(
        label="裁定理由",
        help_text="写明依据的规定和为什么这样适用。裁定由另一人批准后生效，适用于所有相同情形。",
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
    )

    def __init__(self, question: Question, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        for name, allowed in question.decision.items():
            self.fields[f"decision_{name}"] = _answer_field(name, allowed)
        self.order_fields([*(f"decision_{name}" for name in question.decision), "ground"])

    def decision(self) -> dict[str, Any]:
        """The answer as the law reads it."""
        given = {name: self.cleaned_data[f"decision_{name}"] for name in self.question.decision}
        return {name: _typed(value, self.question.decision[name]) for name, value in given.items()}


def _answer_field(name: str, allowed: Any) -> forms.Field:
    label = value_in_words("decision", name)
    if allowed == "integer":
        return forms.IntegerField(label=label, min_value=1, max_value=1200)
    choices = [(str(each), value_in_words(name, each)) for each in allowed]
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)


def _typed(value: Any, allowed: Any) -> Any:
    return value if allowed == "integer" else next(each for each in allowed if str(each) == value)


@require_GET
@officer("ruling.propose")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open questions first, then proposed rulings and those in force."""
    law = current_law(clock.today())
    rows = ruling_rows()
    number = page_number(request.GET.get("page", ""))
    pager = Pager(number, len(rows), PAGE_SIZE)
    shown = rows[pager.before * PAGE_SIZE : number * PAGE_SIZE]
    context = {
        "open": [_open_row(each) for each in _open(actor, law)],
        "rulings": _ruling_rows(shown, law, actor),
        "pager": pager,
    }
    return page(request, actor, "desk/rulings.html", context)


@require_http_methods(["GET", "POST"])
@officer("ruling.propose")
def propose(request: HttpRequest, actor: Actor, question: str) -> HttpResponse:
    """Answer one open question; another officer approves it."""
    law = current_law(clock.today())
    asked = next((each for each in _open(actor, law) if each.id == question), None)
    if asked is None:
        raise Refusal.because("NOT_YOURS")
    form = RulingForm(asked.question, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.propose_ruling(
            asked.question.id,
            asked.sample,
            form.decision(),
            ground=form.cleaned_data["ground"],
            actor=actor,
            now=clock.now(),
        )
        messages.success(request, "裁定已提出，待另一人批准后生效。")
        return redirect("desk:rulings")
    context = {"form": form, "asked": _open_row(asked)}
    return page(request, actor, "desk/ruling_form.html", context, status=UNANSWERED if form.errors else 200)


@require_POST
@officer("ruling.approve")
def decide(request: HttpRequest, actor: Actor, ruling: UUID, step: str) -> HttpResponse:
    """Approve, refuse or revoke."""
    act, done = _STEPS[step]
    act(ruling, actor=actor, now=clock.now())
    messages.success(request, done)
    return redirect("desk:rulings")


_STEPS = {
    "approve": (services.approve_ruling, "裁定已生效，相同情形的记录已一并处理。"),
    "refuse": (services.refuse_ruling, "裁定未获批准。"),
    "revoke": (services.revoke_ruling, "裁定已撤销。"),
}


def _open(actor: Actor, law: Law) -> list[OpenQuestion]:
    opened = open_set(
        actor=actor, what=OPEN_QUESTIONS, purpose=Purpose.RULING, basis="待裁定事项清单", now=clock.now()
    )
    return open_questions(opened, law)


def _open_row(asked: OpenQuestion) -> dict[str, Any]:
    return {
        "id": asked.id,
        "title": asked.question.title,
        "facts": facts_in_words(asked.facts),
        "records": asked.records,
    }


def _ruling_rows(rows: Sequence[RulingRow], law: Law, actor: Actor) -> list[dict[str, Any]]:
    known = questions(law)
    names = officer_names({who for row in rows for who in (row.proposed_by, row.approved_by) if who})
    return [_ruling_row(row, known, names, actor) for row in rows]


def _ruling_row(
    row: RulingRow, known: Mapping[str, Question], names: Mapping[UUID, str], actor: Actor
) -> dict[str, Any]:
    waits = row.approved_at is None and row.revoked_at is None
    decision = [f"{value_in_words('decision', n)}：{value_in_words(n, v)}" for n, v in row.decision.items()]
    return {
        "row": row,
        "title": known[row.value_id].title if row.value_id in known else row.value_id,
        "facts": facts_in_words(row.facts),
        "decision": "；".join(decision),
        "proposed_by": names.get(row.proposed_by, ""),
        "approved_by": names.get(row.approved_by, "") if row.approved_by else "",
        "waits": waits,
        "mine": row.proposed_by == actor.user_id,
        "state": ("待批准", "amber") if waits else ("已生效", "blue") if row.in_force else ("已撤销", ""),
    }
