"""The counter's page of a form that is asked, checked and done (核对与提交): as ui.steps has it for all faces."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from xinheng.web.counter.answers import page
from xinheng.web.ui.steps import STEP, Step, act, carried, step

__all__ = ["STEP", "Step", "act", "check", "step"]


def check(
    request: HttpRequest, *, title: str, rows: list[dict[str, Any]], verb: str, effect: str
) -> HttpResponse:
    """The page on which everything is read once more; nothing has been done yet."""
    context = {"title": title, "rows": rows, "verb": verb, "effect": effect}
    return page(request, "counter/check.html", context | carried(request))
