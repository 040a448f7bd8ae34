"""Rulings: what two officers decide for one question and all equal records (裁定)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.gate import open_set
from xinheng.access.purposes import Purpose
from xinheng.access.queries import officer_names
from xinheng.catalog import services
from xinheng.catalog.public import current_law
from xinheng.catalog.queries import RulingRow, ruling, ruling_rows
from xinheng.exchange.queries import waiting_facts
from xinheng.law.facts import RecordFacts
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.questions import EQUAL, questions, ruling_key
from xinheng.publication.open_questions import OPEN_QUESTIONS, OpenQuestion, open_questions
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, missing, officer, page, status_of, told
from xinheng.web.desk.decisions import DecisionForm, decision_rows
from xinheng.web.desk.steps import Step, act, check, given, made, refused_at_form, step
from xinheng.web.desk.words import facts_in_words
from xinheng.web.ui.paging import Pager, page_number

PAGE_SIZE = 20


class RulingForm(DecisionForm):
    """The answer to one open question, with its ground."""

    ground = forms.CharField(
        label="裁定理由",
        help_text="写明依据的规定和为什么这样适用。裁定由另一人批准后生效，适用于所有相同情形。",
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
    )


@require_GET
@officer("ruling.propose")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open questions, most records first, then proposed rulings and those in force."""
    law = current_law(clock.today())
    asked = _open(actor, law)
    first, shown = _paged(request, "asked", asked)
    second, rows = _paged(request, "page", ruling_rows())
    context = {
        "open": [_open_row(each, law) for each in shown],
        "open_pager": first,
        "rulings": _ruling_rows(rows, law, actor),
        "pager": second,
    }
    return page(request, actor, "desk/rulings.html", context)


def _paged(request: HttpRequest, name: str, rows: Sequence[Any]) -> tuple[Pager, Sequence[Any]]:
    pager = Pager(page_number(request.GET.get(name, "")), len(rows), PAGE_SIZE)
    return pager, rows[pager.before * PAGE_SIZE : pager.page * PAGE_SIZE]


@require_http_methods(["GET", "POST"])
@officer("ruling.propose")
def propose(request: HttpRequest, actor: Actor, question: str) -> HttpResponse:
    """Answer one open question; another officer approves it."""
    law = current_law(clock.today())
    asked = next((each for each in _open(actor, law) if each.id == question), None)
    if asked is None:
        raise Refusal.because("NOT_FOUND")
    form = RulingForm(asked.question, law, given(request))
    context = {"form": form, "asked": _open_row(asked, law)}
    stage = step(request, form)
    if stage is Step.ASK:
        status = UNANSWERED if form.errors else 200
        return page(request, actor, "desk/ruling_form.html", context, status=status)
    if stage is Step.CHECK:
        return _checked(request, actor, asked, form, law)
    try:
        act(request, actor, lambda: made(_propose(asked, form, actor)))
    except Refusal as refusal:
        return refused_at_form(request, actor, "desk/ruling_form.html", context, refusal)
    messages.success(request, "裁定已提出，待另一人批准后生效。")
    return redirect("desk:rulings")


def _checked(
    request: HttpRequest, actor: Actor, asked: OpenQuestion, form: RulingForm, law: Law
) -> HttpResponse:
    rows = [
        *facts_in_words(asked.facts, law),
        {"label": "涉及", "value": f"{asked.records} 条"},
        *decision_rows(form.decision(), law),
        {"label": "裁定理由", "value": form.cleaned_data["ground"]},
    ]
    title, effect = (
        f"核对：{asked.question.title}",
        "由另一人批准后生效，适用于所有相同情形，不溯及已经结束的公示。",
    )
    return check(request, actor, title=title, rows=rows, verb="提出裁定", effect=effect)


def _propose(asked: OpenQuestion, form: RulingForm, actor: Actor) -> UUID:
    row = services.propose_ruling(
        asked.question.id,
        asked.sample,
        form.decision(),
        ground=form.cleaned_data["ground"],
        actor=actor,
        now=clock.now(),
    )
    return row.id


