"""What one officer asked for and another decides: corrections, redactions, withdrawals, settlements (待审核事项)."""

# clause: 2.2b

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_file
from xinheng.access.permissions import may
from xinheng.access.purposes import Purpose, open_to
from xinheng.access.queries import officer_names
from xinheng.catalog.public import current_law
from xinheng.exchange import queries as batches
from xinheng.exchange import services
from xinheng.exchange.proposals import ProposalView, proposal, proposals, sides, would_withdraw
from xinheng.law.language import Refusal
from xinheng.law.questions import question
from xinheng.registry.queries import whose
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, officer, page, told
from xinheng.web.desk.decisions import decision_rows
from xinheng.web.desk.words import row_in_words
from xinheng.web.ui.paging import Pager, page_number
from xinheng.web.ui.templatetags.ui import beijing

SETTLE, WITHDRAW, SHRED = "settle", "withdraw", "shred"
# waits, granted: (label, tone of its tag)
_STATES = {None: ("待审核", "amber"), True: ("已同意", "green"), False: ("未同意", "")}


class DecideForm(forms.Form):
    """Yes or no, and why; a no needs its reason."""

    granted = forms.ChoiceField(
        label="审核意见",
        choices=[("yes", "同意，立即生效"), ("no", "不同意，说明理由")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择同意或者不同意。"},
    )
    text = forms.CharField(
        label="说明", required=False, max_length=1000, widget=forms.Textarea({"rows": 3}),
        help_text="不同意的必须说明理由。不要写姓名和证件号码。",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A refusal without reason helps nobody."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("granted") == "no" and not said.get("text", "").strip():
            self.add_error("text", "请说明不同意的理由。")
        return said


@require_GET
@officer("record.view")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits for the second person, or with ?all=1 what was decided too."""
    everything = request.GET.get("all") == "1"
    number = page_number(request.GET.get("page", ""))
    found = proposals(actor=actor, page=number, open_only=not everything)
    context = {
        "rows": [(row, *_STATES[row.granted]) for row in found.rows],
        "names": officer_names({row.proposed_by for row in found.rows}),
        "pager": Pager(found.page, found.total, found.size),
        "everything": everything,
    }
    return page(request, actor, "desk/proposals.html", context)


@require_http_methods(["GET", "POST"])
@officer("record.view")
def detail(request: HttpRequest, actor: Actor, number: UUID) -> HttpResponse:
    """Both sides of the change; the second person decides below them."""
    found = _found(number, actor)
    form = DecideForm(request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return _page(request, actor, found, form)
    if not found.waits:
        return _decided_before(request, actor, found, form)
    if not form.is_valid():
        return _page(request, actor, found, form, status=UNANSWERED)
    try:
        _decide(form, found, actor)
    except Refusal as refusal:
        again = _found(number, actor)
        if again.waits:
            raise
        return _decided_before(request, actor, again, form, refusal)
    messages.success(request, _DONE[form.cleaned_data["granted"]])
    return redirect("desk:proposal", number)


_DONE = {"yes": "已同意，变更已经生效。", "no": "已记录不同意的意见，原信息没有改动。"}


def _decide(form: DecideForm, found: ProposalView, actor: Actor) -> None:
    given = form.cleaned_data
    services.decide(
        found.id, granted=given["granted"] == "yes", text=given["text"], actor=actor, now=clock.now()
    )


def _found(number: UUID, actor: Actor) -> ProposalView:
    found = proposal(number, actor=actor)
    if found is None:
        raise Refusal.because("NOT_FOUND")
    return found


def _decided_before(
    request: HttpRequest, actor: Actor, found: ProposalView, form: DecideForm, refusal: Refusal | None = None
) -> HttpResponse:
    """The same decision of the same person sent twice leads to its result; everything else is a conflict."""
    same = form.is_valid() and (form.cleaned_data["granted"] == "yes") == found.granted
    if same and found.decided_by == actor.user_id:
        return redirect("desk:proposal", found.id)
    refusals = told(refusal or Refusal.because("ALREADY_DECIDED"))
    return _page(request, actor, found, DecideForm(), status=409, refusals=refusals)


def _page(
    request: HttpRequest,
    actor: Actor,
    found: ProposalView,
    form: DecideForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    names = officer_names({who for who in (found.proposed_by, found.decided_by) if who})
    context = {
        "found": found,
        "form": form,
        "state": _STATES[found.granted],
        "asked_by": names.get(found.proposed_by, ""),
        "decided": _decided(found, names),
        "mine": found.proposed_by == actor.user_id,
        "may_decide": found.waits and may(actor, _verb(found)) and found.proposed_by != actor.user_id,
        **_content(found, actor),
        **more,
    }
    return page(request, actor, "desk/proposal.html", context, status=status)


def _verb(found: ProposalView) -> str:
    return "waiting.settle" if found.kind == SETTLE else "proposal.decide"


def _decided(found: ProposalView, names: dict[UUID, str]) -> str:
    if found.decided_by is None:
        return ""
    said = f"{names.get(found.decided_by, '')} {beijing(found.decided_at)}"
    return f"{said}：{found.decision_text}" if found.decision_text else said


def _content(found: ProposalView, actor: Actor) -> dict[str, Any]:
    """What the change is: a batch, a row, or the two sides of a record in an opened file."""
    if found.kind == WITHDRAW and found.batch is not None:
        made, changed = would_withdraw(found.batch, actor=actor) if found.waits else (0, 0)
        return {"batch": found.batch, "made": made, "changed": changed}
    if found.kind == SETTLE and found.batch is not None:
        return {"batch": found.batch, **_settlement(found, actor)}
    opened = _opened(found, actor)
    if found.kind == SHRED:
        return {"shred": True, "opened": opened}
    told_sides = sides(found, opened=opened)
    return {"sides": told_sides, "differ": sum(each.changed for each in told_sides), "opened": opened}


def _settlement(found: ProposalView, actor: Actor) -> dict[str, Any]:
    law = current_law(clock.today())
    asked = question(found.change["question"], law)
    waits = batches.waiting_row(found.batch, found.change["row"], actor=actor) if found.batch else None
    return {
        "question": asked.title if asked else found.change["question"],
        "answer": decision_rows(found.change["decision"], law),
        "facts": row_in_words(waits.facts, law) if waits else [],
    }


def _opened(found: ProposalView, actor: Actor) -> Opened:
    """The subject's file, opened for this one change and on record."""
    subject = whose(found.record, actor=actor) if found.record else None
    if subject is None:
        raise Refusal.because("NOT_FOUND")
    purpose = purpose_for(actor)
    basis = f"{found.kind_label}：{found.target}"[:200]
    return open_file(actor=actor, subject=subject, purpose=purpose, basis=basis, now=clock.now())


def purpose_for(actor: Actor) -> Purpose:
    """Why this officer looks at a change: to make or decide it, or to supervise."""
    return Purpose.CORRECTION if Purpose.CORRECTION in open_to(actor.roles) else Purpose.SUPERVISION
