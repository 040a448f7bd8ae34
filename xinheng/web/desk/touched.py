"""What windows of force majeure have put before this agency: seen, decided with reasons (待复核事项).

A list names documents and cases, never a party. A decision changes nothing by itself: the page then leads to
the proposals of two persons that may.
"""

# clause: 4.2b

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.gate import open_file
from xinheng.access.permissions import may
from xinheng.access.purposes import Purpose, open_to
from xinheng.access.queries import officer_names
from xinheng.access.scope import acting
from xinheng.casework.windows import touched_names
from xinheng.catalog.public import current_law
from xinheng.catalog.windows import areas, window
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.registry import reviews, services
from xinheng.registry.reviews import TouchedRow
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, officer, page
from xinheng.web.desk.steps import Step, act, check, given, made, refused_at_form, step
from xinheng.web.ui.paging import Pager, page_number
from xinheng.web.ui.templatetags.ui import beijing

CASE, CLOCK, RECORD = "case", "clock", "record"
_TABS = {"": "全部", CASE: "名单案卷", CLOCK: "当事人的期限", RECORD: "失信信息"}
# What may be decided, in the words of what is touched.
_CHOICES: Mapping[str, Mapping[str, str]] = {
    CASE: {"go_on": "继续办理", "lighter": "从轻", "spare": "从宽，不再往下办"},
    CLOCK: {"go_on": "期限照算", "spare": "因不可抗力耽误的，逾期提出的仍予受理"},
    RECORD: {"go_on": "维持原记录", "lighter": "从宽：更正这条信息", "spare": "从宽：撤回或者销毁这条信息"},
}


class ReviewForm(forms.Form):
    """What becomes of it, and why."""

    decision = forms.ChoiceField(
        label="复核意见", widget=forms.RadioSelect, error_messages={"required": "请选择复核意见。"}
    )
    reason = forms.CharField(
        label="理由", max_length=2000, widget=forms.Textarea({"rows": 5}),
        help_text="写明查到了什么、不可抗力与这件事有没有关系。理由加密保存。",
    )  # fmt: skip

    def __init__(self, kind: str, *args: Any) -> None:
        super().__init__(*args)
        self.fields["decision"].choices = list(_CHOICES[kind].items())  # type: ignore[attr-defined]


