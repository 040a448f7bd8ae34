"""Asked, checked, done: how a form becomes an act, and a repeated act its first result (核对与提交)."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse

from xinheng.access.actor import Actor
from xinheng.law.language import Refusal
from xinheng.runtime import clock
from xinheng.runtime.idempotency import once
from xinheng.web.desk.answers import UNANSWERED, page, status_of, told

STEP, KEY = "step", "once"
_OURS = (STEP, KEY, "csrfmiddlewaretoken")


class Step(enum.Enum):
    """Where a form of two steps stands."""

    ASK = "ask"
    CHECK = "check"
    ACT = "act"


def step(request: HttpRequest, form: forms.Form) -> Step:
    """ASK for a form that is new, faulty or to be changed; CHECK what was filled in; ACT on what was checked."""
    if request.method != "POST" or request.POST.get(STEP) == "change" or not form.is_valid():
        return Step.ASK
    return Step.ACT if request.POST.get(STEP) == "act" else Step.CHECK


def given(request: HttpRequest) -> Mapping[str, Any] | None:
    """What a bound form takes: nothing on the first look."""
    return request.POST if request.method == "POST" else None


def check(
    request: HttpRequest,
    actor: Actor,
    *,
    title: str,
    rows: list[dict[str, Any]],
    verb: str,
    effect: str,
    links: Iterable[tuple[str, str]] = (),
) -> HttpResponse:
    """The page on which an officer reads everything once more; nothing has been done yet.

    `links` (label, address) lead to what the act would make, to be read before.
    """
    context = {
        "title": title,
        "rows": rows,
        "verb": verb,
        "effect": effect,
        "links": list(links),
        "kept": list(_kept(request)),
        "key": request.POST.get(KEY) or uuid4().hex,
    }
    return page(request, actor, "desk/check.html", context)


def _kept(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name not in _OURS:
            yield from ((name, str(value)) for value in values)


def act(
    request: HttpRequest, actor: Actor, do: Callable[[], Mapping[str, Any]]
) -> tuple[Mapping[str, Any], bool]:
    """(answer, repeated): the act once, its first answer when the same checked page is sent again."""
    key = f"{request.path}#{request.POST.get(KEY) or uuid4().hex}"[:200]
    return once(actor, key, dict(_kept(request)), clock.now(), do)


def made(identity: UUID) -> dict[str, str]:
    """The answer of an act that made something."""
    return {"id": str(identity)}


def refused_at_form(
    request: HttpRequest, actor: Actor, template: str, context: Mapping[str, Any], refusal: Refusal
) -> HttpResponse:
    """The form again with what was filled in, and above it what stands in the way."""
    status = status_of(refusal)
    if status == 404:
        raise refusal
    shown = {**context, "refusals": told(refusal)}
    return page(request, actor, template, shown, status=max(status, UNANSWERED) if status < 400 else status)
