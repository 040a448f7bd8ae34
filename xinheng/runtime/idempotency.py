"""A write that is repeated answers as it did the first time and acts once (幂等)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from xinheng.law.language import Refusal
from xinheng.runtime.models import IdempotencyKey

Answer = Mapping[str, Any]
# As long as somebody may still come back to a page of his; the law has no term for it.
KEPT = timedelta(days=30)
_SALT = "runtime_idempotencykey.body_mac"


class Writer(Protocol):
    """Who writes; access.Actor is one."""

    @property
    def user_id(self) -> UUID: ...


def once(
    actor: Writer, key: str, body: bytes | Mapping[str, Any], now: datetime, do: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """(answer, repeated): do the write, or give back the answer of the first time under the same key.

    The answer (small JSON) is stored in the write's own transaction: whoever lost it may ask again.
    Raises Refusal IDEMPOTENCY_OTHER_BODY for another body under a used key, IDEMPOTENCY_RUNNING while
    the first is still at work.
    """
    digest = _digest(body)
    with transaction.atomic():
        _alone(actor.user_id, key)
        first = IdempotencyKey.objects.filter(actor=actor.user_id, key=key).first()
        if first is not None:
            if bytes(first.body_mac) != digest:
                raise Refusal.because("IDEMPOTENCY_OTHER_BODY")
            return first.answer, True
        answer = dict(do())
        IdempotencyKey.objects.create(
            actor=actor.user_id, key=key, body_mac=digest, answer=answer, created_at=now
        )
        return answer, False


def forget(*, now: datetime) -> int:
    """Drop the answers that were kept for their time, whose writes then may no longer be repeated; how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEPT).delete()[0]


def _alone(actor: UUID, key: str) -> None:
    """Hold (actor, key) until the transaction ends."""
    held = hashlib.sha256(actor.bytes + key.encode()).digest()[:8]
    number = int.from_bytes(held, "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        (alone,) = cursor.fetchone()
    if not alone:
        raise Refusal.because("IDEMPOTENCY_RUNNING")


def _digest(body: bytes | Mapping[str, Any]) -> bytes:
    """Keyed: a form holds names and numbers of persons, which a plain digest would let anybody guess back."""
    if isinstance(body, Mapping):
        body = json.dumps(dict(body), ensure_ascii=False, sort_keys=True, default=str).encode()
    return salted_hmac(_SALT, body, algorithm="sha256").digest()
