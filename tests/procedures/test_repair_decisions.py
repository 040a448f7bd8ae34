"""What an officer may decide on repair, what it does on each output, what follows a false promise (修复决定与效果)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.procedures.repairing import TODAY, grant, refusal, repair
from tests.procedures.walking import book, law_on
from xinheng.law.language import Confidence, Outcome
from xinheng.law.lawbook import Law
from xinheng.law.procedures.applicationfacts import Listed
from xinheng.law.refusals import tell
from xinheng.law.repairdecision import (
    GRANT_RULES,
    REFUSAL_RULES,
    DecisionFacts,
    consequence,
    decide,
    effects,
    grounds_there,
    temporary_lift,
)
from xinheng.law.repairfacts import Plan
from xinheng.law.repairrules import Exclusion, RepairEffect, View

pytestmark = pytest.mark.clause("5.1a", "5.1b")
LAW = law_on(TODAY)
UNDER_58 = {"decided": date(2024, 5, 8), "applied_on": date(2024, 9, 2)}


def excluding(*clauses: str, day: date = TODAY) -> Law:
    extra = Exclusion(
        id="示例", text="示例情形", when={"item": ("penalty",)}, clauses=clauses, from_list=False,
        confidence=Confidence.KNOWN,
    )  # fmt: skip
    return replace(book(), repair=replace(book().repair, exclusions={"示例": extra})).as_of(day)


def codes(facts: DecisionFacts, law: Law = LAW) -> list[str]:
    verdict = decide(facts, law)
    for each in verdict.against:
        assert "（未注明）" not in tell(each, law).text
    return [each.code for each in verdict.against]


def of_list(code: str, met: tuple[str, ...] = (), **days: date) -> Any:
    return replace(
        repair(), record=replace(repair().record, item="serious_list"), list=code, entry_days=tuple(days.items()),
        met=frozenset(met),
    )  # fmt: skip


# ---- the grant ------------------------------------------------------------------------------------------


def test_a_corrected_record_in_time_is_granted() -> None:
    assert codes(grant()) == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (grant(competent=False), "REPAIR_OTHER_AUTHORITY"),
        (grant(repair(own=False)), "REPAIR_NOT_SUBJECT"),
        (grant(repair(met=frozenset({"effects_eliminated"}))), "REPAIR_OBLIGATION"),
        (grant(repair(met=frozenset({"corrected"}))), "REPAIR_OBLIGATION"),
        (grant(repair(materials=frozenset({"proof"}))), "REPAIR_OBLIGATION"),
        (grant(repair("revoke_permit")), "REPAIR_TOO_EARLY"),
        (grant(repair("fine")), "REPAIR_UNDECIDED"),
        (grant(repair(live_entry=True)), "REPAIR_UNDECIDED"),
        (grant(effect=RepairEffect.ANNOTATE), "REPAIR_EFFECT_LESS"),
        (grant(effect=RepairEffect.WITHHOLD), "REPAIR_EFFECT_LESS"),
    ],
)
def test_a_grant_that_may_not_be(facts: DecisionFacts, code: str) -> None:
    assert codes(facts) == [code]


def test_there_is_a_case_against_each_rule_of_the_grant() -> None:
    assert len(GRANT_RULES) == 6
    assert codes(grant(), excluding("food-safety#135")) == ["REPAIR_EXCLUDED"]


def test_a_proof_the_office_can_get_itself_does_not_stop_a_grant() -> None:
    assert codes(grant(repair(materials=frozenset({"commitment"})))) == []


@pytest.mark.parametrize("about", [repair("fine"), repair(live_entry=True)])
def test_in_doubt_an_officer_grants_with_reasons(about: Any) -> None:
    """Doubt about class, transition or a bar of low rank never bars relief."""
    assert codes(grant(about, reason="示例理由")) == []


def test_more_relief_than_demanded_may_be_given() -> None:
    assert codes(grant(effect=RepairEffect.DELETE)) == []
    old = grant(repair(**UNDER_58), effect=RepairEffect.END_SHARING_AND_PUBLICATION)
    assert codes(old, law_on(date(2024, 9, 2))) == []


# ---- the refusal ------------------------------------------------------------------------------------------


def test_too_early_by_central_policy_is_a_ground() -> None:
    assert codes(refusal()) == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (refusal(competent=False), "REPAIR_OTHER_AUTHORITY"),
        (refusal(ground=""), "REPAIR_REFUSAL_GROUND"),
        (refusal(ground="材料不齐"), "REPAIR_REFUSAL_GROUND"),
        (refusal(clauses=()), "REPAIR_REFUSAL_BASIS"),
        (refusal(clauses=("ndrc-36#classes",)), "REPAIR_REFUSAL_BASIS"),
        (refusal(clauses=("apl#9",)), "REPAIR_REFUSAL_BASIS"),
        (refusal(reason=" "), "REASON_REQUIRED"),
        (refusal(repair()), "REPAIR_REFUSAL_UNTRUE"),
        (refusal(repair("fine")), "REPAIR_REFUSAL_UNTRUE"),
        (refusal(ground="not_corrected", clauses=("gbf-2020-49#6",)), "REPAIR_REFUSAL_UNTRUE"),
        (refusal(ground="effects_remain", clauses=("gbf-2020-49#6",)), "REPAIR_REFUSAL_UNTRUE"),
        (refusal(ground="not_the_subject", clauses=("gbf-2020-49#6",)), "REPAIR_REFUSAL_UNTRUE"),
    ],
)
def test_a_refusal_that_the_code_refuses(facts: DecisionFacts, code: str) -> None:
    assert code in codes(facts)


@pytest.mark.parametrize(
    ("facts", "clause"),
    [
        (refusal(repair(met=frozenset()), ground="not_corrected"), "gbf-2020-49#6"),
        (refusal(repair(met=frozenset({"corrected"})), ground="effects_remain"), "gbf-2020-49#6"),
        (refusal(repair(own=False), ground="not_the_subject"), "gbf-2020-49#6"),
        (
            refusal(
                repair(materials=frozenset({"proof"})), ground="commitment_missing", supplement_asked=True
            ),
            "gbf-2025-22#materials",
        ),
    ],
)
def test_a_refusal_on_its_ground_and_its_basis(facts: DecisionFacts, clause: str) -> None:
    assert codes(replace(facts, clauses=(clause,))) == []


def test_what_was_never_asked_for_is_no_ground() -> None:
    facts = refusal(repair(materials=frozenset({"proof"})), ground="commitment_missing")
    assert codes(replace(facts, clauses=("gbf-2025-22#materials",))) == ["REPAIR_REFUSAL_UNTRUE"]


@pytest.mark.parametrize("clause", ["food-safety#135", "wage#48", "jsreg#subject", "gbf-2020-49#6"])
def test_an_exclusion_of_an_admitted_rank_is_a_ground(clause: str) -> None:
    assert codes(refusal(repair(), ground="excluded", clauses=(clause,)), excluding(clause)) == []


@pytest.mark.parametrize("clause", ["ndrc-36#2", "samr-45#14", "samr-2021-3#early", "huaian-2021-13#5.1a"])
def test_an_exclusion_of_a_lower_rank_decides_nothing(clause: str) -> None:
    """Neither can it be refused on, nor does it stop a grant with reasons."""
    law = excluding(clause)
    facts = refusal(repair(), ground="excluded", clauses=(clause,))
    assert codes(facts, law) == ["REPAIR_REFUSAL_UNTRUE", "REPAIR_REFUSAL_BASIS"]
    assert codes(grant(reason="示例理由"), law) == []


def test_a_wait_that_only_a_ministry_rule_knows_is_no_ground_of_refusal() -> None:
    """Under order 58 nothing is refused as too early: the application stays until its day has come."""
    early = date(2024, 6, 3)
    facts = refusal(repair(decided=date(2024, 5, 8), applied_on=early), clauses=("ndrc-58#term",))
    assert codes(facts, law_on(early)) == ["REPAIR_REFUSAL_BASIS"]
    assert codes(grant(facts.repair), law_on(early)) == ["REPAIR_TOO_EARLY"]


def test_a_ground_that_time_takes_away_is_refused_at_the_signature() -> None:
    assert codes(refusal(), law_on(date(2027, 5, 7))) == []
    assert "REPAIR_REFUSAL_UNTRUE" in codes(refusal(), law_on(date(2027, 5, 8)))


def test_the_conditions_of_a_list_bear_a_refusal_by_the_rank_of_its_standard() -> None:
    """2.4 and 国办发〔2020〕49号 四 let a ministry rule stand in for the list's standard, its way out included."""
    early = of_list("market", ("duties", "harm_removed", "no_new"), listed=date(2026, 5, 8))
    assert codes(refusal(early, clauses=("samr-44#early",))) == []
    unmet = of_list("market", ("duties",), listed=date(2025, 5, 8))
    assert codes(refusal(unmet, ground="exit_conditions", clauses=("samr-44#early",))) == []
    assert "REPAIR_REFUSAL_UNTRUE" in codes(
        refusal(unmet, ground="not_corrected", clauses=("gbf-2020-49#6",))
    )


