"""What migrations write in SQL: grants, append-only registers, row policies (权限、只增不改、行级限制).

A migration imports these few helpers; the functions that they call live in the database since
runtime.0002, so a migration keeps its meaning when this file grows.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

from django.db.migrations.operations import RunSQL

ROLES = (
    "xinheng_owner",
    "xinheng_app",
    "xinheng_intake",
    "xinheng_sequencer",
    "xinheng_projector",
    "xinheng_deliverer",
    "xinheng_auditor",
    "xinheng_backup",
)


def roles() -> str:
    """The SQL that makes the roles; may be run again."""
    return files(__package__).joinpath("roles.sql").read_text(encoding="utf-8")


def grant(tables: str | Iterable[str], **privileges: str) -> RunSQL:
    """Grants by role: `grant("ledger_event", app="select, insert", auditor="select")`.

    Sequences behind the columns of a table follow every grant that lets a role insert.
    """
    names = [tables] if isinstance(tables, str) else list(tables)
    statements = [
        _grant(table, f"xinheng_{role}", what) for table in names for role, what in privileges.items()
    ]
    return RunSQL("; ".join(statements), RunSQL.noop)


def _grant(table: str, role: str, what: str) -> str:
    return f"SELECT xinheng_grant('{table}', '{role}', '{what}')"


def append_only(*tables: str) -> RunSQL:
    """No update, delete or truncate, by trigger as well as by grant; also not for the owner."""
    return RunSQL([f"SELECT xinheng_make_append_only('{table}')" for table in tables], RunSQL.noop)


def months(table: str, first: str, last: str) -> RunSQL:
    """Month partitions of `table` (partitioned by a timestamp) from `first` to `last`, ISO dates."""
    return RunSQL([f"SELECT xinheng_ensure_months('{table}', '{first}', '{last}')"], RunSQL.noop)


def watch(table: str, key: str, columns: str) -> RunSQL:
    """Note every write to a small table for the ledger; see ledger/protection.py for the words of `columns`."""
    named, told = (words.replace("'", "''") for words in (key, columns))
    return RunSQL(
        f"SELECT ledger_watch('{table}', '{named}', '{told}')",
        f"DROP TRIGGER ledger_note ON {table}; DROP FUNCTION ledger_note_{table}()",
    )


def row_policy(table: str, rule: str, *, roles: str = "public", command: str = "all") -> RunSQL:
    """Row-level security on `table`, forced on its owner too: `rule` is the USING expression.

    Write settings as `xinheng_agency()` and `xinheng_whole_city()`: without them no row is seen.
    """
    name = f"{command}_{roles.replace('xinheng_', '').replace(', ', '_')}"
    return RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {name} ON {table} FOR {command} TO {roles} USING ({rule})",
        ],
        [f"DROP POLICY {name} ON {table}", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"],
    )
