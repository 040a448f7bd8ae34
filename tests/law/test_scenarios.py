"""The scenarios a lawyer can read (情形): basis.yaml, intake.yaml, disclosure.yaml, each told and decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from xinheng.law import basis, disclosure, intake, lawbook
from xinheng.law.facts import (
    Competence,
    Effect,
    InstrumentKind,
    RecordFacts,
    SubjectKind,
    age_class,
    amount_class,
    facts_digest,
)
from xinheng.law.language import Outcome, Verdict
from xinheng.law.lawbook import Law, Lawbook
from xinheng.law.questions import questions, ruling_fault, ruling_key, settle
from xinheng.law.reference import CatalogEdition, CatalogItem, RulingDecision, Rulings
from xinheng.law.refusals import tell

HERE = Path(__file__).parent
TODAY, DECIDED = date(2026, 11, 23), date(2026, 5, 8)

ITEMS = {
    "行政处罚": "penalty", "行政许可": "license", "行政裁决": "adjudication", "经营异常名录": "abnormal_list",
    "严重失信主体名单": "serious_list", "荣誉": "honour", "信用承诺": "commitment", "司法裁判": "judgment", "行政强制": "enforcement",
}  # fmt: skip
SUBJECTS = {
    "法人": SubjectKind.LEGAL_PERSON, "非法人组织": SubjectKind.UNINCORPORATED, "机关": SubjectKind.PUBLIC_BODY,
    "个体工商户": SubjectKind.SOLE_TRADER, "自然人": SubjectKind.NATURAL_PERSON,
}  # fmt: skip
DOCUMENTS = {
    "行政处罚": InstrumentKind.PENALTY, "行政许可": InstrumentKind.LICENSE, "行政裁决": InstrumentKind.ADJUDICATION,
    "仲裁裁决": InstrumentKind.ARBITRAL_AWARD, "列入异常名录决定": InstrumentKind.ABNORMAL_LIST,
    "列入严重失信名单决定": InstrumentKind.SERIOUS_LIST, "荣誉": InstrumentKind.HONOUR,
    "承诺书": InstrumentKind.COMMITMENT, "行政强制": InstrumentKind.ENFORCEMENT, "裁判文书": InstrumentKind.JUDGMENT, "其他": InstrumentKind.OTHER,
}  # fmt: skip
EFFECTS = {
    "生效": Effect.EFFECTIVE, "未生效": Effect.NOT_YET, "停止执行": Effect.STAYED, "撤销": Effect.REVOKED,
    "无效": Effect.VOID, "失效": Effect.LAPSED,
}  # fmt: skip
KINDS = {
    "警告": "warning", "通报批评": "criticism", "罚款": "fine", "没收违法所得": "confiscate_gains",
    "没收非法财物": "confiscate_goods", "吊销许可证件": "revoke_permit", "责令关闭": "close", "限制从业": "restrict_occupation",
}  # fmt: skip
DOMAINS = {
    "食品": "food",
    "药品": "drug",
    "特种设备": "special_equipment",
    "安全生产": "work_safety",
    "消防": "fire",
}
AUDIENCES = {
    "社会公众": "public", "企业公示系统": "enterprise_system", "省平台": "province", "行政机关": "agency",
    "县区": "county", "信用服务机构": "institution", "本人": "self",
}  # fmt: skip
OUTCOMES = {"准许": Outcome.PERMITTED, "待定": Outcome.OFFICER_DECIDES, "不准": Outcome.FORBIDDEN}
FACTS = {
    "目录项", "决定日期", "主体", "文书", "效力", "争议", "种类", "金额", "简易程序", "出生", "行为日期", "领域",
    "不可抗力", "非主观故意", "轻微", "职权", "失信", "审查", "同意",
}  # fmt: skip
COMMON = {"名称", "条款", "事实", "法律日", "裁定", "裁定情形", "逐条决定", "结论", "理由", "附注", "待裁定"}
CATALOG = {"目录依据", "目录缺项", "目录改写", "从目录删去", "个人公开依据"}
SHOWN = {"对象", "期限", "公示", "受理日期", "有效期至", "显示", "不显示", "先查个人信息", "脱敏", "标注"}


@cache
def book() -> Lawbook:
    return lawbook.load()


def stories(name: str) -> list[Any]:
    """The scenarios of a file as test parameters, known by their names."""
    told = yaml.safe_load((HERE / f"{name}.yaml").read_text("utf-8"))
    return [pytest.param(each, id=each["名称"]) for each in told]


def yes(raw: Mapping[str, Any], word: str, otherwise: str = "否") -> bool:
    return {"是": True, "否": False}[raw.get(word, otherwise)]


def facts_of(raw: Mapping[str, Any], law: Law) -> RecordFacts:
    """The facts of a scenario; a word that is no fact is a slip of the pen and fails."""
    assert set(raw) <= FACTS, set(raw) - FACTS
    decided, subject = raw.get("决定日期", DECIDED), SUBJECTS[raw.get("主体", "法人")]
    amount = raw.get("金额")
    return RecordFacts(
        item=ITEMS.get(raw.get("目录项", "行政处罚"), raw.get("目录项", "")),
        interval=law.book.interval(decided),
        subject_kind=subject,
        instrument_kind=DOCUMENTS[raw.get("文书", "行政处罚")],
        effect=EFFECTS[raw.get("效力", "生效")],
        contested=yes(raw, "争议"),
        kinds=tuple(sorted(KINDS[each] for each in raw.get("种类", ["罚款"]))),
        amount=amount_class(None if amount is None else Decimal(str(amount)), law=law),
        summary_procedure=yes(raw, "简易程序"),
        age=age_class(subject, raw.get("出生"), raw.get("行为日期"), decided, law=law),
        domain=DOMAINS[raw["领域"]] if "领域" in raw else "",
        force_majeure=yes(raw, "不可抗力"),
        unintentional=yes(raw, "非主观故意"),
        slight=yes(raw, "轻微"),
        competence=Competence.UNKNOWN if raw.get("职权") == "不明" else Competence.STATED,
        untrustworthy=yes(raw, "失信"),
        reviewed=yes(raw, "审查", "是"),
        consent=yes(raw, "同意"),
    )


def changed(story: Mapping[str, Any], code: str) -> Lawbook:
    """The lawbook, with the catalog changed as a scenario says."""

    def item(each: CatalogItem) -> CatalogItem:
        if each.code != code:
            return each
        told: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in story.get("目录改写", {}).items()
        }
        if "目录缺项" in story:
            told[story["目录缺项"]] = None
        each = replace(each, **told)
        basis_ = tuple(story.get("目录依据", each.basis))
        person = tuple(story.get("个人公开依据", each.data["person_basis"]))
        return replace(each, basis=basis_, data={**each.data, "person_basis": person})

    def edition(each: CatalogEdition) -> CatalogEdition:
        gone = story.get("从目录删去", {}).get(each.id)
        return replace(each, items={c: item(i) for c, i in each.items.items() if c != gone})

    return replace(book(), catalogs=tuple(map(edition, book().catalogs)))


def setting(story: Mapping[str, Any]) -> tuple[RecordFacts, Law]:
    """Facts and law of a scenario, with its rulings and its decisions on this one row."""
    law = changed(story, facts_of(story.get("事实", {}), book().as_of(TODAY)).item).as_of(
        story.get("法律日", TODAY)
    )
    facts = facts_of(story.get("事实", {}), law)
    ruled_on = facts_of({**story.get("事实", {}), **story.get("裁定情形", {})}, law)
    decisions = {}
    for value_id, decision in story.get("裁定", {}).items():
        assert ruling_fault(value_id, decision, law) == ""
        key = facts_digest(ruling_key(value_id, ruled_on, law))
        decisions[value_id, key] = RulingDecision(number="示例裁定", decision=decision)
    for value_id, decision in story.get("逐条决定", {}).items():
        facts = settle(facts, value_id, decision, law)
    return facts, law.book.as_of(law.day, Rulings(decisions))


def check_verdict(story: Mapping[str, Any], verdict: Verdict, law: Law) -> None:
    """Outcome, reason, open questions, and that the clauses named are those of the rule that decided."""
    assert verdict.outcome is OUTCOMES[story["结论"]], [tell(r, law).text for r in verdict.against]
    assert (verdict.law_as_of, verdict.edition) == (law.day, law.edition)
    deciding = verdict.against[0] if verdict.against else None
    assert (deciding.code if deciding else "") == story.get("理由", "")
    if deciding:
        assert {each.id for each in deciding.clauses} & set(story["条款"])
    assert all(each in law.book.clauses for each in story["条款"])
    open_ids = deciding.values.get("question_ids", "").split(",") if deciding else [""]
    assert [each for each in open_ids if each] == story.get("待裁定", [])
    if "附注" in story:
        assert story["附注"] in {reason.code for reason in verdict.reasons}
    for reason in verdict.reasons:
        if reason.code:
            assert reason.code in law.book.refusals
            assert "（未注明）" not in tell(reason, law).text


@pytest.mark.parametrize("story", [*stories("basis"), *stories("intake")])
def test_intake(story: Mapping[str, Any]) -> None:
    assert set(story) <= COMMON | CATALOG, set(story)
    facts, law = setting(story)
    check_verdict(story, intake.decide(facts, law), law)


@pytest.mark.parametrize("story", stories("disclosure"))
def test_disclosure(story: Mapping[str, Any]) -> None:
    assert set(story) <= COMMON | CATALOG | SHOWN, set(story)
    facts, law = setting(story)
    said = disclosure.decide(facts, AUDIENCES[story.get("对象", "社会公众")], law)
    check_verdict(story, said.verdict, law)
    if said.verdict.outcome is not Outcome.PERMITTED:
        assert (said.shown, said.term, said.marks, dict(said.masks)) == ((), None, (), {})
    check_shown(story, said)
    check_term(story, said, facts)


def check_shown(story: Mapping[str, Any], said: disclosure.Disclosure) -> None:
    assert set(story.get("显示", ())) <= set(said.shown)
    assert not set(story.get("不显示", ())) & set(said.shown)
    if "先查个人信息" in story:
        assert list(said.screened) == story["先查个人信息"]
    if "脱敏" in story:
        assert dict(said.masks) == story["脱敏"]
    if "标注" in story:
        assert list(said.marks) == story["标注"]


def check_term(story: Mapping[str, Any], said: disclosure.Disclosure, facts: RecordFacts) -> None:
    term = said.term
    if "期限" in story:
        assert term is not None
        told = {
            "规则": term.rule,
            "类别": term.class_name,
            "月数": term.months,
            "最短": term.min_months,
            "存疑": term.doubt,
        }
        assert told == story["期限"]
    if "公示" in story:
        assert term is not None
        decided = story.get("事实", {}).get("决定日期", DECIDED)
        accepted, valid_to = story.get("受理日期", decided), story.get("有效期至")
        first, gone = disclosure.window(term, decided_on=decided, accepted_on=accepted, valid_to=valid_to)
        last = gone - timedelta(days=1) if gone else "无"
        assert {"始": first, "末": last} == story["公示"]


def test_there_are_enough_stories_and_each_name_once() -> None:
    told = [each.id for name in ("basis", "intake", "disclosure") for each in stories(name)]
    assert len(told) >= 60
    assert len(told) == len(set(told))


def test_every_rule_of_a_question_is_the_deciding_one_in_some_story() -> None:
    """A rule that no story turns against anybody is a rule nobody would miss."""
    against = set()
    for name in ("basis", "intake"):
        for each in stories(name):
            facts, law = setting(each.values[0])
            against |= {r.rule for r in intake.decide(facts, law).against[:1]}
    for each in stories("disclosure"):
        facts, law = setting(each.values[0])
        said = disclosure.decide(facts, AUDIENCES[each.values[0].get("对象", "社会公众")], law)
        against |= {r.rule for r in said.verdict.against[:1]}
    asked = {rule.name for rule in (*intake.decide.rules, *disclosure.DECIDE.rules)}  # type: ignore[attr-defined]
    # Contested never stands against anybody: that is what it says.
    assert asked - against == {basis.contested.name}


def test_all_questions_are_settled_by_a_story() -> None:
    """Each question is ruled on or settled at least once, so that no question has no answer."""
    told = [each.values[0] for name in ("basis", "intake", "disclosure") for each in stories(name)]
    answered = {q for story in told for q in (*story.get("裁定", {}), *story.get("逐条决定", {}))}
    never = set(questions(book().as_of(TODAY))) - answered
    assert never == set()
