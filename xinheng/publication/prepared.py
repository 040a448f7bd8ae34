"""Statements planned once per connection (预备语句): for look-ups asked thousands of times a minute.

Django binds values on the client and so has the server plan each statement anew; for the subject page
planning costs more than running (bench/lookup.py). Same connection, same transaction, same role.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection

# Higher than any count: what we do not ask to be prepared stays as Django has it.
NEVER_BY_ITSELF = 1_000_000


def one(statement: str, told: Mapping[str, Any]) -> Any:
    """The first row of a statement or None; values are bound on the server, so each `%(name)s` has one type."""
    connection.ensure_connection()
    raw = connection.connection
    raw.prepare_threshold = NEVER_BY_ITSELF
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        return cursor.execute(statement.encode(), told, prepare=True).fetchone()