def test_only_true_grounds_are_offered() -> None:
    assert [each.id for each in grounds_there(refusal(), LAW)] == ["too_early"]
    assert grounds_there(grant(), LAW) == ()
    assert len(REFUSAL_RULES) == 5


# ---- effects ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "day", "effect", "public", "shared", "lifts"),
    [
        (repair(), TODAY, "END_SHARING_AND_PUBLICATION", View.GONE, View.GONE, True),
        (repair(**UNDER_58), date(2024, 9, 2), "ANNOTATE", View.GONE, View.MARKED, None),
        (
            repair(decided=date(2021, 5, 8), applied_on=date(2021, 9, 1)),
            date(2021, 9, 1), "ANNOTATE", View.GONE, View.MARKED, None,
        ),
        (
            repair(decided=date(2025, 12, 20), applied_on=date(2026, 3, 31)),
            date(2026, 3, 31), "ANNOTATE", View.GONE, View.MARKED, None,
        ),
        # Applied for under the old edition, decided under the new one: the wider relief.
        (
            repair(decided=date(2025, 12, 20), applied_on=date(2026, 3, 31)),
            date(2026, 4, 1), "END_SHARING_AND_PUBLICATION", View.GONE, View.GONE, True,
        ),
        (of_list("wage"), TODAY, "END_SHARING_AND_PUBLICATION", View.GONE, View.GONE, True),
        (
            replace(of_list("wage"), applied_on=date(2024, 9, 2)),
            date(2024, 9, 2), "END_SHARING_AND_PUBLICATION", View.GONE, View.GONE, True,
        ),
    ],
)  # fmt: skip
def test_what_each_edition_and_list_demands(
    about: Any, day: date, effect: str, public: View, shared: View, lifts: bool | None
) -> None:
    found = effects(about, law_on(day))
    assert (found.effect, found.lifts_measures) == (effect, lifts)
    assert {found.views[each] for each in ("public", "enterprise_system")} == {public}
    assert {found.views[each] for each in ("province", "agency", "county", "institution")} == {shared}
    assert found.views["self"] is View.MARKED
    assert (found.ends_publication, found.ends_sharing) == (public is View.GONE, shared is View.GONE)


