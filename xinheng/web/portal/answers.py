"""How the portal answers (应答): cache headers, the one 404, problem+json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from xinheng.web.ui.site import LARGE, SIZE_COOKIE, the_site

# What is published can end at any moment, so no copy of it may answer in our place.
LIVE = "private, no-cache"
# The law and our own words change with a release or a new edition.
STEADY = "public, max-age=300"
NO_COPY = "no-store"


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200, cache: str = LIVE
) -> HttpResponse:
    """A rendered page with its cache rule; the only cookie that changes it is the font size."""
    body = render_to_string(template, dict(context), request)
    answer = HttpResponse(body, status=status)
    answer.headers["Cache-Control"] = cache
    patch_vary_headers(answer, ["Cookie"])
    return answer


def not_found(request: HttpRequest) -> HttpResponse:
    """The one 404: the same bytes and headers for what never was, is no longer public, or is mistyped."""
    answer = HttpResponse(_not_found_body(request.COOKIES.get(SIZE_COOKIE) == LARGE), status=404)
    answer.headers["Cache-Control"] = NO_COPY
    patch_vary_headers(answer, ["Cookie"])
    return answer


@cache
def _not_found_body(large: bool) -> bytes:
    context = {"site": the_site(), "size": LARGE if large else "", "bare": True}
    return render_to_string("portal/not_found.html", context).encode()


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django asks for it
    """Django's own 404, for addresses that lead nowhere: the same answer."""
    return not_found(request)


def handler500(_: HttpRequest) -> HttpResponse:
    """An error of ours: no details, the telephone, nothing that could fail again."""
    body = render_to_string("portal/fault.html", {"site": the_site(), "bare": True})
    return HttpResponse(body, status=500, headers={"Cache-Control": NO_COPY})


def json_answer(body: bytes) -> HttpResponse:
    """A JSON document made by publication, as it stands."""
    return HttpResponse(body, content_type="application/json", headers={"Cache-Control": LIVE})


NO_SUCH = {
    "type": "about:blank",
    "title": "没有可以公开的信息",
    "status": 404,
    "code": "NOT_FOUND",
    "detail": "没有找到在公示期内的信息。这不代表该主体不存在，也不代表信用好坏。",
}
_NO_SUCH_BODY = json.dumps(NO_SUCH, ensure_ascii=False).encode()


def json_not_found() -> HttpResponse:
    """The one 404 of the open API, RFC 9457; it repeats nothing of what was asked."""
    return HttpResponse(
        _NO_SUCH_BODY, status=404, content_type="application/problem+json", headers={"Cache-Control": NO_COPY}
    )
