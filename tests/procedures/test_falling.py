"""What falls when a document falls, told as scenarios (文书失效的传导): falling.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.procedures.repairing import TODAY
from tests.procedures.walking import book, law_on
from xinheng.law.deadlines import begin, due, legal_period
from xinheng.law.facts import Effect
from xinheng.law.falling import DocumentState, Fate, Knot, Layer, Node, fall, fallen
from xinheng.law.procedures.revocation import REVOCATION, RevocationFacts, outcome_of

pytestmark = pytest.mark.clause("1.3a", "2.2b")
STORIES = yaml.safe_load(Path(__file__).with_name("falling.yaml").read_text("utf-8"))
STATES = {
    "撤销": DocumentState(effect=Effect.REVOKED),
    "无效": DocumentState(effect=Effect.VOID),
    "未生效": DocumentState(effect=Effect.NOT_YET),
    "停止执行": DocumentState(effect=Effect.STAYED),
    "争议": DocumentState(contested=True),
    "变更": DocumentState(varied=True),
    "变更并停止执行": DocumentState(effect=Effect.STAYED, varied=True),
}
FATES = {
    "照旧": Fate.STANDS,
    "失去": Fate.FALLS,
    "隐去": Fate.HIDDEN,
    "中止": Fate.SUSPENDED,
    "变更": Fate.VARIED,
}
DOCUMENTS = ("处罚甲", "处罚乙", "责令")


def things(entry: tuple[str, ...] = ("处罚甲",), measure: tuple[str, ...] = ("名单",)) -> tuple[Node, ...]:
    return (
        Node(id="记录甲", layer=Layer.RECORD, rests_on=("处罚甲",)),
        Node(id="记录乙", layer=Layer.RECORD, rests_on=("处罚乙",)),
        Node(id="名单", layer=Layer.ENTRY, rests_on=entry),
        Node(id="措施", layer=Layer.MEASURE, rests_on=measure),
        Node(id="外单位措施", layer=Layer.MEASURE, rests_on=("名单",), ours=False),
        Node(id="公示甲", layer=Layer.PUBLICATION, rests_on=("记录甲",)),
        Node(id="名单公示", layer=Layer.PUBLICATION, rests_on=("名单",)),
        Node(id="共享甲", layer=Layer.SHARE, rests_on=("记录甲",)),
        Node(id="名单共享", layer=Layer.SHARE, rests_on=("名单",)),
    )


def documents(told: Mapping[str, str]) -> dict[str, DocumentState]:
    return {each: STATES[told[each]] if each in told else DocumentState() for each in DOCUMENTS}


@pytest.mark.parametrize("story", [pytest.param(each, id=each["名称"]) for each in STORIES])
def test_what_becomes_of_each_thing(story: Mapping[str, Any]) -> None:
    nodes = things(tuple(story.get("名单依据", ("处罚甲",))), tuple(story.get("措施依据", ("名单",))))
    found = {each.node.id: each for each in fall(nodes, documents(story["文书"]))}
    expected = {each.id: FATES[story["结果"].get(each.id, "照旧")] for each in nodes}
    assert {name: each.fate for name, each in found.items()} == expected
    assert [name for name, each in found.items() if each.marked] == story.get("标注", [])
    assert all(each in book().clauses for each in story["条款"])
    for each in found.values():
        assert each.to_officer is (each.fate is Fate.HIDDEN)
        assert each.seen is (each.fate in (Fate.STANDS, Fate.VARIED))
        assert each.told is (each.node.id == "外单位措施" and each.fate is not Fate.STANDS)
        assert each.recalled is (each.node.layer is Layer.SHARE and each.fate is not Fate.STANDS)
        assert bool(each.because) is (each.fate is not Fate.STANDS)


def test_it_is_shown_what_fell_and_on_account_of_what() -> None:
    found = fall(things(("处罚甲", "处罚乙")), documents({"处罚甲": "撤销"}))
    assert fallen(found, Fate.FALLS) == ("记录甲", "公示甲", "共享甲")
    entry = next(each for each in found if each.node.id == "名单")
    assert entry.because == ("处罚甲",)


@pytest.mark.parametrize(
    "nodes",
    [
        (Node(id="甲", layer=Layer.RECORD, rests_on=("乙",)), Node(id="乙", layer=Layer.ENTRY, rests_on=("甲",))),
        (Node(id="甲", layer=Layer.RECORD, rests_on=()),),
        (Node(id="甲", layer=Layer.RECORD, rests_on=("没有登记的文书",)),),
    ],
)  # fmt: skip
def test_what_rests_on_nothing_known_is_a_fault(nodes: tuple[Node, ...]) -> None:
    with pytest.raises(Knot):
        fall(nodes, documents({}))


@given(st.lists(st.sampled_from([*STATES, "有效"]), min_size=3, max_size=3))
def test_nothing_is_seen_that_rests_on_no_document_in_effect(told: list[str]) -> None:
    states = documents({k: v for k, v in zip(DOCUMENTS, told, strict=True) if v != "有效"})
    for each in fall(things(DOCUMENTS), states):
        named = set(each.node.rests_on) & set(DOCUMENTS)
        if named and all(states[name].effect is not Effect.EFFECTIVE for name in named):
            assert not each.seen


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
def test_the_order_of_the_things_does_not_matter(order: slice) -> None:
    found = fall(things()[order], documents({"处罚甲": "撤销"}))
    assert {each.node.id for each in found if each.fate is Fate.FALLS} == {
        each.id for each in things() if each.id != "记录乙"
    }


def test_the_case_carries_out_the_same_answer_within_three_working_days() -> None:
    facts = RevocationFacts(
        state="opened", today=TODAY, document="处罚甲", others=tuple(documents({"处罚甲": "撤销"}).items()), nodes=things()
    )  # fmt: skip
    assert outcome_of(facts) == fall(things(), documents({"处罚甲": "撤销"}))
    (clock,) = REVOCATION.step("open").starts
    law = law_on(TODAY)
    end = due(begin(legal_period(clock, law), TODAY), law.calendar)
    assert str(end.last) == "2026-11-26"
    assert not REVOCATION.step("open").adverse
    assert "system" in REVOCATION.step("open").roles
