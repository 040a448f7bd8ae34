"""Every table of the database is watched, proved or exempt, and the database notes what verification reads."""

from __future__ import annotations

from typing import Any

import psycopg

from xinheng.ledger import protection

TABLES = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
   AND NOT relispartition
"""


def test_every_table_is_in_a_list(superuser: psycopg.Connection[Any]) -> None:
    there = {name for (name,) in superuser.execute(TABLES)}
    assert set(protection.listed()) == there


def test_no_table_is_exempt_without_a_reason() -> None:
    for table, said in protection.listed().items():
        assert said in ("watched", "proved") or len(said.removeprefix("exempt: ")) > 15, table


def test_the_database_notes_the_columns_that_verification_reads(superuser: psycopg.Connection[Any]) -> None:
    for table, watched in protection.watched().items():
        (body,) = superuser.execute(
            f"SELECT pg_get_functiondef('ledger_note_{table}'::regproc)"
        ).fetchone() or ("",)
        assert f"ARRAY[{', '.join(watched.parts())}]" in body, table
        assert f"named := {watched.key};" in body, table
        assert f"'{watched.form}'" in body, table
        (fires,) = superuser.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = 'ledger_note' AND tgparentid = 0",
            [table],
        ).fetchone() or (0,)
        assert fires == 1, table
