"""What a paper says, what it lacks, and that it prints what it claims to tell (办案文书的内容)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests import cast
from tests.documents import cases
from tests.documents.drafts import LAW, SUBJECT
from xinheng.documents import fonts, kinds, papers
from xinheng.documents.papers import PARTS, Cited, Earlier, PaperContent
from xinheng.law.language import Refusal
from xinheng.law.procedures.listingrules import DECISION_SAYS, NOTICE_SAYS
from xinheng.law.refusals import tell

BLANK = (" ", "")
# How each part comes to lack: what is not there, or is only blank.
WITHOUT: dict[str, dict[str, Any]] = {
    "party": {"party": replace(cases.PARTY, name=" ")},
    "facts": {"facts": BLANK},
    "evidence": {"evidence": ()},
    "basis": {"basis": (Cited("", "没有条款的说明"),)},
    "decision": {"decision": BLANK},
    "fields": {"decision": BLANK},
    "rights": {"rights": ()},
    "window": {"window": " "},
    "deadlines": {"litigation_period": ""},
    "reconsideration_body": {"reconsideration_body": " "},
    "court": {"court": ""},
    "exit_conditions": {"exit_conditions": BLANK},
    "repair_notice": {"repair": BLANK},
    "records": {"records": BLANK},
    "lacking": {"lacking": ()},
    "effect": {"effect": BLANK},
    "next": {"next_steps": ()},
}


def without(kind: str, part: str) -> PaperContent:
    """The paper without one part."""
    content = cases.content(kind)
    if part == "reasons" and content.reply is None:
        return replace(content, reasons=BLANK)
    if part in WITHOUT:
        return replace(content, **WITHOUT[part])
    holder = next(name for name in ("reply", "service", "hearing") if getattr(content, name))
    held: Any = getattr(content, holder)
    empty: Any = "" if isinstance(getattr(held, part), str) else ()
    return replace(content, **{holder: replace(held, **{part: empty})})


def refused(content: PaperContent, kind: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        papers.make(content, kinds.kind(kind, LAW))
    return caught.value


def printed(content: PaperContent, kind: str) -> str:
    return json.dumps(papers.make(content, kinds.kind(kind, LAW)), ensure_ascii=False)


ALL = [(kind, part) for kind, parts in PARTS.items() for part in parts]


@pytest.mark.clause("4.1a", "4.1c")
@pytest.mark.parametrize(("kind", "part"), ALL)
def test_a_paper_that_lacks_a_part_cannot_be_made(kind: str, part: str) -> None:
    content = without(kind, part)
    lost = set(PARTS[kind]) - papers.says(content, kind)
    also = {"rights": {"rights", "deadlines", "reconsideration_body", "court"} & set(PARTS[kind])}
    assert lost == also.get(part, {part})
    told = tell(refused(content, kind).reasons[0], LAW)
    assert PARTS[kind][part] in told.why
    expected = {
        "prior_notice": "NOTICE_INCOMPLETE",
        **dict.fromkeys(("listing_decision", "false_promise_decision"), "DECISION_INCOMPLETE"),
    }
    assert told.code == expected.get(kind, "PAPER_INCOMPLETE")
    assert told.clauses


@pytest.mark.parametrize("kind", PARTS)
def test_a_whole_paper_says_all(kind: str) -> None:
    content = cases.content(kind)
    assert papers.says(content, kind) == frozenset(PARTS[kind])
    assert papers.make(content, kinds.kind(kind, LAW))["issuer"] == cases.ISSUER


def test_its_parts_are_those_that_the_guards_of_listing_ask() -> None:
    assert dict(PARTS["listing_decision"]) == DECISION_SAYS
    assert NOTICE_SAYS.items() <= PARTS["prior_notice"].items()


def test_those_of_repair_are_what_its_guards_ask() -> None:
    asked = LAW.book.repair.decision_says
    assert set(PARTS["repair_decision"]) == set(asked["grant"])
    assert set(PARTS["repair_refusal_decision"]) == set(asked["refusal"])


@pytest.mark.parametrize(
    "kind", ["prior_notice", "listing_decision", "not_listing_decision", "removal_decision"]
)
def test_what_it_says_is_what_it_prints(kind: str) -> None:
    """Each part is told by a mark of its own, and each mark stands on the page."""
    marks: dict[str, Any] = {
        "party": {"party": replace(cases.PARTY, name="示例标记一")},
        "facts": {"facts": ("示例标记二",)},
        "evidence": {"evidence": ("示例标记三",)},
        "basis": {"basis": (Cited("示例标记四"),)},
        "decision": {"decision": ("示例标记五",)},
        "window": {"window": "示例标记六"},
        "deadlines": {"reconsideration_period": "示例标记七", "litigation_period": "示例标记八"},
        "reconsideration_body": {"reconsideration_body": "示例标记九"},
        "court": {"court": "示例标记十"},
        "exit_conditions": {"exit_conditions": ("示例标记甲",)},
        "repair_notice": {"repair": ("示例标记乙",)},
    }
    told = {part: marks[part] for part in PARTS[kind] if part != "rights"}
    merged = {name: value for each in told.values() for name, value in each.items()}
    page = printed(replace(cases.content(kind), **merged), kind)
    for each in told.values():
        for value in each.values():
            shown = [value] if isinstance(value, str) else [getattr(value, "name", "") or _text(value)]
            assert [text for text in shown if text not in page] == []


def _text(value: Any) -> str:
    return str(getattr(value[0], "cite", value[0]))


def test_a_right_without_its_body_is_neither_printed_nor_claimed() -> None:
    """A sentence with a hole in it is left out whole, so the paper cannot claim it."""
    content = cases.content(
        "not_listing_decision", rights=papers.DECISION_RIGHTS, court="示例市示例区人民法院"
    )
    page = printed(content, "not_listing_decision")
    assert "行政诉讼" not in page
    assert "行政复议" not in page
    assert "随时向我单位申请更正" in page
    no_right = cases.content("listing_decision", rights=(papers.CORRECTION,))
    assert {"court", "deadlines", "reconsideration_body"}.isdisjoint(
        papers.says(no_right, "listing_decision")
    )


@pytest.mark.clause("5.1c")
def test_it_says_that_nothing_is_charged() -> None:
    for kind in ("prior_notice", "listing_decision", "removal_decision"):
        assert "不收取任何费用" in printed(cases.content(kind), kind)


def test_the_repair_notice_is_part_of_the_decision_and_of_nothing_else() -> None:
    """Two papers, one file: there is no kind by which the one could be issued or left out alone."""
    assert "repair_notice" not in kinds.kinds(LAW)
    annexed = {kind for kind in PARTS if papers.make(cases.content(kind), kinds.kind(kind, LAW))["annex"]}
    assert annexed == {"listing_decision"}
    page = printed(cases.content("listing_decision"), "listing_decision")
    assert "附件：信用修复告知书" in page


def test_an_empty_section_has_no_title_and_the_numerals_run_on() -> None:
    body = papers.make(
        cases.content("prior_notice", evidence=(), exit_conditions=()), kinds.kind("prior_notice", LAW)
    )
    titles = [each["text"] for each in body["blocks"] if each["is"] == "head"]
    assert titles == [
        "一、当事人", "二、拟作出的决定", "三、事由", "四、依据", "五、列入后的期限和影响", "六、你单位的权利", "七、联系方式",
    ]  # fmt: skip


def test_a_person_is_addressed_as_one_and_stands_in_no_list_of_names() -> None:
    person = papers.PaperParty(
        name=cast.PERSON_NAME, code="3299**********0011", code_label="公民身份号码",
        standing=f"系{cast.OTHER_FIRM_NAME}法定代表人", person=True,
    )  # fmt: skip
    content = cases.content("prior_notice", party=person)
    page = printed(content, "prior_notice")
    assert "你可以就上述内容" in page
    assert "你单位可以" not in page
    assert "法定代表人" in page
    drafted = papers.draft(content, kinds.kind("prior_notice", LAW), subject=SUBJECT)
    assert (drafted.party, drafted.audience) == ("", "self")


def test_a_day_that_is_not_known_yet_is_left_to_be_written() -> None:
    served = cases.content("proof_of_service").service
    assert served is not None
    assert "年    月    日" in printed(cases.content("proof_of_service"), "proof_of_service")
    done = cases.content("proof_of_service", service=replace(served, on=date(2026, 11, 3)))
    assert "2026年11月3日" in printed(done, "proof_of_service")
    undated = replace(served, papers=(Earlier("事先告知书", "SXGZ-2026-000009"),))
    page = printed(cases.content("proof_of_service", service=undated), "proof_of_service")
    assert '"《事先告知书》（SXGZ-2026-000009）"' in page


def test_every_paper_has_its_register_and_its_words() -> None:
    known = {code: kind for code, kind in kinds.kinds(LAW).items() if kind.paper}
    assert {code: kind.prefix for code, kind in known.items()} == {
        "prior_notice": "SXGZ", "proof_of_service": "SDHZ", "objection_reply": "YYFK", "hearing_record": "TZBL",
        "listing_decision": "LRJD", "not_listing_decision": "BLRJ", "removal_decision": "YCJD",
        "repair_receipt": "XFSL", "supplement_notice": "XFBZ", "repair_decision": "XFJD",
        "repair_refusal_decision": "BYXF",
        "correction_receipt": "YYSD", "correction_decision": "YYCL",
        "false_promise_decision": "CNBS",
    }  # fmt: skip
    assert set(known) == set(PARTS)
    assert len({kind.prefix for kind in kinds.kinds(LAW).values()}) == len(kinds.kinds(LAW))
    for kind in known.values():
        assert fonts.missing({"texts": [text for _, text in fonts.texts(kind.texts)]}) == {}
