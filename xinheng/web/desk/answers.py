"""How the desk answers: pages of a signed-in officer, refusals in full, the one 404 (应答)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from xinheng.access import login
from xinheng.access.actor import Actor
from xinheng.access.permissions import ROLE_LABELS, may, require
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.law.refusals import Told, tell
from xinheng.runtime import clock

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
DeskView = Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]

# What a refusal's code means to a machine; every other one is a rule that says no.
_STATUS = {
    "NOT_FOUND": 404,
    "NOT_YOURS": 404,
    "JOB_NOT_YOURS": 404,
    "RECORD_UNKNOWN": 404,
    "BATCH_UNKNOWN": 404,
    "PERMISSION_DENIED": 403,
    "SAME_PERSON": 403,
    "ALREADY_DECIDED": 409,
    "BATCH_ALREADY_SUBMITTED": 409,
    "ASK_OPEN": 409,
    "BATCH_NOT_CHECKED": 409,
    "CASE_CHANGED": 409,
    "CASE_EXISTS": 409,
    "CORRECTION_UNDER_WAY": 409,
    "REVOCATION_UNDER_WAY": 409,
    "MANDATE_ENDED": 403,
    "COMPLAINT_ANSWERED": 409,
    "CONFLICT": 409,
    "IDEMPOTENCY_RUNNING": 409,
    "JOB_RUNNING": 409,
    "MEASURE_EXISTS": 409,
    "MEASURE_NOT_IN_FORCE": 409,
    "NOT_READY": 409,
    "PROOF_PENDING": 409,
    "DOCUMENT_UNREADABLE": 410,
    "RECORD_NOT_CURRENT": 409,
    "RULING_EXISTS": 409,
    "STALE": 409,
    "REGISTER_UNAVAILABLE": 503,
    "EVIDENCE_STALLED": 503,
}
RULE_SAYS_NO = 422
UNANSWERED = 422


def officer(verb: str = "") -> Callable[[DeskView[P]], View[P]]:
    """A page for officers who gave both factors; `verb` is what it takes by the table of permissions.

    The view gets the actor as its second argument. A Refusal that it raises becomes a page with
    conclusion, reason, clause and next step.
    """

    def wrap(view: DeskView[P]) -> View[P]:
        @wraps(view)
        def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = login.current(request)
            if actor is None:
                return redirect(f"{reverse('desk:login')}?{urlencode({'next': request.path})}")
            answer: HttpResponseBase
            try:
                if verb:
                    require(actor, verb)
                answer = view(request, actor, *args, **kwargs)
            except Refusal as refusal:
                answer = refused(request, actor, refusal)
            answer.headers["Cache-Control"] = "no-store"
            return answer

        return inner

    return wrap


def page(
    request: HttpRequest, actor: Actor, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page in the desk's frame."""
    return render(request, template, {**frame(actor), **context}, status=status)


def refused(request: HttpRequest, actor: Actor, refusal: Refusal) -> HttpResponse:
    """The refusal in full, with the status that its code means."""
    status = status_of(refusal)
    if status == 404:
        return missing(request, actor)
    return page(request, actor, "desk/refused.html", {"refusals": told(refusal)}, status=status)


def status_of(refusal: Refusal) -> int:
    """What a refusal means to a machine."""
    return _STATUS.get(refusal.reasons[0].code, RULE_SAYS_NO)


def missing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One answer for what never was, is not yours, or is mistyped."""
    return page(request, actor, "desk/missing.html", {}, status=404)


def told(refusal: Refusal) -> tuple[Told, ...]:
    """Each reason of a refusal in the words of refusals.yaml."""
    law = current_law(clock.today())
    return tuple(tell(reason, law) for reason in refusal.reasons)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it
    """A form that did not come from a page of ours, or from one that is too old (防跨站提交)."""
    return render(request, "desk/forged.html", {}, status=403)


def frame(actor: Actor) -> dict[str, Any]:
    """What the frame of every desk page shows: who acts, and where that officer may go."""
    open_to = ((label, address) for label, address, verb in _SIDE if not verb or may(actor, verb))
    entries = list(dict.fromkeys(open_to))
    roles = "、".join(ROLE_LABELS[role] for role in sorted(actor.roles))
    return {"actor": actor, "actor_roles": roles, "side": entries}


_SIDE = (
    ("工作台", "/desk/", ""),
    ("报送批次", "/desk/batches/", "batch.view"),
    ("本单位信息", "/desk/records/", "record.view"),
    ("名单案卷", "/desk/cases/", "case.view"),
    ("信用修复", "/desk/repairs/", "repair.view"),
    ("承诺不实", "/desk/promises/", "repair.view"),
    ("文书撤销与变更", "/desk/revocations/", "revocation.view"),
    ("异议", "/desk/corrections/", "correction.view"),
    ("信用报告", "/desk/reports/", "report.view"),
    ("惩戒措施", "/desk/measures/", "measure.view"),
    ("待审核事项", "/desk/proposals/", "record.view"),
    ("待裁定的行", "/desk/waiting/", "waiting.view"),
    ("待复核事项", "/desk/touched/", "touched.view"),
    ("裁定", "/desk/rulings/", "ruling.propose"),
    ("不可抗力", "/desk/windows/", "window.propose"),
    ("待定公示", "/desk/widenings/", "widening.decide"),
    ("修复窗口", "/desk/contacts/", "contact.keep"),
    ("举报", "/desk/complaints/", "complaint.handle"),
    ("举报", "/desk/complaints/", "complaint.view"),
    ("查询登记", "/desk/register/", "register.view"),
    ("窗口代办", "/desk/window/", "window.act"),
)
