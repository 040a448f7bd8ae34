"""Documents that fell or were varied (文书撤销与变更): registered with proof, what fell shown as a tree, the steps after it."""

# clauses: 1.3a, 2.2b, 5.1d

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.permissions import may
from xinheng.casework import mendingqueries, revocations
from xinheng.casework.mendingqueries import Document, Row, View
from xinheng.casework.revocations import ENDED, OUTCOMES, PROOFS, Fell, Proof
from xinheng.catalog.public import current_law
from xinheng.exchange import recalls
from xinheng.law.language import Reason, Refusal
from xinheng.law.lawbook import Law
from xinheng.law.procedures.revocation import REVOCATION
from xinheng.law.refusals import tell
from xinheng.runtime import clock
from xinheng.web.desk import clocking
from xinheng.web.desk.answers import officer, page
from xinheng.web.desk.asking import through
from xinheng.web.desk.steps import given, made
from xinheng.web.ui.paging import Pager, page_number

FORM = "desk/revocations/form.html"
TONES = {
    "opened": "amber", "suspended": "amber", "hidden": "amber", "reviewed": "amber", "fallen": "red",
    "varied": "blue", "kept": "blue", "done": "",
}  # fmt: skip
FATE_TONES = {"falls": "red", "hidden": "amber", "suspended": "amber", "varied": "blue", "stands": ""}
NO_NAMES = "撤下时由本单位对外说明；本网站不再显示已经撤下的信息。不要写姓名和证件号码。"


def _day(label: str, help_text: str) -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期看不懂，请写成 2026-11-23 这样的日期。", "required": "请填日期。"},
    )  # fmt: skip


class ProofForm(forms.Form):
    """The document that says what became of the other one."""

    kind = forms.ChoiceField(label="凭什么文书", choices=[*PROOFS.items()])
    number = forms.CharField(label="文号", max_length=80)
    body_name = forms.CharField(label="作出机关", max_length=80)
    decided_on = _day("作出日期", "以文书落款为准。")

    def proof(self) -> Proof:
        told = self.cleaned_data
        return Proof(**{name: told[name] for name in ("kind", "number", "body_name", "decided_on")})

    def rows(self) -> Iterator[dict[str, Any]]:
        told = self.cleaned_data
        yield {
            "label": "凭据",
            "value": f"{PROOFS[told['kind']]}（{told['number']}），{told['body_name']}，{told['decided_on']}",
        }


class FellForm(ProofForm):
    """What became of a document, and the reason that is made public."""

    outcome = forms.ChoiceField(
        label="文书怎样了", choices=[*OUTCOMES.items()], widget=forms.RadioSelect,
        error_messages={"required": "请选择一项。"},
        help_text="只是在复议、诉讼中，没有停止执行的，不在这里登记，请用“登记复议、诉讼”。",
    )  # fmt: skip
    known_on = _day("本单位得知的日期", "自这一天的次日起三个工作日内撤下。")
    statement = forms.CharField(
        label="公开的理由", max_length=300, widget=forms.Textarea({"rows": 3}), help_text=NO_NAMES
    )
    field_order = ("outcome", "kind", "number", "body_name", "decided_on", "known_on", "statement")


class AgainForm(ProofForm):
    """What became of a stayed document."""

    outcome = forms.ChoiceField(
        label="停止执行以后怎样了", widget=forms.RadioSelect, error_messages={"required": "请选择一项。"},
        choices=[(ENDED, "恢复执行"), *((each, OUTCOMES[each]) for each in ("revoked", "void", "lapsed"))],
    )  # fmt: skip
    field_order = ("outcome", "kind", "number", "body_name", "decided_on")


class DisputeForm(forms.Form):
    """The paper by which a document came under review or suit, or left it."""

    number = forms.CharField(label="受理通知书或者裁判文书的文号", max_length=80)


class StepForm(forms.Form):
    """Why; what had been seen goes with it."""

    revision = forms.IntegerField(widget=forms.HiddenInput())
    reason = forms.CharField(
        label="理由", required=False, max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text="不要写姓名和证件号码。",
    )  # fmt: skip


class CompleteForm(StepForm):
    """That every holder has confirmed."""

    confirmed = forms.BooleanField(
        label="我已逐一核对：各接收方都已回执", error_messages={"required": "请核对后勾选。"}
    )


