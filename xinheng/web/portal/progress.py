"""How far a matter is, by receipt number and code, without signing in (进度查询): no party, no text, rate limited."""

# clauses: 4.1b

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from xinheng.documents import public
from xinheng.law.language import Refusal
from xinheng.law.refusals import tell, tell_code
from xinheng.runtime import clock
from xinheng.web.portal import reading, visitor
from xinheng.web.portal.answers import NO_COPY, page

TRAIL = [("首页", "/"), ("进度查询", "")]
UNANSWERED, TOO_MANY = 422, 429
FIELDS = ("number", "code")


@csrf_exempt  # changes nothing; a token would give every visitor a cookie
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """The form, and the answer below it: what was typed is posted and stands in no address."""
    if request.method != "POST":
        return _page(request, {})
    try:
        public.count_attempt(visitor.address(request), now=clock.now())
    except Refusal as refusal:
        answer = _page(request, {"told": tell(refusal.reasons[0], reading.law_today())}, TOO_MANY)
        answer.headers["Retry-After"] = refusal.reasons[0].values["seconds"]
        return answer
    return _answered(request)


def _answered(request: HttpRequest) -> HttpResponse:
    law = reading.law_today()
    typed = {name: request.POST.get(name, "").strip()[:80] for name in FIELDS}
    if not all(typed.values()):
        told = tell_code("PROGRESS_EMPTY", {}, law)
        return _page(request, {"told": told, "typed": typed}, UNANSWERED)
    found = public.progress(typed["number"], typed["code"], law)
    if found is None:
        told = tell_code("PROGRESS_NOT_FOUND", {}, law)
        return _page(request, {"told": told, "typed": {"number": typed["number"]}}, UNANSWERED)
    return _page(request, {"found": found, "today": law.day})


def _page(request: HttpRequest, more: dict[str, object], status: int = 200) -> HttpResponse:
    context = {"here": "progress", "trail": TRAIL, "asked_at": clock.now(), **more}
    return page(request, "portal/progress.html", context, status=status, cache=NO_COPY)
