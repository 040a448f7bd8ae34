"""Roles and database of an installation; the server that DATABASE_URL names is checked, not changed (安装)."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg import sql as compose

from tests.support.database import TestDatabase
from xinheng.runtime import install, sql


def test_roles_may_be_made_again_and_have_no_more_rights_than_meant(
    superuser: psycopg.Connection[Any],
) -> None:
    install.make_roles(superuser)
    assert install.missing_roles(superuser) == []
    query = "select rolname from pg_roles where rolname like 'xinheng%' and (rolsuper or rolcreaterole or rolcreatedb)"
    assert superuser.execute(query).fetchall() == []
    passes = "select rolname from pg_roles where rolname like 'xinheng%' and rolbypassrls"
    assert superuser.execute(passes).fetchall() == [("xinheng_backup",)]


def test_missing_roles_are_named(superuser: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "ROLES", (*sql.ROLES, "xinheng_tomorrow"))
    assert install.missing_roles(superuser) == ["xinheng_tomorrow"]


def test_strangers_cannot_connect(superuser: psycopg.Connection[Any]) -> None:
    query = "select has_database_privilege('public', current_database(), unnest(array['connect', 'temp', 'create']))"
    assert superuser.execute(query).fetchall() == [(False,)] * 3


def test_registers_get_their_months_ahead(committed: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINHENG_TODAY", "2031-05-05")
    assert install.registers_without_next_month() != []
    try:
        for _ in range(2):
            install.ensure_months()
        assert install.registers_without_next_month() == []
        with committed.connect() as admin:
            row = admin.execute(
                "select count(*) from pg_class where relname like 'access_accessentry_y203_m__'"
            )
            assert row.fetchone() == (25,)
    finally:
        with committed.connect() as admin:
            for (name,) in admin.execute(
                "select relname from pg_class where relname ~ '_y203[0-9]m[0-9]+$'"
            ).fetchall():
                admin.execute(compose.SQL("drop table {}").format(compose.Identifier(name)))


def test_a_named_server_needs_the_owner_s_address_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "XINHENG_OWN_POSTGRES", None)
    monkeypatch.setattr(settings, "DATABASES", {"default": {}})
    with pytest.raises(install.InstallFault, match="DATABASE_OWNER_URL"):
        install.prepare_database()
