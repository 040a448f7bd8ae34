"""The lawyer's cases again, through the services and with rows in the register (惩戒措施情形经办理)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import cast
from tests.measures import town
from tests.measures.town import Town, given, opened
from xinheng.law.facts import Effect, InstrumentKind, SubjectKind
from xinheng.law.language import Refusal
from xinheng.law.leniency import Leniency, LeniencyDecision
from xinheng.law.lists import PartyRole
from xinheng.law.measures import Reasons
from xinheng.registry import services
from xinheng.registry.measurefacts import Given
from xinheng.registry.models import MeasureState

# What no officer can state at the desk, and so has no story here: another basis, an addressee, a flag of his own;
# an age, which is the record's own; a review by oneself, which the service refuses before the law is asked; a plan of a
# court, which is a case of repair's to lift for (tests/repairs/test_plans.py).
UNSAYABLE = {"改依据", "要谁办", "审慎", "年龄", "计划至"}
FILE = Path(__file__).parents[1] / "procedures" / "measures.yaml"
STORIES = [
    story
    for story in yaml.safe_load(FILE.read_text("utf-8"))
    if not UNSAYABLE & set(story)
    and story.get("复核") in (None, "必要")
    and story.get("行") != "credit-granting"
]
ROLES = {"法定代表人": PartyRole.LEGAL_REPRESENTATIVE, "直接责任人员": PartyRole.DIRECTLY_LIABLE}
SUBJECTS = {
    "自然人": SubjectKind.NATURAL_PERSON,
    "机关": SubjectKind.PUBLIC_BODY,
    "个体工商户": SubjectKind.SOLE_TRADER,
}
KINDS = {
    "处罚": InstrumentKind.PENALTY,
    "判决": InstrumentKind.JUDGMENT,
    "其他决定": InstrumentKind.OTHER_ADMINISTRATIVE,
}
EFFECTS = {"生效": Effect.EFFECTIVE, "撤销": Effect.REVOKED, "未生效": Effect.NOT_YET}
HANDLING = {
    "": ("", ""), "仍办理": ("go_on", "示例理由"), "仍办理无理由": ("go_on", ""), "从宽": ("spare", "示例理由"),
    "从轻": ("lighter", "示例理由"),
}  # fmt: skip


def given_of(story: Mapping[str, Any], subject: Any) -> Given:
    """What the officer of a story states; its entry or document is put into the register."""
    role = ROLES.get(story.get("身份", ""), PartyRole.SUBJECT)
    decision, why = HANDLING[story.get("处理", "")]
    told = {
        "row": story.get("行", "wage-48"), "matter": story.get("事项", "procurement"), "role": role,
        "link": "" if story.get("关系") == "无" else "示例关系", "months": story.get("月数"),
        "lifetime": story.get("终身") == "是", "amount": story.get("金额"), "statute": story.get("条", ""),
        "grounds_met": tuple(story.get("情形", ())),
        "reasons": Reasons(**{
            name: "" if name in story.get("缺理由", ()) else "示例" for name in ("domain", "nature", "gravity", "impact")
        }),
        "leniency": Leniency(
            grounds=tuple(story.get("宽容", ())), decision=LeniencyDecision(decision), reason=why, heard=story.get("问过") != "否"
        ),
    }  # fmt: skip
    if "文书" in story:
        facts = {"instrument_kind": KINDS[story["文书"]]}
        found = town.document(subject, effect=EFFECTS[story.get("效力", "生效")], facts=facts)
        return given(**told, instrument=found.pk)
    code = story.get("名单", "wage")
    if code == "无":
        return given(**told)
    state, until = story.get("状态", "listed"), story.get("到期")
    return given(**told, entry=town.listed(subject, list=code, state=state, until=until, role=role).pk)


@pytest.mark.clause("4.2a", "4.2b", "4.2c", "1.3b", "1.3c")
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["名称"])
def test_a_story_at_the_desk(there: Town, story: Mapping[str, Any]) -> None:
    now = datetime.combine(story.get("法律日", date(2026, 11, 23)), time(2), tzinfo=UTC)
    town.reach(cast.MARKET, domains=[story.get("职能", "housing")], level=story.get("层级", "county"))
    subject = there.subjects[SUBJECTS.get(story.get("主体", ""), SubjectKind.LEGAL_PERSON)]
    told = given_of(story, subject)
    wrong = [story["理由"], *story.get("还有", ())] if "理由" in story else []
    if wrong and wrong != ["MEASURE_CAUTION"]:
        with pytest.raises(Refusal) as refused:
            town.propose(subject, told, now=now)
        assert [reason.code for reason in refused.value.reasons] == wrong
        return
    made = town.propose(subject, told, now=now)
    if story.get("复核") == "必要":
        look = opened(town.REVIEWER, subject, now)
        services.review_measure(
            made, necessary=True, reason="示例理由", opened=look, actor=town.REVIEWER, now=now
        )
    if wrong:
        with pytest.raises(Refusal, match="MEASURE_CAUTION"):
            town.decide(made, now=now)
        return
    town.decide(made, now=now)
    assert town.row(made).state == MeasureState.IN_FORCE


def test_there_are_enough_of_them() -> None:
    assert len(STORIES) >= 50
