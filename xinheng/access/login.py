"""Signing in with a password and a second factor, guesses bounded, one message for every failure (登录)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import django_otp
from axes.handlers.proxy import AxesProxyHandler
from django.contrib import auth
from django.contrib.auth.signals import user_login_failed

from xinheng.access.actor import Actor, actor_of
from xinheng.access.models import User
from xinheng.access.services import note_sign_in, note_sign_out
from xinheng.law.language import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest

PENDING = "xinheng_pending"
# Between password and code; a page left open longer starts again.
PENDING_FOR = timedelta(minutes=5)
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def begin(request: HttpRequest, *, username: str, password: str, now: datetime) -> None:
    """First step: the password. The session then waits for the code, under a new session key.

    Raises Refusal SIGN_IN_FAILED, equal for an unknown name, a wrong password and a disabled account,
    or SIGN_IN_LOCKED after too many failures of a name or an address, whether the name exists or not.
    """
    user = auth.authenticate(request, username=username, password=password)
    if user is None:
        raise _failure(request, username)
    request.session.cycle_key()
    request.session[PENDING] = {"user": str(user.pk), "username": username, "at": now.isoformat()}


def confirm(request: HttpRequest, *, code: str, now: datetime) -> Actor:
    """Second step: the code of the authenticator. Signs in under a new session key and returns the actor.

    Wrong codes count like wrong passwords. Raises Refusal SIGN_IN_FAILED, SIGN_IN_LOCKED, or
    SIGN_IN_EXPIRED when the first step is missing or too long ago.
    """
    username, user = _pending(request, now)
    credentials = {"username": username}
    if not AxesProxyHandler.is_allowed(request, credentials):
        raise Refusal.because("SIGN_IN_LOCKED")
    device = None if user is None else django_otp.match_token(user, code.strip())
    if user is None or device is None:
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
        raise _failure(request, username)
    del request.session[PENDING]
    auth.login(request, user, backend=_BACKEND)
    request.session.cycle_key()
    django_otp.login(request, device)
    actor = actor_of(user, channel="desk")
    note_sign_in(actor=actor, now=now)
    return actor


def end(request: HttpRequest, *, now: datetime) -> None:
    """Sign out: the session is destroyed on the server."""
    actor = current(request)
    if actor is not None:
        note_sign_out(actor=actor, now=now)
    auth.logout(request)


def current(request: HttpRequest) -> Actor | None:
    """The officer of this request; None unless both factors were given and the account is still open."""
    user = request.user
    if not isinstance(user, User) or not user.is_active or not django_otp.user_has_device(user):
        return None
    if not getattr(user, "otp_device", None):
        return None
    return actor_of(user, channel="desk")


def waits_for_code(request: HttpRequest, *, now: datetime) -> bool:
    """Whether the password was given in this session and the code is still due."""
    try:
        _pending(request, now)
    except Refusal:
        return False
    return True


def pending_user(request: HttpRequest, *, now: datetime) -> User | None:
    """Whose password was given in this session. Raises Refusal SIGN_IN_EXPIRED."""
    return _pending(request, now)[1]


def _pending(request: HttpRequest, now: datetime) -> tuple[str, User | None]:
    waiting = request.session.get(PENDING)
    if waiting is None or not _fresh(waiting["at"], now):
        request.session.pop(PENDING, None)
        raise Refusal.because("SIGN_IN_EXPIRED")
    user = User.objects.select_related("agency").filter(pk=waiting["user"], is_active=True).first()
    return waiting["username"], user


def _fresh(at: str, now: datetime) -> bool:
    return timedelta(0) <= now - datetime.fromisoformat(at) <= PENDING_FOR


def _failure(request: HttpRequest, username: str) -> Refusal:
    allowed = AxesProxyHandler.is_allowed(request, {"username": username})
    return Refusal.because("SIGN_IN_FAILED" if allowed else "SIGN_IN_LOCKED")
