"""A sheet goes in, records and one event come out."""

from __future__ import annotations

from typing import Any

import psycopg

from tests import cast
from tests.exchange import sample
from tests.exchange.conftest import Submit


def one(superuser: psycopg.Connection[Any], query: str, *asked: Any) -> tuple[Any, ...]:
    found = superuser.execute(query, asked).fetchall()
    assert len(found) == 1, found
    row: tuple[Any, ...] = found[0]
    return row


class TestAcceptance:
    def test_a_penalty_becomes_an_instrument_a_record_and_a_version(
        self, submit: Submit, superuser: psycopg.Connection[Any]
    ) -> None:
        outcome = submit(sample.penalty())
        assert outcome.counts["accepted"] == outcome.counts["new"] == 1
        record = one(
            superuser,
            "SELECT r.item_code, r.item_id, r.version, r.state, i.kind, i.effect, s.uscc, v.content, v.event"
            " FROM registry_record r JOIN registry_instrument i ON i.id = r.instrument_id"
            " JOIN subjects_subject s ON s.id = r.subject_id"
            " JOIN registry_recordversion v ON v.record_id = r.id",
        )
        assert record[:7] == (
            "penalty",
            "2024/penalty",
            1,
            "live",
            "penalty",
            "effective",
            cast.FIRM_CODE,
        )
        assert record[7]["conduct"] == "经营标签不符合规定的食品"
        assert "legal_representative" not in record[7]
        assert record[8] == outcome.event
