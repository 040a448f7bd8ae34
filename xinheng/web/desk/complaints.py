"""Complaints that were given to the own body (举报): taken, referred, answered; and those that nobody takes."""

# clauses: 5.1c, 5.2b, 5.3b

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_set
from xinheng.access.permissions import may, require
from xinheng.access.purposes import Purpose
from xinheng.access.queries import officer_names
from xinheng.catalog.public import current_law
from xinheng.law.complaints import answers
from xinheng.law.language import Refusal
from xinheng.oversight import complaintqueries as queries
from xinheng.oversight import services
from xinheng.oversight.complaintqueries import ComplaintView, StepShown
from xinheng.runtime import clock
from xinheng.web.desk import clocking
from xinheng.web.desk.answers import officer, page
from xinheng.web.desk.asking import Act, asked, said
from xinheng.web.desk.cases.papers import sent
from xinheng.web.desk.steps import given
from xinheng.web.ui.paging import Pager, page_number
from xinheng.web.ui.templatetags.ui import beijing

TONES = {"received": "amber", "taken": "blue", "answered": "plain"}


class TakeForm(forms.Form):
    """Nothing to fill in: only to be checked."""


class ReferForm(forms.Form):
    """To whom, and why."""

    to = forms.ChoiceField(label="移送给", help_text="按分工表列出；被举报的单位不在内。")
    why = forms.CharField(label="理由", max_length=5000, min_length=10, widget=forms.Textarea({"rows": 4}))


class AnswerForm(forms.Form):
    """What came of it, and the answer in words."""

    outcome = forms.ChoiceField(label="结果", widget=forms.RadioSelect)
    text = forms.CharField(
        label="答复", max_length=5000, min_length=10, widget=forms.Textarea({"rows": 6}),
        help_text="举报人凭编号和查询码看到这段话。不要写任何人的姓名、证件号码和电话。",
    )  # fmt: skip


