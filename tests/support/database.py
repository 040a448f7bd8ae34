"""The database of one test run: migrated once per state of the migrations, then copied (测试数据库)."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from xinheng.config.database import ALIASES
from xinheng.runtime import db, install, postgres

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "var" / "test-pg"


class TestDatabase:
    """A copy of the migrated template that this run owns; `restore` undoes what a test committed."""

    __test__ = False

    def __init__(self, server: postgres.Server) -> None:
        self.server = server
        self.name = f"test_{os.getpid()}"
        self.template = f"migrated_{_digest_of_migrations()}"
        self.copies = 0

    def create(self) -> None:
        """Copy the template, and let Django connect to the copy as the application does."""
        with _one_run_at_a_time(), self.server.connect() as admin:
            install.make_roles(admin)
            _drop_left_over(admin, keep=self.template)
            if not install.has_database(admin, self.template):
                self._migrate(admin)
            install.make_database(admin, self.name, self.template)
        _point_django_at(self.server, self.name)
        self._remember()

    def drop(self) -> None:
        self._leave()
        with self.server.connect() as admin:
            _drop(admin, self.name)

    def connect(self, user: str = postgres.SUPERUSER) -> psycopg.Connection[Any]:
        """An autocommitting connection to this run's database as any role."""
        return self.server.connect(self.name, user)

    def copy(self) -> str:
        """A whole copy of the database as it stands now, for `standing_in` later; returns its name."""
        self.copies += 1
        name = f"{self.name}_{self.copies}"
        self._leave()
        with self.server.connect() as admin:
            install.make_database(admin, name, self.name)
        return name

    @contextlib.contextmanager
    def standing_in(self, copy: str) -> Iterator[None]:
        """Everything works with the copy, as after a restore from a backup; it is gone afterwards."""
        own, self.name = self.name, copy
        self._leave()
        _point_django_at(self.server, copy)
        try:
            yield
        finally:
            self._leave()
            self.name = own
            _point_django_at(self.server, own)
            with self.server.connect() as admin:
                _drop(admin, copy)

    def _leave(self) -> None:
        db.close_side_connections()
        connections.close_all()

    def restore(self) -> None:
        """Put every table back to what the migrations left in it, past triggers and row policies."""
        with self.connect() as admin, admin.transaction():
            admin.execute("set local session_replication_role = replica")
            # A test that left a transaction open elsewhere must fail here, not wait for ever.
            admin.execute("set local lock_timeout = '15s'")
            for table in self._changed(admin):
                admin.execute(sql.SQL("delete from {}").format(sql.Identifier(table)))
                _fill(admin, table, self.kept.get(table, b""))

    def _migrate(self, admin: psycopg.Connection[Any]) -> None:
        unfinished = f"{self.template}_new"
        _drop(admin, unfinished)
        install.make_database(admin, unfinished)
        _point_django_at(self.server, unfinished)
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        connections.close_all()
        admin.execute(
            sql.SQL("alter database {} rename to {}").format(
                *map(sql.Identifier, (unfinished, self.template))
            )
        )

    def _remember(self) -> None:
        with self.connect() as admin:
            contents = {table: _content(admin, table) for table in self._tables(admin)}
        self.kept = {table: content for table, content in contents.items() if content}

    def _changed(self, admin: psycopg.Connection[Any]) -> list[str]:
        """Tables that are not as the migrations left them: most were empty, and one statement tells which are."""
        empty = [table for table in self._tables(admin) if table not in self.kept]
        asked = sql.SQL(" union all ").join(
            sql.SQL("select {} where exists (select from {})").format(
                sql.Literal(table), sql.Identifier(table)
            )
            for table in empty
        )
        filled = [table for (table,) in admin.execute(asked)]
        return filled + [table for table, content in self.kept.items() if _content(admin, table) != content]

    def _tables(self, admin: psycopg.Connection[Any]) -> list[str]:
        query = "select relname from pg_class where relnamespace = 'public'::regnamespace"
        query += " and relkind in ('r', 'p') and not relispartition order by relname"
        return [name for (name,) in admin.execute(query)]


def _digest_of_migrations() -> str:
    """Changes with any migration, SQL helper or installed app, so that a template is never stale."""
    files = sorted((ROOT / "xinheng").glob("*/migrations/*.py")) + sorted(
        (ROOT / "xinheng/runtime/sql").iterdir()
    )
    digest = hashlib.sha256(repr(settings.INSTALLED_APPS).encode())
    for file in files:
        if file.is_file():
            digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def _one_run_at_a_time() -> Iterator[None]:
    """Two runs at once would both migrate the same template."""
    with (ROOT / "var" / "test.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _drop_left_over(admin: psycopg.Connection[Any], keep: str) -> None:
    """Databases of runs that were killed, and templates of migrations that are no more."""
    names = [name for (name,) in admin.execute("select datname from pg_database").fetchall()]
    for name in names:
        if name.startswith("test_") and not Path("/proc", name.split("_")[1]).exists():
            _drop(admin, name)
        elif name.startswith("migrated_") and name != keep:
            _drop(admin, name)


def _drop(admin: psycopg.Connection[Any], name: str) -> None:
    admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _point_django_at(server: postgres.Server, name: str) -> None:
    connections.close_all()
    for alias, (user, _) in ALIASES.items():
        connections[alias].settings_dict.update(
            HOST=str(server.socket), PORT=str(server.port), NAME=name, USER=user, PASSWORD=""
        )


def _content(admin: psycopg.Connection[Any], table: str) -> bytes:
    # A partitioned table cannot be copied itself, its query can.
    query = sql.SQL("copy (select * from {}) to stdout").format(sql.Identifier(table))
    with admin.cursor().copy(query) as rows:
        return b"".join(bytes(block) for block in rows)


def _fill(admin: psycopg.Connection[Any], table: str, content: bytes) -> None:
    if content:
        with admin.cursor().copy(sql.SQL("copy {} from stdin").format(sql.Identifier(table))) as rows:
            rows.write(content)
