"""Confirming a report: that it was issued, on which day, with which hash, and nothing of what it says (报告核验).

What is typed is posted and never stands in an address: the answer is behind a signed reference to the confirmation,
or to none, of the same length and for ten minutes. A scanned code is an address, and names nobody.
"""

# clause: 5.2

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from xinheng.documents import public
from xinheng.law.language import Refusal
from xinheng.law.refusals import tell, tell_code
from xinheng.runtime import clock
from xinheng.web.portal import reading, visitor
from xinheng.web.portal.answers import NO_COPY, page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
TRAIL = [("首页", "/"), ("报告核验", "")]
KEPT = 600  # seconds an answer can be looked at again
NONE = UUID(int=0)
_SIGNER = signing.TimestampSigner(salt="xinheng.verify")
UNANSWERED, OVER, TOO_MANY = 422, 410, 429


def counted(view: View[P]) -> View[P]:
    """Whoever asks too often is told when to come back."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            public.count_attempt(visitor.address(request), now=clock.now())
        except Refusal as refusal:
            told = tell(refusal.reasons[0], reading.law_today())
            answer = _form(request, {"told": told}, status=TOO_MANY)
            answer.headers["Retry-After"] = refusal.reasons[0].values["seconds"]
            return answer
        return view(request, *args, **kwargs)

    return inner


@csrf_exempt  # changes nothing; a token would give every visitor a cookie
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The form; what is posted leads to its answer."""
    return _asked(request) if request.method == "POST" else _form(request, {})


@counted
def _asked(request: HttpRequest) -> HttpResponse:
    typed = {name: request.POST.get(name, "").strip()[:200] for name in ("number", "code", "sha256")}
    if not typed["sha256"] and not (typed["number"] and typed["code"]):
        told = tell_code("VERIFY_EMPTY", {}, reading.law_today())
        return _form(request, {"told": told, "typed": typed}, status=UNANSWERED)
    found = public.by_file(typed["sha256"]) if typed["sha256"] else _by_number(typed)
    answer = HttpResponse(status=303, headers={"Location": f"/verify/answer/{_reference(found)}"})
    answer.headers["Cache-Control"] = NO_COPY
    return answer


def _by_number(typed: Mapping[str, str]) -> UUID | None:
    return public.by_number(typed["number"], typed["code"])


@require_safe
def answered(request: HttpRequest, reference: str) -> HttpResponse:
    """The answer to what was posted, for ten minutes."""
    try:
        found = UUID(_SIGNER.unsign(reference, max_age=KEPT))
    except (signing.BadSignature, ValueError):
        told = tell_code("VERIFY_EXPIRED", {}, reading.law_today())
        return _form(request, {"told": told}, status=OVER)
    return _answer(request, found)


@require_safe
@counted
def scanned(request: HttpRequest, code: str) -> HttpResponse:
    """The address in the picture on a report."""
    return _answer(request, public.by_code(code[:200]) or NONE)


def _reference(found: UUID | None) -> str:
    return _SIGNER.sign((found or NONE).hex)


def _answer(request: HttpRequest, found: UUID) -> HttpResponse:
    """Confirmed or not: the same page, the same rows, one look-up."""
    law = reading.law_today()
    confirmed = public.confirmation(found, law)
    told = None if confirmed else tell_code("VERIFY_NOT_CONFIRMED", {}, law)
    context = {
        "here": "verify",
        "trail": TRAIL,
        "confirmed": confirmed,
        "told": told,
        "asked_at": clock.now(),
    }
    return page(request, "portal/verified.html", context, cache=NO_COPY)


def _form(request: HttpRequest, more: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    context = {"here": "verify", "trail": TRAIL, **more}
    return page(request, "portal/verify.html", context, status=status, cache=NO_COPY)
