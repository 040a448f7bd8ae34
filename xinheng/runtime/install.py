"""What an installation needs before its first migration: roles and database (安装：角色与数据库)."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql as compose

from xinheng.runtime import sql
from xinheng.runtime.postgres import check_database


def make_roles(connection: psycopg.Connection[Any]) -> None:
    """Make the eight roles, or put their attributes right; needs a connection that may create roles."""
    connection.execute(compose.SQL(sql.roles()))  # type: ignore[arg-type]  # a file of ours, not a literal


def missing_roles(connection: psycopg.Connection[Any]) -> list[str]:
    """Which of our roles the server does not know."""
    found = connection.execute("select rolname from pg_roles where rolname = any(%s)", [list(sql.ROLES)])
    known = {name for (name,) in found}
    return [role for role in sql.ROLES if role not in known]


def make_database(connection: psycopg.Connection[Any], name: str, template: str = "template0") -> None:
    """Make a UTF-8 database that knows Chinese, owned by xinheng_owner, closed to everybody else."""
    options = compose.SQL("OWNER xinheng_owner TEMPLATE {}").format(compose.Identifier(template))
    if template == "template0":
        options += compose.SQL(" ENCODING 'UTF8' LOCALE 'C.UTF-8'")
    named = compose.Identifier(name)
    connection.execute(compose.SQL("CREATE DATABASE {} {}").format(named, options))
    connection.execute(compose.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(named))
    connection.execute(compose.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO xinheng_app").format(named))
    connection.execute(
        compose.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
            named, compose.SQL(", ").join(map(compose.Identifier, sql.ROLES[2:]))
        )
    )


def has_database(connection: psycopg.Connection[Any], name: str) -> bool:
    """Whether the server has a database of that name."""
    return connection.execute("select from pg_database where datname = %s", [name]).fetchone() is not None


def check_connection(connection: psycopg.Connection[Any]) -> None:
    """Refuse a server that is too old, a database that does not know Chinese, or missing roles."""
    check_database(connection)
