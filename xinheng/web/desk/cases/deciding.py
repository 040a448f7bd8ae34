"""What an officer decides about a case beside its steps: leniency, the effect of a document (宽容审慎、文书效力)."""

# clauses: 4.2b, 1.3a

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from xinheng.access.actor import Actor
from xinheng.casework import services
from xinheng.casework.given import LeniencyGiven
from xinheng.law.facts import Effect
from xinheng.law.leniency import GROUNDS
from xinheng.runtime import clock
from xinheng.web.desk.answers import missing, officer
from xinheng.web.desk.cases.acting import run
from xinheng.web.desk.cases.forms import StepForm, text_field
from xinheng.web.desk.cases.looking import look
from xinheng.web.desk.cases.words import DECISIONS
from xinheng.web.desk.steps import given
from xinheng.web.desk.words import value_in_words


class LeniencyForm(StepForm):
    """Force majeure, no intent, slight: which, what an officer decides, why."""

    heard = forms.BooleanField(label="已核查或者询问当事人", required=False)
    grounds = forms.MultipleChoiceField(
        label="涉及的情形", choices=list(GROUNDS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    decision = forms.ChoiceField(
        label="处理意见", choices=list(DECISIONS.items()), required=False, widget=forms.RadioSelect
    )
    reason = text_field("理由", required=False, help_text="涉及其中任何一种情形的，必须写明。")

    def decided(self) -> LeniencyGiven:
        told = self.cleaned_data
        return LeniencyGiven(
            heard=told["heard"], grounds=tuple(told["grounds"]), decision=told["decision"], reason=told["reason"]
        )  # fmt: skip


@require_http_methods(["GET", "POST"])
@officer("case.step")
def leniency(request: HttpRequest, actor: Actor, case: UUID) -> HttpResponse:
    """The officer's reasoned decision; without it nothing adverse goes on where a ground was named."""
    looked = look(case, actor)
    form = LeniencyForm(looked.view, looked.listed, looked.law, given(request))
    if (found := looked.view.leniency) is not None:
        form.initial.update(heard=found.heard, grounds=list(found.grounds), decision=found.decision)

    def do() -> Mapping[str, Any]:
        services.decide_leniency(
            case, form.decided(), revision=form.cleaned_data["revision"], actor=actor, now=clock.now()
        )
        return {}

    told = {
        "title": "写明宽容审慎处理意见",
        "verb": "保存处理意见",
        "effect": "处理意见记入案卷，以最后一次为准。",
    }
    return run(request, actor, looked, form, do, told)


class EffectForm(StepForm):
    """What the effect of a document is now."""

    effect = forms.ChoiceField(label="现在的效力", widget=forms.RadioSelect)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.fields["effect"].choices = [  # type: ignore[attr-defined]
            (each.value, value_in_words("effect", each.value, self.law)) for each in Effect
        ]


@require_http_methods(["GET", "POST"])
@officer("case.step")
def ground(request: HttpRequest, actor: Actor, case: UUID, ground: UUID) -> HttpResponse:
    """A document was revoked, stayed or held void: what rests on it is looked at anew."""
    looked = look(case, actor)
    found = next((each for each in looked.view.grounds if each.id == ground), None)
    if found is None:
        return missing(request, actor)
    form = EffectForm(looked.view, looked.listed, looked.law, given(request))
    form.initial["effect"] = found.effect

    def do() -> Mapping[str, Any]:
        told = form.cleaned_data
        services.change_ground(
            case, ground, told["effect"], revision=told["revision"], actor=actor, now=clock.now()
        )
        return {}

    told = {
        "title": f"登记文书效力的变动：{found.number}", "verb": "登记",
        "effect": "已经列入的，随后先行隐去，再由签发人复核；依据全部失去的，撤销列入。",
    }  # fmt: skip
    return run(request, actor, looked, form, do, told)
