"""Plans of a court at the desk (重整计划、和解协议): kept, said, verified by another, ended before their day."""

# clauses: 5.1a, 4.2a

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.permissions import CHECKER, CLERK, SIGNER
from xinheng.casework.repairs import services
from xinheng.casework.repairs.planviews import EARLY, LIFTED, STATED, VERIFIED, PlanView
from xinheng.casework.repairs.views import CaseView
from xinheng.law.language import Refusal
from xinheng.law.procedures.repair import OPEN
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, missing, officer, page
from xinheng.web.desk.asking import Act, asked
from xinheng.web.desk.cases.forms import day_field, text_field
from xinheng.web.desk.repairs.looking import Looked, look
from xinheng.web.desk.steps import given, refused_at_form
from xinheng.web.ui.repairing.forms import ACCEPTED
from xinheng.web.ui.repairing.planning import EFFECT, PlanForm

VERIFY, END = "verify", "end"


class RulingForm(forms.Form):
    """The ruling as it came to the office."""

    ruling = forms.FileField(
        label="法院裁定书和计划",
        help_text="PDF、PNG 或者 JPEG，不超过 10 MB。",
        widget=forms.FileInput(ACCEPTED),
    )


class VerifyForm(forms.Form):
    """Whether it is so."""

    confirmed = forms.ChoiceField(
        label="核实的结果", choices=[("yes", "与裁定书一致，计划正在执行"), ("no", "不一致，或者没有这份裁定")],
        widget=forms.RadioSelect, error_messages={"required": "请选择核实的结果。"},
    )  # fmt: skip
    note = text_field("核实的情况", rows=3, required=False, help_text="怎样核实的；不一致的必填。")


class EndForm(forms.Form):
    """Why it is over before its last day."""

    why = forms.ChoiceField(
        label="怎样结束的",
        choices=EARLY,
        widget=forms.RadioSelect, error_messages={"required": "请选择怎样结束的。"},
    )  # fmt: skip
    on = day_field("结束的日期")
    reason = text_field("依据", rows=3, help_text="写明裁定书案号或者执行完毕的证明。")


@require_http_methods(["GET", "POST"])
@officer("repair.step")
def ruling(request: HttpRequest, actor: Actor, case: UUID) -> HttpResponse:
    """A ruling that came to the body is kept with the case; nothing follows from it yet."""
    looked, posted = look(case, actor), request.method == "POST"
    form = RulingForm(request.POST if posted else None, request.FILES if posted else None)
    context = {
        "form": form,
        "view": looked.view,
        "party": looked.party,
        "title": "收存法院裁定书",
        "verb": "收存",
    }
    if not posted or not form.is_valid():
        return page(
            request, actor, "desk/repairs/file.html", context, status=UNANSWERED if form.errors else 200
        )
    file = form.cleaned_data["ruling"]
    try:
        services.keep_ruling(case, str(file.name), file.read(), actor=actor, now=clock.now())
    except Refusal as refusal:
        return refused_at_form(request, actor, "desk/repairs/file.html", context, refusal)
    return redirect("desk:repair-plan", case)


@require_http_methods(["GET", "POST"])
@officer("repair.step")
def state(request: HttpRequest, actor: Actor, case: UUID) -> HttpResponse:
    """What the ruling says of the plan."""
    looked = look(case, actor)
    form = PlanForm(looked.view, given(request))

    def do() -> UUID:
        return services.state_plan(case, form.given(), actor=actor, now=clock.now())

    act = Act(
        "登记重整计划、和解协议", EFFECT, "登记", form.rows, do, "已登记，待另一人核实。",
        reverse("desk:repair", args=[case]), about=_of_case(looked),
    )  # fmt: skip
    return asked(request, actor, form, act)


@require_http_methods(["GET", "POST"])
@officer("repair.step")
def act(request: HttpRequest, actor: Actor, case: UUID, plan: UUID, verb: str) -> HttpResponse:
    """Verified, or ended before its day."""
    looked = look(case, actor)
    found = next((each for each in looked.view.plans if each.id == plan), None)
    if found is None or verb not in ACTS:
        return missing(request, actor)
    return ACTS[verb](request, actor, looked, found)


def _verify(request: HttpRequest, actor: Actor, looked: Looked, plan: PlanView) -> HttpResponse:
    form = VerifyForm(given(request))

    def do() -> UUID:
        told = form.cleaned_data
        services.verify_plan(
            plan.id, confirmed=told["confirmed"] == "yes", note=told["note"], actor=actor, now=clock.now()
        )  # fmt: skip
        return plan.id

    effect = "核实一致的，可以由审核人或者签发人暂时解除有关的惩戒措施。核实的结果不能更改。"
    return asked(request, actor, form, _act("核实重整计划、和解协议", effect, form, do, looked, plan))


def _end(request: HttpRequest, actor: Actor, looked: Looked, plan: PlanView) -> HttpResponse:
    form = EndForm(given(request))

    def do() -> UUID:
        services.end_plan(
            plan.id, form.cleaned_data["why"], on=form.cleaned_data["on"], reason=form.cleaned_data["reason"],
            actor=actor, now=clock.now(),
        )  # fmt: skip
        return plan.id

    effect = "暂时解除的惩戒措施，依据仍在的从今天起恢复，并请各实施单位重新评价。不能撤回。"
    return asked(request, actor, form, _act("登记计划已经结束", effect, form, do, looked, plan))


def _act(
    title: str, effect: str, form: forms.Form, do: Callable[[], UUID], looked: Looked, plan: PlanView
) -> Act:
    about = [*_of_case(looked), *_of_plan(plan)]
    return Act(
        title, effect, "登记", lambda: [*about, *_said(form)], do, "已登记。",
        reverse("desk:repair", args=[looked.view.id]), about=about,
    )  # fmt: skip


ACTS: Mapping[str, Callable[[HttpRequest, Actor, Looked, PlanView], HttpResponse]] = {
    VERIFY: _verify,
    END: _end,
}


def _of_case(looked: Looked) -> list[tuple[str, str]]:
    return [("案卷", looked.view.number), ("申请人", looked.party)]


def _of_plan(plan: PlanView) -> list[tuple[str, str]]:
    return [("裁定", f"{plan.court} {plan.number}"), ("计划执行期间", f"{plan.runs_from} 至 {plan.until}")]


def _said(form: forms.Form) -> Iterator[tuple[str, str]]:
    for name, field in form.fields.items():
        value = form.cleaned_data[name]
        yield str(field.label), str(dict(getattr(field, "choices", ())).get(value, value) or "—")


def lines(view: CaseView, actor: Actor) -> list[dict[str, Any]]:
    """The plans of a case, and what this officer may do with each."""
    return [{"it": each, "acts": list(_acts(each, view, actor))} for each in view.plans]


def _acts(plan: PlanView, view: CaseView, actor: Actor) -> Iterator[tuple[str, str]]:
    """(label, address)."""
    if actor.agency_id != view.agency:
        return
    if plan.state == STATED and view.state in OPEN and CLERK in actor.roles and plan.by != actor.user_id:
        yield "核实", reverse("desk:repair-plan-act", args=[view.id, plan.id, VERIFY])
    may_end = bool({CHECKER, SIGNER} & actor.roles) and plan.verified_by != actor.user_id
    if plan.state in (VERIFIED, LIFTED) and may_end:
        yield "登记结束", reverse("desk:repair-plan-act", args=[view.id, plan.id, END])
