"""What was decided agrees with its evidence, and a change behind the application is named (结果的存证)."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.effects.happened import City
from xinheng.ledger import signing
from xinheng.ledger.verification.findings import Audit
from xinheng.ledger.verification.run import Asked, verify
from xinheng.runtime.db import connect_as

# The cast was there before the story and nobody told of it.
CAST = ("access_agency", "access_user", "otp_totp_totpdevice")


def audited() -> tuple[Audit, set[tuple[str, str]]]:
    with connect_as("reader") as connection:
        audit = verify(connection, Asked(vkey=signing.publish_vkey(), origin=signing.origin()))
    return audit, {(each.table, each.key) for each in audit.findings if each.table not in CAST}


def test_effects_marks_recalls_and_deletions_are_as_their_events_tell(city: City) -> None:
    audit, found = audited()
    assert found == set()
    assert audit.counts["记录版本"] >= len(city.firms)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("registry_recordeffect", "UPDATE {} SET shared = 'marked' WHERE effect = 'WITHHOLD'"),
        ("registry_recordmark", "UPDATE {} SET mark = 'repaired' WHERE mark = 'disputed'"),
        ("registry_tombstone", "DELETE FROM {}"),
        ("exchange_recall", "DELETE FROM {} WHERE action = 'withdraw' AND audience = 'province'"),
    ],
)
def test_a_change_behind_the_application_is_named(
    city: City, superuser: psycopg.Connection[Any], table: str, change: str
) -> None:
    with superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")
        superuser.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table}".encode())
        superuser.execute(change.format(table).encode())
    try:
        _, found = audited()
        assert found
        assert {each for each, _ in found} == {table}
    finally:
        with superuser.transaction():
            superuser.execute("SET LOCAL session_replication_role = replica")
            superuser.execute(f"DELETE FROM {table}".encode())
            superuser.execute(f"INSERT INTO {table} SELECT * FROM kept".encode())
            superuser.execute("DROP TABLE kept")
