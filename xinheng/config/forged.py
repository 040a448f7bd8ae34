"""A form that did not come from a page of ours: each face answers for its own (防跨站提交)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from xinheng.web.counter import answers as counter
from xinheng.web.desk import answers as desk


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The counter's answer below /me/, the desk's elsewhere."""
    if request.path.startswith("/me/"):
        return counter.forged(request, reason)
    return desk.forged(request, reason)
