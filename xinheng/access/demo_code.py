"""The demo's stand-in for an authenticator: a visitor has none (演示动态码, ADR 8)."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from xinheng.access.login import pending_user
from xinheng.access.models import Agency

if TYPE_CHECKING:
    from django.http import HttpRequest

FICTIONAL = "示例"


def demo_code(request: HttpRequest, *, now: datetime) -> str:
    """The current code of whoever gave the password in this session, "" outside a fictional city.

    One agency without 示例 in its name makes the database a real one, and no code is told.
    """
    if Agency.objects.exclude(name__contains=FICTIONAL).exists():
        return ""
    device = TOTPDevice.objects.filter(user=pending_user(request, now=now), confirmed=True).first()
    if device is None:
        return ""
    clock = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    # An authenticator runs on the real clock, also where XINHENG_TODAY shifts the city's.
    clock.time = time.time()
    return f"{clock.token():0{device.digits}d}"