@pytest.mark.parametrize(
    ("chosen", "public", "shared", "own", "history", "recall"),
    [
        (RepairEffect.END_SHARING_AND_PUBLICATION, "gone", "gone", "marked", True, "withdraw"),
        (RepairEffect.ANNOTATE, "gone", "marked", "marked", True, "update"),
        (RepairEffect.WITHHOLD, "gone", "restricted", "marked", True, "update"),
        (RepairEffect.DELETE, "gone", "gone", "stub", False, "withdraw"),
    ],
)
def test_the_four_results_are_four(
    chosen: RepairEffect, public: str, shared: str, own: str, history: bool, recall: str
) -> None:
    found = effects(repair(), LAW, chosen)
    assert (found.views["public"], found.views["agency"], found.views["self"]) == (public, shared, own)
    assert (found.history, found.recall) == (history, recall)


@pytest.mark.parametrize("day", [date(2018, 1, 8), date(2020, 1, 8), date(2024, 1, 8), TODAY])
def test_ending_publication_alone_is_not_among_them(day: date) -> None:
    """Whatever the edition: what stays shared is marked, and every audience of the lawbook has its cell."""
    law = law_on(day)
    about = replace(repair(), applied_on=day)
    for chosen in (None, *RepairEffect):
        found = effects(about, law, chosen)
        assert set(found.views) == set(law.book.audiences)
        assert set(found.views.values()) <= set(View)


