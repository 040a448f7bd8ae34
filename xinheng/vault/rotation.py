"""A new master key for all data keys (主密钥更换), while everybody goes on reading and writing.

The new version writes from its first moment on, the old one stays readable until nothing needs it. Each data key is
wrapped anew by itself, so a rotation that was killed goes on where it stood; what a data key sealed is not touched,
and evidence, which covers no ciphertext and no key number, does not notice.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from xinheng.vault import keys
from xinheng.vault.keyring import key_context
from xinheng.vault.models import SubjectKey

BATCH = 1_000


def begin() -> int:
    """Draw a new master key; returns its version. It is on disk before this returns."""
    return keys.add_version()


def resume(*, batch: int = BATCH, told: Callable[[int], object] = lambda done: None) -> int:
    """Wrap every data key that is not under the present version; returns how many. `told` after each batch."""
    done, last = 0, UUID(int=0)
    while rows := _next(last, batch):
        with transaction.atomic(), connection.cursor() as cursor:
            for subject, version, wrapped in rows:
                done += _rewrap(cursor, subject, version, wrapped)
        last = rows[-1][0]
        told(done)
    return done


def left() -> int:
    """Data keys that still rest on an older version."""
    return SubjectKey.objects.exclude(master_version=keys.master().current).count()


def _next(last: UUID, batch: int) -> list[tuple[UUID, int, bytes]]:
    older = SubjectKey.objects.exclude(master_version=keys.master().current).filter(subject__gt=last)
    rows = older.order_by("subject").values_list("subject", "master_version", "wrapped")[:batch]
    return [(subject, version, bytes(wrapped)) for subject, version, wrapped in rows]


def _rewrap(cursor: CursorWrapper, subject: UUID, version: int, wrapped: bytes) -> int:
    master, context = keys.master(), key_context(subject)
    fresh = master.wrap(master.unwrap(version, wrapped, context), context)
    rewrap = "SELECT vault_rewrap(%s, %s::smallint, %s::smallint, %s)"
    cursor.execute(rewrap, (subject, version, master.current, fresh))
    return int(cursor.fetchone()[0])
