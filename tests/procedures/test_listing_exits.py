"""How an entry leaves the list (移出名单): its documents fall, its conditions are met, its term is over, it was a mistake."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.procedures.walking import (
    LISTS,
    SIGNER,
    Walk,
    fresh,
    listed,
    refused,
)
from xinheng.law.facts import Effect
from xinheng.law.language import Outcome
from xinheng.law.machine import SYSTEM
from xinheng.law.procedures.casefacts import Exit
from xinheng.law.procedures.listing import LISTING
from xinheng.law.procedures.listingrules import entry_end


def two_grounds() -> Walk:
    first = LISTS["wage"].grounds[0]
    return Walk(fresh(grounds=(first, replace(first, id="示例文书〔2026〕2号")))).whole_way()


def fall(walk: Walk, *numbers: int) -> None:
    grounds = tuple(
        replace(each, effect=Effect.REVOKED) if n in numbers else each for n, each in enumerate(walk.facts.listing.grounds)
    )  # fmt: skip
    walk.give(listing=replace(walk.facts.listing, grounds=grounds))


@pytest.mark.clause("1.3a")
def test_one_of_two_grounds_is_annulled() -> None:
    """The entry is hidden at once and goes back to the officer; the software neither removes nor restores it."""
    walk = two_grounds()
    assert refused(walk, "hide", SYSTEM) == ["GROUND_STANDS"]
    fall(walk, 0)
    walk.take("hide", SYSTEM)
    assert walk.facts.state == "hidden"
    assert refused(walk, "revoke", SYSTEM) == ["GROUND_REMAINS"]
    assert refused(walk, "restore", SIGNER) == ["LIST_GROUND_EFFECT"]
    walk.give(listing=replace(walk.facts.listing, grounds=walk.facts.listing.grounds[1:]))
    walk.take("restore", SIGNER)
    assert walk.facts.state == "listed"
    assert SYSTEM not in LISTING.step("restore").roles


@pytest.mark.clause("1.3a")
def test_all_grounds_are_annulled_and_the_entry_falls() -> None:
    walk = two_grounds()
    fall(walk, 0, 1)
    walk.take("revoke", SYSTEM)
    assert walk.facts.state == "removed"


PAID = frozenset({"corrected", "commitment"})


def leaving(code: str, **told: Any) -> Walk:
    walk = listed(code)
    walk.give(exit=Exit(applied=True, **told))
    return walk


def test_wage_arrears_six_months_from_correction() -> None:
    walk = leaving("wage", corrected_on=date(2026, 5, 10), met=PAID)
    walk.give(today=date(2026, 11, 9))
    assert refused(walk, "exit", SIGNER) == ["EXIT_TOO_EARLY"]
    walk.wait(1)
    walk.take("exit", SIGNER)


def test_market_one_year_from_listing_not_from_correction() -> None:
    walk = leaving(
        "market", corrected_on=date(2026, 4, 2), met=frozenset({"duties", "harm_removed", "no_new"})
    )
    walk.give(today=date(2027, 3, 31))
    assert refused(walk, "exit", SIGNER) == ["EXIT_TOO_EARLY"]
    walk.wait(1)
    walk.take("exit", SIGNER)


@pytest.mark.clause("5.1a")
def test_an_unsure_minimum_is_an_officers_decision_and_no_refusal() -> None:
    """The months of the tax list were read by nobody: the software refuses nothing, a person gives reasons."""
    walk = leaving("tax", met=frozenset({"paid"}))
    assert LISTING.ask("exit", replace(walk.facts, actor=SIGNER), walk.law).outcome is Outcome.OFFICER_DECIDES
    walk.give(exit=replace(walk.facts.exit, reason="示例理由"))
    walk.take("exit", SIGNER)


@pytest.mark.clause("5.1a")
def test_a_bar_in_a_ministry_rule_is_no_exclusion_but_a_persons_decision() -> None:
    walk = leaving("wage", corrected_on=date(2026, 4, 2), met=PAID, barred=frozenset({"new_arrears"}))
    walk.give(today=date(2026, 11, 23))
    assert refused(walk, "exit", SIGNER) == ["EXIT_UNDECIDED"]
    walk.give(exit=replace(walk.facts.exit, reason="示例理由"))
    walk.take("exit", SIGNER)


def test_what_has_to_be_done_is_done_before_the_grant_and_no_reason_stands_in_for_it() -> None:
    walk = leaving("wage", corrected_on=date(2026, 4, 2), met=frozenset({"corrected"}), reason="示例理由")
    walk.give(today=date(2026, 11, 23))
    assert refused(walk, "exit", SIGNER) == ["EXIT_CONDITIONS"]


def test_of_two_ends_the_earlier_holds() -> None:
    walk = listed()
    walk.give(exit=Exit(listed_until=date(2028, 1, 1)))
    assert entry_end(walk.facts, walk.law) == date(2028, 1, 1)
    walk.give(exit=Exit(listed_until=date(2099, 1, 1)))
    assert entry_end(walk.facts, walk.law) == date(2029, 4, 1)


def test_who_was_listed_by_mistake_is_taken_off_with_a_reason() -> None:
    walk = listed()
    walk.give(reason="")
    assert refused(walk, "correct", SIGNER) == ["REASON_REQUIRED"]
    walk.give(reason="示例：同名")
    walk.take("correct", SIGNER)
