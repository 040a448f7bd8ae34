"""Repair as a lawyer reads it (信用修复情形): repair.yaml, every border day, lodging always open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from tests.law.test_scenarios import FACTS, book, facts_of, stories, yes
from xinheng.law.facts import facts_digest
from xinheng.law.language import Confidence, Outcome
from xinheng.law.lawbook import Law
from xinheng.law.questions import ruling_fault, ruling_key
from xinheng.law.reference import RulingDecision, Rulings
from xinheng.law.refusals import tell
from xinheng.law.repair import RULES, Prospect, self_check
from xinheng.law.repairfacts import RepairFacts
from xinheng.law.repairrules import Exclusion

pytestmark = pytest.mark.clause("5.1a")

PROSPECTS = {
    "可以": Prospect.PERMITTED,
    "太早": Prospect.TOO_EARLY,
    "排除": Prospect.EXCLUDED,
    "人定": Prospect.OFFICER_DECIDES,
}
OWN = {
    "名称", "条款", "决定日期", "公示日", "申请日", "市监", "名单", "名单日", "具备", "材料", "限制", "虚假承诺", "在名单中",
    "裁定", "增设排除", "逐日", "最早", "答案", "理由", "缺", "版",
}  # fmt: skip
ALL_MATERIALS = frozenset({"proof", "commitment", "licence", "identity", "application"})


def repair_of(story: Mapping[str, Any], law: Law) -> RepairFacts:
    """The facts of a scenario; what it does not say is in order."""
    decided = story.get("决定日期", date(2025, 1, 10))
    raw = {"决定日期": decided, **{key: story[key] for key in FACTS & set(story)}}
    if "名单" in story:
        raw |= {"目录项": "严重失信主体名单", "文书": "列入严重失信名单决定"}
    listed = law.serious_list(story["名单"]) if "名单" in story else None
    needs = set(listed.early.needs) if listed and listed.early else set()
    return RepairFacts(
        record=facts_of(raw, law),
        decided_on=decided,
        published_on=story.get("公示日"),
        applied_on=story.get("申请日"),
        market=yes(story, "市监"),
        list=story.get("名单", ""),
        entry_days=tuple(story.get("名单日", {}).items()),
        met=frozenset(story.get("具备", {"corrected", "effects_eliminated", *needs})),
        materials=frozenset(story.get("材料", ALL_MATERIALS)),
        barred=frozenset(story.get("限制", ())),
        false_promise_on=story.get("虚假承诺"),
        live_entry=yes(story, "在名单中"),
    )


def law_of(story: Mapping[str, Any], day: date) -> Law:
    """The law of a day under the rulings of a scenario, with its supposed exclusion."""
    lawbook = book()
    if "增设排除" in story:
        extra = Exclusion(
            id="示例", text="示例情形", when={"item": ("penalty",)}, clauses=tuple(story["增设排除"]), from_list=False,
            confidence=Confidence.KNOWN,
        )  # fmt: skip
        rules = replace(lawbook.repair, exclusions={**lawbook.repair.exclusions, "示例": extra})
        lawbook = replace(lawbook, repair=rules)
    law = lawbook.as_of(day)
    facts = repair_of(story, law).record
    decisions = {}
    for value_id, decision in story.get("裁定", {}).items():
        assert ruling_fault(value_id, decision, law) == ""
        key = facts_digest(ruling_key(value_id, facts, law))
        decisions[value_id, key] = RulingDecision(number="示例裁定", decision=decision)
    return lawbook.as_of(day, Rulings(decisions))


@cache
def days() -> tuple[Any, ...]:
    """Each scenario on each of its days."""
    return tuple(
        pytest.param(each.values[0], day, told, id=f"{each.id} {day} {told}")
        for each in stories("repair")
        for day, told in each.values[0]["逐日"].items()
    )


@pytest.mark.parametrize(("story", "day", "told"), days())
def test_on_that_day(story: Mapping[str, Any], day: date, told: str) -> None:
    law = law_of(story, day)
    said = self_check(repair_of(story, law), law)
    assert said.prospect is PROSPECTS[told], [tell(each, law).text for each in said.verdict.against]
    assert said.lodging.outcome is Outcome.PERMITTED
    assert (said.verdict.law_as_of, said.verdict.edition) == (day, law.edition)
    for reason in said.verdict.against:
        assert "（未注明）" not in tell(reason, law).text


@pytest.mark.parametrize("story", stories("repair"))
def test_the_answer_is_explained(story: Mapping[str, Any]) -> None:
    assert set(story) <= OWN | FACTS, set(story) - OWN - FACTS
    last = max(story["逐日"])
    law = law_of(story, last)
    said = self_check(repair_of(story, law), law)
    if "最早" in story:
        assert said.opens_on == story["最早"]
    if "答案" in story:
        assert [each.opens_on or "待核" for each in said.candidates] == story["答案"]
    if "缺" in story:
        assert sorted(each.id for each in said.missing) == story["缺"]
    if "版" in story:
        assert said.edition is not None
        assert said.edition.id == story["版"]
    assert all(each in law.book.clauses for each in story["条款"])


@pytest.mark.parametrize("story", [each for each in stories("repair") if "理由" in each.values[0]])
def test_the_reason_is_named_on_some_day_and_rests_on_a_clause_of_the_story(story: Mapping[str, Any]) -> None:
    told = []
    for day in story["逐日"]:
        law = law_of(story, day)
        told += [each.code for each in self_check(repair_of(story, law), law).verdict.against]
    assert story["理由"] in told


def test_there_are_enough_stories_and_each_name_once() -> None:
    told = [each.id for each in stories("repair")]
    assert len(told) >= 60
    assert len(told) == len(set(told))
    assert len(days()) >= 150


def test_every_rule_of_the_self_check_is_the_deciding_one_in_some_story() -> None:
    """A rule that no story turns against anybody is a rule nobody would miss."""
    against = set()
    for each in days():
        story, day, _ = each.values
        law = law_of(story, day)
        against |= {reason.rule for reason in self_check(repair_of(story, law), law).verdict.against}
    assert {rule.name for rule in RULES} <= against


def test_the_straddling_record_gets_both_answers_in_words() -> None:
    """2025-12-20 under order 58, asked after order 36: both days, the earlier holds, an officer or a ruling decides."""
    story = next(e.values[0] for e in stories("repair") if e.id.startswith("同一件，36号施行当天起"))
    law = law_of(story, date(2026, 4, 1))
    said = self_check(repair_of(story, law), law)
    words = "".join(tell(each, law).text for each in said.verdict.against)
    assert "令第58号（重点领域）：决定之日起满 12 个月，2026-12-20" in words
    assert "令第36号（一般）：决定之日起满 3 个月，2026-03-20" in words
    assert "2026年4月1日前作出的处罚适用哪一规则" in words
    assert "不因此拒绝" in words


@pytest.mark.parametrize("edition", ["P-527", "P-58", "P-36", "P-SAMR"])
def test_periods_nobody_read_are_office_targets_and_say_so(edition: str) -> None:
    rules = book().repair.editions[edition]
    for name in ("repair_acceptance", "repair_decision", "repair_sync"):
        legal = rules.periods.get(name)
        assert legal is None or not legal.certain


def test_the_self_check_tells_who_and_how_long() -> None:
    law = book().as_of(date(2026, 11, 23))
    said = self_check(repair_of({}, law), law)
    assert said.accepted_by is not None
    assert said.decided_by is not None
    assert "信用中国" in said.accepted_by.name
    assert "谁认定谁修复" in said.decided_by.name
    assert said.decision.office_target
    assert said.decision.told == "待核"
    market = self_check(repair_of({"名单": "market", "名单日": {"listed": date(2025, 1, 20)}}, law), law)
    assert (market.acceptance.told, market.decision.told) == ("5个工作日", "15个工作日")
    assert not market.decision.office_target


def test_the_present_edition_asks_exactly_two_things() -> None:
    edition = book().as_of(date(2026, 11, 23)).repair_edition()
    assert edition is not None
    assert [each.text for each in edition.materials] == ["履行证明", "信用承诺书"]
