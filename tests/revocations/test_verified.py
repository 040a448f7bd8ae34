"""What was done to documents and records is in the ledger, and what is done behind it is found. Last: it commits (存证)."""

from __future__ import annotations

import psycopg
import pytest
from django.db import transaction

from tests import cast
from tests.revocations import town as towns
from tests.revocations.town import CLERK, Town
from xinheng.access.scope import acting
from xinheng.casework import corrections, revocations
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
    built: Town, superuser: psycopg.Connection[object]
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
    assert findings() == {}
    superuser.execute("SET session_replication_role = replica")
    superuser.execute(
        "UPDATE registry_instrument SET effect = 'effective' WHERE id = %s", [built.documents[4]]
    )
    superuser.execute(
        "UPDATE casework_correction SET frozen = false WHERE record_id = %s", [built.records[4]]
    )
    assert findings() == {
        "registry_instrument": {"效力与记录不符"},
        "casework_correction": {"内容与存证不符"},
    }