# ---- a false promise, a plan ---------------------------------------------------------------------------------


def test_what_follows_a_false_promise_is_read_or_nothing_follows() -> None:
    under_58 = consequence(repair(**UNDER_58), law_on(date(2025, 9, 1)))
    assert under_58 is not None
    assert (under_58.shown_months, under_58.barred_months, under_58.no_early_end) == (36, 36, True)
    assert consequence(repair(**UNDER_58), LAW) is None
    assert consequence(repair(), LAW) is None
    assert consequence(repair(decided=date(2021, 5, 8), applied_on=date(2021, 9, 1)), LAW) is None


@pytest.mark.parametrize(
    ("code", "restarts"), [("wage", True), ("work_safety", False), ("market", None), ("tax", None)]
)
def test_a_list_is_restored_as_it_says(code: str, restarts: bool | None) -> None:
    found = consequence(of_list(code), LAW)
    assert (found.restarts if found else None) is restarts
    assert found is None or found.restores


@pytest.mark.parametrize(
    ("plan", "day", "outcome", "code"),
    [
        (None, TODAY, Outcome.FORBIDDEN, "REPAIR_PLAN_MISSING"),
        (Plan(ruling="示例裁定", approved_on=date(2026, 9, 1)), TODAY, Outcome.PERMITTED, ""),
        (Plan(ruling="示例裁定", approved_on=date(2026, 11, 23)), TODAY, Outcome.PERMITTED, ""),
        (Plan(ruling="示例裁定", approved_on=date(2026, 11, 24)), TODAY, Outcome.FORBIDDEN, "REPAIR_PLAN_NOT_RUNNING"),
        (Plan(ruling="示例裁定", approved_on=date(2026, 9, 1), performed_on=TODAY), TODAY, Outcome.FORBIDDEN, "REPAIR_PLAN_NOT_RUNNING"),
        (Plan(ruling="示例裁定", approved_on=date(2026, 9, 1), failed_on=TODAY), TODAY, Outcome.FORBIDDEN, "REPAIR_PLAN_NOT_RUNNING"),
        (Plan(ruling="示例裁定", approved_on=date(2026, 9, 1), until=TODAY), TODAY, Outcome.PERMITTED, ""),
        (Plan(ruling="示例裁定", approved_on=date(2026, 9, 1), until=date(2026, 11, 22)), TODAY, Outcome.FORBIDDEN, "REPAIR_PLAN_NOT_RUNNING"),
        (Plan(ruling="示例裁定", approved_on=date(2026, 9, 1), lifted=True), TODAY, Outcome.FORBIDDEN, "REPAIR_PLAN_LIFTED"),
        (Plan(ruling="示例裁定", approved_on=date(2024, 9, 1)), date(2024, 9, 2), Outcome.OFFICER_DECIDES, "REPAIR_PLAN_UNREAD"),
    ],
)  # fmt: skip
def test_measures_are_lifted_while_a_plan_runs(
    plan: Plan | None, day: date, outcome: Outcome, code: str
) -> None:
    verdict = temporary_lift(repair(plan=plan, applied_on=day), law_on(day))
    assert verdict.outcome is outcome
    assert [each.code for each in verdict.against] == [code][: bool(code)]


def test_a_record_that_is_no_entry_has_no_list() -> None:
    assert LAW.serious_list(Listed().list) is None
