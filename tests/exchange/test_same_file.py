"""The same file is the same batch, until that batch was withdrawn as a mistake."""

from __future__ import annotations

from datetime import timedelta

from tests import cast
from tests.exchange import sample
from tests.exchange.conftest import Ask, Submit
from xinheng.exchange import services

CLERK, CHECKER = cast.MARKET_CLERK.actor, cast.MARKET_CHECKER.actor


def test_a_withdrawn_file_may_be_sent_again(submit: Submit, ask: Ask) -> None:
    mistaken = submit(sample.penalty(1))
    asked = services.propose_withdrawal(mistaken.batch, ground_text="报早了", actor=CLERK, now=cast.NOW)
    services.decide(asked, granted=True, text="同意", actor=CHECKER, now=cast.NOW + timedelta(hours=1))
    again = submit(sample.penalty(1))
    assert again.batch != mistaken.batch
    assert ask("SELECT state FROM registry_record") == [("live",)]
    assert ask("SELECT count(*) FROM exchange_batch") == [(2,)]


def test_what_the_law_refuses_is_told_by_its_heading(submit: Submit, ask: Ask) -> None:
    submit(sample.penalty(1), sample.penalty(2, effect="未生效"))
    assert ask("SELECT heading FROM exchange_problem WHERE code LIKE 'BASIS%%'") == [("文书效力",)]
