"""What officers read on the desk: words for every code of ours, numbers from reference/ alone (工作台用语)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from xinheng.exchange import feeds
from xinheng.exchange.queries import ProblemView
from xinheng.law.facts import AgeClass, AmountClass, Competence, Effect, SubjectKind
from xinheng.law.language import Outcome, Reason
from xinheng.law.lawbook import Law, load
from xinheng.law.questions import questions
from xinheng.web.desk.batches import _problem
from xinheng.web.desk.records import form_field
from xinheng.web.desk.templatetags.desk import by_way_of, looked_at
from xinheng.web.desk.words import LABELS, facts_in_words, row_in_words, value_in_words

BOOK = load()
LAW = BOOK.as_of(date(2026, 11, 23))
OURS = re.compile(r"[a-z]{2,}|P-\d+|\b(?:True|False|None)\b")  # what no officer should have to read


def spoken() -> Iterator[tuple[str, Any]]:
    """Every name and value that a question, its answer or the facts of a row can bring to a page."""
    for each in questions(LAW).values():
        for name, allowed in each.decision.items():
            yield "decision", name
            yield from ((name, value) for value in (() if allowed == "integer" else allowed))
    yield from (("item", item.code) for item in LAW.items())
    yield from (("decided_under", rule) for rule in ("", *LAW.terms))
    yield from (("kinds", code) for code in feeds.load("penalty").column("kinds").choices.values())
    names = {"subject_kind": SubjectKind, "amount": AmountClass, "age": AgeClass, "effect": Effect, "competence": Competence}  # fmt: skip
    yield from ((name, value.value) for name, values in names.items() for value in values)
    for name in ("contested", "force_majeure", "unintentional", "slight", "summary_procedure"):
        yield from ((name, value) for value in (True, False))


def test_every_code_has_a_word() -> None:
    told = [(name, value, value_in_words(name, value, LAW)) for name, value in spoken()]
    assert len(told) > 80
    assert [each for each in told if OURS.search(each[2])] == []


def test_every_fact_that_a_question_distinguishes_has_a_label() -> None:
    assert {name for each in questions(LAW).values() for name in each.by} <= set(LABELS)


def test_amounts_are_those_of_the_law_whatever_they_are() -> None:
    assert value_in_words("amount", "below_100000", LAW) == "超过 3000 元、不满 10 万元"
    amounts = {**LAW.document("terms.yaml")["amounts"], "from_100000": {"value": 200_000}}
    terms = {**LAW.document("terms.yaml"), "amounts": amounts}
    other = Law(replace(BOOK, documents={**BOOK.documents, "terms.yaml": terms}), LAW.day)
    assert value_in_words("amount", "from_100000", other) == "20 万元以上"
    assert value_in_words("amount", "below_100000", other) == "超过 3000 元、不满 20 万元"


def test_a_rule_is_named_by_its_document() -> None:
    (row,) = facts_in_words({"decided_under": "P-58"}, LAW)
    assert row == {"label": "作出决定时的规则", "value": "国家发展改革委令第58号"}


def test_of_a_row_only_what_is_unusual_is_said() -> None:
    facts = {"item": "penalty", "kinds": ["fine"], "amount": "none", "domain": "", "interval": "2026-04-01"}
    assert [row["value"] for row in row_in_words(facts, LAW)] == [
        "行政处罚",
        "2026-04-01 起的规则期间",
        "罚款",
    ]


@pytest.mark.parametrize(("heading", "lead"), [("处罚决定日期", ""), ("决定日期", "决定日期")])
def test_a_problem_names_its_column_once(heading: str, lead: str) -> None:
    reason = Reason("form", Outcome.FORBIDDEN, (), "FIELD_REQUIRED", {"column": "处罚决定日期"})
    assert _problem(ProblemView(3, "decided_on", heading, "refused", reason), LAW)["lead"] == lead


def test_a_form_offers_what_the_sheet_offers_in_its_order() -> None:
    penalty = feeds.load("penalty")
    assert "可填：警告、通报批评、罚款、" in form_field(penalty.column("kinds")).help_text
    kinds = [text for text, _ in form_field(penalty.column("party_kind")).choices]  # type: ignore[attr-defined]
    assert kinds == ["", "法人及非法人组织", "非法人组织", "个体工商户", "自然人", "机关"]


def test_what_is_due_in_some_rows_only_is_not_called_optional() -> None:
    penalty = feeds.load("penalty")
    told = {
        name: vars(form_field(penalty.column(name)))["sometimes"]
        for name in ("fine_amount", "party_code", "remark")
    }
    assert told == {"fine_amount": True, "party_code": True, "remark": False}


def test_the_register_speaks_of_commands_too() -> None:
    assert looked_at("explain:01a2") == "一条信息为什么公开或者不公开 01a2"
    assert (by_way_of("cli"), by_way_of("desk")) == ("（命令行）", "")
