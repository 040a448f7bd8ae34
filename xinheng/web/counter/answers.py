"""How the counter answers (应答): pages of a signed-in subject, refusals in full, the one 404."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from xinheng.access import counter_login
from xinheng.access.counter_login import Signed
from xinheng.access.gate import Opened, open_own
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.law.refusals import Told, tell
from xinheng.runtime import clock

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
SignedView = Callable[Concatenate[HttpRequest, Signed, P], HttpResponseBase]
OwnView = Callable[Concatenate[HttpRequest, Opened, P], HttpResponseBase]

_STATUS = {
    "NOT_FOUND": 404,
    "NOT_YOURS": 404,
    "MANDATE_ENDED": 403,
    "PERMISSION_DENIED": 403,
    "NOT_BOUND": 403,
    "CONFLICT": 409,
    "NOT_READY": 409,
    "IDEMPOTENCY_RUNNING": 409,
    "PROOF_PENDING": 409,
    "DOCUMENT_UNREADABLE": 410,
    "OIDC_UNAVAILABLE": 503,
    "REGISTER_UNAVAILABLE": 503,
    "EVIDENCE_STALLED": 503,
}
RULE_SAYS_NO = 422
TABS = (
    ("我的记录", "/me/"),
    ("信用修复", "/me/repair/"),
    ("收到的文书", "/me/notices/"),
    ("我的异议", "/me/corrections/"),
    ("谁查过我", "/me/access-log/"),
    ("我的报告", "/me/reports/"),
    ("身份与代表", "/me/bindings/"),
)


def signed(view: SignedView[P]) -> View[P]:
    """A page for whoever is signed in; a Refusal becomes a page with conclusion, reason, clause and next step."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        found = counter_login.current(request, now=clock.now())
        if found is None:
            return redirect("counter:login")
        # On the request, so that every page of the frame says for whom it is.
        request.signed = found  # type: ignore[attr-defined]
        answer: HttpResponseBase
        try:
            answer = view(request, found, *args, **kwargs)
        except Refusal as refusal:
            answer = refused(request, refusal)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return inner


def own(view: OwnView[P]) -> View[P]:
    """A page of the own file: it is opened, and that is on record, before anything is read."""

    @signed
    @wraps(view)
    def inner(request: HttpRequest, found: Signed, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        opened = open_own(actor=found.actor, now=clock.now())
        return view(request, opened, *args, **kwargs)

    return inner


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page in the counter's frame."""
    return render(request, template, {**frame(request), **context}, status=status)


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page shows: for whom one acts, and where one may go."""
    current = max((each for _, each in TABS if request.path.startswith(each)), key=len, default="")
    pages = [(label, address, address == current) for label, address in TABS]
    return {"here": "me", "signed": getattr(request, "signed", None), "pages": pages}


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal in full, with the status that its code means."""
    status = status_of(refusal)
    if status == 404:
        return missing(request)
    return page(request, "counter/refused.html", {"refusals": told(refusal)}, status=status)


def status_of(refusal: Refusal) -> int:
    """What a refusal means to a machine."""
    return _STATUS.get(refusal.reasons[0].code, RULE_SAYS_NO)


def missing(request: HttpRequest) -> HttpResponse:
    """One answer for what never was, is not yours, or is mistyped."""
    return page(request, "counter/missing.html", {}, status=404)


def told(refusal: Refusal) -> tuple[Told, ...]:
    """Each reason of a refusal in the words of refusals.yaml."""
    law = current_law(clock.today())
    return tuple(tell(reason, law) for reason in refusal.reasons)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it
    """A form that did not come from a page of ours, or from one that is too old (防跨站提交)."""
    return render(request, "counter/forged.html", {"here": "me"}, status=403)
