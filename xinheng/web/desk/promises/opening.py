"""A case on a false promise is opened from the repair that was granted (立案): filled in, read once more with the file."""

# clauses: 1.3a, 2.2a

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from xinheng.access.actor import Actor
from xinheng.casework.promises import queries, services
from xinheng.casework.promises.given import Opening
from xinheng.law.language import Refusal
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, missing, officer, page
from xinheng.web.desk.promises.forms import FileForm, OpenForm
from xinheng.web.desk.repairs.looking import Looked, look
from xinheng.web.desk.steps import Step, act, check, given, made, refused_at_form, step

TEMPLATE, TITLE, VERB = "desk/promises/open.html", "发现承诺不实，立案", "立案"
EFFECT = "立案后由另一人制作事先告知书。送达、听取意见、三人办理之前，什么也不改变。立案记入台账，不能撤回。"


@require_http_methods(["GET", "POST"])
@officer("repair.step")
def new(request: HttpRequest, actor: Actor, item: UUID) -> HttpResponse:
    """On one record or entry that this body repaired; where no consequence was read, that is said before the form."""
    repair = queries.granted_in(item, actor=actor)
    if repair is None:
        return missing(request, actor)
    looked, form = look(repair, actor), OpenForm(given(request))
    queries.require_consequence(item, repair=repair, opened=looked.opened, law=looked.law)
    context = {
        "form": form,
        "view": looked.view,
        "party": looked.party,
        "title": TITLE,
        "told": _told(looked, item),
    }
    stage = step(request, form)
    if stage is Step.ASK:
        return page(request, actor, TEMPLATE, context, status=UNANSWERED if form.errors else 200)
    if stage is Step.CHECK:
        return _check(request, actor, form, context)
    try:
        answer, _ = act(request, actor, lambda: _open(request, item, form, actor))
    except Refusal as refusal:
        return refused_at_form(request, actor, TEMPLATE, context, refusal)
    messages.success(request, "已立案。")
    return redirect("desk:promise", answer["id"])


def _told(looked: Looked, item: UUID) -> str:
    return next(each.told for each in looked.view.items if each.id == item)


def _check(request: HttpRequest, actor: Actor, form: OpenForm, context: Mapping[str, Any]) -> HttpResponse:
    whom = [
        {"label": "当事人", "value": context["party"]},
        {"label": "已经修复的信息", "value": context["told"]},
    ]
    return check(
        request, actor, title=f"核对：{TITLE}", rows=[*whom, *form.rows()], verb=VERB, effect=EFFECT,
        upload=FileForm()["file"],
    )  # fmt: skip


def _open(request: HttpRequest, item: UUID, form: OpenForm, actor: Actor) -> Mapping[str, Any]:
    file = request.FILES.get("file")
    if file is None:
        raise Refusal.because("FALSE_PROMISE_EVIDENCE", "huaian-2021-13#2.2a")
    told = Opening(
        item=item, words=form.words(), evidence=((file.name or "", file.read()),), window=form.cleaned_data["window"]
    )  # fmt: skip
    return made(services.open_case(told, reason=form.cleaned_data["reason"], actor=actor, now=clock.now()))
