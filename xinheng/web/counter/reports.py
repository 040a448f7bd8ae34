"""My own report (我的报告): issued on one's own click, free, with a code by which others confirm it."""

# clauses: 5.2

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from xinheng.access.gate import Opened
from xinheng.law.disclosure import SELF
from xinheng.law.language import Refusal
from xinheng.reports import queries, services
from xinheng.runtime import clock
from xinheng.web.counter.answers import own, page
from xinheng.web.counter.notices import download


@require_GET
@own
def reports(request: HttpRequest, opened: Opened) -> HttpResponse:
    """What was issued for oneself, and the button for a new one."""
    context = {"rows": queries.own_reports(opened=opened), "key": uuid4().hex}
    return page(request, "counter/reports.html", context)


@require_POST
@own
def issue(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Issue a report; the same click sent twice gives the same report."""
    key = f"own:{opened.actor.user_id}:{request.POST.get('once', uuid4().hex)[:64]}"
    services.issue_report(audience=SELF, opened=opened, actor=opened.actor, now=clock.now(), request=key)
    return redirect("counter:reports")


@require_GET
@own
def pdf(_request: HttpRequest, opened: Opened, document: UUID) -> HttpResponse:
    """One of one's own reports."""
    _require_mine(document, opened)
    return download(queries.pdf(document, opened=opened), "application/pdf", "公共信用信息报告")


@require_GET
@own
def proof(_request: HttpRequest, opened: Opened, document: UUID) -> HttpResponse:
    """The proof beside it, for verification without us."""
    _require_mine(document, opened)
    found = queries.proof(document, opened=opened).encode()
    return download(found, "text/plain; charset=utf-8", "证明")


def _require_mine(document: UUID, opened: Opened) -> None:
    """Only what was issued for oneself: others were issued reports about one too. Raises Refusal NOT_FOUND."""
    if document not in {each.id for each in queries.own_reports(opened=opened)}:
        raise Refusal.because("NOT_FOUND")
