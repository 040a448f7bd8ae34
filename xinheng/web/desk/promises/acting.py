"""A step on a false promise: filled in, read once more, done (办理承诺不实的一步); its papers, evidence and sealed copy."""

# clauses: 4.1a, 4.1b, 4.1c

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.casework.promises import queries, services
from xinheng.documents import kinds
from xinheng.law.language import Refusal
from xinheng.law.machine import Step
from xinheng.law.procedures.repair import FALSE_PROMISE
from xinheng.runtime import clock
from xinheng.vault.keyring import Unreadable
from xinheng.web.desk.answers import missing, officer
from xinheng.web.desk.asking import through
from xinheng.web.desk.promises.forms import FORMS, RemarkForm
from xinheng.web.desk.promises.looking import Looked, look
from xinheng.web.desk.sealing import ToSeal, uploaded
from xinheng.web.desk.steps import given
from xinheng.web.ui.repairing.following import download

TEMPLATE = "desk/promises/step.html"
VERBS = {
    "notify": "生成事先告知书", "serve_notice": "登记送达", "receive": "登记收到的意见", "reply": "生成核实反馈书",
    "propose": "提交，交另一人审核", "check": "审核通过，交签发", "decide": "签发决定", "enter": "登记送达并执行",
    "drop": "不作处理",
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@officer("repair.step")
def take(request: HttpRequest, actor: Actor, case: UUID, name: str) -> HttpResponse:
    """One step of the procedure."""
    if name not in VERBS:
        return missing(request, actor)
    looked, found = look(case, actor), FALSE_PROMISE.step(name)
    form = FORMS.get(name, RemarkForm)(looked.view, None, looked.law, given(request))

    def do() -> Mapping[str, Any]:
        taken = services.fire(
            case, name, revision=form.cleaned_data["revision"], given=form.given(), actor=actor, now=clock.now()
        )  # fmt: skip
        return {"state": taken.state}

    whom: list[dict[str, Any]] = [
        {"label": "案卷", "value": looked.view.number, "code": True},
        {"label": "当事人", "value": looked.party},
    ]
    context = {
        "view": looked.view, "party": looked.party, "title": found.label, "verb": VERBS[name],
        "effect": _effect(found, looked),
    }  # fmt: skip
    return through(
        request, actor, form, TEMPLATE, context,
        rows=lambda: [*whom, *form.rows()], do=do, to=lambda _: reverse("desk:promise", args=[case]),
    )  # fmt: skip


def _effect(found: Step, looked: Looked) -> str:
    """What will happen, in words: the paper that is made, what is carried out, the state that follows."""
    made = f"生成{kinds.kind(found.document, looked.law).name}并编号；" if found.document else ""
    at_once = ""
    if found.name == "enter":
        at_once = (
            "当事人立即恢复列入名单；"
            if looked.view.is_entry
            else "这条信息立即恢复公示和共享，标明承诺不实；"
        )
    after = FALSE_PROMISE.states.get(found.target, "")
    moves = f"案卷转为“{after}”。" if after else "案卷的状态不变。"
    return f"{made}{at_once}{moves}办理后记入案卷和台账，不能撤回。"


@require_http_methods(["GET", "POST"])
@officer("repair.step")
def seal(request: HttpRequest, actor: Actor, case: UUID, paper: UUID) -> HttpResponse:
    """Upload the signed and sealed decision; what is not of this paper is refused."""
    looked = look(case, actor)
    found = next((each for each in looked.view.papers if each.id == paper), None)
    if found is None or looked.view.agency != actor.agency_id:
        return missing(request, actor)
    awaited = ToSeal(
        document=found.document, name=found.kind_name, number=found.number, matter="案卷", matter_number=looked.view.number,
        original=reverse("desk:promise-paper", args=[case, paper]), back=reverse("desk:promise", args=[case]),
    )  # fmt: skip
    return uploaded(request, actor, awaited)


@require_GET
@officer("repair.view")
def paper(_request: HttpRequest, actor: Actor, case: UUID, paper: UUID) -> HttpResponse:
    """A paper of the case."""
    looked = look(case, actor)
    body, called = queries.paper(paper, case=case, opened=looked.opened, law=looked.law)
    return download(body, "application/pdf", called)


@require_GET
@officer("repair.view")
def evidence(_request: HttpRequest, actor: Actor, case: UUID, evidence: UUID) -> HttpResponse:
    """A document that shows it."""
    try:
        body, media = queries.evidence(evidence, case=case, opened=look(case, actor).opened)
    except (Unreadable, FileNotFoundError):
        raise Refusal.because("DOCUMENT_UNREADABLE") from None
    return download(body, media, "证据")
