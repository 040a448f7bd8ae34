"""Numbers without gaps (文号): one register per kind and year, held by whoever issues until it is done."""

from __future__ import annotations

from django.db import connection

_OPEN = "INSERT INTO documents_numberregister (kind, year, last) VALUES (%s, %s, 0) ON CONFLICT DO NOTHING"
_HOLD = "SELECT last FROM documents_numberregister WHERE kind = %s AND year = %s FOR UPDATE"
_TAKE = "UPDATE documents_numberregister SET last = last + 1 WHERE kind = %s AND year = %s RETURNING last"


def hold(kind: str, year: int) -> None:
    """Wait until nobody else takes from this register, and keep it so to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [kind, year])
        cursor.execute(_HOLD, [kind, year])


def take(kind: str, year: int) -> int:
    """The next number of a register that is held. A rollback gives it back, so that none is missing."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [kind, year])
        (last,) = cursor.fetchone()
    return int(last)
