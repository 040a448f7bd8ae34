"""A report through the real log: issued, sequenced, signed, proved, verified by the verifier's own command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests import cast
from tests.reports.asking import OFFICER, opened
from tests.support.database import TestDatabase
from tests.web import desk_city
from xinheng.ledger import sequencer, signing, trusting
from xinheng.ledger.verification.run import Asked, verify
from xinheng.ledger.verifier.commands import main
from xinheng.reports import queries, services
from xinheng.runtime.db import connect_as


@pytest.fixture
def city(committed: TestDatabase, tmp_path: Path) -> Iterator[desk_city.City]:
    with desk_city.built(tmp_path) as found:
        yield found


def test_what_was_issued_verifies_and_the_rows_of_documents_are_protected(
    city: desk_city.City, committed: TestDatabase, tmp_path: Path
) -> None:
    found = opened(cast.FIRM_CODE)
    issued = services.issue_report(audience="self", opened=found, actor=OFFICER, now=cast.NOW)
    trust = trusting.ensure()
    with connect_as("sequencer") as connection:
        sequencer.seal_all(connection, now=cast.NOW + timedelta(hours=1))
    report = tmp_path / f"{issued.number}.pdf"
    report.write_bytes(queries.pdf(issued.id, opened=found))
    report.with_suffix(".proof").write_bytes(queries.proof(issued.id, opened=found).encode())
    assert main(["verify-report", str(report), "--trust", str(trust)]) == 0

    def findings() -> set[str]:
        with connect_as("reader") as connection:
            audit = verify(connection, Asked(vkey=signing.publish_vkey(), origin=signing.origin()))
        return {each.table for each in audit.findings if each.table.startswith("documents_")}

    assert findings() == set()
    with committed.connect() as behind:
        behind.execute("SET session_replication_role = replica")
        behind.execute("UPDATE documents_issueddocument SET party = party || '示'")
        behind.execute("UPDATE documents_numberregister SET last = last + 1")
        behind.execute("DELETE FROM documents_confirmation")
    assert findings() == {"documents_issueddocument", "documents_numberregister", "documents_confirmation"}
