"""Older records that new law would show or show longer: an officer decides (待定公示, 一（二）2)."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.gate import open_set
from xinheng.access.purposes import Purpose
from xinheng.publication import services
from xinheng.publication.queries import HELD, Held, held, held_count
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, officer, page
from xinheng.web.ui.paging import Pager, page_number

PAGE_SIZE = 50


class WideningForm(forms.Form):
    """Which of the held records, which way, and why."""

    records = forms.MultipleChoiceField(label="记录", error_messages={"required": "请至少选择一条记录。"})
    granted = forms.ChoiceField(
        label="决定",
        choices=[("no", "维持现状，不扩大也不延长"), ("yes", "按新规定公示")],
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
    pager = Pager(number, held_count(None if actor.whole_city else actor.agency_id), PAGE_SIZE)
    opened = open_set(
        actor=actor, what=HELD, purpose=Purpose.DISCLOSURE_REVIEW, basis="待定公示清单", now=clock.now()
    )
    rows = held(opened, limit=PAGE_SIZE, offset=pager.before * PAGE_SIZE)
    form = WideningForm(rows, request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = [UUID(each) for each in form.cleaned_data["records"]]
        told = {"granted": form.cleaned_data["granted"] == "yes", "ground": form.cleaned_data["ground"]}
        done = services.decide_widening(chosen, actor=actor, now=clock.now(), **told)
        messages.success(request, f"已决定 {done.records} 条，公开页面变化 {done.changed} 条。")
        return redirect("desk:widenings")
    context = {"rows": rows, "form": form, "pager": pager}
    return page(request, actor, "desk/widenings.html", context, status=UNANSWERED if form.errors else 200)
