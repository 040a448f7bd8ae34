"""One form, one page to check, one act (填写、核对、办理): the same wherever an officer takes a step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    context = {
        "form": form, "title": it.title, "effect": it.effect, "verb": it.verb, "back": it.back, "about": said(it.about),
    }  # fmt: skip
    return through(
        request, actor, form, TEMPLATE, context,
        rows=lambda: said(it.rows()), do=lambda: made(it.do()), done=it.done, to=lambda _: it.back,
    )  # fmt: skip


def through(
    request: HttpRequest,
    actor: Actor,
    form: forms.Form,
    template: str,
    context: Mapping[str, Any],
    *,
    rows: Callable[[], list[dict[str, Any]]],
    do: Callable[[], Mapping[str, Any]],
    done: str = "",
    to: Callable[[Mapping[str, Any]], str],
) -> HttpResponse:
    """Ask, check, act; what stands in the way is told above the form, also what somebody else did meanwhile.

    `context` is the form's page and says `title`, `verb`, `effect`, and `links` where there are any; `rows` are read
    on the page to check; `to` is the address to which the act's answer leads.
    """
    stage, shown = step(request, form), {**context, "form": form}
    if stage is Step.ASK:
        return page(request, actor, template, shown, status=UNANSWERED if form.errors else 200)
    try:
        if stage is Step.CHECK:
            told = {"verb": context["verb"], "effect": context["effect"], "links": context.get("links", ())}
            return check(request, actor, title=f"核对：{context['title']}", rows=rows(), **told)
        answer, _ = act(request, actor, do)
    except Refusal as refusal:
        return refused_at_form(request, actor, template, shown, refusal)
    messages.success(request, done or f"已办理：{context['title']}。")
    return redirect(to(answer))


def said(rows: Rows) -> list[dict[str, Any]]:
    """Rows of ui/parts/summary_list.html."""
    return [{"label": label, "value": value} for label, value in rows]
