"""Older records that new law would show or show longer: an officer decides (待定公示, 一（二）2)."""

# clause: 1.2.2

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.gate import open_set
from xinheng.access.purposes import Purpose
from xinheng.law.language import Refusal
from xinheng.publication import services
from xinheng.publication.queries import HELD, Held, held, held_count
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, officer, page
from xinheng.web.desk.steps import STEP, Step, act, check, given, step
from xinheng.web.ui.paging import Pager, page_number

PAGE_SIZE = 50
GRANTED = (("no", "维持现状，不扩大也不延长"), ("yes", "按新规定公示"))


class WideningForm(forms.Form):
    """Which of the held records, which way, and why."""

    records = forms.MultipleChoiceField(label="记录", error_messages={"required": "请至少选择一条记录。"})
    granted = forms.ChoiceField(
        label="决定",
        choices=GRANTED,
        widget=forms.RadioSelect,
    )
    ground = forms.CharField(label="理由", max_length=2000, widget=forms.Textarea({"rows": 4}))

    def __init__(self, rows: tuple[Held, ...], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [(str(row.record), str(row.record)) for row in rows]
        self.fields["records"].choices = choices  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@officer("widening.decide")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is held, oldest first; decided in groups with one reason."""
    number = page_number(request.GET.get("page", ""))
    pager = Pager(number, held_count(actor=actor), PAGE_SIZE)
    rows = _held(actor, pager)
    form = WideningForm(rows, given(request))
    context = {"rows": rows, "form": form, "pager": pager}
    stage = _stage(request, form)
    if stage is Step.ASK:
        status = UNANSWERED if form.errors else 200
        return page(request, actor, "desk/widenings.html", context, status=status)
    if stage is Step.CHECK:
        verb, effect = "作出决定", "决定立即生效；维持现状的不再列出。"
        return check(request, actor, title="核对：待定公示", rows=_rows(form, rows), verb=verb, effect=effect)
    answer, _ = act(request, actor, lambda: _decide(request.POST, actor))
    messages.success(request, f"已决定 {answer['records']} 条，公开页面变化 {answer['changed']} 条。")
    return redirect("desk:widenings")


def _stage(request: HttpRequest, form: WideningForm) -> Step:
    """What was checked is sent as it was: the service says whether the records are held still."""
    return Step.ACT if request.POST.get(STEP) == "act" else step(request, form)


def _held(actor: Actor, pager: Pager) -> tuple[Held, ...]:
    opened = open_set(
        actor=actor, what=HELD, purpose=Purpose.DISCLOSURE_REVIEW, basis="待定公示清单", now=clock.now()
    )
    return held(opened, limit=PAGE_SIZE, offset=pager.before * PAGE_SIZE)


def _rows(form: WideningForm, rows: tuple[Held, ...]) -> list[dict[str, Any]]:
    chosen = set(form.cleaned_data["records"])
    lines = [f"{each.item_name}，现在到{_until(each)}" for each in rows if str(each.record) in chosen]
    decision = dict(GRANTED)[form.cleaned_data["granted"]]
    return [
        {"label": f"选中的记录（{len(chosen)} 条）", "value": "\n".join(lines)},
        {"label": "决定", "value": decision},
        {"label": "理由", "value": form.cleaned_data["ground"]},
    ]


def _until(row: Held) -> str:
    if not row.is_shown:
        return "未公示"
    return f" {row.shown_until} 前" if row.shown_until else "长期"


def _decide(posted: QueryDict, actor: Actor) -> dict[str, int]:
    try:
        chosen = [UUID(each) for each in posted.getlist("records")]
    except ValueError:
        raise Refusal.because("STALE") from None
    granted, ground = posted.get("granted") == "yes", posted.get("ground", "")
    done = services.decide_widening(chosen, granted=granted, ground=ground, actor=actor, now=clock.now())
    return {"records": done.records, "changed": done.changed}
