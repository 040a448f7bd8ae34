"""An application that was lodged (申请的进度): each body, each record, papers, supplement, taking it back."""

# clauses: 5.1a, 5.1c, 5.1d

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect

from xinheng.access.queries import officer_names
from xinheng.casework.repairs import own, services
from xinheng.casework.repairs.own import Application
from xinheng.casework.repairs.views import CaseView
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.law.procedures.repair import OPEN
from xinheng.runtime import clock
from xinheng.web.ui import steps
from xinheng.web.ui.repairing.applying import OF_A_FILE, told
from xinheng.web.ui.repairing.face import UNANSWERED, Face
from xinheng.web.ui.repairing.forms import SupplyForm, WithdrawForm
from xinheng.web.ui.repairing.planning import EFFECT, PlanForm
from xinheng.web.ui.repairing.words import clock_words
from xinheng.web.ui.steps import STEP, Step

TONES = {"supplementing": "amber", "withdrawn": "dim", "done": "plain", "decided": "plain", "served": "plain"}
OUTCOME_TONES = {"": "blue", "grant": "green", "refuse": "red"}
ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


def one(face: Face, number: str) -> HttpResponse:
    """Where each body is with each record."""
    found = own.application(number, opened=face.opened, law=face.law)
    names = officer_names({each.handler for each in found.cases if each.handler})
    context = {"it": found, "cases": [_case(each, face, number, names) for each in found.cases]}
    return face.page("one", context)


def _case(view: CaseView, face: Face, number: str, names: Any) -> dict[str, Any]:
    open_ = view.state in OPEN
    return {
        "it": view,
        "tag": (view.state_label, TONES.get(view.state, "blue")),
        "handler": names.get(view.handler, "") if view.handler else "",
        "items": [(each, OUTCOME_TONES[each.outcome]) for each in view.items],
        "clocks": [(each, clock_words(each)) for each in view.clocks if not each.stopped_on],
        "papers": [(each, face.address("paper", number, each.id)) for each in view.papers],
        "materials": [(each, face.address("material", number, each.id)) for each in view.materials],
        "supply": face.address("supply", number, view.id) if open_ else "",
        "withdraw": face.address("withdraw", number, view.id) if open_ else "",
        "plan": face.address("plan", number, view.id) if open_ and view.rulings else "",
    }


def supply(face: Face, number: str, case: UUID) -> HttpResponse:
    """Hand in what is missing, whenever."""
    request, view = face.request, _of(own.application(number, opened=face.opened, law=face.law), case)
    posted = request.method == "POST"
    form = SupplyForm(request.POST if posted else None, request.FILES if posted else None)
    refusal = None
    if posted and form.is_valid():
        try:
            services.supply(
                case, list(form.handed()), text=form.cleaned_data["text"], actor=face.opened.actor, now=clock.now()
            )  # fmt: skip
            return redirect(face.address("one", number))
        except Refusal as caught:
            if caught.reasons[0].code not in (*OF_A_FILE, "NOT_READY"):
                raise
            refusal = caught
    context = {
        "form": form, "view": view, "refusals": told(face, refusal), "back": face.address("one", number),
        "clocks": [clock_words(each) for each in view.clocks if each.name == "repair_supplement" and not each.stopped_on],
    }  # fmt: skip
    return face.page("supply", context, status=UNANSWERED if form.errors or refusal else 200)


def withdraw(face: Face, number: str, case: UUID) -> HttpResponse:
    """Take it back at one body, once it was read what that means."""
    request, view = face.request, _of(own.application(number, opened=face.opened, law=face.law), case)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and request.POST.get(STEP) == "act":
        reason = form.cleaned_data["reason"]

        def do() -> dict[str, Any]:
            services.withdraw(case, reason=reason, actor=face.opened.actor, now=clock.now())
            return {}

        face.act(do)
        return redirect(face.address("one", number))
    context = {"form": form, "view": view, "back": face.address("one", number), "key": uuid4().hex}
    return face.page("withdraw", context)


def plan(face: Face, number: str, case: UUID) -> HttpResponse:
    """Say what the court's ruling says of a plan, read it once more, hand it in."""
    request, view = face.request, _of(own.application(number, opened=face.opened, law=face.law), case)
    form, back = PlanForm(view, steps.given(request)), face.address("one", number)
    stage, refusal = steps.step(request, form), None
    if stage is Step.ACT:
        try:
            face.act(lambda: {"id": str(_stated(case, form, face))})
            return redirect(back)
        except Refusal as caught:
            refusal, stage = caught, Step.ASK
    context = {
        "form": form, "view": view, "back": back, "refusals": told(face, refusal), "effect": EFFECT,
        "rows": form.rows() if stage is Step.CHECK else (),
        **(steps.carried(request) if stage is Step.CHECK else {}),
    }  # fmt: skip
    return face.page("plan", context, status=UNANSWERED if form.errors or refusal else 200)


def _stated(case: UUID, form: PlanForm, face: Face) -> UUID:
    return services.state_plan(case, form.given(), actor=face.opened.actor, now=clock.now())


def _of(found: Application, case: UUID) -> CaseView:
    for each in found.cases:
        if each.id == case:
            return each
    raise Refusal.because("NOT_FOUND")


def paper(face: Face, paper_id: UUID) -> HttpResponse:
    """A paper addressed to the applicant."""
    return download(*own.paper(paper_id, opened=face.opened, law=current_law(clock.today())))


def material(face: Face, material_id: UUID) -> HttpResponse:
    """What was handed in, as it was."""
    body, media = own.material(material_id, opened=face.opened)
    return download(body, media, "修复材料")


def download(body: bytes, media: str, name: str) -> HttpResponse:
    """A file to keep; its name says nothing of whom it is about."""
    answer = HttpResponse(body, content_type=media)
    ending = ENDINGS.get(media, "bin")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.{ending}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
