"""One form, one page to check, one act (填写、核对、办理): what directory and complaints have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from xinheng.access.actor import Actor
from xinheng.law.language import Refusal
from xinheng.web.desk.answers import UNANSWERED, page
from xinheng.web.desk.steps import Step, act, check, made, refused_at_form, step

TEMPLATE = "desk/asked.html"
Rows = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Act:
    """What is asked and done: `rows` are read on the page to check, `about` above the form, `back` is where one goes."""

    title: str
    effect: str
    verb: str
    rows: Callable[[], Rows]
    do: Callable[[], UUID]
    done: str
    back: str
    about: Rows = ()


def asked(request: HttpRequest, actor: Actor, form: forms.Form, it: Act) -> HttpResponse:
    """The form, the page on which it is checked, the act. A Refusal is told above the form."""
    context: dict[str, Any] = {
        "form": form,
        "title": it.title,
        "effect": it.effect,
        "back": it.back,
        "about": said(it.about),
    }
    stage = step(request, form)
    if stage is Step.ASK:
        return page(request, actor, TEMPLATE, context, status=UNANSWERED if form.errors else 200)
    if stage is Step.CHECK:
        rows = said(it.rows())
        return check(request, actor, title=f"核对：{it.title}", rows=rows, verb=it.verb, effect=it.effect)
    try:
        act(request, actor, lambda: made(it.do()))
    except Refusal as refusal:
        return refused_at_form(request, actor, TEMPLATE, context, refusal)
    messages.success(request, it.done)
    return redirect(it.back)


def said(rows: Rows) -> list[dict[str, Any]]:
    """Rows of ui/parts/summary_list.html."""
    return [{"label": label, "value": value} for label, value in rows]
