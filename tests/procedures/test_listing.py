"""May this list be used (名单认定)? listing.yaml, and the lists as they stand in reference/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.procedures.walking import LISTS, book, law_on, with_list
from xinheng.law import listing
from xinheng.law.facts import AgeClass, Effect, InstrumentKind, SubjectKind
from xinheng.law.language import Confidence, Outcome
from xinheng.law.lawbook import Law
from xinheng.law.leniency import Leniency, LeniencyDecision
from xinheng.law.listing import (
    Ground,
    ListingFacts,
    Standing,
    early_exit_on,
    publication,
    standing,
    stop_gap,
    term_end,
)
from xinheng.law.lists import RANGES, BodyLevel, Departure, PartyRole, SeriousList, bases
from xinheng.law.refusals import tell

TODAY = date(2026, 11, 23)
STORIES = yaml.safe_load(Path(__file__).with_name("listing.yaml").read_text("utf-8"))
SUBJECTS = {"自然人": SubjectKind.NATURAL_PERSON, "机关": SubjectKind.PUBLIC_BODY}
KINDS = {"处罚": InstrumentKind.PENALTY, "判决": InstrumentKind.JUDGMENT, "承诺书": InstrumentKind.COMMITMENT}
EFFECTS = {"未生效": Effect.NOT_YET, "停止执行": Effect.STAYED, "撤销": Effect.REVOKED}
OUTCOMES = {"准许": Outcome.PERMITTED, "待定": Outcome.OFFICER_DECIDES, "不准": Outcome.FORBIDDEN}
KNOWN = {
    "名称", "条款", "结论", "理由", "提示", "名单", "改名单", "范围", "层级", "同意", "职能", "主体", "身份", "年龄", "文书", "效力",
    "另一文书效力", "文书份数", "情形", "宽容", "处理", "问过", "法律日", "改领域依据", "改标准依据", "缺部分", "存疑部分", "降低层级",
    "提高层级",
}  # fmt: skip


def facts_of(story: Mapping[str, Any]) -> ListingFacts:
    assert set(story) <= KNOWN, set(story) - KNOWN
    base = LISTS[story.get("名单", "wage")]
    body = base.body
    return replace(
        base,
        list=story.get("改名单", base.list),
        range=story.get("范围", base.range),
        body=replace(
            body, level=BodyLevel(story.get("层级", body.level)), trades=(story.get("职能", body.trades[0]),),
            superior_consent=story.get("同意") != "否",
        ),
        grounds=grounds_of(story, base.grounds[0]),
        criteria=tuple(story.get("情形", base.criteria)),
        subject_kind=SUBJECTS.get(story.get("主体", ""), base.subject_kind),
        role=PartyRole.LEGAL_REPRESENTATIVE if "身份" in story else PartyRole.SUBJECT,
        age=AgeClass(story.get("年龄", "not_a_person")),
        leniency=leniency_of(story),
    )  # fmt: skip


def grounds_of(story: Mapping[str, Any], ground: Ground) -> tuple[Ground, ...]:
    if story.get("文书") == "无":
        return ()
    kind = KINDS.get(story.get("文书", ""), ground.kind)
    first = replace(ground, kind=kind, effect=EFFECTS.get(story.get("效力", ""), Effect.EFFECTIVE))
    if "另一文书效力" in story:
        return first, replace(first, id="示例文书〔2026〕2号", effect=EFFECTS[story["另一文书效力"]])
    return tuple(replace(first, id=f"示例文书〔2026〕{n}号") for n in range(story.get("文书份数", 1)))


def leniency_of(story: Mapping[str, Any]) -> Leniency:
    decision = LeniencyDecision(story.get("处理", ""))
    return Leniency(
        grounds=tuple(story.get("宽容", ())), decision=decision, reason="示例理由" if decision else "", heard=story.get("问过") != "否"
    )  # fmt: skip


def law_of(story: Mapping[str, Any]) -> Law:
    """The law of the story's day, with the list changed as the story says."""
    code = story.get("名单", "wage")
    changes = _changes(story, next(each for each in book().lists if each.code == code))
    return (with_list(code, **changes) if changes else book()).as_of(story.get("法律日", TODAY))


