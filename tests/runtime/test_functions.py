"""The SQL functions that migrations and bulk statements rest on (数据库函数)."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest


def test_uuid7_is_version_7_and_in_order_of_time(superuser: psycopg.Connection[Any]) -> None:
    made = [superuser.execute("select uuid7(), pg_sleep(0.002)").fetchone() for _ in range(5)]
    ids = [row[0] for row in made if row]
    assert [u.version for u in ids] == [7] * 5
    assert all(u.variant == "specified in RFC 4122" for u in ids)
    assert ids == sorted(ids)


def test_bigrams_of_a_name(superuser: psycopg.Connection[Any]) -> None:
    query = "select name_bigrams(%s)"
    assert superuser.execute(query, ["示例商贸示例"]).fetchone() == (["例商", "商贸", "示例", "贸示"],)
    assert superuser.execute(query, ["独"]).fetchone() == ([],)


def test_append_only_holds_for_the_owner_too(as_owner: psycopg.Connection[Any]) -> None:
    with as_owner.transaction(force_rollback=True):
        as_owner.execute("create table kept (word text)")
        as_owner.execute("select xinheng_make_append_only('kept')")
        as_owner.execute("insert into kept values ('甲')")
        for change in ("update kept set word = '乙'", "delete from kept", "truncate kept"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), as_owner.transaction():
                as_owner.execute(change)


def test_the_application_may_open_a_month_but_not_a_table(
    as_owner: psycopg.Connection[Any], superuser: psycopg.Connection[Any], committed: Any
) -> None:
    as_owner.execute("create table register (at timestamptz not null, word text) partition by range (at)")
    as_owner.execute("select xinheng_grant('register', 'xinheng_app', 'select, insert')")
    try:
        with committed.connect("xinheng_app") as app:
            for _ in range(2):
                app.execute("select xinheng_ensure_month('register', '2026-11-23')")
            app.execute("insert into register values ('2026-10-31 16:00+00', '十一月一日零时')")
            with pytest.raises(psycopg.errors.CheckViolation):
                app.execute("insert into register values ('2026-10-31 15:59+00', '十月末')")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("select * from register_y2026m11")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("create table mine (word text)")
    finally:
        as_owner.execute("drop table register")
