"""The role that may add to the register (入库角色)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.utils import CursorWrapper


@contextmanager
def as_intake() -> Iterator[CursorWrapper]:
    """Take the role xinheng_intake within the caller's transaction, until the end of the block.

    After an error the transaction is lost anyway, and the role with it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE xinheng_intake")
        yield cursor
        cursor.execute("SET LOCAL ROLE NONE")
