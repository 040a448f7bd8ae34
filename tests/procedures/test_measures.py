"""Measures as a lawyer would put the cases (惩戒措施): measures.yaml, each case with its clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.procedures.walking import book
from xinheng.law import measures
from xinheng.law.facts import AgeClass, Effect, InstrumentKind, SubjectKind
from xinheng.law.language import Outcome, Refusal
from xinheng.law.lawbook import Law
from xinheng.law.leniency import Leniency, LeniencyDecision
from xinheng.law.listing import Body, Ground
from xinheng.law.lists import BodyLevel, PartyRole
from xinheng.law.measures import (
    Act,
    Entry,
    MeasureFacts,
    Reasons,
    SecondReview,
    address,
    applicable,
    measure_end,
)
from xinheng.law.refusals import tell

TODAY = date(2026, 11, 23)
STORIES = yaml.safe_load(Path(__file__).with_name("measures.yaml").read_text("utf-8"))
KNOWN = {
    "名称", "条款", "结论", "理由", "行", "职能", "层级", "身份", "主体", "名单", "状态", "到期", "文书", "效力", "情形", "事项", "关系",
    "月数", "终身", "金额", "条", "年龄", "宽容", "处理", "问过", "审慎", "复核", "要谁办", "还有", "缺理由", "法律日", "改依据", "计划至",
}  # fmt: skip
ROLES = {"法定代表人": PartyRole.LEGAL_REPRESENTATIVE, "直接责任人员": PartyRole.DIRECTLY_LIABLE}
SUBJECTS = {
    "法人": SubjectKind.LEGAL_PERSON, "自然人": SubjectKind.NATURAL_PERSON, "机关": SubjectKind.PUBLIC_BODY,
    "个体工商户": SubjectKind.SOLE_TRADER,
}  # fmt: skip
KINDS = {
    "处罚": InstrumentKind.PENALTY,
    "判决": InstrumentKind.JUDGMENT,
    "其他决定": InstrumentKind.OTHER_ADMINISTRATIVE,
}
EFFECTS = {"生效": Effect.EFFECTIVE, "撤销": Effect.REVOKED, "未生效": Effect.NOT_YET}
HANDLING = {
    "": (LeniencyDecision.NONE, ""), "仍办理": (LeniencyDecision.GO_ON, "示例理由"),
    "仍办理无理由": (LeniencyDecision.GO_ON, ""), "从宽": (LeniencyDecision.SPARE, "示例理由"),
    "从轻": (LeniencyDecision.LIGHTER, "示例理由"),
}  # fmt: skip
REVIEWS = {
    "必要": SecondReview(person="示例乙", necessary=True, reason="示例理由"),
    "不必要": SecondReview(person="示例乙", necessary=False, reason="示例理由"),
    "本人": SecondReview(person="示例甲", necessary=True, reason="示例理由"),
    "无理由": SecondReview(person="示例乙", necessary=True, reason=""),
}
OUTCOMES = {"准许": Outcome.PERMITTED, "待定": Outcome.OFFICER_DECIDES, "不准": Outcome.FORBIDDEN}
WHOLE = Reasons(domain="示例领域", nature="示例性质", gravity="示例情节", impact="示例影响")


def facts_of(story: Mapping[str, Any]) -> MeasureFacts:
    """The facts of a scenario; a word that is no fact is a slip of the pen and fails."""
    assert set(story) <= KNOWN, set(story) - KNOWN
    kind = SUBJECTS[story.get("主体", "法人")]
    person = kind is SubjectKind.NATURAL_PERSON
    decision, why = HANDLING[story.get("处理", "")]
    return MeasureFacts(
        row=story.get("行", "wage-48"),
        body=Body(name="示例局", level=BodyLevel(story.get("层级", "county")), trades=(story.get("职能", "housing"),)),
        actor="示例甲",
        subject_kind=kind,
        role=ROLES.get(story.get("身份", ""), PartyRole.SUBJECT),
        addressee=story.get("要谁办", ""),
        entry=entry_of(story),
        grounds=grounds_of(story),
        grounds_met=tuple(story.get("情形", ())),
        matter=story.get("事项", "procurement"),
        link="" if story.get("关系") == "无" else "示例关联",
        months=story.get("月数"),
        lifetime=story.get("终身") == "是",
        amount=story.get("金额"),
        statute=story.get("条", ""),
        age=AgeClass(story.get("年龄", "adult" if person else "not_a_person")),
        leniency=Leniency(
            grounds=tuple(story.get("宽容", ())), decision=decision, reason=why, heard=story.get("问过") != "否"
        ),
        reasons=replace(WHOLE, **dict.fromkeys(story.get("缺理由", ()), "")),
        caution=story.get("审慎", ""),
        review=REVIEWS.get(story.get("复核", "")),
        lifted=((date(2026, 10, 8), story["计划至"]),) if "计划至" in story else (),
    )  # fmt: skip


def entry_of(story: Mapping[str, Any]) -> Entry | None:
    code = story.get("名单", "无" if "文书" in story else "wage")
    return (
        None if code == "无" else Entry(list=code, state=story.get("状态", "listed"), until=story.get("到期"))
    )


def grounds_of(story: Mapping[str, Any]) -> tuple[Ground, ...]:
    if "文书" not in story:
        return ()
    effect = EFFECTS[story.get("效力", "生效")]
    return (Ground(id="示例文书〔2026〕1号", kind=KINDS[story["文书"]], effect=effect),)


def law_of(story: Mapping[str, Any]) -> Law:
    """The law of the story's day, with the row's basis exchanged where the story says so."""
    found = book()
    if "改依据" in story:
        edition = found.measures[-1]
        row = replace(edition.rows["wage-48"], basis=tuple(story["改依据"]))
        found = replace(found, measures=(replace(edition, rows={**edition.rows, row.id: row}),))
    return found.as_of(story.get("法律日", TODAY))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["名称"])
@pytest.mark.clause("4.2a", "4.2b", "4.2c", "1.3b", "1.3c")
def test_a_measure_is_decided_as_the_story_says(story: Mapping[str, Any]) -> None:
    law, facts = law_of(story), facts_of(story)
    verdict = measures.decide(facts, law)
    said = [(reason.code, tell(reason, law).text) for reason in verdict.against]
    assert verdict.outcome is OUTCOMES[story["结论"]], said
    # What is wrong is told, and nothing else is.
    wrong = [story["理由"], *story.get("还有", ())] if "理由" in story else []
    assert [code for code, _ in said] == wrong, said
    cited = {clause.id for reason in verdict.against or verdict.reasons for clause in reason.clauses}
    assert set(story["条款"]) <= cited
    assert all("（未注明）" not in text and "{" not in text for _, text in said)


def test_there_are_enough_stories_and_each_rule_is_the_one_that_refuses_in_some() -> None:
    assert len(STORIES) >= 40
    assert len({story["名称"] for story in STORIES}) == len(STORIES)
    against = {r.rule for story in STORIES for r in measures.decide(facts_of(story), law_of(story)).against}
    assert against == {rule.name for rule in measures.RULES}


def test_what_is_asked_at_the_point_of_use() -> None:
    """Which measures apply to this subject for this matter today? Rows of that matter alone, each with reasons."""
    story = {"事项": "procurement"}
    found = {row.id: verdict.outcome for row, verdict in applicable(facts_of(story), law_of(story))}
    assert found == {
        "wage-48": Outcome.PERMITTED, "procurement-77": Outcome.FORBIDDEN, "procurement-22": Outcome.FORBIDDEN,
    }  # fmt: skip
    assert list(applicable(facts_of({"事项": "水电开户"}), law_of({}))) == []


def test_asking_needs_no_reasons_and_imposes_nothing() -> None:
    bare = replace(facts_of({}), reasons=Reasons(), link="", leniency=Leniency())
    assert {row.id: v.outcome for row, v in applicable(bare, law_of({}))}["wage-48"] is Outcome.PERMITTED
    assert measures.decide(bare, law_of({})).outcome is Outcome.FORBIDDEN


@pytest.mark.parametrize(
    ("story", "end"),
    [
        ({"到期": date(2029, 3, 1)}, date(2029, 3, 1)),
        ({}, None),
        ({"行": "procurement-77", "月数": 12}, date(2027, 11, 23)),
        ({"行": "food-135-lifetime", "终身": "是"}, None),
        ({"行": "无此行", "月数": 12}, TODAY),
    ],
)
def test_a_measure_ends_with_its_entry_or_by_its_own_term(story: dict[str, Any], end: date | None) -> None:
    assert measure_end(facts_of(story), TODAY, law_of(story)) == end


@pytest.mark.clause("4.2c")
@pytest.mark.parametrize("kind", sorted(book().measures[-1].third_party_kinds))
def test_third_parties_are_informed_and_nothing_else(kind: str) -> None:
    law = law_of({})
    assert address(kind, Act.INFORM, "wage-48", law).clauses == ()
    for act in set(Act) - {Act.INFORM}:
        with pytest.raises(Refusal) as refused:
            address(kind, act, "wage-48", law)
        assert refused.value.reasons[0].code == "MEASURE_COERCES_THIRD"


def test_where_a_law_itself_binds_the_body_the_information_names_it() -> None:
    told = address("financial_institution", Act.INFORM, "telecom-31", law_of({}))
    assert [clause.id for clause in told.clauses] == ["telecom-fraud#31"]
    assert address("media", Act.INFORM, "telecom-31", law_of({})).clauses == ()


def test_an_unknown_kind_of_body_is_told_nothing() -> None:
    with pytest.raises(Refusal) as refused:
        address("示例机构", Act.INFORM, "wage-48", law_of({}))
    assert refused.value.reasons[0].code == "THIRD_PARTY_UNKNOWN"


def test_the_software_has_no_scale_of_gravity() -> None:
    """Whatever the officer writes weighs the same: only that something was said is looked at."""
    grave = replace(facts_of({}), reasons=replace(WHOLE, gravity="极其严重", impact="影响极大"))
    slight = replace(facts_of({}), reasons=replace(WHOLE, gravity="较轻", impact="影响很小"))
    assert measures.decide(grave, law_of({})) == measures.decide(slight, law_of({}))


def test_every_row_rests_on_a_rank_that_may_ground_a_measure() -> None:
    law = law_of({})
    rows = book().measures[-1].rows.values()
    assert len(rows) >= 20
    assert [row.id for row in rows if not any(law.admits("measure", each) for each in row.basis)] == []
