"""Measures of the agency: which are proposed, in force, over; one of them, reviewed, decided, ended (惩戒措施)."""

# clauses: 4.2a, 1.3b, 1.3c

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_file, open_set
from xinheng.access.permissions import may, require
from xinheng.access.purposes import Purpose, open_to
from xinheng.access.queries import officer_names
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.registry import measurequeries as queries
from xinheng.registry import services
from xinheng.registry.measurequeries import MeasureView
from xinheng.runtime import clock
from xinheng.web.desk import measure_words as words
from xinheng.web.desk.answers import UNANSWERED, missing, officer, page
from xinheng.web.desk.proposals import DecideForm
from xinheng.web.desk.steps import Step, act, check, given, refused_at_form, step
from xinheng.web.ui.paging import Pager, page_number

_TABS = {"proposed": "待审核", "in_force": "实施中", "over": "已终止", "not_taken": "未采取"}
_TONES = {"proposed": "amber", "in_force": "blue"}


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab as ui/parts/tabs.html takes it."""

    code: str
    label: str
    count: int


def purpose_of(actor: Actor) -> Purpose:
    """Why this officer looks at measures: in the course of duty, or to supervise."""
    return Purpose.DUTY if Purpose.DUTY in open_to(actor.roles) else Purpose.SUPERVISION


@require_GET
@officer("measure.view")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The agency's measures under a tab, and what it was told of entries that have left their list."""
    today, tab = clock.today(), request.GET.get("tab", "in_force")
    tab = tab if tab in _TABS else "in_force"
    opened = open_set(
        actor=actor, what=queries.MEASURES, purpose=purpose_of(actor), basis="惩戒措施清单", now=clock.now()
    )
    found = queries.measures(opened=opened, day=today, tab=tab, page=page_number(request.GET.get("page", "")))
    law, counted = current_law(today), queries.counts(opened=opened, day=today)
    context = {
        "rows": [_listed(row, law) for row in found.rows],
        "notices": [(each, words.content(each.row, law)) for each in queries.notices(opened=opened)],
        "ratings": [(each, words.content(each.row, law)) for each in queries.ratings(opened=opened)],
        "tabs": [Tab(code, label, counted[code]) for code, label in _TABS.items()],
        "current": tab,
        "pager": Pager(found.page, found.total, found.size),
        "may_ask": may(actor, "measure.ask"),
        "whole_city": actor.whole_city,
    }
    return page(request, actor, "desk/measures.html", context)


def _listed(row: queries.MeasureLine, law: Any) -> tuple[queries.MeasureLine, str, str, str]:
    tone = _TONES.get(row.state, "") if row.standing or row.state == "proposed" else ""
    return row, words.content(row.row, law), words.matter(row.matter, row.row, law), tone


@require_GET
@officer("measure.view")
def detail(request: HttpRequest, actor: Actor, number: UUID) -> HttpResponse:
    """One measure in full: what, on what, why, who; and what this officer may do with it."""
    found = _found(number, actor)
    if found is None:
        return missing(request, actor)
    view, opened = found
    law = current_law(clock.today())
    who = {each for each in (view.line.made_by, view.review_by, view.decided_by, view.ender) if each}
    who |= {each.by for each in view.rated}
    context = {
        "view": view,
        "title": words.content(view.line.row, law),
        "tone": _listed(view.line, law)[3],
        "rows": words.summary(view, law),
        "why": words.why(view, law),
        "history": words.history(view, officer_names(who)),
        "basis": words.clauses(_basis(view, law), law),
        "acts": [(name, each.label) for name, each in ACTS.items() if _open_to(each, view, actor)],
        "mine": _mine(view, actor),
        "waits_for_review": _waits_for_review(view, law),
        "opened": opened,
    }
    return page(request, actor, "desk/measure.html", context)


