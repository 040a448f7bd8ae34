"""Signing in and out (登录)."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from xinheng.access import login as sign_in
from xinheng.access.demo_code import demo_code
from xinheng.law.language import Refusal
from xinheng.runtime import clock
from xinheng.web.desk.answers import told

UNAUTHORISED, TOO_MANY = 401, 429
WANTED = "xinheng_wanted"  # where the officer was going before signing in


class PasswordForm(forms.Form):
    """First step."""

    username = forms.CharField(
        label="账号", max_length=80, widget=forms.TextInput({"autocomplete": "username"})
    )
    password = forms.CharField(
        label="密码", max_length=200, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )


class CodeForm(forms.Form):
    """Second step."""

    code = forms.CharField(
        label="动态码",
        help_text="身份验证器上显示的 6 位数字。",
        max_length=12,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The password; then the code is asked on a page of its own."""
    if sign_in.current(request):
        return redirect("desk:home")
    _remember(request)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sign_in.begin(request, now=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            return _again(request, PasswordForm(), refusal)
        return redirect("desk:code")
    return render(request, "desk/login.html", {"form": form, "step": "password"}, status=_status(form))


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second factor."""
    if not sign_in.waits_for_code(request, now=clock.now()):
        return redirect("desk:login")
    form = CodeForm(request.POST or None)
    wanted = request.session.get(WANTED, "")
    if request.method == "POST" and form.is_valid():
        try:
            sign_in.confirm(request, code=form.cleaned_data["code"], now=clock.now())
        except Refusal as refusal:
            return _again(request, CodeForm(), refusal)
        return redirect(wanted or "desk:home")
    shown = {"form": form, "step": "code", "demo_code": _demo_code(request)}
    return render(request, "desk/login.html", shown, status=_status(form))


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session on the server."""
    sign_in.end(request, now=clock.now())
    return redirect("desk:login")


def _again(request: HttpRequest, form: forms.Form, refusal: Refusal) -> HttpResponse:
    step = "code" if isinstance(form, CodeForm) else "password"
    shown = {"form": form, "step": step, "refusals": told(refusal)}
    return render(request, "desk/login.html", shown, status=_status_of(refusal))


def locked(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """The answer to whoever guessed too often, the same for names that exist and names that do not."""
    return _again(request, PasswordForm(), Refusal.because("SIGN_IN_LOCKED"))


def _status_of(refusal: Refusal) -> int:
    return TOO_MANY if refusal.reasons[0].code == "SIGN_IN_LOCKED" else UNAUTHORISED


def _remember(request: HttpRequest) -> None:
    """Go on, after signing in, where the officer wanted to go: a page of the desk and nothing else."""
    asked = request.GET.get("next", "")
    if asked.startswith("/desk/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        request.session[WANTED] = asked


def _status(form: forms.Form) -> int:
    return 422 if form.errors else 200


def _demo_code(request: HttpRequest) -> str:
    """The code of the demo account that is signing in: a visitor has no authenticator (ADR 8)."""
    return demo_code(request, now=clock.now()) if settings.XINHENG_DEMO else ""