@require_GET
@officer("touched.view")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits, by kind; with ?done=1 what was decided."""
    done, kind = request.GET.get("done") == "1", request.GET.get("kind", "")
    kind = kind if kind in _TABS else ""
    number = page_number(request.GET.get("page", ""))
    found = reviews.touched_page(actor=actor, kind="" if done else kind, decided=done, page=number)
    counts = reviews.touched_counts(actor=actor)
    context = {
        "tabs": [
            (key, label, counts.get(key, 0) if key else sum(counts.values())) for key, label in _TABS.items()
        ],
        "asked": kind,
        "done": done,
        "rows": _rows(found.rows, actor, current_law(clock.today())),
        "pager": Pager(found.page, found.total, found.size),
    }
    return page(request, actor, "desk/touched.html", context)


@require_http_methods(["GET", "POST"])
@officer("touched.view")
def detail(request: HttpRequest, actor: Actor, number: UUID, kind: str, target: UUID) -> HttpResponse:
    """One of them with its window; an officer of that agency decides below."""
    found = reviews.touched(number, kind, target, actor=actor)
    if found is None:
        raise Refusal.because("NOT_FOUND")
    if found.review and request.method == "POST":
        return _decided_before(request, actor, found)
    if found.review or found.kind == CASE or not may(actor, "touched.review"):
        return _page(request, actor, found)
    form = ReviewForm(found.kind, given(request))
    stage = step(request, form)
    if stage is Step.ASK:
        return _page(request, actor, found, form, status=UNANSWERED if form.errors else 200)
    if stage is Step.CHECK:
        return _checked(request, actor, found, form)

    def review() -> UUID:
        told = form.cleaned_data
        return services.review_touched(
            number,
            kind,
            target,
            decision=told["decision"],
            reason=told["reason"],
            actor=actor,
            now=clock.now(),
        )

    try:
        act(request, actor, lambda: made(review()))
    except Refusal as refusal:
        context = _context(actor, found, form)
        return refused_at_form(request, actor, "desk/touched_one.html", context, refusal)
    messages.success(request, "复核意见已记录。")
    return redirect("desk:touched-one", number, kind, target)


def _decided_before(request: HttpRequest, actor: Actor, found: TouchedRow) -> HttpResponse:
    """The same decision of the same person sent twice leads to its result; everything else is a conflict."""
    review = found.review
    if review and (review.by, review.decision) == (actor.user_id, request.POST.get("decision")):
        return redirect("desk:touched-one", found.window, found.kind, found.target)
    raise Refusal.because("ALREADY_DECIDED", "huaian-2021-13#4.2b")


def _checked(request: HttpRequest, actor: Actor, found: TouchedRow, form: ReviewForm) -> HttpResponse:
    (shown,) = _rows([found], actor, current_law(clock.today()))
    rows = [
        {"label": found.kind_label, "value": shown["name"]},
        {"label": "复核意见", "value": _CHOICES[found.kind][form.cleaned_data["decision"]]},
        {"label": "理由", "value": form.cleaned_data["reason"]},
    ]
    effect = "意见只记一次，本身不改动任何信息、公示或者期限；从宽的，接着按更正、撤回等两人办理的步骤去办。"
    return check(request, actor, title="核对：复核意见", rows=rows, verb="记录复核意见", effect=effect)


def _page(
    request: HttpRequest,
    actor: Actor,
    found: TouchedRow,
    form: ReviewForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    return page(request, actor, "desk/touched_one.html", _context(actor, found, form), status=status)


def _context(actor: Actor, found: TouchedRow, form: ReviewForm | None) -> dict[str, Any]:
    law = current_law(clock.today())
    (shown,) = _rows([found], actor, law)
    flood = window(found.window)
    facts = [
        ("窗口", flood.number),
        ("地区", areas(law).get(flood.area, flood.area)),
        ("日期", f"{flood.first} 至 {flood.last or '尚未结束'}"),
        ("事由", flood.ground),
        ("列为待复核", beijing(found.since)),
    ]
    return {
        "each": shown,
        "window": [{"label": label, "value": value} for label, value in facts],
        "form": form,
        "said": _said(found, actor) if found.review else [],
        "may_review": may(actor, "touched.review"),
        "may_propose": may(actor, "proposal.make"),
    }


def _said(found: TouchedRow, actor: Actor) -> list[dict[str, str]]:
    """What was decided, with its reasons from the opened file of the subject."""
    review = found.review
    if review is None:
        return []
    purpose = Purpose.DUTY if Purpose.DUTY in open_to(actor.roles) else Purpose.SUPERVISION
    basis = f"待复核事项：{found.window_number}"
    opened = open_file(actor=actor, subject=found.subject, purpose=purpose, basis=basis, now=clock.now())
    who = officer_names({review.by}).get(review.by, "")
    return [
        {"label": "复核意见", "value": _CHOICES[found.kind][review.decision]},
        {"label": "理由", "value": reviews.reason_of(review.id, opened=opened)},
        {"label": "复核人", "value": f"{who} {beijing(review.at)}"},
    ]


def _rows(rows: Sequence[TouchedRow], actor: Actor, law: Law) -> list[dict[str, Any]]:
    with acting(actor):
        names = touched_names([each.target for each in rows if each.kind != RECORD])
    return [_row(each, names, law) for each in rows]


def _row(row: TouchedRow, names: Mapping[UUID, tuple[UUID, str, str]], law: Law) -> dict[str, Any]:
    case, number, clock_name = names.get(row.target, (None, "", ""))
    item = law.item(row.item)
    return {
        "row": row,
        "case": case,
        "name": row.number if row.kind == RECORD else number,
        "about": (item.name if item else row.item) if row.kind == RECORD else _clock(clock_name, law),
        "decision": _CHOICES[row.kind].get(row.review.decision, "") if row.review else "",
    }


def _clock(name: str, law: Law) -> str:
    """What a clock is called; "" for a case."""
    known = {each["id"]: each["name"] for each in law.document("deadlines.yaml")["periods"]}
    return str(known.get(name, name))
