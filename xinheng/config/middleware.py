"""Public pages do without the middleware of whoever signs in: no session, no user, no cookie (公开页面的捷径)."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponseBase
from django.urls import get_resolver

SIGNED_IN = ("/desk/", "/me/")


class PublicPagesFirst:
    """Calls the view of a public page at once; only desk and counter go on to session, user, messages and lock-out.

    It saves a look-up half of its time, and no public view can depend on who asks: there is no `request.user`.
    What stands above it in MIDDLEWARE applies to both.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.for_the_signed_in = get_response
        self.for_everybody = convert_exception_to_response(_view)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(SIGNED_IN):
            return self.for_the_signed_in(request)
        return cast("HttpResponseBase", self.for_everybody(request))  # our views are no coroutines


def _view(request: HttpRequest) -> HttpResponseBase:
    match = get_resolver().resolve(request.path_info)
    request.resolver_match = match
    answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return answer
