"""The desk's pages of a form that is asked, checked and done (核对与提交): as ui.steps has it for all faces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from xinheng.access.actor import Actor
from xinheng.law.language import Refusal
from xinheng.web.desk.answers import UNANSWERED, page, status_of, told
from xinheng.web.ui.steps import STEP, Step, act, carried, given, made, step

__all__ = ["STEP", "Step", "act", "check", "given", "made", "refused_at_form", "step"]


def check(
    request: HttpRequest,
    actor: Actor,
    *,
    title: str,
    rows: list[dict[str, Any]],
    verb: str,
    effect: str,
    links: Iterable[tuple[str, str]] = (),
    upload: Any = None,
) -> HttpResponse:
    """The page on which an officer reads everything once more; nothing has been done yet.

    `links` (label, address) lead to what the act would make, to be read before. `upload`: the field of a file, which
    no page can carry on and which is therefore chosen here.
    """
    context = {
        "title": title,
        "rows": rows,
        "verb": verb,
        "effect": effect,
        "links": list(links),
        "upload": upload,
    }
    return page(request, actor, "desk/check.html", context | carried(request))


def refused_at_form(
    request: HttpRequest, actor: Actor, template: str, context: Mapping[str, Any], refusal: Refusal
) -> HttpResponse:
    """The form again with what was filled in, and above it what stands in the way."""
    status = status_of(refusal)
    if status == 404:
        raise refusal
    shown = {**context, "refusals": told(refusal)}
    return page(request, actor, template, shown, status=max(status, UNANSWERED) if status < 400 else status)
