"""Which database: DATABASE_URL names a server, else our own on a private socket (数据库连接)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from xinheng.runtime import postgres

NAME = "xinheng"
# Each connection has a role and, where the site has a server of its own, an address of its own.
ALIASES = {
    "default": ("xinheng_app", "DATABASE_URL"),
    "owner": ("xinheng_owner", "DATABASE_OWNER_URL"),
    "sequencer": ("xinheng_sequencer", "DATABASE_SEQUENCER_URL"),
    "reader": ("xinheng_backup", "DATABASE_READER_URL"),
}
ENGINE = "django.db.backends.postgresql"


class DatabaseUrlFault(ValueError):
    """DATABASE_URL or DATABASE_OWNER_URL cannot be read; the text is Chinese, without the password."""


def own_home(var: Path) -> Path | None:
    """Where our own server lives, None when DATABASE_URL names another."""
    return None if os.environ.get("DATABASE_URL") else var / "pg"


def databases(var: Path) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: `default` for the application, the others each for one task alone.

    `owner` migrates, `sequencer` adds to the Merkle tree, `reader` backs up and verifies.
    """
    home = own_home(var)
    if home is not None:
        server = postgres.locate(home)
        return {alias: _own(server, role) for alias, (role, _) in ALIASES.items()}
    named = {alias: variable for alias, (_, variable) in ALIASES.items() if os.environ.get(variable)}
    return {alias: _named(variable) for alias, variable in {"default": "DATABASE_URL", **named}.items()}


def _own(server: postgres.Server, user: str) -> dict[str, Any]:
    return _entry(dbname=NAME, user=user, host=str(server.socket), port=str(server.port))


def _named(variable: str) -> dict[str, Any]:
    try:
        parts = conninfo_to_dict(os.environ[variable])
    except ProgrammingError:
        raise DatabaseUrlFault(
            f"环境变量 {variable} 无法识别，应写成 postgresql://用户:密码@主机:5432/数据库名。"
        ) from None
    return _entry(**{name: str(value) for name, value in parts.items()})


def _entry(
    *, dbname: str = NAME, user: str = "", password: str = "", host: str = "", port: str = "", **options: str
) -> dict[str, Any]:
    return {
        "ENGINE": ENGINE,
        "NAME": dbname,
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": 600,
        "OPTIONS": {"application_name": "xinheng", **options},
    }
