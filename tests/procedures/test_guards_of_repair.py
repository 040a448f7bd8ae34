"""Each guard of repair, false promise, correction and revocation taken out in turn (逐一撤去条件): seen by an onlooker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.procedures.repairing import (
    MATERIALS,
    SUBJECT,
    TODAY,
    Stage,
    paper,
    repair,
    served,
    walk,
)
from tests.procedures.spoiling import Spoil, Way, put
from tests.procedures.walking import law_on, without
from tests.procedures.waysofmending import (
    CORRECTED,
    CORRECTION_DEFECTS,
    CORRECTION_RETURNED,
    CORRECTION_WITHDRAWN,
    SHARED,
    SHARED_DEFECTS,
    SOLE,
    SOLE_DEFECTS,
    STAY,
    STAY_DEFECTS,
    UNFROZEN,
    UNFROZEN_DEFECTS,
    VARIED,
    VARIED_DEFECTS,
)
from tests.procedures.waysofrepair import (
    GRANTED,
    LIFTED,
    MIXED,
    OPENED,
    PROMISE,
    PROMISE_DEFECTS,
    REFUSAL_SAYS,
    REFUSED,
    REPAIR_DEFECTS,
    RETURNED,
    WHOLE_GRANT,
    WITHDRAWAL,
)
from xinheng.law.language import Outcome, Refusal
from xinheng.law.machine import Machine
from xinheng.law.procedures.applicationfacts import Issued, Request
from xinheng.law.procedures.correction import CORRECTION
from xinheng.law.procedures.repair import FALSE_PROMISE, REPAIR
from xinheng.law.procedures.repairguards import decision_served
from xinheng.law.procedures.revocation import REVOCATION
from xinheng.law.serving import ProofOfService

pytestmark = pytest.mark.clause("5.1a", "5.1b", "5.1d")

WAYS: dict[str, tuple[Way, dict[str, Callable[[], Spoil]]]] = {
    "部分不予修复": (MIXED, REPAIR_DEFECTS),
    "全部准予": (
        WHOLE_GRANT,
        {"application.nothing_refused": lambda: put("grant", requests=(GRANTED, REFUSED))},
    ),
    "撤回": (
        WITHDRAWAL,
        {"application.withdrawal_asked": lambda: put("withdraw", withdrawal_asked=False)},
    ),
    "退回": (RETURNED, {"application.reasoned": lambda: put("return", reason="")}),
    "重整": (LIFTED, {"application.plan": lambda: put("lift_temporarily", requests=OPENED.requests)}),
    "承诺不实": (PROMISE, PROMISE_DEFECTS),
    "更正": (CORRECTED, CORRECTION_DEFECTS),
    "恢复公示": (UNFROZEN, UNFROZEN_DEFECTS),
    "异议撤回": (
        CORRECTION_WITHDRAWN,
        {"correction.withdrawal_asked": lambda: put("withdraw", withdrawal_asked=False)},
    ),
    "异议退回": (CORRECTION_RETURNED, {"correction.reasoned": lambda: put("return", reason="")}),
    "唯一依据": (SOLE, SOLE_DEFECTS),
    "另有依据": (SHARED, SHARED_DEFECTS),
    "变更": (VARIED, VARIED_DEFECTS),
    "停止执行": (STAY, STAY_DEFECTS),
}
CASES = [
    pytest.param(way, guard, spoil, id=f"{name} {guard}")
    for name, (way, defects) in WAYS.items()
    for guard, spoil in defects.items()
]
NEVER_AGAINST = {"application.open", "correction.open"}


@pytest.mark.parametrize("name", WAYS)
def test_the_lawful_way_is_open_and_nothing_is_wrong_with_it(name: str) -> None:
    way, _ = WAYS[name]
    assert way.seen(way.take(lambda _step, facts: facts)) == []


@pytest.mark.parametrize(
    "machine", [REPAIR, FALSE_PROMISE, CORRECTION, REVOCATION], ids=lambda each: each.name
)
def test_there_is_a_defect_for_every_guard(machine: Machine) -> None:
    defects = {guard for way, found in WAYS.values() if way.machine is machine for guard in found}
    guards = {guard.name for step in machine.steps for guard in step.guards}
    # Something to answer and a hearing are those of listing, and are taken out there.
    assert guards - defects - NEVER_AGAINST <= {"case.something_open"}


@pytest.mark.parametrize(("way", "guard", "spoil"), CASES)
def test_with_all_guards_the_defect_is_refused_by_the_one_it_meets(
    way: Way, guard: str, spoil: Callable[[], Spoil]
) -> None:
    with pytest.raises(Refusal) as refused:
        way.take(spoil())
    assert [reason.rule for reason in refused.value.reasons] == [guard]


@pytest.mark.parametrize(("way", "guard", "spoil"), CASES)
def test_without_the_guard_an_onlooker_sees_what_is_wrong(
    way: Way, guard: str, spoil: Callable[[], Spoil]
) -> None:
    assert way.seen(way.take(spoil(), without(guard, way.machine)))


# ---- what the tables promise as they are --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "about", [repair("revoke_permit"), repair(own=False), repair(materials=frozenset(), met=frozenset())]
)
def test_every_application_is_received_with_a_receipt(about: Any) -> None:
    """Too early, another's record, nothing corrected: received all the same."""
    facts = replace(OPENED, requests=(Request(record="甲", repair=about),))
    trail = walk(REPAIR, facts, (Stage("lodge", SUBJECT),))
    assert trail.facts.state == "lodged"
    assert REPAIR.step("lodge").document == "repair_receipt"


