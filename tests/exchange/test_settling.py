"""A row that two questions of fact keep waiting is settled in two steps, and neither answer is lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tests import cast
from tests.exchange import sample
from tests.exchange.conftest import Ask, Submit
from xinheng.exchange import queries, services

CLERK, CHECKER = cast.MARKET_CLERK.actor, cast.MARKET_CHECKER.actor
YOUNG = {**sample.PERSON, "party_id": cast.resident_id(date(2007, 1, 15), 33)}


def settle(batch: UUID, question: str, decision: Mapping[str, Any]) -> None:
    asked = services.propose_settlement(
        batch,
        2,
        question=question,
        decision=decision,
        ground_text="已核实（示例）",
        actor=CLERK,
        now=cast.NOW,
    )
    services.decide(asked, granted=True, text="", actor=CHECKER, now=cast.NOW)


@pytest.mark.clause("huaian-2021-13#4.2b")
def test_two_questions_two_answers_one_record(submit: Submit, ask: Ask) -> None:
    batch = submit(sample.penalty(1, YOUNG, leniency="轻微")).batch
    settle(batch, "intake.age", {"age": "adult"})
    (waits,) = queries.waiting_rows(actor=CLERK).rows
    assert waits.questions == ("intake.leniency",)
    told = queries.problems(batch, actor=CLERK, severity="waiting")
    assert [each.reason.values["question_ids"] for each in told.rows] == ["intake.leniency"]
    assert ask("SELECT count(*) FROM registry_record") == [(0,)]
    settle(batch, "intake.leniency", {"record": True})
    assert queries.waiting_rows(actor=CLERK).total == 0
    assert ask("SELECT count(*) FROM registry_record") == [(1,)]
    found = queries.batch(batch, actor=CLERK)
    assert found is not None
    assert (found.counts["accepted"], found.counts["waiting"]) == (1, 0)


def test_the_second_answer_may_be_no(submit: Submit, ask: Ask) -> None:
    batch = submit(sample.penalty(1, YOUNG, leniency="轻微")).batch
    settle(batch, "intake.leniency", {"record": True})
    settle(batch, "intake.age", {"age": "minor"})
    assert ask("SELECT outcome FROM exchange_waitingrow") == [("refused",)]
    assert ask("SELECT count(*) FROM registry_record") == [(0,)]
