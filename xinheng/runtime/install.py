"""What an installation needs before its first migration: roles, database, Django's key (安装)."""

from __future__ import annotations

import os
import secrets
from importlib.resources import files
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql as compose

from xinheng.runtime import clock, postgres, sql
from xinheng.runtime.postgres import check_database


class InstallFault(Exception):
    """The server cannot be used as it is; the text is Chinese and says what to do."""


def prepare_database() -> None:
    """Roles and database on our own server, or a check of the one that DATABASE_URL names.

    Raises InstallFault or PostgresFault.
    """
    if settings.XINHENG_OWN_POSTGRES is None:
        _check_named_server()
        return
    server = postgres.start(settings.XINHENG_OWN_POSTGRES)
    name = settings.DATABASES["default"]["NAME"]
    with server.connect() as admin:
        make_roles(admin)
        if not has_database(admin, name):
            make_database(admin, name)
    with server.connect(name) as admin:
        check_database(admin)


def _check_named_server() -> None:
    if "owner" not in settings.DATABASES:
        raise InstallFault(
            "设置了 DATABASE_URL 时，还要用 DATABASE_OWNER_URL 指明 xinheng_owner 的连接，才能更新数据库结构。"
        )
    owner = connections["owner"]
    owner.ensure_connection()
    check_database(owner.connection)
    missing = missing_roles(owner.connection)
    if missing:
        script = files(sql).joinpath("roles.sql")
        raise InstallFault(
            f"数据库服务器上缺少角色：{'、'.join(missing)}。"
            f"请由数据库管理员执行一次：psql -f {script}，并为 xinheng_app 和 xinheng_owner 设置密码。"
        )


def make_roles(connection: psycopg.Connection[Any]) -> None:
    """Make the eight roles, or put their attributes right; needs a connection that may create roles."""
    connection.execute(sql.roles().encode())


def missing_roles(connection: psycopg.Connection[Any]) -> list[str]:
    """Which of our roles the server does not know."""
    found = connection.execute("select rolname from pg_roles where rolname = any(%s)", [list(sql.ROLES)])
    known = {name for (name,) in found}
    return [role for role in sql.ROLES if role not in known]


def make_database(connection: psycopg.Connection[Any], name: str, template: str = "template0") -> None:
    """Make a UTF-8 database that knows Chinese, owned by xinheng_owner, closed to everybody else."""
    named = compose.Identifier(name)
    options = compose.SQL("OWNER xinheng_owner TEMPLATE {}").format(compose.Identifier(template))
    if template == "template0":
        options += compose.SQL(" ENCODING 'UTF8' LOCALE 'C.UTF-8'")
    connection.execute(compose.SQL("CREATE DATABASE {} {}").format(named, options))
    connection.execute(compose.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(named))
    others = compose.SQL(", ").join(compose.Identifier(role) for role in sql.ROLES if role != "xinheng_owner")
    connection.execute(compose.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(named, others))
    # Screening and publication join what they were told against the records in temporary tables.
    connection.execute(
        compose.SQL("GRANT TEMPORARY ON DATABASE {} TO xinheng_app, xinheng_projector").format(named)
    )


def has_database(connection: psycopg.Connection[Any], name: str) -> bool:
    """Whether the server has a database of that name."""
    return connection.execute("select from pg_database where datname = %s", [name]).fetchone() is not None


def ensure_months() -> None:
    """Month partitions of every register for two years ahead; a register without its month refuses to work."""
    first = clock.today()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select xinheng_ensure_months(partrelid, %s, (%s::date + interval '2 years')::date)"
            " from pg_partitioned_table",
            [first, first],
        )


def registers_without_next_month() -> list[str]:
    """Registers that would stop at the end of the month: `ensure_months` mends it."""
    query = """
        select c.relname from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
        where to_regclass('public.' || c.relname || to_char(%s::date + interval '1 month', '"_y"YYYY"m"MM')) is null
    """
    with connections["default"].cursor() as cursor:
        cursor.execute(query, [clock.today()])
        return [name for (name,) in cursor.fetchall()]


def ensure_django_key() -> Path:
    """The file of Django's SECRET_KEY (directory 0700, file 0600), made when there is none."""
    file = Path(settings.XINHENG_KEYS_DIR) / "django"
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(64))
    return file