@require_GET
@officer("revocation.view")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is under way, or all; documents by number, nobody's name."""
    everything = request.GET.get("all") == "1"
    found = mendingqueries.revocations(
        actor=actor, page=page_number(request.GET.get("page", "")), open_only=not everything
    )
    law = current_law(clock.today())
    context = {
        "rows": [(each, TONES.get(each.state, ""), left(each, law)) for each in found.rows],
        "pager": Pager(found.page, found.total, found.size),
        "all": everything,
        "may_open": may(actor, "revocation.open"),
    }
    return page(request, actor, "desk/revocations/list.html", context)


def left(row: Row, law: Law) -> tuple[str, str]:
    """How many working days are left while nothing has been carried out."""
    if row.state != "opened" or row.due is None:
        return "", ""
    days = law.calendar.between(law.day, row.due)
    if days < 0:
        return f"已超期 {-days} 个工作日", "red"
    return ("今天到期", "red") if days == 0 else (f"剩 {days} 个工作日", "amber")


@require_GET
@officer("revocation.view")
def detail(request: HttpRequest, actor: Actor, matter: UUID) -> HttpResponse:
    """What changed, by which proof, what fell, was hidden or stays, and what is to be done."""
    law = current_law(clock.today())
    view = mendingqueries.revocation(matter, actor=actor, law=law)
    context = {
        "view": view,
        "tone": TONES.get(view.row.state, ""),
        "left": left(view.row, law),
        "layers": [(label, [(each, FATE_TONES[each.fate]) for each in rows]) for label, rows in view.layers],
        "tasks": _tasks(view, law),
        "history": [(each, REVOCATION.step(each.step).label, view.names.get(each.actor, "系统")) for each in view.steps],
        "owed": recalls.told_of(view.owed, law),
        "clocks": clocking.of_matter(matter, actor, law),
        "may_again": view.row.state == "suspended" and may(actor, "revocation.open"),
    }  # fmt: skip
    return page(request, actor, "desk/revocations/one.html", context)


def _tasks(view: View, law: Law) -> list[dict[str, Any]]:
    return [
        {
            "name": each.step.name,
            "label": each.step.label,
            "ready": each.mine and not each.against,
            "why": "；".join(_why(reason, law) for reason in each.against) or ("" if each.mine else "由其他人员办理"),
        }
        for each in view.outlook
    ]  # fmt: skip


def _why(reason: Reason, law: Law) -> str:
    return tell(reason, law).why


@require_http_methods(["GET", "POST"])
@officer("revocation.open")
def new(request: HttpRequest, actor: Actor, record: UUID) -> HttpResponse:
    """Register what became of the document of a record; the check page tells how much falls."""
    document = mendingqueries.document_of(record, actor=actor)
    if document.under_way and request.POST.get("step") != "act":
        return redirect("desk:revocation", document.under_way)
    form = FellForm(given(request), initial={"known_on": clock.today()})

    def rows() -> list[dict[str, Any]]:
        told = form.cleaned_data
        found = mendingqueries.would_fall(document.id, told["outcome"], actor=actor)
        what = [{"label": f"将影响：{layer}", "value": _counted(counts)} for layer, counts in found.items()]
        return [
            *_of(document), {"label": "变化", "value": OUTCOMES[told["outcome"]]}, *form.rows(),
            {"label": "得知日期", "value": str(told["known_on"])}, {"label": "公开的理由", "value": told["statement"]},
            *what,
        ]  # fmt: skip

    def do() -> UUID:
        told = form.cleaned_data
        fell = Fell(
            instrument=document.id, outcome=told["outcome"], proof=form.proof(), statement=told["statement"],
            known_on=told["known_on"],
        )  # fmt: skip
        return revocations.register_change(fell, actor=actor, now=clock.now())

    told = {
        "title": "登记文书的撤销、变更或者停止执行", "document": document, "back": record,
        "effect": "提交后立即办理：只以这份文书为据的一并撤下，另有依据的先行隐去交人复核，停止执行的中止，变更的等新内容。其他单位的措施由系统告知该单位。",
        "verb": "登记并立即办理",
    }  # fmt: skip
    return _asked(request, actor, form, told, rows, do)


def _counted(counts: Mapping[str, int]) -> str:
    return "，".join(f"{label} {count} 项" for label, count in counts.items())


