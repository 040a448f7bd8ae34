"""What the person at the window says is wrong (窗口代提异议): the same form, the same mark at once, for who is present."""

# clauses: 2.2b, 5.2

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_own
from xinheng.casework import corrections, correctionviews
from xinheng.catalog.public import current_law
from xinheng.documents import receipts
from xinheng.law.language import Refusal
from xinheng.publication import own as publication
from xinheng.runtime import clock
from xinheng.web.desk import steps
from xinheng.web.desk.answers import UNANSWERED, officer, page
from xinheng.web.desk.present import for_whom
from xinheng.web.desk.steps import Step, refused_at_form
from xinheng.web.ui.correction_form import ClaimsForm
from xinheng.web.ui.repairing.following import download

FORM = "desk/present/correct.html"
EFFECT = "请到场人核对。提交后这条信息旁各处即时标注“异议处理中”；说不是本人的，即时停止公示。请打印受理单交给到场人。"


@require_http_methods(["GET", "POST"])
@officer("window.act")
def correct(request: HttpRequest, actor: Actor, act: UUID, record: UUID) -> HttpResponse:
    """Take what the person present says of one record."""
    opened = open_own(actor=for_whom(act, actor), now=clock.now())
    found = publication.record(record, opened=opened, law=current_law(clock.today()))
    form = ClaimsForm(found, steps.given(request))
    stage, context = steps.step(request, form), {"act": act, "record": found, "form": form}
    if stage is Step.ASK:
        return page(request, actor, FORM, context, status=UNANSWERED if form.errors else 200)
    if stage is Step.CHECK:
        rows = [{"label": "信息", "value": f"{found.title}（{found.number}）"}, *form.rows()]
        return steps.check(
            request, actor, title="核对到场人的异议", rows=rows, verb="提交异议", effect=EFFECT
        )
    try:
        answer, _ = steps.act(request, actor, lambda: _lodged(record, form, opened))
    except Refusal as refusal:
        return refused_at_form(request, actor, FORM, context, refusal)
    number = str(answer["number"])
    view = correctionviews.own_correction(number, opened=opened, law=current_law(clock.today()))
    shown = {**context, "view": view, "code": receipts.code_of(number)}
    return page(request, actor, "desk/present/correct_receipt.html", shown)


@require_GET
@officer("window.act")
def paper(_request: HttpRequest, actor: Actor, act: UUID, number: str, document: UUID) -> HttpResponse:
    """A paper of a correction of the person present, to be read or printed for them."""
    opened, law = open_own(actor=for_whom(act, actor), now=clock.now()), current_law(clock.today())
    return download(*correctionviews.own_file(number, document, opened=opened, law=law))


def _lodged(record: UUID, form: ClaimsForm, opened: Opened) -> dict[str, object]:
    made = corrections.lodge(
        record, form.claims(), not_me=form.not_me, why=form.cleaned_data["why"], actor=opened.actor,
        now=clock.now(),
    )  # fmt: skip
    return {"number": made.number}