@require_GET
@officer()
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the own body handles; for who oversees, what nobody takes or answers in time."""
    if not may(actor, "complaint.handle"):
        require(actor, "complaint.view")
    law, done = current_law(clock.today()), request.GET.get("done") == "1"
    found = None
    if may(actor, "complaint.handle"):
        found = queries.handled(
            actor=actor, law=law, done=done, page=page_number(request.GET.get("page", ""))
        )
    context = {
        "found": found,
        "done": done,
        "overseen": queries.overseen(actor=actor, law=law) if may(actor, "complaint.view") else None,
        "may_handle": may(actor, "complaint.handle"),
        "pager": Pager(found.page, found.total, found.size) if found else None,
    }
    return page(request, actor, "desk/complaints.html", context)


@require_GET
@officer("complaint.handle")
def detail(request: HttpRequest, actor: Actor, complaint: UUID) -> HttpResponse:
    """One complaint with its words: the look is registered before."""
    view = _view(actor, complaint)
    context = {
        "view": view,
        "tone": TONES[view.row.state],
        "facts": said(_facts(view)),
        "steps": list(_steps(view)),
        "clocks": clocking.of_matter(complaint, actor, current_law(clock.today())),
    }
    return page(request, actor, "desk/complaint.html", context)


@require_GET
@officer("complaint.handle")
def file(_request: HttpRequest, actor: Actor, complaint: UUID) -> HttpResponse:
    """What was sent with it, to keep and not to be shown in place."""
    opened = _opened(actor, complaint)
    content, media = queries.file(complaint, opened=opened)
    return sent(content, media, queries.number_of(complaint, actor=actor), inline=False)


@require_http_methods(["GET", "POST"])
@officer("complaint.handle")
def do(request: HttpRequest, actor: Actor, complaint: UUID, verb: str) -> HttpResponse:
    """Take, refer or answer it."""
    if verb not in _VERBS:
        raise Refusal.because("NOT_FOUND")
    view = _view(actor, complaint)
    form, it = _VERBS[verb](request, actor, view)
    return asked(request, actor, form, it)


def _take(request: HttpRequest, actor: Actor, view: ComplaintView) -> tuple[forms.Form, Act]:
    def act() -> UUID:
        services.take(view.row.id, actor=actor, now=clock.now())
        return view.row.id

    effect = "受理以后由本单位核实并答复；举报人能看到已经受理。"
    return TakeForm(given(request)), _act(view, "受理举报", effect, "受理", list, act, "已受理。")


def _refer(request: HttpRequest, actor: Actor, view: ComplaintView) -> tuple[forms.Form, Act]:
    form = ReferForm(given(request))
    names = {str(each): name for each, name in view.targets.items()}
    form.fields["to"].choices = [("", "请选择"), *names.items()]  # type: ignore[attr-defined]

    def act() -> UUID:
        told = form.cleaned_data
        services.refer(view.row.id, to=UUID(told["to"]), why=told["why"], actor=actor, now=clock.now())
        return view.row.id

    def rows() -> list[tuple[str, str]]:
        return [("移送给", names[form.cleaned_data["to"]]), ("理由", form.cleaned_data["why"])]

    effect = "移送以后本单位不再看到这件举报；期限从收到之日起接着算。"
    it = _act(view, "移送举报", effect, "移送", rows, act, "已移送。", reverse("desk:complaints"))
    return form, it


def _answer(request: HttpRequest, actor: Actor, view: ComplaintView) -> tuple[forms.Form, Act]:
    form, known = AnswerForm(given(request)), answers(current_law(clock.today()))
    form.fields["outcome"].choices = [(each.id, each.name) for each in known.values()]  # type: ignore[attr-defined]

    def act() -> UUID:
        told = form.cleaned_data
        services.answer(view.row.id, outcome=told["outcome"], text=told["text"], actor=actor, now=clock.now())
        return view.row.id

    def rows() -> list[tuple[str, str]]:
        told = form.cleaned_data
        return [
            ("结果", known[told["outcome"]].name),
            ("举报人看到", f"{known[told['outcome']].says}\n{told['text']}"),
        ]

    effect = "答复以后不再改动。系统不认定任何人违纪违法；需要追究的，移送有权机关。"
    return form, _act(view, "答复举报", effect, "答复", rows, act, "已答复。")


_VERBS: Mapping[str, Callable[[HttpRequest, Actor, ComplaintView], tuple[forms.Form, Act]]] = {
    "take": _take,
    "refer": _refer,
    "answer": _answer,
}


def _act(
    view: ComplaintView,
    title: str,
    effect: str,
    verb: str,
    rows: Callable[[], list[tuple[str, str]]],
    do_: Callable[[], UUID],
    done: str,
    back: str = "",
) -> Act:
    about = [("编号", view.row.number), ("事项", view.row.category)]
    back = back or reverse("desk:complaint", args=[view.row.id])
    return Act(title, effect, verb, lambda: [*about, *rows()], do_, done, back, about)


def _opened(actor: Actor, complaint: UUID) -> Opened:
    """Registered: who reads a complaint. Raises Refusal NOT_FOUND for what is not the own body's."""
    number = queries.number_of(complaint, actor=actor)
    basis = f"举报 {number}"
    what = f"complaint:{number}"
    return open_set(actor=actor, what=what, purpose=Purpose.OBJECTION, basis=basis, now=clock.now())


def _view(actor: Actor, complaint: UUID) -> ComplaintView:
    opened = _opened(actor, complaint)
    return queries.complaint(complaint, opened=opened, law=current_law(clock.today()))


def _facts(view: ComplaintView) -> Iterator[tuple[str, str]]:
    row = view.row
    yield "事项", row.category
    yield "被举报的单位", row.about or "没有指明"
    yield "收到", beijing(row.received_at)
    if row.due:
        unsure = "，暂估，放假安排未公布" if row.provisional else ""
        yield "工作目标", f"{row.due.isoformat()}{unsure}{'，已超期' if row.overdue else ''}"
    yield "内容", view.text
    yield "联系方式", view.contact or "没有留，匿名举报"
    if view.outcome:
        yield "结果", view.outcome


def _steps(view: ComplaintView) -> Iterator[dict[str, Any]]:
    names = officer_names({each.by for each in view.steps})
    for each in view.steps:
        yield {"it": each, "who": _who(each, names)}


def _who(each: StepShown, names: Mapping[UUID, str]) -> str:
    return f"{each.body} {names.get(each.by, '')}".strip() or "—"
