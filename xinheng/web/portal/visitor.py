"""From where somebody asks (来访地址): what limits on questions are counted by."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The address of who asks: of the connection, or, behind the proxy that brings TLS, what that proxy added last.

    What a visitor writes into the header stands before that and counts for nothing.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.XINHENG_PROXIED:
        return direct
    return str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip() or direct