def _found(number: UUID, actor: Actor) -> tuple[MeasureView, Opened] | None:
    """The measure, its subject's file opened for it; None when there is none for the actor."""
    whose = queries.subject_of_measure(number, actor=actor)
    if whose is None:
        return None
    subject, said = whose
    look = {"purpose": purpose_of(actor), "basis": f"惩戒措施 {said}"}
    opened = open_file(actor=actor, subject=subject, now=clock.now(), **look)
    return queries.measure(number, opened=opened, day=clock.today()), opened


def _basis(view: MeasureView, law: Any) -> tuple[str, ...]:
    row = words.row_of(view.line.row, law)
    return row.basis if row else ()


def _waits_for_review(view: MeasureView, law: Any) -> str:
    """Why a second review comes first, "" when none is due or it was made."""
    row = words.row_of(view.line.row, law)
    due = row is not None and view.line.state == "proposed" and view.review_by is None
    return row.caution if row is not None and due else ""


class ReviewForm(forms.Form):
    """Is it needed at all? (一（三）)"""

    necessary = forms.ChoiceField(
        label="是否必要",
        choices=[("yes", "有必要"), ("no", "没有必要")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择有必要或者没有必要。"},
    )
    reason = forms.CharField(label="理由", max_length=1000, widget=forms.Textarea({"rows": 3}))


class EndForm(forms.Form):
    """Why it ends now."""

    reason = forms.CharField(label="终止的理由", max_length=1000, widget=forms.Textarea({"rows": 3}))


class KeepForm(forms.Form):
    """Why it goes on after the plan (gbf-2025-22)."""

    reason = forms.CharField(label="重新评价的理由", max_length=1000, widget=forms.Textarea({"rows": 3}))


class AnswerForm(forms.Form):
    """What was done about a measure whose entry has left the list."""

    answer = forms.ChoiceField(
        label="处理结果",
        choices=[("ended", "已终止这一措施"), ("resumed", "名单信息已恢复列入，继续实施")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择处理结果。"},
    )
    reason = forms.CharField(
        label="说明", max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )


def _review(form: forms.Form, **told: Any) -> None:
    said = form.cleaned_data
    services.review_measure(necessary=said["necessary"] == "yes", reason=said["reason"], **told)


def _decide(form: forms.Form, **told: Any) -> None:
    said = form.cleaned_data
    services.decide_measure(granted=said["granted"] == "yes", reason=said["text"], **told)


def _end(form: forms.Form, **told: Any) -> None:
    services.end_measure(reason=form.cleaned_data["reason"], **told)


def _keep(form: forms.Form, **told: Any) -> None:
    services.keep_measure(reason=form.cleaned_data["reason"], **told)


def _answer(form: forms.Form, **told: Any) -> None:
    said = form.cleaned_data
    services.answer_notice(resumed=said["answer"] == "resumed", reason=said["reason"], **told)


@dataclass(frozen=True, slots=True)
class Act:
    """Something an officer may do with a measure in some state."""

    label: str
    verb: str
    form: type[forms.Form]
    do: Callable[..., None]
    state: str
    effect: str
    done: str


ACTS: Mapping[str, Act] = {
    "review": Act(
        "复核是否必要", "measure.review", ReviewForm, _review, "proposed",
        "复核意见记入台账，当事人可以看到本次查询。", "复核意见已登记。",
    ),
    "decide": Act(
        "审核惩戒措施", "measure.decide", DecideForm, _decide, "proposed",
        "同意的，按当日法律再查一遍后立即实施；不同意的，不采取。", "审核意见已登记。",
    ),
    "end": Act(
        "终止措施", "measure.end", EndForm, _end, "in_force", "终止后立即停止实施，不能恢复。", "措施已终止。",
    ),
    "keep": Act(
        "重新评价：继续实施", "measure.decide", KeepForm, _keep, "in_force",
        "计划结束后继续实施这一措施；不再需要的，请终止。", "重新评价已登记。",
    ),
    "answer": Act(
        "登记处理结果", "measure.end", AnswerForm, _answer, "in_force", "登记后不能更改。", "处理结果已登记。",
    ),
}  # fmt: skip


def _mine(view: MeasureView, actor: Actor) -> str:
    """What the officer did with a measure that somebody else has to decide."""
    if view.line.state != "proposed":
        return ""
    return {view.review_by: "复核", view.line.made_by: "提出"}.get(actor.user_id, "")


def _open_to(each: Act, view: MeasureView, actor: Actor) -> bool:
    """Whether this officer may do it now; another one's own act is not decided by himself."""
    if not may(actor, each.verb) or view.line.state != each.state:
        return False
    if each.state == "proposed" and view.line.made_by == actor.user_id:
        return False
    if (
        each.do is _review
    ):  # offered where it is due: whoever reviews does not decide, and a body may have one checker
        return bool(_waits_for_review(view, current_law(clock.today())))
    if each.do is _decide and view.review_by == actor.user_id:
        return False
    if each.do is _keep:
        return view.rating is not None and view.notice is None
    return (each.do is _answer) == (view.notice is not None) if each.state == "in_force" else True


@require_http_methods(["GET", "POST"])
@officer("measure.view")
def do(request: HttpRequest, actor: Actor, number: UUID, verb: str) -> HttpResponse:
    """Asked, read once more, done: review, decision, end, or the answer to a notice."""
    wanted = ACTS.get(verb)
    if wanted is None:
        return missing(request, actor)
    require(actor, wanted.verb)
    found = _found(number, actor)
    if found is None:
        return missing(request, actor)
    view, opened = found
    form = wanted.form(given(request))
    context = _act_context(view, wanted, form)
    if request.method == "GET" and not _open_to(wanted, view, actor):
        raise _why_not(view, wanted, actor)
    stage = step(request, form)
    if stage is Step.ASK:
        return page(
            request, actor, "desk/measure_act.html", context, status=UNANSWERED if form.errors else 200
        )
    if stage is Step.CHECK:
        rows = [*context["rows"], *_said(form)]
        title, effect = f"核对：{wanted.label}", wanted.effect
        return check(request, actor, title=title, rows=rows, verb=wanted.label, effect=effect)
    try:
        told = {"measure": number, "opened": opened, "actor": actor, "now": clock.now()}
        _, again = act(request, actor, lambda: _done(wanted, form, told))
    except Refusal as refusal:
        return refused_at_form(request, actor, "desk/measure_act.html", context, refusal)
    messages.success(request, "已经办理过，没有重复办理。" if again else wanted.done)
    return redirect("desk:measure", number)


def _done(wanted: Act, form: forms.Form, told: Mapping[str, Any]) -> dict[str, str]:
    wanted.do(form, **told)
    return {"done": wanted.verb}


def _act_context(view: MeasureView, wanted: Act, form: forms.Form) -> dict[str, Any]:
    law = current_law(clock.today())
    return {
        "view": view,
        "act": wanted,
        "form": form,
        "title": words.content(view.line.row, law),
        "rows": words.summary(view, law),
        "why": words.why(view, law),
        "waits_for_review": _waits_for_review(view, law) if wanted.do is _decide else "",
    }


def _why_not(view: MeasureView, wanted: Act, actor: Actor) -> Refusal:
    mine = view.line.made_by == actor.user_id or (wanted.do is _decide and view.review_by == actor.user_id)
    if wanted.state == "proposed" and view.line.state == "proposed" and mine:
        return Refusal.because("SAME_PERSON")
    if wanted.state == "in_force" and view.line.state != "in_force":
        return Refusal.because("MEASURE_NOT_IN_FORCE", state=view.line.state_label)
    return Refusal.because("ALREADY_DECIDED")


def _said(form: forms.Form) -> list[dict[str, str]]:
    """What was filled in, in the words of the form."""
    return [
        {
            "label": str(field.label),
            "value": dict(getattr(field, "choices", ())).get(
                form.cleaned_data[name], form.cleaned_data[name]
            ),
        }
        for name, field in form.fields.items()
        if form.cleaned_data[name]
    ]
