"""What parties say is wrong (异议): the claims beside the source's document, the answer, two persons, the shield's siblings."""

# clauses: 2.2b, 3.2b, 5.2

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_file, open_set
from xinheng.access.permissions import may
from xinheng.access.purposes import Purpose, open_to
from xinheng.casework import corrections, correctionviews
from xinheng.casework.correctionviews import CORRECTIONS, View
from xinheng.catalog.public import current_law
from xinheng.exchange import amending, recalls
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.procedures.correction import CORRECTION
from xinheng.law.refusals import tell
from xinheng.registry import queries as registry
from xinheng.runtime import clock
from xinheng.web.desk import clocking
from xinheng.web.desk.answers import officer, page
from xinheng.web.desk.asking import through
from xinheng.web.desk.correction_forms import FORMS, SeenForm, StepForm
from xinheng.web.desk.sealing import ToSeal, uploaded
from xinheng.web.desk.steps import given, made
from xinheng.web.ui.paging import Pager, page_number
from xinheng.web.ui.repairing.following import download

FORM = "desk/corrections/form.html"
TONES = {
    "lodged": "amber", "asked": "amber", "answered": "amber", "proposed": "amber", "decided": "blue", "done": "",
    "withdrawn": "",
}  # fmt: skip
# Steps that change a record with them are carried out one layer up.
DOING: Mapping[str, Callable[..., Any]] = {
    "propose": amending.propose,
    "return": amending.give_back,
    "decide": amending.decide,
}


def _purpose(actor: Actor) -> Purpose:
    return Purpose.OBJECTION if Purpose.OBJECTION in open_to(actor.roles) else Purpose.SUPERVISION


@require_GET
@officer("correction.view")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits, the nearest target first; documents by number, nobody's name."""
    everything = request.GET.get("all") == "1"
    opened = open_set(
        actor=actor, what=CORRECTIONS, purpose=_purpose(actor), basis="异议清单", now=clock.now()
    )
    found = correctionviews.corrections(
        opened=opened, page=page_number(request.GET.get("page", "")), open_only=not everything
    )
    context = {
        "rows": [(each, TONES[each.state]) for each in found.rows],
        "pager": Pager(found.page, found.total, found.size),
        "all": everything,
    }
    return page(request, actor, "desk/corrections/list.html", context)


def _look(correction: UUID, actor: Actor) -> tuple[View, Opened, Law]:
    """The party's file opened for this correction. Raises Refusal NOT_FOUND, and what the gate answers."""
    found = correctionviews.known(correction, actor=actor)
    if found is None:
        raise Refusal.because("NOT_FOUND")
    subject, number = found
    opened = open_file(
        actor=actor, subject=subject, purpose=_purpose(actor), basis=f"异议 {number}", now=clock.now()
    )
    law = current_law(clock.today())
    return correctionviews.correction(correction, opened=opened, law=law), opened, law


@require_GET
@officer("correction.view")
def detail(request: HttpRequest, actor: Actor, correction: UUID) -> HttpResponse:
    """The claims, and beside them the document and what the record says."""
    view, opened, law = _look(correction, actor)
    record = registry.record(view.record, opened=opened)
    context = {
        "view": view,
        "tone": TONES[view.row.state],
        "clocks": clocking.of_matter(correction, actor, law),
        "source": record.versions[0] if record.versions else None,
        "effect": record.effect,
        "tasks": _tasks(view, law),
        "owed": recalls.told_of(view.owed, law),
        "may_look": may(actor, "correction.step") and view.row.under_way,
        "may_seal": may(actor, "correction.step"),
    }
    return page(request, actor, "desk/corrections/one.html", context)


def _tasks(view: View, law: Law) -> list[dict[str, Any]]:
    return [
        {
            "name": each.step.name,
            "label": each.step.label,
            "ready": each.mine and not each.against,
            "why": "；".join(tell(reason, law).why for reason in each.against)
            or ("" if each.mine else "由其他人员办理"),
        }
        for each in view.outlook
    ]