def test_a_supplement_is_taken_however_late_and_no_step_lapses_an_application() -> None:
    open_ = {"lodged", "supplementing", "accepted", "verified", "proposed", "checked"}
    assert REPAIR.step("supply").sources == open_
    assert REPAIR.step("supply").guards == ()
    ending = [each for each in REPAIR.steps if each.target in REPAIR.finals]
    assert {each.name for each in ending} == {"complete", "withdraw"}


def test_no_adverse_step_is_the_systems_and_refusal_takes_three_persons() -> None:
    for machine in (REPAIR, FALSE_PROMISE, CORRECTION, REVOCATION):
        assert not [each.name for each in machine.steps if each.adverse and "system" in each.roles]
    assert {each.name for each in REPAIR.step("refuse").guards} >= {
        "application.third",
        "application.lawful_refusals",
    }
    assert {each.name for each in REPAIR.step("grant").guards} >= {
        "application.second",
        "application.lawful_grants",
    }


def test_relief_does_not_wait_for_the_refusal_beside_it() -> None:
    trail = walk(REPAIR, OPENED, MIXED.path[:7])
    assert trail.facts.state == "proposed"
    assert [each.record for each in trail.facts.granted] == ["甲"]
    assert GRANTED.repair.materials == MATERIALS


@pytest.mark.parametrize(
    ("proof", "permitted"),
    [
        (None, False),
        (replace(served(), document="示修决〔2026〕9号"), True),
        (replace(served(), document="示修决〔2026〕8号"), False),
        (replace(served(), document="示修决〔2026〕9号", on=TODAY - timedelta(days=1)), False),
    ],
)
def test_a_decision_before_the_last_is_served_too(proof: ProofOfService | None, permitted: bool) -> None:
    """Of a part that was granted first it is asked as of the last decision."""
    there = paper(REFUSAL_SAYS)
    first = Issued(paper=replace(there, number="示修决〔2026〕9号"), on=TODAY, proof=proof)
    facts = replace(
        OPENED,
        paper=there,
        proof=replace(served(), document=there.number),
        decided_on=TODAY,
        earlier=(first,),
    )
    assert (decision_served(facts, law_on(TODAY)).outcome is Outcome.PERMITTED) is permitted
