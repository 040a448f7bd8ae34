"""Signing in through the identity provider, and out (登录)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from xinheng.access import counter_login
from xinheng.law.language import Refusal
from xinheng.runtime import clock
from xinheng.web.counter.answers import status_of, told

UNAUTHORISED = 401


@never_cache
@require_GET
def login(request: HttpRequest) -> HttpResponse:
    """Where one learns how to sign in; nothing is typed here."""
    if counter_login.current(request, now=clock.now()):
        return redirect("counter:home")
    return _shown(request, None)


@never_cache
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Off to the identity provider. A link and not a form: a policy that binds forms would stop the way there."""
    try:
        address = counter_login.begin(request, _back(request), now=clock.now(), seconds=clock.seconds())
    except Refusal as refusal:
        return _shown(request, refusal)
    return redirect(address)


@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the identity provider; what it answered serves once and stays in no address."""
    returned = {name: request.GET.get(name, "")[:2000] for name in ("state", "code")}
    if "iss" in request.GET:
        returned["iss"] = request.GET["iss"][:2000]
    try:
        counter_login.finish(request, returned, now=clock.now(), seconds=clock.seconds())
    except Refusal as refusal:
        return _shown(request, refusal)
    return redirect("counter:home")


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session on the server."""
    counter_login.end(request, now=clock.now())
    return redirect("counter:login")


def _back(request: HttpRequest) -> str:
    """The address that is registered with the provider."""
    return request.build_absolute_uri(reverse("counter:callback"))


def _shown(request: HttpRequest, refusal: Refusal | None) -> HttpResponse:
    refusals = told(refusal) if refusal else ()
    status = 200
    if refusal:
        status = status_of(refusal) if status_of(refusal) >= 500 else UNAUTHORISED
    context = {
        "here": "me",
        "refusals": refusals,
        "online": bool(settings.XINHENG_OIDC),
        "demo": settings.XINHENG_DEMO,
    }
    return render(request, "counter/login.html", context, status=status)
