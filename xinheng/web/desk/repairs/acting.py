"""A step of a repair: filled in, read once more, done (办理修复的一步); papers and materials to look at."""

# clauses: 5.1a, 5.1b, 5.1c

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.casework.repairs import queries, services
from xinheng.casework.repairs.planviews import VERIFIED
from xinheng.documents import kinds
from xinheng.law.language import Refusal
from xinheng.law.machine import SYSTEM, Step
from xinheng.law.procedures.repair import REPAIR
from xinheng.runtime import clock
from xinheng.vault.keyring import Unreadable
from xinheng.web.desk.answers import missing, officer
from xinheng.web.desk.asking import through
from xinheng.web.desk.repairs.forms import FORMS, RemarkForm
from xinheng.web.desk.repairs.looking import Looked, look
from xinheng.web.desk.sealing import ToSeal, uploaded
from xinheng.web.desk.steps import given
from xinheng.web.ui.repairing.following import download

TEMPLATE = "desk/repairs/step.html"
OFFICERS = [
    each.name for each in REPAIR.steps
    if each.roles not in ({SYSTEM}, {"subject", "window"})
]  # fmt: skip
VERBS = {
    "ask_supplement": "告知补正", "accept": "受理", "verify": "保存核查情况", "propose": "提交，交另一人审核", "grant": "准予修复",
    "grant_part": "先行准予", "check": "审核通过，交签发", "return": "退回", "refuse": "签发不予修复决定", "serve": "登记送达",
    "complete": "办结",
    "lift_temporarily": "暂时解除",
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@officer("repair.step")
def take(request: HttpRequest, actor: Actor, case: UUID, name: str) -> HttpResponse:
    """One step of the procedure."""
    if name not in OFFICERS:
        return missing(request, actor)
    looked, found = look(case, actor), REPAIR.step(name)
    form = FORMS.get(name, RemarkForm)(looked, given(request))

    def do() -> Mapping[str, Any]:
        taken = services.fire(
            case, name, revision=form.cleaned_data["revision"], given=form.given(), actor=actor, now=clock.now()
        )  # fmt: skip
        return {"state": taken.state}

    context = {
        "view": looked.view, "party": looked.party, "title": found.label, "verb": VERBS[name],
        "effect": _effect(found, looked),
    }  # fmt: skip
    return through(
        request, actor, form, TEMPLATE, context,
        rows=lambda: [*_whom(looked, name), *form.rows()], do=do, to=lambda _: reverse("desk:repair", args=[case]),
    )  # fmt: skip


def _whom(looked: Looked, name: str) -> Iterator[dict[str, Any]]:
    view = looked.view
    yield {"label": "案卷", "value": view.number, "code": True}
    yield {"label": "申请人", "value": looked.party}
    if name in ("grant", "grant_part", "check", "refuse"):
        for each in view.items:
            if each.proposal and not each.outcome:
                named = "准予修复" if each.proposal.outcome == "grant" else "不予修复"
                yield {"label": named, "value": f"{each.told}\n{each.proposal.words.get('reason', '')}"}
    for plan in view.plans if name == "lift_temporarily" else ():
        if plan.state == VERIFIED:
            yield {"label": "计划", "value": f"{plan.court} {plan.number}，{plan.runs_from} 至 {plan.until}"}


def _effect(found: Step, looked: Looked) -> str:
    """What will happen, in words: the paper that is made, what becomes of the records, the state that follows."""
    made = f"生成{kinds.kind(found.document, looked.law).name}并编号；" if found.document else ""
    at_once = (
        "准予的信息立即按规定的结果处理，并通知各持有单位；" if found.name in ("grant", "grant_part") else ""
    )
    if found.name == "lift_temporarily":
        at_once = (
            "从今天起到计划的最后一日，任何单位都不再使用以这些信息为依据的惩戒措施；公示、共享照旧并加标注；"
        )
    after = REPAIR.states.get(found.target, "")
    moves = f"案卷转为“{after}”。" if after else "案卷的状态不变。"
    return f"{made}{at_once}{moves}办理后记入案卷和台账，不能撤回。"


@require_GET
@officer("repair.view")
def paper(request: HttpRequest, actor: Actor, case: UUID, paper: UUID) -> HttpResponse:
    """A paper of the case as it was issued; with ?sealed=1 its signed and sealed copy."""
    looked, sealed = look(case, actor), request.GET.get("sealed") == "1"
    return download(*queries.paper(paper, case=case, opened=looked.opened, law=looked.law, sealed=sealed))


@require_http_methods(["GET", "POST"])
@officer("repair.step")
def seal(request: HttpRequest, actor: Actor, case: UUID, paper: UUID) -> HttpResponse:
    """Upload the signed and sealed copy of a decision."""
    view = look(case, actor).view
    found = next((each for each in view.papers if each.id == paper and each.decides), None)
    if found is None:
        return missing(request, actor)
    awaited = ToSeal(
        document=found.document, name=found.kind_name, number=found.number, matter="案卷", matter_number=view.number,
        original=reverse("desk:repair-paper", args=[case, paper]), back=reverse("desk:repair", args=[case]),
    )  # fmt: skip
    return uploaded(request, actor, awaited)


@require_GET
@officer("repair.view")
def material(_request: HttpRequest, actor: Actor, case: UUID, material: UUID) -> HttpResponse:
    """What was handed in."""
    try:
        body, media = queries.material(material, case=case, opened=look(case, actor).opened)
    except (Unreadable, FileNotFoundError):
        raise Refusal.because("DOCUMENT_UNREADABLE") from None
    return download(body, media, "修复材料")
