"""How often one place on the net may ask for confirmations (查验次数): counted for all processes together."""

from __future__ import annotations

import hmac
import ipaddress
from datetime import UTC, datetime, timedelta

from django.db import connection

from xinheng.law.language import Refusal
from xinheng.vault.keys import master

STRETCH = timedelta(minutes=10)
MOST = 30
KEPT = timedelta(days=1)
_KEY = "documents_attempt.place"

_COUNT = """
INSERT INTO documents_attempt (place, since, count) VALUES (%s, %s, 1)
ON CONFLICT (place, since) DO UPDATE SET count = documents_attempt.count + 1 RETURNING count
"""
_FORGET = "DELETE FROM documents_attempt WHERE since < %s"


def count(address: str, *, now: datetime) -> None:
    """Note one more question from an address. Raises Refusal TOO_MANY_REQUESTS from the MOST + first on."""
    since = datetime.fromtimestamp(now.timestamp() // STRETCH.total_seconds() * STRETCH.total_seconds(), UTC)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [_place(address, since), since])
        (found,) = cursor.fetchone()
        if found == 1:
            cursor.execute(_FORGET, [now - KEPT])
    if found > MOST:
        raise Refusal.because("TOO_MANY_REQUESTS", seconds=int((since + STRETCH - now).total_seconds()) + 1)


def _place(address: str, since: datetime) -> bytes:
    """A keyed hash that cannot be joined with that of another stretch; IPv6 by its /64, which is one household."""
    try:
        net = ipaddress.ip_network((address, 64 if ":" in address else 32), strict=False).with_prefixlen
    except ValueError:
        net = ""
    return hmac.digest(master().index_key(_KEY), f"{since.isoformat()}|{net}".encode(), "sha256")
