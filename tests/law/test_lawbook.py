"""The lawbook loads, resolves and finds its own faults; each fault is planted in a copy (法规库)."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.law.planting import Document, change, put
from xinheng.law.facts import InstrumentKind, RecordFacts, SubjectKind, facts_digest
from xinheng.law.language import RULES
from xinheng.law.lawbook import Law, Lawbook, Rulings, default_path, load
from xinheng.law.reference import RulingDecision

TODAY = date(2026, 11, 23)
BOOK = load()
LAW = BOOK.as_of(TODAY)
# fmt: off
PLAN = [
    "1.2.1", "1.2.2", "1.3a", "1.3b", "1.3c", "2.1", "2.2a", "2.2b", "2.3", "2.4", "3.1", "3.2a", "3.2b", "3.2c",
    "3.2d", "4.1a", "4.1b", "4.1c", "4.2a", "4.2b", "4.2c", "5.1a", "5.1b", "5.1c", "5.1d", "5.1e", "5.2", "5.2b",
    "5.3", "5.3b", "5.3c", "5.4", "6.1", "6.2", "6.2b", "6.3",
]
# fmt: on


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of reference/ to plant faults in."""
    return shutil.copytree(default_path(), tmp_path / "reference", copy_function=shutil.copyfile)


# ---- the data of this repository ------------------------------------------------------------------


def test_our_own_data_has_no_fault() -> None:
    assert BOOK.check() == []


def test_every_clause_of_the_plan_has_its_words() -> None:
    assert [clause.id for clause in LAW.clauses_of("huaian-2021-13")] == [f"huaian-2021-13#{i}" for i in PLAN]


def test_the_words_are_short_and_ours() -> None:
    longest = max(BOOK.clauses.values(), key=lambda clause: len(clause.text))
    assert len(longest.text) <= 100, longest


def test_every_clause_a_rule_cites_resolves() -> None:
    import xinheng.law.disclosure
    import xinheng.law.intake  # noqa: F401

    cited = {clause.id for rule in RULES.values() for clause in rule.clauses}
    assert len(cited) > 5
    assert cited - set(BOOK.clauses) == set()


def test_a_clause_is_cited_with_the_name_of_its_instrument() -> None:
    assert LAW.clause("apl#30").label == "《行政处罚法》第三十条"
    assert LAW.clause("huaian-2021-13#4.1b").label == "《实施方案》四（一）"


def test_a_municipal_document_grounds_nothing() -> None:
    for use in ("inclusion", "list", "measure", "publish_person", "keep_document"):
        assert not LAW.admits(use, "huaian-2021-13#3.1")


@pytest.mark.parametrize(
    ("use", "clause", "admitted"),
    [
        ("inclusion", "gbf-2020-49#2", True),
        ("inclusion", "jsreg#subject", False),
        ("keep_document", "jsreg#subject", True),
        ("inclusion", "ndrc-36#2", False),
        ("publish_person", "gbf-2020-49#3", False),
        ("publish_person", "ndrc-36#classes", False),
        ("publish_person", "pipl#13", True),
        ("publish_person", "jsreg#subject", True),
        ("depart_ten_days", "mohrss-45#6", True),
        ("depart_ten_days", "gbf-2020-49#4", False),
        ("measure", "jsreg#subject", False),
        ("list", "samr-45#14", False),
        ("inclusion", "nobody#1", False),
    ],
)
def test_rank_is_a_set_for_each_use(use: str, clause: str, admitted: bool) -> None:
    assert LAW.admits(use, clause) is admitted


def test_what_is_not_in_force_on_the_day_grounds_nothing() -> None:
    assert not LAW.admits("inclusion", "pipl#13", date(2021, 10, 31))
    assert LAW.admits("inclusion", "pipl#13", date(2021, 11, 1))
    assert not LAW.admits("inclusion", "eip#17")
    undated = {**BOOK.instruments, "apl": replace(BOOK.instruments["apl"], valid_from=None)}
    assert LAW.admits("inclusion", "apl#48")
    assert not Law(replace(BOOK, instruments=undated), LAW.day).admits("inclusion", "apl#48")


def test_repair_rules_follow_each_other_without_gap_or_overlap() -> None:
    old, new = LAW.instrument("ndrc-58"), LAW.instrument("ndrc-36")
    assert old.replaced_by == new.id
    assert old.valid_to is not None
    assert old.valid_to + timedelta(days=1) == new.valid_from == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("day", "categories"),
    [("2021-12-30", None), ("2021-12-31", 11), ("2022-12-31", 12), ("2024-03-03", 12), ("2024-03-04", 13)],
)
def test_the_catalog_of_a_day(day: str, categories: int | None) -> None:
    edition = LAW.catalog_on(date.fromisoformat(day))
    assert (len(edition.categories) if edition else None) == categories


def test_there_is_no_item_outside_the_catalog() -> None:
    assert LAW.item("score") is None
    assert LAW.item_on("penalty", date(2021, 6, 28)) is None
    item = LAW.item("penalty")
    assert item is not None
    assert item.adverse
    assert item.field("party_name") is not None
    assert item.field("score") is None
    assert item in LAW.items()


