"""Values that nobody of ours could have written are named like every other change, and stop no verification."""

from __future__ import annotations

import psycopg
import pytest

from tests.ledger.verification import story
from tests.ledger.verification.conftest import Evidence
from tests.support import corrupt
from xinheng.ledger.verification import reading

ODD = ("infinity", "20000-01-01", "0044-03-15 BC")


def test_dates_past_every_calendar_are_found(evidence: Evidence) -> None:
    story.told()
    evidence.seal()
    tried, missed = 0, []
    with evidence.behind() as behind:
        for table, named in corrupt.columns(behind).items():
            for column, kind in named:
                for odd in ODD if kind == "date" or kind.startswith("timestamp") else ():
                    with behind.transaction(force_rollback=True):
                        if spoilt(behind, table, column, odd):
                            tried += 1
                            if table not in set(evidence.look(behind).tables()):
                                missed.append((table, column, odd))
    assert tried > 50
    assert missed == []


def spoilt(behind: psycopg.Connection[object], table: str, column: str, odd: str) -> int:
    statement = f"UPDATE {table} SET {column} = '{odd}' WHERE ctid = (SELECT min(ctid) FROM {table})"
    try:
        with behind.transaction():
            return behind.execute(statement.encode()).rowcount
    except psycopg.errors.CheckViolation:
        return 0  # no partition holds such a row


def test_read_as_usual_they_would_stop_it(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "name_odd_dates", lambda connection: None)
    story.told()
    with evidence.behind() as behind:
        behind.execute("UPDATE subjects_subject SET created_at = 'infinity'")
        with pytest.raises(psycopg.DataError):
            evidence.verify()


def test_a_kind_that_has_no_canonical_form_is_found(evidence: Evidence) -> None:
    story.told()
    with evidence.behind() as behind:
        oldest = "(SELECT min(ctid) FROM ledger_event)"
        behind.execute(f"UPDATE ledger_event SET kind = E'line\\nbreak' WHERE ctid = {oldest}".encode())
    found = [each.what for each in evidence.verify().findings if each.table == "ledger_event"]
    assert found == ["事件读不懂"]
    evidence.seal()
    assert "ledger_refused" in set(evidence.verify().tables())
