"""The side connection commits by itself; the fixtures of the tests keep what they promise (旁路连接)."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from tests.support.database import TestDatabase
from xinheng.runtime.db import side_connection

INSERT = "insert into runtime_idempotencykey (actor, key, body_mac, answer) values (uuid7(), %s, '', '{}')"
COUNT = "select count(*) from runtime_idempotencykey where key like 'proof-%'"


def _kept(database: TestDatabase) -> int:
    with database.connect() as admin:
        row = admin.execute(COUNT).fetchone()
    return int(row[0]) if row else -1


def test_what_goes_to_the_side_survives_the_caller_s_rollback(committed: TestDatabase) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(INSERT, ["proof-inside"])
        with side_connection() as side:
            side.execute(INSERT, ["proof-aside"])
        raise ZeroDivisionError
    assert _kept(committed) == 1
    committed.restore()
    assert _kept(committed) == 0


def test_a_fault_within_the_block_leaves_nothing(committed: TestDatabase) -> None:
    with pytest.raises(ZeroDivisionError), side_connection() as side:
        side.execute(INSERT, ["proof-failed"])
        raise ZeroDivisionError
    assert _kept(committed) == 0


def test_the_application_is_not_the_owner(committed: TestDatabase) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select current_user, session_user")
        assert cursor.fetchone() == ("xinheng_app", "xinheng_app")
    with side_connection() as side:
        assert side.execute("select current_user").fetchone() == ("xinheng_app",)


def test_narrower_roles_are_taken_and_never_inherited(committed: TestDatabase) -> None:
    """The application has the rights of intake only while it says so."""
    query = "select pg_has_role('xinheng_app', %s, 'usage'), pg_has_role('xinheng_app', %s, 'member')"
    with connection.cursor() as cursor:
        for role, may_take in (
            ("xinheng_intake", True),
            ("xinheng_projector", True),
            ("xinheng_sequencer", False),
            ("xinheng_auditor", False),
            ("xinheng_owner", False),
        ):
            cursor.execute(query, [role, role])
            assert cursor.fetchone() == (False, may_take), role
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local role xinheng_intake")
        cursor.execute("select current_user")
        assert cursor.fetchone() == ("xinheng_intake",)
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        assert cursor.fetchone() == ("xinheng_app",)


@pytest.mark.django_db
def test_within_a_rolled_back_test_the_side_is_the_test_s_own_transaction() -> None:
    with side_connection() as side:
        side.execute(INSERT, ["proof-same"])
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        assert cursor.fetchone() == (1,)
