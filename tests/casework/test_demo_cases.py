"""The demo's cases: each in its state, by services alone; one that the law stops holds up no other (示例案卷)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests import cast
from tests.casework.office import STAFF, Office
from xinheng.access.scope import acting
from xinheng.casework.models import Case, CasePaper, CaseStep, Objection
from xinheng.jobs.demo import cases
from xinheng.jobs.demo.matter import Staff
from xinheng.law.language import Refusal


@pytest.fixture
def offices(office: Office) -> cases.Offices:
    labour, market, tax = (Staff(*(each.actor for each in STAFF[code])) for code in ("wage", "market", "tax"))
    return cases.Offices(labour, market, tax)


def test_one_case_in_each_state_that_a_visitor_looks_for(offices: cases.Offices) -> None:
    told: list[str] = []
    assert cases.found(offices, now=cast.NOW, say=told.append) == 10
    assert told == []
    with acting(cast.AUDITOR.actor):
        states = Counter(Case.objects.values_list("state", flat=True))
        assert states == Counter(
            ["draft", "notified", "awaiting", "checked", "decided", "hidden", "removed", "not_listed"]
            + ["listed"] * 2
        )
        assert Case.objects.filter(state="listed", unit_case__state="listed", party="").exists()
        assert Objection.objects.filter(replied_on=None, case__state="awaiting").exists()
        assert CaseStep.objects.filter(day__gte=cast.TODAY).count() == 0
        # Numbers are taken in the order of time.
        days = list(CasePaper.objects.order_by("kind", "number").values_list("kind", "issued_on"))
        assert days == sorted(days)
    assert cases.found(offices, now=cast.NOW, say=told.append) == 10  # those that are there, and no more


def test_what_the_law_refuses_stays_where_it_stands_and_the_others_go_on(office: Office) -> None:
    """As in a year without a holiday notice, whose windows end on no sure day."""
    told: list[str] = []
    done: list[int] = []

    def stopped() -> cases.Way:
        yield 3
        raise Refusal.because("WINDOW_PROVISIONAL", date="2027-02-20")

    def goes_on() -> cases.Way:
        for ago in (4, 2):
            yield ago
            done.append(ago)

    cases._walk([stopped(), goes_on()], told.append, cast.NOW)
    assert done == [4, 2]
    assert len(told) == 1
    assert told[0].startswith("一件示例案卷停在现在这一步：")