def _of(document: Document) -> list[dict[str, Any]]:
    return [
        {"label": "文书", "value": document.number},
        {"label": "作出机关", "value": f"{document.body_name}，{document.decided_on}"},
    ]


@require_http_methods(["GET", "POST"])
@officer("revocation.open")
def dispute(request: HttpRequest, actor: Actor, record: UUID) -> HttpResponse:
    """Put the mark 复议诉讼中 beside the records on a document, or end it."""
    document = mendingqueries.document_of(record, actor=actor)
    form, ends = DisputeForm(given(request)), document.contested
    title = "登记复议、诉讼已经结束" if ends else "登记复议、诉讼"

    def do() -> UUID:
        revocations.note_dispute(
            document.id, contested=not ends, number=form.cleaned_data["number"], actor=actor, now=clock.now()
        )
        return document.id

    def rows() -> list[dict[str, Any]]:
        return [*_of(document), {"label": "凭据", "value": form.cleaned_data["number"]}]

    effect = (
        "各处的标注“复议诉讼中”随即去除。"
        if ends
        else "各处随即标注“复议诉讼中”；文书仍然有效，公示和使用不变。"
    )
    told = {"title": title, "document": document, "back": record, "effect": effect, "verb": title}
    return _asked(request, actor, form, told, rows, do, back=reverse("desk:records"))


@require_http_methods(["GET", "POST"])
@officer("revocation.open")
def again(request: HttpRequest, actor: Actor, matter: UUID) -> HttpResponse:
    """Register what became of a stayed document."""
    view = mendingqueries.revocation(matter, actor=actor, law=current_law(clock.today()))
    form = AgainForm(given(request))

    def rows() -> list[dict[str, Any]]:
        label = dict(form.fields["outcome"].choices)[form.cleaned_data["outcome"]]  # type: ignore[attr-defined]
        return [
            {"label": "文书", "value": view.row.document},
            {"label": "变化", "value": label},
            *form.rows(),
        ]

    def do() -> UUID:
        revocations.change_again(
            matter, form.cleaned_data["outcome"], form.proof(), revision=view.revision, actor=actor, now=clock.now()
        )  # fmt: skip
        return matter

    told = {
        "title": "登记停止执行以后的变化", "view": view, "verb": "登记",
        "effect": "恢复执行的，经复核和签发后才恢复公开和使用；撤销的，立即一并撤下。",
    }  # fmt: skip
    return _asked(request, actor, form, told, rows, do)


@require_http_methods(["GET", "POST"])
@officer("revocation.step")
def take(request: HttpRequest, actor: Actor, matter: UUID, name: str) -> HttpResponse:
    """One step of the procedure, with all that it brings about."""
    view = mendingqueries.revocation(matter, actor=actor, law=current_law(clock.today()))
    known = {each.step.name: each.step for each in view.outlook}
    if name not in known and request.POST.get("step") != "act":
        raise Refusal.because("NOT_READY", state=view.row.state_label)
    label = REVOCATION.step(name).label
    form = (CompleteForm if name == "complete" else StepForm)(
        given(request), initial={"revision": view.revision}
    )

    def rows() -> list[dict[str, Any]]:
        return [
            {"label": "文书", "value": view.row.document}, {"label": "办理", "value": label},
            {"label": "理由", "value": form.cleaned_data["reason"]},
        ]  # fmt: skip

    def do() -> UUID:
        told = form.cleaned_data
        revocations.take(
            matter, name, revision=told["revision"], reason=told["reason"],
            receipts=view.owed if told.get("confirmed") else (), actor=actor, now=clock.now(),
        )  # fmt: skip
        return matter

    told = {"title": label, "view": view, "verb": "确认办理", "effect": "办理后记入台账，不能撤回。"}
    return _asked(request, actor, form, told, rows, do)


def _asked(
    request: HttpRequest,
    actor: Actor,
    form: forms.Form,
    context: Mapping[str, Any],
    rows: Callable[[], list[dict[str, Any]]],
    do: Callable[[], UUID],
    back: str = "",
) -> HttpResponse:
    """What is asked and done on this page; without `back` the act leads to its revocation."""
    return through(
        request, actor, form, FORM, context,
        rows=rows, do=lambda: made(do()), to=lambda done: back or reverse("desk:revocation", args=[done["id"]]),
    )  # fmt: skip
