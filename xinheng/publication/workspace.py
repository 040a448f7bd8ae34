"""Where a projection works (投影的工作区): the projector's role, its temporary tables, the names it masks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from xinheng.law import privacy
from xinheng.law.lawbook import Law
from xinheng.publication import statements

TRADE_NAME = "trade_name"
# Longer than any bare name that the law takes for a person's: only these and what holds a trader's word need be
# asked about.
_LONGEST_NAME = 8


@contextmanager
def as_projector(at: datetime) -> Iterator[CursorWrapper]:
    """A cursor in the projector's role, for the block; the caller's role and the temporary tables are put back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT xinheng_ensure_month('publication_publicationchange', %s::date)", [at])
        cursor.execute("SELECT current_setting('role')")
        before = cursor.fetchone()[0]
        cursor.execute("SET LOCAL ROLE xinheng_projector")
        cursor.execute(statements.TUNE)
        _drop_temporary(cursor)
        yield cursor
        _drop_temporary(cursor)
        back = "NONE" if before == "none" else connection.ops.quote_name(before)
        cursor.execute(f"SET LOCAL ROLE {back}")


def _drop_temporary(cursor: CursorWrapper) -> None:
    """One transaction may project more than once."""
    tables = ", ".join(f"projection_{name}" for name in statements.TEMPORARY)
    cursor.execute(f"SET LOCAL client_min_messages = warning; DROP TABLE IF EXISTS {tables}")


def prepare_names(cursor: CursorWrapper, law: Law, whose: str) -> None:
    """Sole traders among `whose` (SQL of subject ids) who go by their own name are masked like a person (3.2c)."""
    told: dict[str, Any] = {"longest": _LONGEST_NAME, "beside": privacy.BESIDE_NAMES}
    cursor.execute(statements.TRADE_NAMES.format(whose=whose), told)
    masked = [(subject, name, privacy.mask(TRADE_NAME, name, law)) for subject, name in cursor.fetchall()]
    cursor.execute(statements.NAMES)
    copy(cursor, "projection_name", [(subject, shown) for subject, name, shown in masked if shown != name])


def analyze(cursor: CursorWrapper, *tables: str) -> None:
    cursor.execute("; ".join(f"ANALYZE projection_{table}" for table in tables))


def copy(cursor: CursorWrapper, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as target:
        for row in rows:
            target.write_row(row)
    cursor.execute(f"ANALYZE {table}")
