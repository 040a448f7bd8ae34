"""Faults of the rules of repair are planted in a copy and told (修复规则自查); nothing there could hold a charge."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.law.planting import Document, change
from tests.procedures.repairing import TODAY, repair
from tests.procedures.walking import book, law_on
from xinheng.law import lawbook
from xinheng.law.deadlines import begin, due, legal_period
from xinheng.law.lawbook import LawbookFault, default_path, load
from xinheng.law.procedures.correction import CORRECTION, CorrectionFacts, outputs
from xinheng.law.procedures.repair import FALSE_PROMISE, REPAIR
from xinheng.law.procedures.revocation import REVOCATION
from xinheng.law.repair import step_period

pytestmark = pytest.mark.clause("5.1a", "5.1c")
LAW = law_on(TODAY)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of reference/ to plant faults in."""
    return shutil.copytree(default_path(), tmp_path / "reference", copy_function=shutil.copyfile)


def _edition(doc: Document, name: str) -> Document:
    return next(each for each in doc["editions"] if each["id"] == name)


@pytest.mark.parametrize(
    ("mend", "told"),
    [
        (lambda doc: _edition(doc, "P-58").update(valid=["2023-04-30", "2026-03-31"]), "P-527 与 P-58 的有效期重叠：同一天有两个版本有效"),
        (lambda doc: doc["effects"].pop(), "repair：没有写明“DELETE”的含义"),
        (lambda doc: _edition(doc, "P-36").update(term_rule="zz"), "repair/P-36：没有公示期限规则“zz”"),
        (lambda doc: _edition(doc, "P-SAMR")["waiting"]["longer"][0].update({"class": "zz"}), "repair/P-SAMR：没有公示类别“zz”"),
        (lambda doc: doc["grounds"][1].update(clauses=["ndrc-36#conditions"]), "repair/not_corrected：不予修复的理由没有法律、法规或者中央政策作依据"),
        (lambda doc: doc["grounds"][1].update(clauses=["apl#999"]), "repair.yaml/grounds/not_corrected：引用的 apl#999 没有这一条款"),
        (lambda doc: doc["exclusions"][1].update(source=""), "repair.yaml/exclusions/samr-never-early：标为已核对来源（sourced），却没有写来源"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_told(copy: Path, mend: Callable[[Document], object], told: str) -> None:
    assert told not in book().check()
    change(copy, "repair.yaml", mend)
    assert told in load(copy).check()


@pytest.mark.parametrize(
    ("mend", "told"),
    [
        (lambda doc: doc["effects"][0].update(public="shown"), "'shown' is not a valid View"),
        (lambda doc: doc["effects"][0].update(id="END_PUBLICATION"), "is not a valid RepairEffect"),
        (lambda doc: _edition(doc, "P-36")["grants"].pop(), "没有写明：效果（other）、效果（penalty）、效果（serious_list）"),
        (lambda doc: _edition(doc, "P-58")["false_promise"].update(shown_months=0), "月数 0 不是正整数"),
        (lambda doc: doc["exclusions"][0].update(when={}), "没有写明适用的情形"),
        (lambda doc: doc["grounds"][0].update(basis="zz"), "依据的来处“zz”不是规定的写法"),
    ],
)  # fmt: skip
def test_rules_that_make_no_sense_are_not_read(
    copy: Path, mend: Callable[[Document], object], told: str
) -> None:
    change(copy, "repair.yaml", mend)
    with pytest.raises(LawbookFault) as fault:
        load(copy)
    assert any(told in problem for problem in fault.value.problems)


def test_a_lawbook_without_rules_of_repair_still_loads(copy: Path) -> None:
    (copy / "repair.yaml").unlink()
    assert not lawbook.load(copy).repair.editions


@pytest.mark.parametrize(
    "machine", [REPAIR, CORRECTION, REVOCATION, FALSE_PROMISE], ids=lambda each: each.name
)
def test_every_clock_of_the_tables_has_a_period(machine: object) -> None:
    """A target where no number was read, so that every step has a clock and no number is made up."""
    for step in machine.steps:  # type: ignore[attr-defined]
        for name in step.starts:
            what = legal_period(name, LAW)
            fixed = what.n or 7
            assert due(begin(what, TODAY, fixed=fixed), LAW.calendar).last
            assert what.certain or what.office_target or name == "objection_window"
        assert all(each in LAW.book.clauses for each in step.clauses)


@pytest.mark.parametrize("name", ["repair_acceptance", "repair_decision", "repair_sync", "repair_supplement"])
def test_the_present_edition_has_targets_and_no_numbers(name: str) -> None:
    what = step_period(name, repair(), LAW)
    assert what.office_target
    assert what.told == "待核"
    assert what.n


def test_an_unread_number_that_is_read_one_day_takes_the_target_s_place(copy: Path) -> None:
    def read(doc: Document) -> None:
        _edition(doc, "P-36")["periods"][1].update(n=7, confidence="known", source="示例")

    change(copy, "repair.yaml", read)
    what = step_period("repair_decision", repair(), load(copy).as_of(TODAY))
    assert (what.n, what.office_target) == (7, False)


def test_nothing_in_the_rules_could_hold_a_charge_a_course_or_an_agent() -> None:
    text = (default_path() / "repair.yaml").read_text("utf-8")
    lines = [each for each in text.splitlines() if re.search("费|培训|课程|代办|代理|押金|保证金", each)]
    assert [each for each in lines if not each.startswith("#")] == []


@pytest.mark.parametrize(
    ("state", "frozen", "not_me", "marked", "published"),
    [
        ("lodged", False, False, True, True),
        ("lodged", False, True, True, False),
        ("asked", True, False, True, False),
        ("decided", True, True, True, False),
        ("decided", False, True, True, False),
        ("done", False, False, False, True),
        ("withdrawn", False, True, False, True),
        ("new", False, True, False, True),
    ],
)
def test_the_mark_is_on_every_output_at_once(
    state: str, frozen: bool, not_me: bool, marked: bool, published: bool
) -> None:
    facts = CorrectionFacts(state=state, today=TODAY, party="示例公司", frozen=frozen, not_me=not_me)
    found = outputs(facts)
    assert (found.marked, found.published) == (marked, published)


def test_publication_goes_on_only_after_it_was_found_to_be_the_party() -> None:
    facts = CorrectionFacts(state="decided", today=TODAY, party="示例公司", not_me=True, mistaken=False)
    assert outputs(facts).published
    assert not outputs(replace(facts, frozen=True)).published
    assert not outputs(replace(facts, mistaken=True)).published
