"""Evidence that cannot be made stops every look, says so, and lets it go on by itself (存证中断).

The city of these tests has never been sealed: its log is empty, without any checkpoint.
"""

# clause: 5.2

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.cast import Officer
from tests.exchange import sample
from tests.support.database import TestDatabase
from tests.web.contract import faults
from tests.web.desk_city import City, submitted
from xinheng.access import gate
from xinheng.access.gate import open_file, open_set
from xinheng.jobs import sealing
from xinheng.law.language import Refusal
from xinheng.ledger import trusting
from xinheng.web.portal import reading

LOOKING = [
    (cast.MARKET_CLERK, "records"),
    (cast.MARKET_CHECKER, "widenings"),
    (cast.AUDITOR, "register"),
    (cast.OFFICER, "rulings"),
]
NUMBER = "示市监罚决字〔2026〕1号"


@pytest.fixture
def waiting_for(desk: City, django_db_setup: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    """Behind the application: lets the queue grow old; afterwards it is as young as it was."""
    trusting.ensure()
    with django_db_setup.connect() as admin:
        admin.execute("UPDATE ledger_queue SET queued_at = now()")
        yield admin
        admin.execute("UPDATE ledger_queue SET queued_at = now()")


def grown_old(admin: psycopg.Connection[Any], minutes: float) -> None:
    admin.execute("UPDATE ledger_queue SET queued_at = now() - %s", [timedelta(minutes=minutes)])


def look(what: str = "records") -> None:
    open_set(actor=cast.MARKET_CLERK.actor, what=what, purpose="reporting", basis="批次核对", now=cast.NOW)


class TestTheGate:
    def test_nothing_is_opened_and_the_refusal_is_on_the_register(
        self, desk: City, waiting_for: psycopg.Connection[Any]
    ) -> None:
        grown_old(waiting_for, 14.5)
        look()
        grown_old(waiting_for, 15.5)
        before = refusals(waiting_for)
        with pytest.raises(Refusal, match="EVIDENCE_STALLED"):
            look()
        with pytest.raises(Refusal, match="EVIDENCE_STALLED"):
            open_file(
                actor=cast.MARKET_CLERK.actor, subject=desk.firm, purpose="reporting", basis="批次核对",
                now=cast.NOW,
            )  # fmt: skip
        assert refusals(waiting_for) == before + 2

    def test_without_the_limit_it_would_open(
        self, waiting_for: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(gate, "LONGEST_GAP", timedelta(days=1))
        grown_old(waiting_for, 60)
        look()


def refusals(admin: psycopg.Connection[Any]) -> int:
    row = admin.execute(
        "SELECT count(*) FROM access_accessentry WHERE refusal = 'EVIDENCE_STALLED' AND NOT granted"
    ).fetchone()
    assert row is not None
    return int(row[0])


class TestTheDesk:
    @pytest.mark.parametrize(("officer", "route"), LOOKING)
    def test_it_answers_503_in_words_and_goes_on_when_the_sequencer_has_run(
        self, desk: City, waiting_for: psycopg.Connection[Any], officer: Officer, route: str
    ) -> None:
        client, path = desk.client(officer), reverse(f"desk:{route}")
        assert client.get(path).status_code == 200
        grown_old(waiting_for, 16)
        answer = client.get(path)
        html = answer.content.decode()
        assert answer.status_code == 503
        assert faults(html) == []
        assert "查询的存证超过 15 分钟没有进入台账" in html
        assert "存证恢复后自动恢复" in html
        assert cast.FIRM_NAME not in html
        sealing.once(lambda said: None)
        assert client.get(path).status_code == 200
        unsealed(waiting_for)

    def test_neither_the_sheet_nor_a_record_with_its_purpose_is_a_way_around(
        self, desk: City, waiting_for: psycopg.Connection[Any]
    ) -> None:
        grown_old(waiting_for, 16)
        clerk = desk.client(cast.MARKET_CLERK)
        assert clerk.get(reverse("desk:annotated", args=[desk.batch])).status_code == 503
        asked = {"purpose": "reporting", "basis": "示例批次"}
        answer = clerk.post(reverse("desk:record", args=[desk.person]), asked)
        assert answer.status_code == 503
        assert cast.PERSON_NAME not in answer.content.decode()


def unsealed(admin: psycopg.Connection[Any]) -> None:
    """The empty log again, with everything still to be sequenced."""
    with admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute("INSERT INTO ledger_queue (event_id) SELECT event_id FROM ledger_entry ORDER BY index")
        for table in ("ledger_checkpoint", "ledger_tile", "ledger_entry"):
            admin.execute(f"DELETE FROM {table}".encode())


class TestWhatGoesOn:
    def test_the_public_reads_and_publications_end(
        self, desk: City, waiting_for: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        grown_old(waiting_for, 60)
        public = Client()
        page = f"/s/{cast.FIRM_CODE}"
        reading.forget()
        assert NUMBER in public.get(page).content.decode()
        monkeypatch.setenv("XINHENG_TODAY", "2029-12-01")
        reading.forget()
        assert NUMBER not in public.get(page).content.decode()

    def test_what_is_sent_in_is_recorded(self, desk: City, waiting_for: psycopg.Connection[Any]) -> None:
        grown_old(waiting_for, 60)
        done = submitted(sample.penalty(77), name="存证中断.csv")
        assert done.counts["accepted"] == 1