def test_a_stretch_is_known_by_its_first_day() -> None:
    assert BOOK.interval(date(2023, 5, 1)) == "2023-05-01"
    assert BOOK.interval(date(2023, 4, 30)) == "2022-12-31"
    assert BOOK.interval(BOOK.boundaries[0] - timedelta(days=1)) == ""
    assert {date(2023, 5, 1), date(2026, 4, 1), date(2024, 3, 4)} <= set(BOOK.boundaries)


def test_a_stretch_ends_the_day_after_an_edition(copy: Path) -> None:
    change(copy, "terms.yaml", lambda doc: doc["rules"][-1].update(valid=["2030-02-01", "2030-02-28"]))
    book = load(copy)
    assert {date(2030, 2, 1), date(2030, 3, 1)} <= set(book.boundaries)
    assert book.interval(date(2030, 2, 28)) == "2030-02-01"
    assert book.interval(date(2030, 3, 1)) == "2030-03-01"


def test_the_data_cannot_be_changed_in_passing() -> None:
    assert isinstance(LAW.terms["P-58"].data, MappingProxyType)
    with pytest.raises(TypeError):
        LAW.document("terms.yaml")["rules"] = ()
    with pytest.raises(AttributeError):
        LAW.clause("apl#30").text = "别的"  # type: ignore[misc]


def test_parallel_rules_stand_side_by_side() -> None:
    assert {rule.id for rule in LAW.terms.on(date(2026, 3, 31))} == {"P-58", "P-SAMR45"}
    assert {rule.id for rule in LAW.terms.on(date(2026, 4, 1))} == {"P-36", "P-SAMR45"}
    assert len(LAW.terms) >= 4


def test_a_ruling_holds_for_equal_facts_only() -> None:
    facts = RecordFacts(
        item="penalty",
        interval="2023-05-01",
        subject_kind=SubjectKind.LEGAL_PERSON,
        instrument_kind=InstrumentKind.PENALTY,
    )
    decision = RulingDecision("示例裁定〔2026〕1号", {"class": "一般"})
    law = BOOK.as_of(TODAY, Rulings({("P-36.class", facts_digest(facts)): decision}))
    assert law.ruling("P-36.class", facts) is decision
    assert law.ruling("P-36.class", facts_digest(facts)) is decision
    assert law.ruling("P-58.class", facts) is None
    assert LAW.ruling("P-36.class", facts) is None


def test_regions_audiences_and_masks_resolve() -> None:
    assert LAW.region("320812").name == "清江浦区"
    assert LAW.region("320802").successor == "320812"
    assert [code for code, each in BOOK.audiences.items() if each.public] == ["public", "enterprise_system"]
    assert LAW.audience("self").clauses
    assert LAW.mask("resident_id").keep_left == 1


def test_every_value_has_its_own_path() -> None:
    values = {value.path: value for value in BOOK.values()}
    assert len(values) == sum(1 for _ in BOOK.values())
    assert json.dumps([value.value for value in values.values()])
    title = values["instruments/instruments/pipl/number"]
    assert (title.value, title.confidence) == ("主席令第九十一号", "sourced")
    assert values["calendars/2026/rest/春节"].source == "国务院办公厅关于2026年部分节假日安排的通知"


def test_the_edition_follows_the_content(copy: Path) -> None:
    assert load(copy).digest == BOOK.digest
    change(copy, "masks.yaml", lambda doc: doc["masks"][1].update(keep_right=4))
    assert load(copy).digest != BOOK.digest
    assert load(copy).as_of(TODAY).edition == load(copy).digest[:12]


def test_an_edition_takes_over_changes_and_drops_items(copy: Path) -> None:
    def next_edition(doc: Document) -> None:
        doc["valid"] = ["2024-03-04", "2029-12-31"]

    change(copy, "catalog/2024.yaml", next_edition)
    put(
        copy,
        "catalog/2030.yaml",
        {
            "id": "2030",
            "extends": "2024",
            "valid": ["2030-01-01", None],
            "removed": ["honour"],
            "items": [{"code": "license", "name": "许可"}],
        },
    )
    law = load(copy).as_of(date(2030, 1, 1))
    penalty, licence = law.item("penalty"), law.item("license")
    assert penalty is not None
    assert licence is not None
    assert penalty.edition == "2030"
    assert (licence.name, licence.publishable) == ("许可", True)
    assert law.item("honour") is None
    assert law.item_on("honour", date(2029, 12, 31)) is not None


def test_a_lawbook_may_lack_catalog_and_terms(copy: Path) -> None:
    shutil.rmtree(copy / "catalog")
    (copy / "terms.yaml").unlink()
    book: Lawbook = load(copy)
    law = book.as_of(TODAY)
    assert law.item("penalty") is None
    assert law.items() == ()
    assert dict(law.terms) == {}
    assert book.boundaries == ()
    assert book.interval(TODAY) == ""
