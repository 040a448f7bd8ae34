"""Rows that wait for an officer: by question; what is a fact of one row is settled row by row (待裁定的行)."""

# clause: 4.2b

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.permissions import may
from xinheng.catalog.public import current_law
from xinheng.exchange import queries, services
from xinheng.exchange.proposals import asked_to_settle
from xinheng.exchange.queries import WaitingView
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.questions import ROW, Question, questions
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, officer, page
from xinheng.web.desk.decisions import DecisionForm, decision_rows
from xinheng.web.desk.steps import Step, act, check, given, made, refused_at_form, step
from xinheng.web.desk.words import row_in_words
from xinheng.web.ui.paging import Pager, page_number


class SettlementForm(DecisionForm):
    """The answer for one row, with what it rests on."""

    ground = forms.CharField(
        label="办结理由",
        help_text="写明查到了什么、在哪份文书里。不要写姓名和证件号码。由另一人审核后生效，只适用于这一行。",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
    )


@require_GET
@officer("waiting.view")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Which questions are open, how many rows wait for each, and the rows with their facts in words."""
    law = current_law(clock.today())
    known, counts = questions(law), _counts(actor)
    asked = request.GET.get("question", "")
    asked = asked if asked in counts else next(iter(counts), "")
    number = page_number(request.GET.get("page", ""))
    found = queries.waiting_rows(actor=actor, question=asked, page=number)
    proposed = asked_to_settle(actor=actor)
    question = known.get(asked)
    context = {
        "tabs": [(name, known[name].title, rows) for name, rows in counts.items() if name in known],
        "asked": asked,
        "question": question,
        "by_row": question is not None and question.scope == ROW,
        "rows": [_row(each, asked, (each.batch, each.row, asked) in proposed, law) for each in found.rows],
        "pager": Pager(found.page, found.total, found.size),
        "may_settle": may(actor, "waiting.settle"),
        "may_rule": may(actor, "ruling.propose"),
    }
    return page(request, actor, "desk/waiting.html", context)


def _counts(actor: Actor) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for each in queries.waiting_facts(actor=actor):
        counts.update(dict.fromkeys(each.questions, each.rows))
    return dict(counts.most_common())


def _row(row: WaitingView, question: str, is_proposed: bool, law: Law) -> dict[str, Any]:
    return {"row": row, "facts": row_in_words(row.facts, law), "proposed": is_proposed, "question": question}


@require_http_methods(["GET", "POST"])
@officer("waiting.settle")
def settle(request: HttpRequest, actor: Actor, batch: UUID, row: int, question: str) -> HttpResponse:
    """Answer a question of fact about one row; another officer decides on it."""
    waits, asked = _asked(batch, row, question, actor)
    law = current_law(clock.today())
    form = SettlementForm(asked, law, given(request))
    context = {"form": form, "row": waits, "asked": asked, "facts": row_in_words(waits.facts, law)}
    stage = step(request, form)
    if stage is Step.CHECK:
        rows = [{"label": "批次和行", "value": f"{waits.no} 第 {row} 行"}, *_rows(form, law)]
        effect = "由另一人审核。审核同意后，这一行按您的答复重新处理：符合规定的入库，不符合的不入库。"
        return check(request, actor, title=f"核对：{asked.title}", rows=rows, verb="提出办结", effect=effect)
    if stage is Step.ASK:
        status = UNANSWERED if form.errors else 200
        return page(request, actor, "desk/settle.html", context, status=status)
    try:
        answer, _ = act(request, actor, lambda: made(_propose(form, waits, asked, actor)))
    except Refusal as refusal:
        return refused_at_form(request, actor, "desk/settle.html", context, refusal)
    messages.success(request, "已提出，待另一人审核。")
    return redirect("desk:proposal", answer["id"])


def _asked(batch: UUID, row: int, question: str, actor: Actor) -> tuple[WaitingView, Question]:
    waits = queries.waiting_row(batch, row, actor=actor)
    asked = questions(current_law(clock.today())).get(question)
    if waits is None or asked is None or asked.scope != ROW or question not in waits.questions:
        raise Refusal.because("NOT_FOUND")
    return waits, asked


def _rows(form: SettlementForm, law: Law) -> list[dict[str, Any]]:
    return [*decision_rows(form.decision(), law), {"label": "办结理由", "value": form.cleaned_data["ground"]}]


def _propose(form: SettlementForm, waits: WaitingView, asked: Question, actor: Actor) -> UUID:
    return services.propose_settlement(
        waits.batch,
        waits.row,
        question=asked.id,
        decision=form.decision(),
        ground_text=form.cleaned_data["ground"],
        actor=actor,
        now=clock.now(),
    )
