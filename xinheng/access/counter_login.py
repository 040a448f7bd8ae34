"""The session of a subject's account (办事账号的登录状态): who it is, for whom it acts now, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.middleware.csrf import rotate_token

from xinheng.access import oidc
from xinheng.access.accounts import BindingView, bindings, exists
from xinheng.access.actor import Actor, Own, counter_actor
from xinheng.access.services import arrive, leave
from xinheng.law.language import Refusal
from xinheng.runtime.clock import day_of

if TYPE_CHECKING:
    from django.http import HttpRequest

PENDING, SIGNED = "xinheng_counter_pending", "xinheng_counter"
PENDING_FOR = timedelta(minutes=10)
# A session in which nobody did anything for this long is over: a counter's screen may be a public one.
IDLE_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed-in account: its bindings that hold today, and the one that it acts by."""

    account: UUID
    bindings: tuple[BindingView, ...]
    chosen: BindingView | None
    day: date

    @property
    def actor(self) -> Actor:
        """The subject for itself. Raises Refusal NOT_BOUND for an account of whom nothing is held."""
        if self.chosen is None:
            raise Refusal.because("NOT_BOUND")
        own = Own(self.account, self.chosen.subject, self.day, f"{self.chosen.kind_label}查看")
        return counter_actor(own)


def begin(request: HttpRequest, redirect_uri: str, *, now: datetime, seconds: float) -> str:
    """Where the browser goes to be identified. Raises Refusal OIDC_UNAVAILABLE."""
    begun = oidc.begin(redirect_uri, seconds=seconds)
    request.session.cycle_key()
    request.session[PENDING] = {**begun.kept, "uri": redirect_uri, "at": now.isoformat()}
    return begun.address


def finish(request: HttpRequest, returned: Mapping[str, str], *, now: datetime, seconds: float) -> UUID:
    """Sign in with what the browser brought back, under a new session; gives the account.

    What was kept is thrown away first, so that an answer serves once. Raises Refusal OIDC_EXPIRED,
    OIDC_NOT_PROVED, OIDC_UNAVAILABLE or IDENTITY_DIFFERS.
    """
    kept = request.session.pop(PENDING, None)
    if kept is None or not timedelta(0) <= now - datetime.fromisoformat(kept["at"]) <= PENDING_FOR:
        raise Refusal.because("OIDC_EXPIRED")
    account = arrive(oidc.finish(kept, returned, kept["uri"], seconds=seconds), now=now)
    # Nobody is an officer and a subject in one session.
    request.session.flush()
    request.session[SIGNED] = {"account": str(account), "binding": "", "seen": now.isoformat()}
    rotate_token(request)
    return account


def current(request: HttpRequest, *, now: datetime) -> Signed | None:
    """The account of this request; None when nobody is signed in, or nobody did anything for half an hour."""
    told = request.session.get(SIGNED)
    if told is None:
        return None
    if not timedelta(0) <= now - datetime.fromisoformat(told["seen"]) <= IDLE_FOR or not exists(
        UUID(told["account"])
    ):
        request.session.flush()
        return None
    request.session[SIGNED] = {**told, "seen": now.isoformat()}
    account, day = UUID(told["account"]), day_of(now)
    holding = tuple(each for each in bindings(account) if each.holds(day))
    chosen = next((each for each in holding if str(each.id) == told["binding"]), None)
    return Signed(account, holding, chosen or next(iter(holding), None), day)


def choose(request: HttpRequest, binding: UUID, *, now: datetime) -> None:
    """Act by another of one's bindings from now on. Raises Refusal NOT_FOUND."""
    signed = current(request, now=now)
    if signed is None or binding not in {each.id for each in signed.bindings}:
        raise Refusal.because("NOT_FOUND")
    request.session[SIGNED] = {**request.session[SIGNED], "binding": str(binding)}


def end(request: HttpRequest, *, now: datetime) -> None:
    """Sign out: the session is destroyed on the server."""
    told = request.session.get(SIGNED)
    if told is not None:
        leave(UUID(told["account"]), now=now)
    request.session.flush()
