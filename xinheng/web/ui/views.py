"""The style guide and the font-size switch (样式指南，字号切换)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from xinheng.runtime import clock
from xinheng.web.ui.examples import everything
from xinheng.web.ui.site import LARGE, SIZE_COOKIE

YEAR = 31_536_000  # seconds a reader's choice of size is kept


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every partial in every state; mounted in development only."""
    return render(request, "ui/styleguide.html", everything(clock.today()))


@csrf_exempt  # no token, so that public pages need no cookie: all it can do is change the reader's font size
@require_POST
def size(request: HttpRequest) -> HttpResponse:
    """Keep the reader's font size in a cookie and go back to the page they came from."""
    back = request.POST.get("next", "")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    answer = HttpResponseRedirect(back)
    if request.POST.get("size") == LARGE:
        answer.set_cookie(SIZE_COOKIE, LARGE, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    else:
        answer.delete_cookie(SIZE_COOKIE, samesite="Lax")
    return answer