@require_http_methods(["GET", "POST"])
@officer("ruling.approve")
def decide(request: HttpRequest, actor: Actor, number: UUID, verb: str) -> HttpResponse:
    """Approve, refuse or revoke: the ruling in full, then one button."""
    if verb not in _STEPS:
        return missing(request, actor)
    found = ruling(number)
    if request.method == "GET":
        return _ruling_page(request, actor, found, verb)
    do, done, _, _ = _STEPS[verb]
    try:
        do(number, actor=actor, now=clock.now())
    except Refusal as refusal:
        if _is_done(ruling(number), verb, actor):
            return redirect("desk:rulings")
        return _ruling_page(request, actor, ruling(number), verb, refusal)
    messages.success(request, done)
    return redirect("desk:rulings")


# step: (service, what is said afterwards, verb on the button, what it does)
_STEPS = {
    "approve": (
        services.approve_ruling,
        "裁定已生效，相同情形的记录已一并处理。",
        "批准裁定",
        "批准后立即生效：相同情形的记录按裁定公示或者不公示，等待它的行自动办理。",
    ),
    "refuse": (
        services.refuse_ruling,
        "裁定未获批准。",
        "不予批准",
        "不予批准后，这个事项仍待裁定。",
    ),
    "revoke": (
        services.revoke_ruling,
        "裁定已撤销。",
        "撤销裁定",
        "撤销后，只凭这件裁定公示的记录立即停止公示；仍有记录取决于这个事项的，重新列为待裁定。",
    ),
}


def _is_done(found: RulingRow, verb: str, actor: Actor) -> bool:
    """Whether this very officer has done it already: then a second click leads to the first result."""
    by = found.approved_by if verb == "approve" else found.revoked_by
    return by == actor.user_id and (found.in_force if verb == "approve" else found.revoked_at is not None)


def _ruling_page(
    request: HttpRequest, actor: Actor, found: RulingRow, verb: str, refusal: Refusal | None = None
) -> HttpResponse:
    (shown,) = _ruling_rows([found], current_law(clock.today()), actor)
    _, _, label, effect = _STEPS[verb]
    waits = shown["waits"] and not shown["mine"]
    context = {
        "each": shown,
        "verb": label,
        "effect": effect,
        "step": verb,
        "open": found.in_force if verb == "revoke" else waits,
        "refusals": told(refusal) if refusal else (),
    }
    return page(request, actor, "desk/ruling.html", context, status=status_of(refusal) if refusal else 200)


def _open(actor: Actor, law: Law) -> list[OpenQuestion]:
    """What keeps records from the public, and what keeps rows from the register."""
    opened = open_set(
        actor=actor, what=OPEN_QUESTIONS, purpose=Purpose.RULING, basis="待裁定事项清单", now=clock.now()
    )
    found = {each.id: each for each in open_questions(opened, law)}
    known = questions(law)
    for waits in waiting_facts(actor=actor):
        facts = RecordFacts.from_json(waits.facts)
        for name in waits.questions:
            if name in known and known[name].scope == EQUAL:
                asked = OpenQuestion(known[name], ruling_key(name, facts, law), facts)
                found.setdefault(asked.id, asked).records += waits.rows
    return sorted(found.values(), key=lambda each: (-each.records, each.id))


def _open_row(asked: OpenQuestion, law: Law) -> dict[str, Any]:
    return {
        "id": asked.id,
        "title": asked.question.title,
        "facts": facts_in_words(asked.facts, law),
        "records": asked.records,
    }


def _ruling_rows(rows: Sequence[RulingRow], law: Law, actor: Actor) -> list[dict[str, Any]]:
    names = officer_names({who for row in rows for who in (row.proposed_by, row.approved_by) if who})
    return [_ruling_row(row, law, names, actor) for row in rows]


def _ruling_row(row: RulingRow, law: Law, names: Mapping[UUID, str], actor: Actor) -> dict[str, Any]:
    asked = questions(law).get(row.value_id)
    waits = row.approved_at is None and row.revoked_at is None
    decision = [f"{each['label']}：{each['value']}" for each in decision_rows(row.decision, law)]
    return {
        "row": row,
        "title": asked.title if asked else row.value_id,
        "facts": facts_in_words(row.facts, law),
        "decision": "；".join(decision),
        "proposed_by": names.get(row.proposed_by, ""),
        "approved_by": names.get(row.approved_by, "") if row.approved_by else "",
        "waits": waits,
        "mine": row.proposed_by == actor.user_id,
        "state": _state(row, waits),
    }


def _state(row: RulingRow, waits: bool) -> tuple[str, str]:
    if waits:
        return "待批准", "amber"
    if row.in_force:
        return "已生效", "blue"
    return ("已撤销", "") if row.approved_at else ("未获批准", "")