def _changes(story: Mapping[str, Any], listed: SeriousList) -> dict[str, Any]:
    parts = dict(listed.standard)
    if "缺部分" in story:
        del parts[story["缺部分"]]
    if "存疑部分" in story:
        parts[story["存疑部分"]] = replace(parts[story["存疑部分"]], confidence=Confidence.UNCERTAIN)
    if "改标准依据" in story:
        parts["criteria"] = replace(parts["criteria"], basis=tuple(story["改标准依据"]))
    changes: dict[str, Any] = {"standard": parts} if parts != dict(listed.standard) else {}
    if "改领域依据" in story and listed.domain:
        changes["domain"] = replace(listed.domain, basis=tuple(story["改领域依据"]))
    if {"降低层级", "提高层级"} & set(story) and listed.authority:
        lower = Departure(
            levels=(BodyLevel.TOWNSHIP,), needs="", text="示例", basis=tuple(story.get("降低层级", ()))
        )
        changes["authority"] = replace(
            listed.authority, lowered=(lower,), level=BodyLevel(story.get("提高层级", "county"))
        )  # fmt: skip
    return changes


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["名称"])
@pytest.mark.clause("2.3", "2.4", "4.1c", "4.2b")
def test_a_list_is_used_as_the_story_says(story: Mapping[str, Any]) -> None:
    law = law_of(story)
    verdict = listing.decide(facts_of(story), law)
    said = [(reason.code, tell(reason, law).text) for reason in verdict.against]
    assert verdict.outcome is OUTCOMES[story["结论"]], said
    assert [code for code, _ in said] == ([story["理由"]] if "理由" in story else []), said
    cited = {clause.id for reason in verdict.against or verdict.reasons for clause in reason.clauses}
    assert set(story["条款"]) <= cited
    assert all("（未注明）" not in text for _, text in said)
    if "提示" in story:
        assert story["提示"] in {reason.code for reason in verdict.reasons}


def test_every_rule_refuses_in_some_story() -> None:
    against = {r.rule for story in STORIES for r in listing.decide(facts_of(story), law_of(story)).against}
    assert against == {rule.name for rule in listing.RULES}
    assert len({story["名称"] for story in STORIES}) == len(STORIES)


# ---- the lists as they stand -------------------------------------------------------------------------


def test_which_lists_can_carry_a_case_and_which_cannot_yet() -> None:
    """What is missing or unchecked is not filled in: those lists stop."""
    ready = {
        each.code for each in law_on(TODAY).serious_lists() if each.carried and not each.lacking and not each.doubtful
    }  # fmt: skip
    assert ready == {"wage", "market", "tax"}


@pytest.mark.parametrize("listed", book().lists, ids=lambda each: each.id)
def test_every_list_has_a_range_of_the_four_and_no_person_is_published_by_it(listed: SeriousList) -> None:
    assert set(listed.ranges) <= set(RANGES)
    assert listed.ranges
    assert listed.person_basis == ()


@pytest.mark.parametrize("listed", [each for each in book().lists if each.carried], ids=lambda each: each.id)
def test_no_list_rests_on_a_document_of_this_city_or_province(listed: SeriousList) -> None:
    local = {"municipal_document", "local_regulation", "local_government_rule"}
    assert [c for c in bases(listed) if book().instruments[c.partition("#")[0]].rank in local] == []


def test_the_four_carried_parts_of_the_wage_list_are_cited_apart_from_its_domain() -> None:
    wage = law_on(TODAY).serious_list("wage")
    assert wage
    assert wage.domain
    assert wage.domain.basis == ("wage#48",)
    assert all("wage#48" not in part.basis for part in wage.standard.values())
    assert stop_gap(wage, law_on(TODAY))


