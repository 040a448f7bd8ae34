"""A step of a case: filled in, read once more, done (办理一步)."""

# clauses: 4.1a, 4.1b, 4.1c, 4.2b

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.queries import colleagues
from xinheng.casework import services
from xinheng.casework.prospect import SEEN_BY_GUARDS
from xinheng.law.machine import SYSTEM, Step
from xinheng.law.procedures.listing import LISTING
from xinheng.runtime import clock
from xinheng.web.desk.answers import missing, officer
from xinheng.web.desk.asking import through
from xinheng.web.desk.cases import words
from xinheng.web.desk.cases.forms import (
    FORMS,
    AnswerForm,
    AskForm,
    HandOverForm,
    NoteForm,
    RemarkForm,
    StepForm,
)
from xinheng.web.desk.cases.looking import Looked, look
from xinheng.web.desk.cases.page import address
from xinheng.web.desk.steps import given

TEMPLATE = "desk/cases/step.html"
Do = Callable[[], Mapping[str, Any]]
# What the button says where the step's own name is none of a deed.
VERBS = {
    "notify": "生成事先告知书", "serve_notice": "登记送达", "receive": "登记收到的意见", "hold_hearing": "生成听证笔录",
    "reply": "生成异议核实反馈书", "check": "审核通过", "return": "退回", "decide": "签发列入决定",
    "list": "登记送达并列入", "decide_not": "决定不予列入", "withdraw": "撤销立案", "hide": "先行隐去",
    "restore": "决定继续列入", "end": "期满移出", "revoke": "撤销列入", "leave_with_unit": "一并移出",
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@officer("case.step")
def take(request: HttpRequest, actor: Actor, case: UUID, name: str) -> HttpResponse:
    """One step of the procedure; redrafting has a form of its own (opening.py)."""
    known = {each.name: each for each in LISTING.steps if each.roles != {SYSTEM}}
    if name not in known or name in ("open", "redraft", "exit", "correct", "reinstate"):
        return missing(request, actor)
    looked, found = look(case, actor), known[name]
    form = FORMS.get(name, RemarkForm)(looked.view, looked.listed, looked.law, given(request))

    def do() -> Mapping[str, Any]:
        taken = services.fire(
            case, name, revision=form.cleaned_data["revision"], given=form.given(), actor=actor, now=clock.now()
        )  # fmt: skip
        return {"state": taken.state}

    told = {
        "title": found.label, "verb": VERBS.get(name, ""), "effect": _effect(found, looked),
        "links": _previews(found, looked),
    }  # fmt: skip
    return run(request, actor, looked, form, do, told)


def run(
    request: HttpRequest, actor: Actor, looked: Looked, form: StepForm, do: Do, told: Mapping[str, Any]
) -> HttpResponse:
    """A step of the case, by its form."""
    context = {"view": looked.view, "party": looked.party, **told}
    context["verb"] = told.get("verb") or f"确认{told['title']}"
    return through(
        request, actor, form, TEMPLATE, context,
        rows=lambda: [*_whom(looked), *form.rows()], do=do, to=lambda _: address(looked.view.row.id),
    )  # fmt: skip


def _whom(looked: Looked) -> list[dict[str, Any]]:
    return [
        {"label": "案卷", "value": looked.view.row.number, "code": True},
        {"label": "当事人", "value": looked.party},
        {"label": "名单", "value": looked.listed.name},
    ]


def _effect(found: Step, looked: Looked) -> str:
    """What will happen, in words: the paper that is made, the state that follows."""
    made = f"生成{words.paper_name(found.document, looked.law)}并编号；" if found.document else ""
    after = LISTING.states.get(found.target, "")
    moves = f"案卷转为“{after}”。" if after else "案卷的状态不变。"
    return f"{made}{moves}办理后记入案卷和台账，不能撤回。"


def _previews(found: Step, looked: Looked) -> list[tuple[str, str]]:
    if found.document not in SEEN_BY_GUARDS:
        return []
    name = words.paper_name(found.document, looked.law)
    return [(f"查看{name}样稿（PDF）", reverse("desk:case-preview", args=[looked.view.row.id, found.name]))]


@require_http_methods(["GET", "POST"])
@officer("case.ask")
def ask(request: HttpRequest, actor: Actor, case: UUID) -> HttpResponse:
    """A clerk asks the signer for a way out of the list."""
    looked = look(case, actor)
    form = AskForm(looked.view, looked.listed, looked.law, given(request))

    def do() -> Mapping[str, Any]:
        services.ask(case, form.asked(), revision=form.cleaned_data["revision"], actor=actor, now=clock.now())
        return {}

    told = {
        "title": "提出移出名单",
        "verb": "提出，交签发人决定",
        "effect": "由签发人决定；决定前仍在名单上。",
    }
    return run(request, actor, looked, form, do, told)


@require_http_methods(["GET", "POST"])
@officer("case.answer")
def answer(request: HttpRequest, actor: Actor, case: UUID) -> HttpResponse:
    """The signer grants what was asked for, or refuses it with reasons."""
    looked = look(case, actor)
    form = AnswerForm(looked.view, looked.listed, looked.law, given(request))

    def do() -> Mapping[str, Any]:
        told = form.cleaned_data
        same = {"revision": told["revision"], "reason": told["reason"], "actor": actor, "now": clock.now()}
        if told["granted"] == "yes":
            services.grant(case, **same)
        else:
            services.answer_ask(case, granted=False, **same)
        return {}

    told = {
        "title": "对移出的提议作出决定",
        "effect": "同意的，立即移出并生成移出决定书；不同意的，理由记入案卷。",
    }
    return run(request, actor, looked, form, do, told)


@require_http_methods(["GET", "POST"])
@officer("case.step")
def note(request: HttpRequest, actor: Actor, case: UUID) -> HttpResponse:
    """A note in the case, for colleagues."""
    looked = look(case, actor)
    form = NoteForm(looked.view, looked.listed, looked.law, given(request))

    def do() -> Mapping[str, Any]:
        services.note(case, form.cleaned_data["text"], actor=actor, now=clock.now())
        return {}

    told = {"title": "添加备注", "verb": "保存备注", "effect": "备注记入案卷，不能删改。"}
    return run(request, actor, looked, form, do, told)


@require_http_methods(["GET", "POST"])
@officer("case.hand_over")
def hand_over(request: HttpRequest, actor: Actor, case: UUID) -> HttpResponse:
    """To another clerk of the agency, who then has it in the work list."""
    looked = look(case, actor)
    others = [
        (str(who), name)
        for who, name in colleagues(looked.view.agency, "clerk").items()
        if who != looked.view.row.handler
    ]
    form = HandOverForm(others, looked.view, looked.listed, looked.law, given(request))

    def do() -> Mapping[str, Any]:
        told = form.cleaned_data
        services.hand_over(case, UUID(told["to_user"]), told["text"], actor=actor, now=clock.now())
        return {}

    told = {"title": "移交案卷", "verb": "移交", "effect": "移交后由对方承办；期限不因移交中断。"}
    return run(request, actor, looked, form, do, told)
