"""Migrations: complete, named by hand, and every table guarded (数据库结构)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]

# Tables that somebody's agency owns rows of: a query of the application that forgot to say whose rows it
# wants must get none.
ROWS_BY_AGENCY = (
    "access_accessentry",
    "access_binding",
    "access_presentperson",
    "casework_deadlinemove",
    "casework_matterclock",
    "casework_reminder",
    "casework_reminderseen",
    "casework_setaside",
    "documents_issueddocument",
    "documents_sealedcopy",
    "exchange_batch",
    "exchange_problem",
    "exchange_recall",
    "exchange_waitingrow",
    "oversight_complaint",
    "oversight_complaintstep",
    "registry_instrument",
    "registry_measurenotice",
    "registry_measuretaken",
    "registry_proposal",
    "registry_record",
    "registry_recordeffect",
    "registry_recordmark",
    "registry_recordversion",
    "reports_run",
    "reports_runrow",
)
APPEND_ONLY = (
    "access_accessentry",
    "casework_deadlinemove",
    "casework_reminder",
    "casework_reminderseen",
    "casework_setaside",
    "documents_confirmation",
    "documents_issueddocument",
    "documents_sealedcopy",
    "ledger_event",
    "oversight_complaintstep",
    "publication_listingchange",
    "publication_publicationchange",
    "exchange_recall",
    "registry_recordeffect",
    "registry_recordversion",
    "registry_tombstone",
    "reports_runrow",
)
# Of Django's own, and of no use to the application: it decides by xinheng.access.permissions.
UNUSED = {"auth_permission", "auth_group", "auth_group_permissions", "django_content_type"}


def our_tables() -> list[str]:
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("xinheng.")
    )


@pytest.mark.django_db
def test_no_model_has_changed_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_is_named_by_hand() -> None:
    files = list((ROOT / "xinheng").glob("*/migrations/[0-9]*.py"))
    assert len(files) >= 9
    automatic = re.compile(r"_(auto_\d|initial$|alter_|add_|remove_|delete_|rename_|.*_and_more$)")
    assert [f.name for f in files if automatic.search(f.stem)] == []


def test_every_migration_says_what_it_is_for() -> None:
    files = (ROOT / "xinheng").glob("*/migrations/[0-9]*.py")
    assert [str(f) for f in files if not f.read_text(encoding="utf-8").startswith('"""')] == []


def test_every_table_is_granted_to_somebody_but_not_owned_by_the_application(
    superuser: psycopg.Connection[Any],
) -> None:
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)} - UNUSED)
    query = """
        select c.relname, pg_get_userbyid(c.relowner),
               exists (select from aclexplode(c.relacl) a where pg_get_userbyid(a.grantee) like 'xinheng%%'
                       and a.grantee <> c.relowner)
        from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname = any(%s)
    """
    found = {name: (owner, granted) for name, owner, granted in superuser.execute(query, [tables])}
    assert {name: found.get(name) for name in tables} == dict.fromkeys(tables, ("xinheng_owner", True))


def test_nothing_is_granted_to_everybody_and_nothing_on_partitions(
    superuser: psycopg.Connection[Any],
) -> None:
    query = """
        select c.relname from pg_class c, aclexplode(c.relacl) a
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')
          and (a.grantee = 0 or c.relispartition and a.grantee <> c.relowner)
    """
    assert superuser.execute(query).fetchall() == []


@pytest.mark.parametrize("table", ROWS_BY_AGENCY)
def test_rows_of_agencies_are_closed_to_a_forgetful_query(
    table: str, superuser: psycopg.Connection[Any]
) -> None:
    query = "select relrowsecurity, relforcerowsecurity from pg_class where oid = to_regclass(%s)"
    assert superuser.execute(query, [table]).fetchone() == (True, True)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_registers_only_grow(table: str, superuser: psycopg.Connection[Any]) -> None:
    privileges = (
        "select has_table_privilege('xinheng_app', %s, unnest(array['update', 'delete', 'truncate']))"
    )
    assert superuser.execute(privileges, [table]).fetchall() == [(False,)] * 3
    triggers = (
        "select count(*) from pg_trigger where tgrelid = to_regclass(%s) and tgname like 'append_only%%'"
    )
    assert superuser.execute(triggers, [table]).fetchone() == (2,)


def test_functions_with_the_owner_s_rights_are_not_for_everybody_and_have_a_fixed_path(
    superuser: psycopg.Connection[Any],
) -> None:
    query = """
        select proname, proconfig::text like '%search_path%',
               exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) a where a.grantee = 0)
        from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
    """
    found = superuser.execute(query).fetchall()
    assert found
    assert [name for name, fixed, everybody in found if not fixed or everybody] == []
