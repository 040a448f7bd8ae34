"""What we ask of any PostgreSQL, our own or the one that DATABASE_URL names (对数据库的要求)."""

from __future__ import annotations

from typing import Any

import psycopg

from xinheng.runtime.postgres_binaries import PostgresFault

FLOOR = 150000  # PostgreSQL 15, the oldest server we support


def check_database(connection: psycopg.Connection[Any]) -> None:
    """Refuse a database we cannot work with: too old, not UTF-8, or one whose ctype is C.

    Under ctype C no Chinese character is a letter: trigram and text indexes would silently be empty.
    """
    number = connection.info.server_version
    if number < FLOOR:
        raise PostgresFault(f"数据库服务器版本过旧（{number // 10000}），需要 PostgreSQL 15 或更新版本。")
    query = (
        "select pg_encoding_to_char(encoding), datctype, '信' ~ '^[[:alpha:]]$'"
        " from pg_database where datname = current_database()"
    )
    encoding, ctype, knows_chinese = connection.execute(query).fetchone() or ("", "", False)
    name = connection.info.dbname
    if encoding != "UTF8":
        raise PostgresFault(f"数据库“{name}”的编码是 {encoding}，需要 UTF8。{_remake(name)}")
    if not knows_chinese:
        raise PostgresFault(
            f"数据库“{name}”的字符类型（ctype）是 {ctype}，它不认识汉字，中文检索会查不到内容，已拒绝启动。"
            + _remake(name)
        )


def _remake(name: str) -> str:
    return f"请重建：CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';"
