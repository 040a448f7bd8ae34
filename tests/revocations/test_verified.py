"""What was done to documents and records is in the ledger, and what is done behind it is found. Last: it commits (存证)."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import transaction

from tests import cast
from tests.casework import clockwork
from tests.casework.notices import announced
from tests.revocations import town as towns
from tests.revocations.town import CLERK, Town
from xinheng.access.scope import acting
from xinheng.casework import calendar, corrections, revocations
from xinheng.ledger import signing
from xinheng.ledger.verification.run import Asked, verify
from xinheng.runtime.db import connect_as
from xinheng.vault import ledgerkeys

OURS = ("casework_", "registry_")


def findings() -> dict[str, set[str]]:
    """Of the tables of cases and records: what was found. Who was there before the story is told by nobody."""
    with connect_as("reader") as connection:
        audit = verify(connection, Asked(vkey=signing.publish_vkey(), origin=signing.origin()))
    found: dict[str, set[str]] = {}
    for each in audit.findings:
        if each.table.startswith(OURS):
            found.setdefault(each.table, set()).add(each.what)
    return found


@pytest.mark.clause("5.2")
def test_it_is_all_told_and_a_document_put_up_behind_it_is_found(
    built: Town, superuser: psycopg.Connection[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    ledgerkeys.ensure()
    with transaction.atomic():
        fell = towns.fell(built, 4)
        revocations.register_change(fell, actor=CLERK, now=cast.NOW)
    with transaction.atomic():
        party = towns.party(built)
        corrections.lodge(built.records[4], (), not_me=True, why="", actor=party, now=cast.NOW)
    with acting(CLERK):
        assert towns.effect(built.documents[4]) == "revoked"
    # The year is over before it is answered: the clock is moved, and told of.
    monkeypatch.setattr(calendar, "current_law", announced)
    with transaction.atomic():
        made = towns.lodged(built, number=2, firm="shared", now=datetime(2026, 12, 25, 2, 0, tzinfo=UTC))
    assert clockwork.moved(datetime(2026, 12, 31, 2, 0, tzinfo=UTC)) == 1
    assert clockwork.tick(datetime(2027, 1, 9, 2, 0, tzinfo=UTC)) >= 1
    assert findings() == {}
    superuser.execute("SET session_replication_role = replica")
    superuser.execute(
        "UPDATE registry_instrument SET effect = 'effective' WHERE id = %s", [built.documents[4]]
    )
    superuser.execute(
        "UPDATE casework_correction SET frozen = false WHERE record_id = %s", [built.records[4]]
    )
    superuser.execute("UPDATE casework_matterclock SET last = last + 30 WHERE matter = %s", [made])
    superuser.execute("UPDATE casework_matterclock SET n = 99 WHERE matter <> %s", [made])
    assert findings() == {
        "registry_instrument": {"效力与记录不符"},
        "casework_correction": {"内容与存证不符"},
        "casework_matterclock": {"内容与存证不符", "末日与历次变动不符"},
    }
