"""What was changed behind the application is printed by nobody (出具前的存证核对)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from tests import cast
from tests.publication import shelf
from tests.reports.asking import OFFICER, opened, report
from xinheng.access.gate import GateFault
from xinheng.law.language import Refusal
from xinheng.registry import soundness
from xinheng.reports import services

pytestmark = pytest.mark.usefixtures("at_work")

PUBLIC = "示市监罚决字〔2026〕1号"
_OF = "(SELECT r.id FROM registry_record r JOIN registry_instrument i ON i.id = r.instrument_id WHERE i.number = %s)"


@contextmanager
def behind(superuser: psycopg.Connection[Any], table: str, column: str, value: str) -> Iterator[None]:
    """One column of the record's row changed with triggers bypassed, and put back."""
    key = "id" if table == "registry_record" else "record_id"
    superuser.execute("SET session_replication_role = replica")
    where = f"WHERE {key} = {_OF}"
    ((kept,),) = superuser.execute(
        f"SELECT {column}::text FROM {table} {where}".encode(), [PUBLIC]
    ).fetchall()
    superuser.execute(f"UPDATE {table} SET {column} = {value} {where}".encode(), [PUBLIC])
    try:
        yield
    finally:
        superuser.execute(f"UPDATE {table} SET {column} = %s {where}".encode(), [kept, PUBLIC])


@pytest.mark.clause("5.2")
@pytest.mark.parametrize("audience", ["public", "self", "agency"])
@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("registry_recordversion", "content", 'content || \'{"fine": "1"}\''),
        ("registry_recordversion", "source", 'source || \'{"url": "https://example.invalid/else"}\''),
        ("registry_recordversion", "salt", "decode(repeat('00', 32), 'hex')"),
        ("registry_recordversion", "commitment", "decode(repeat('00', 32), 'hex')"),
        ("registry_record", "decided_on", "decided_on + 1"),
        ("registry_record", "row", "row + 1"),
    ],
)
def test_a_record_changed_behind_the_application_is_on_no_report(
    superuser: psycopg.Connection[Any], audience: str, table: str, column: str, value: str
) -> None:
    with behind(superuser, table, column, value), pytest.raises(Refusal) as caught:
        services.issue_report(audience=audience, opened=opened(cast.FIRM_CODE), actor=OFFICER, now=cast.NOW)
    assert [each.code for each in caught.value.reasons] == ["RECORD_UNSOUND"]


@pytest.mark.parametrize("audience", ["public", "self", "agency"])
def test_the_same_record_untouched_is_printed(audience: str) -> None:
    assert PUBLIC in str(report(audience=audience))


def test_a_record_without_a_version_is_not_sound() -> None:
    with pytest.raises(Refusal, match="RECORD_UNSOUND"):
        soundness.require_sound([UUID(int=1)], opened=opened(cast.FIRM_CODE))
    soundness.require_sound([], opened=opened(cast.FIRM_CODE))


def test_it_is_the_latest_version_that_has_to_open(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, token = shelf.Kept(number="示例罚〔2024〕9号"), opened(cast.FIRM_CODE)
    (record,) = shelf.accept(kept)
    soundness.require_sound([record], opened=token)
    monkeypatch.setattr(shelf, "version_row", lambda *_: b"other")
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts_id FROM registry_record WHERE id = %s", [record])
        (facts,) = cursor.fetchone()
        cursor.execute("SET LOCAL ROLE xinheng_intake")
        shelf.add_version(cursor, record, 2, kept, facts, kept.number)
        cursor.execute("UPDATE registry_record SET version = 2 WHERE id = %s", [record])
        cursor.execute("SET LOCAL ROLE NONE")
    with pytest.raises(Refusal, match="RECORD_UNSOUND"):
        soundness.require_sound([record], opened=token)


def test_a_token_that_the_gate_did_not_make_opens_nothing() -> None:
    with pytest.raises(GateFault):
        soundness.require_sound([], opened=replace(opened(cast.FIRM_CODE), proof=None))
