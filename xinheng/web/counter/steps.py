"""Asked, checked, done: how a form of the counter becomes an act, and a repeated act its first result (核对与提交)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse

from xinheng.access.actor import Actor
from xinheng.runtime import clock
from xinheng.runtime.idempotency import once
from xinheng.web.counter.answers import page

STEP, KEY = "step", "once"
_OURS = (STEP, KEY, "csrfmiddlewaretoken")


def stage(request: HttpRequest, form: forms.Form) -> str:
    """`ask` for a form that is new, faulty or to be changed; `check` what was filled in; `act` on what was checked."""
    if request.method != "POST" or request.POST.get(STEP) == "change" or not form.is_valid():
        return "ask"
    return "act" if request.POST.get(STEP) == "act" else "check"


def check(
    request: HttpRequest, *, title: str, rows: list[dict[str, Any]], verb: str, effect: str
) -> HttpResponse:
    """The page on which everything is read once more; nothing has been done yet."""
    context = {
        "title": title,
        "rows": rows,
        "verb": verb,
        "effect": effect,
        "kept": list(_kept(request)),
        "key": request.POST.get(KEY) or uuid4().hex,
    }
    return page(request, "counter/check.html", context)


def act(request: HttpRequest, actor: Actor, do: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """The act once; its first answer when the same checked page is sent again."""
    key = f"{request.path}#{request.POST.get(KEY) or uuid4().hex}"[:200]
    return once(actor, key, dict(_kept(request)), clock.now(), do)[0]


def _kept(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name not in _OURS:
            yield from ((name, str(value)) for value in values)
