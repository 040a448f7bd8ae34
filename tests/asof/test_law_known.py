"""Which law was known when: bundles by the events of their changes, rulings by approval and revocation (当时的规定)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests import cast
from tests.asof.conftest import Story, at
from xinheng.catalog import books, history, queries
from xinheng.law.lawbook import Lawbook
from xinheng.ledger import reading
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime.clock import end_of

REPLACED, BACK = at(date(2027, 5, 4), 23, 59), at(date(2027, 5, 6))


@pytest.fixture
def first(undone: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """The founding bundle, another for two days, and the first again: its row would know the second approval only."""
    founded = books.shipped().digest
    for digest, moment in (("second", REPLACED), (founded, BACK)):
        append(EventKind.LAWBOOK_CHANGED, payload={"digest": digest}, agency=None, now=moment)
    monkeypatch.setattr("xinheng.catalog.queries.lawbook_of", str)
    return founded


def known(before: datetime) -> Lawbook | str:
    return history.Laws().lawbook(before=before)


def test_a_bundle_that_came_back_has_not_lost_its_first_days(first: str) -> None:
    found = [known(end_of(date(2027, 5, day))) for day in range(2, 8)]
    assert found == [first, first, "second", "second", first, first]


def test_a_change_holds_from_its_moment_on(first: str) -> None:
    assert (known(REPLACED), known(REPLACED + timedelta(microseconds=1))) == (first, "second")


def test_before_the_founding_the_founding_bundle_stands_for_it(first: str) -> None:
    assert known(cast.NOW - timedelta(days=400)) == first


def test_without_any_the_shipped_one_stands_for_it(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "of_kind", lambda kind: ())
    assert known(cast.NOW) == queries.current_lawbook()
