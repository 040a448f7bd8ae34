"""For whom I may see and act (身份与代表): choose, and end what is over."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinheng.access import accounts, counter_login, services
from xinheng.access.accounts import BindingView
from xinheng.access.actor import Own, counter_actor
from xinheng.access.counter_login import Signed
from xinheng.law.language import Refusal
from xinheng.runtime import clock
from xinheng.web.counter import steps
from xinheng.web.counter.answers import page, signed


@require_GET
@signed
def bindings(request: HttpRequest, found: Signed) -> HttpResponse:
    """All bindings of the account, those that are over too."""
    rows = [(each, each.holds(found.day)) for each in accounts.bindings(found.account)]
    return page(request, "counter/bindings.html", {"rows": rows})


@require_POST
@signed
def choose(request: HttpRequest, _found: Signed, binding: UUID) -> HttpResponse:
    """Act by this one from now on."""
    counter_login.choose(request, binding, now=clock.now())
    return redirect("counter:home")


@require_http_methods(["GET", "POST"])
@signed
def end(request: HttpRequest, found: Signed, binding: UUID) -> HttpResponse:
    """End one of one's bindings, once it was read what that means."""
    row = next((each for each in accounts.bindings(found.account) if each.id == binding), None)
    if row is None or row.ended_at is not None:
        raise Refusal.because("NOT_FOUND")
    if request.method == "GET" or request.POST.get(steps.STEP) != "act":
        return _check(request, row)
    own = Own(found.account, row.subject, found.day, row.kind_label)
    services.end_binding(binding, actor=counter_actor(own), now=clock.now())
    return redirect("counter:bindings")


def _check(request: HttpRequest, row: BindingView) -> HttpResponse:
    rows = [
        {"label": "主体", "value": row.name or "本人"},
        {"label": "身份", "value": row.kind_label},
        {"label": "怎样绑定", "value": row.how_label},
    ]
    effect = "解除后，这个账号不能再查看和办理该主体的事项。已经提交的事项不受影响。"
    return steps.check(request, title="核对要解除的绑定", rows=rows, verb="解除绑定", effect=effect)