def test_a_stop_gap_list_says_so_and_publishes_no_person() -> None:
    law = law_on(TODAY)
    firm = publication(LISTS["wage"], law)
    assert firm.outcome is Outcome.PERMITTED
    assert "LIST_STOP_GAP" in {reason.code for reason in firm.reasons}
    role, kind = PartyRole.LEGAL_REPRESENTATIVE, SubjectKind.NATURAL_PERSON
    person = replace(LISTS["wage"], role=role, subject_kind=kind, age=AgeClass.ADULT)
    assert [r.code for r in publication(person, law).against] == ["LIST_PERSON_NOT_PUBLISHED"]


@pytest.mark.parametrize(
    ("basis", "published"),
    [
        ("wage#48", True),
        ("jsreg#subject", True),
        ("mohrss-45#5", False),
        ("gbf-2020-49#3", False),
        ("je-2017-7#list", False),
    ],
)
@pytest.mark.clause("3.2c")
def test_a_person_is_published_only_on_law_regulation_or_order(basis: str, published: bool) -> None:
    law = with_list("wage", person_basis=(basis,)).as_of(TODAY)
    person = replace(LISTS["wage"], role=PartyRole.PRINCIPAL, subject_kind=SubjectKind.NATURAL_PERSON)
    assert (publication(person, law).outcome is Outcome.PERMITTED) is published


@pytest.mark.parametrize(
    ("effects", "left"),
    [
        ((Effect.EFFECTIVE, Effect.EFFECTIVE), Standing.STANDS),
        ((Effect.EFFECTIVE, Effect.REVOKED), Standing.HIDDEN),
        ((Effect.REVOKED, Effect.VOID), Standing.FALLS),
        ((Effect.STAYED, Effect.EFFECTIVE), Standing.HIDDEN),
        ((), Standing.FALLS),
    ],
)
def test_what_is_left_of_an_entry_when_its_documents_fall(
    effects: tuple[Effect, ...], left: Standing
) -> None:
    grounds = tuple(Ground(id=str(n), kind=InstrumentKind.PENALTY, effect=e) for n, e in enumerate(effects))
    assert standing(grounds) is left


DECIDED, ON_LIST, SHOWN = date(2026, 3, 2), date(2026, 3, 10), date(2026, 3, 20)
DAYS = {"decided": DECIDED, "listed": ON_LIST, "published": SHOWN}


@pytest.mark.parametrize(
    ("code", "days", "end"),
    [
        ("wage", DAYS, date(2029, 3, 2)),
        ("market", DAYS, date(2029, 3, 10)),
        ("tax", DAYS, date(2029, 3, 20)),
        # Nobody published it: the earlier day stands in, and the entry does not run for ever.
        ("tax", {"decided": DECIDED, "listed": ON_LIST}, date(2029, 3, 2)),
        ("tax", {}, None),
        ("defence", DAYS, None),
    ],
)
def test_a_term_runs_from_the_event_of_its_own_list(
    code: str, days: dict[str, date], end: date | None
) -> None:
    listed = law_on(TODAY).serious_list(code)
    assert listed
    assert term_end(listed, days) == end


@pytest.mark.parametrize(
    ("months", "end"), [(12, date(2027, 3, 2)), (36, date(2029, 3, 2)), (11, None), (37, None), (None, None)]
)
def test_where_the_rule_leaves_a_choice_the_decision_stays_within_it(
    months: int | None, end: date | None
) -> None:
    listed = law_on(TODAY).serious_list("procurement")
    assert listed
    assert term_end(listed, {"decided": DECIDED}, months) == end


@pytest.mark.parametrize(
    ("code", "days", "day"),
    [
        ("wage", {**DAYS, "corrected": date(2026, 6, 30)}, date(2026, 12, 30)),
        ("wage", DAYS, None),
        ("market", DAYS, date(2027, 3, 10)),
        ("tax", DAYS, None),
    ],
)
def test_early_exit_runs_from_each_lists_own_event_and_an_unsure_one_from_none(
    code: str, days: dict[str, date], day: date | None
) -> None:
    listed = law_on(TODAY).serious_list(code)
    assert listed
    assert early_exit_on(listed, days) == day