@require_http_methods(["GET", "POST"])
@officer("correction.step")
def take(request: HttpRequest, actor: Actor, correction: UUID, name: str) -> HttpResponse:
    """One step, with all that it brings about."""
    view, _opened, law = _look(correction, actor)
    if name not in {each.step.name for each in view.outlook} and request.POST.get("step") != "act":
        raise Refusal.because("NOT_READY", "civil#1029", state=view.row.state_label)
    label = CORRECTION.step(name).label
    form = FORMS.get(name, StepForm)(view, law, given(request))

    def do() -> UUID:
        told = {
            "revision": form.cleaned_data["revision"],
            "given": form.given(),
            "actor": actor,
            "now": clock.now(),
        }
        if name in DOING:
            DOING[name](correction, **told)
        else:
            corrections.take(correction, name, **told)
        return correction

    effect = "办理后记入台账，不能撤回。"
    if name == "decide":
        effect = f"生成处理结果告知书并编号；采纳的栏目随即改好，各处同步。{effect}"
    return _asked(request, actor, form, {"title": label, "view": view, "effect": effect}, do)


@require_GET
@officer("correction.view")
def paper(request: HttpRequest, actor: Actor, correction: UUID, document: UUID) -> HttpResponse:
    """The receipt or the decision as it was issued; with ?sealed=1 its signed and sealed copy."""
    _view, opened, law = _look(correction, actor)
    sealed = request.GET.get("sealed") == "1"
    return download(*correctionviews.paper(correction, document, opened=opened, law=law, sealed=sealed))


@require_http_methods(["GET", "POST"])
@officer("correction.step")
def seal(request: HttpRequest, actor: Actor, correction: UUID, document: UUID) -> HttpResponse:
    """Upload the signed and sealed copy of the decision."""
    view, _opened, _law = _look(correction, actor)
    found = next((each for each in view.papers if each.document == document and each.decides), None)
    if found is None:
        raise Refusal.because("NOT_FOUND")
    awaited = ToSeal(
        document=document, name=found.kind_name, number=found.number, matter="异议", matter_number=view.row.number,
        original=reverse("desk:correction-paper", args=[correction, document]),
        back=reverse("desk:correction", args=[correction]),
    )  # fmt: skip
    return uploaded(request, actor, awaited)


@require_http_methods(["GET", "POST"])
@officer("correction.step")
def sibling(request: HttpRequest, actor: Actor, correction: UUID, record: UUID) -> HttpResponse:
    """Note that a record which the same confusion may have hit was looked at."""
    view, _opened, law = _look(correction, actor)
    found = next((each for each in view.siblings if each.record == record), None)
    if found is None:
        raise Refusal.because("NOT_FOUND")
    form = SeenForm(view, law, given(request))

    def do() -> UUID:
        corrections.look_at_sibling(correction, record, confused=form.confused, actor=actor, now=clock.now())
        return correction

    told = {
        "title": f"查看：{found.document}（{found.agency}）", "view": view, "sibling": found,
        "effect": "同样认错的，立即停止公示，由报送单位改正。",
    }  # fmt: skip
    return _asked(request, actor, form, told, do)


def _asked(
    request: HttpRequest, actor: Actor, form: StepForm, context: Mapping[str, Any], do: Callable[[], UUID]
) -> HttpResponse:
    """A step of the correction, by its form."""
    view = context["view"]

    def rows() -> list[dict[str, Any]]:
        return [
            {"label": "异议", "value": view.row.number, "code": True},
            {"label": "文书", "value": view.row.document},
            *form.rows(),
        ]

    return through(
        request, actor, form, FORM, {**context, "verb": "确认办理"},
        rows=rows, do=lambda: made(do()), to=lambda done: reverse("desk:correction", args=[done["id"]]),
    )  # fmt: skip
