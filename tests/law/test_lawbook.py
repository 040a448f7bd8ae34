"""The lawbook loads, resolves and finds its own faults; each fault is planted in a copy (法规库)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml

from xinheng.law.facts import InstrumentKind, RecordFacts, SubjectKind, facts_digest
from xinheng.law.language import RULES
from xinheng.law.lawbook import Lawbook, LawbookFault, Rulings, default_path, load
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
Document = Any


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of reference/ to plant faults in."""
    return shutil.copytree(default_path(), tmp_path / "reference", copy_function=shutil.copyfile)


def change(root: Path, name: str, mend: Callable[[Document], object]) -> None:
    """Change one file of a copy as data."""
    file = root / name
    document = yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
    mend(document)
    put(root, name, document)


def put(root: Path, name: str, document: Document) -> None:
    text = yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    (root / name).write_text(text, "utf-8")


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


# ---- planted faults: the check tells them ---------------------------------------------------------


def _cite_nothing(root: Path) -> None:
    change(root, "ranks.yaml", lambda doc: doc["uses"][0]["clauses"].append("huaian-2021-13#9.9"))


def _basis_nowhere(root: Path) -> None:
    change(root, "catalog/2021.yaml", lambda doc: doc["items"][0]["basis"].append("ogi#999"))


def _clauses_of_nothing(root: Path) -> None:
    put(
        root,
        "clauses/zz.yaml",
        {"instrument": "zz-1", "clauses": [{"id": "1", "cite": "一", "text": "示例"}]},
    )


def _successor_nowhere(root: Path) -> None:
    change(root, "instruments.yaml", lambda doc: doc["instruments"][0].update(replaced_by="zz-1"))


def _instrument_overlap(root: Path) -> None:
    def prolong(doc: Document) -> None:
        next(each for each in doc["instruments"] if each["id"] == "ndrc-58")["valid"][1] = "2026-04-01"

    change(root, "instruments.yaml", prolong)


def _catalog_overlap(root: Path) -> None:
    put(root, "catalog/zz.yaml", {"id": "zz", "valid": ["2024-03-04", "2024-03-04"], "items": []})


def _term_overlap(root: Path) -> None:
    def twin(doc: Document) -> None:
        doc["rules"].append({**doc["rules"][0], "id": "P-ZZ", "valid": ["2023-04-30", "2023-04-30"]})

    change(root, "terms.yaml", twin)


def _no_source(root: Path) -> None:
    change(root, "regions.yaml", lambda doc: doc["regions"][0].pop("source"))


def _no_such_mark(root: Path) -> None:
    change(root, "terms.yaml", lambda doc: doc["ages"]["majority_years"].update(confidence="certain"))


def _unknown_place(root: Path) -> None:
    change(root, "refusals.yaml", lambda doc: doc["refusals"][0].update(why="请看 {zzz}。"))


def _refusal_cites_nothing(root: Path) -> None:
    change(root, "refusals.yaml", lambda doc: doc["refusals"][0].update(clauses=["apl#999"]))


def _harsh_word(root: Path) -> None:
    change(root, "refusals.yaml", lambda doc: doc["refusals"][0].update(why="提交失败。"))


def _audience_nowhere(root: Path) -> None:
    change(root, "catalog/2021.yaml", lambda doc: doc["items"][0]["audiences"].append("bank"))


def _term_nowhere(root: Path) -> None:
    change(root, "catalog/2021.yaml", lambda doc: doc["items"][0].update(term="for ever"))


def _region_successor(root: Path) -> None:
    change(root, "regions.yaml", lambda doc: doc["regions"][-1].update(successor="999999"))


def _rest_on_sunday(root: Path) -> None:
    change(root, "calendars/2026.yaml", lambda doc: doc["rest"].update(示例=["11-22"]))


def _work_on_monday(root: Path) -> None:
    change(root, "calendars/2026.yaml", lambda doc: doc["work"].update(示例=["11-23"]))


@pytest.mark.parametrize(
    ("plant", "told"),
    [
        (_cite_nothing, "ranks.yaml/uses/0: cites huaian-2021-13#9.9: no such clause"),
        (_basis_nowhere, "catalog/2021.yaml/items/license: cites ogi#999: no such clause"),
        (_clauses_of_nothing, "clauses/zz.yaml: names zz-1: no such instrument"),
        (_successor_nowhere, "instruments/huaian-2021-13: replaced by zz-1: no such instrument"),
        (_instrument_overlap, "instruments/ndrc-58: still in force when ndrc-36 replaces it"),
        (_catalog_overlap, "2024 and zz hold on the same day"),
        (_term_overlap, "P-527 and P-ZZ hold on the same day"),
        (_no_source, "regions.yaml/regions/320000: sourced, yet names no source"),
        (_no_such_mark, "terms.yaml/ages/majority_years: confidence certain: no such mark"),
        (_unknown_place, "refusals/CONFORMS: unknown place {zzz}"),
        (_refusal_cites_nothing, "refusals.yaml/refusals/CONFORMS: cites apl#999: no such clause"),
        (_harsh_word, "refusals/CONFORMS: says 失败"),
        (_audience_nowhere, "catalog/2021/license: no such audience: bank"),
        (_term_nowhere, "catalog/2021/license: no such term: for ever"),
        (_region_successor, "regions/320882: successor 999999: no such region"),
        (_rest_on_sunday, "calendars/2026: 2026-11-22 is a weekend, no rest day to name"),
        (_work_on_monday, "calendars/2026: 2026-11-23 is no weekend, yet named as worked"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_a_planted_fault_is_told(copy: Path, plant: Callable[[Path], None], told: str) -> None:
    assert told not in BOOK.check()
    plant(copy)
    assert told in load(copy).check()


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("basis", "依据"),
        ("publishable", "是否可公开"),
        ("shareable", "是否可共享"),
        ("audiences", "共享范围"),
        ("term", "公示期限"),
    ],
)
def test_an_item_that_lacks_a_statement_is_inert_and_no_fault(copy: Path, statement: str, name: str) -> None:
    change(copy, "catalog/2021.yaml", lambda doc: doc["items"][0].pop(statement))
    book = load(copy)
    item = book.as_of(TODAY).item("license")
    assert item is not None
    assert item.inert
    assert item.unstated == (name,)
    assert f"2024: license: lacks {name}: inert" in book.inert()
    assert book.check() == []
    assert BOOK.inert() == []


# ---- planted faults: nothing is loaded ------------------------------------------------------------


def _twice_the_key(root: Path) -> None:
    file = root / "ranks.yaml"
    file.write_text(file.read_text("utf-8") + "\nuses: []\n", "utf-8")


def _broken(root: Path) -> None:
    (root / "masks.yaml").write_text("masks: [", "utf-8")


def _not_text(root: Path) -> None:
    (root / "masks.yaml").write_bytes("masks: []  # 脱敏".encode("gb18030"))


def _no_such_day(root: Path) -> None:
    change(root, "instruments.yaml", lambda doc: doc["instruments"][0].update(valid=["2021-02-30", None]))


def _ends_before(root: Path) -> None:
    change(root, "terms.yaml", lambda doc: doc["rules"][0].update(valid=["2023-01-02", "2023-01-01"]))


def _unknown_rank(root: Path) -> None:
    change(root, "ranks.yaml", lambda doc: doc["uses"][0]["ranks"].append("habit"))


def _entry_twice(root: Path) -> None:
    change(root, "regions.yaml", lambda doc: doc["regions"].append(doc["regions"][0]))


def _neither_true_nor_false(root: Path) -> None:
    change(root, "catalog/2021.yaml", lambda doc: doc["items"][0].update(publishable="perhaps"))


def _lacks_a_key(root: Path) -> None:
    change(root, "refusals.yaml", lambda doc: doc["refusals"][0].pop("conclusion"))


@pytest.mark.parametrize(
    ("plant", "told"),
    [
        (_twice_the_key, ("ranks.yaml", "key given twice: uses")),
        (_broken, ("masks.yaml",)),
        (_not_text, ("masks.yaml", "utf-8")),
        (_no_such_day, ("instruments: huaian-2021-13: cannot be read",)),
        (_ends_before, ("terms: P-527", "before it begins")),
        (_unknown_rank, ("ranks: keep_document", "habit")),
        (_entry_twice, ("regions: 320000: there twice",)),
        (_neither_true_nor_false, ("catalog/2021: license", "publishable says neither")),
        (_lacks_a_key, ("refusals: CONFORMS", "conclusion")),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_unreadable_data_is_not_used(
    copy: Path, plant: Callable[[Path], None], told: tuple[str, ...]
) -> None:
    plant(copy)
    with pytest.raises(LawbookFault) as fault:
        load(copy)
    assert any(all(part in problem for part in told) for problem in fault.value.problems), (
        fault.value.problems
    )


def test_all_faults_are_told_at_once(copy: Path) -> None:
    _unknown_rank(copy)
    _entry_twice(copy)
    with pytest.raises(LawbookFault) as fault:
        load(copy)
    assert len(fault.value.problems) >= 2


def test_an_empty_directory_is_no_lawbook(tmp_path: Path) -> None:
    with pytest.raises(LawbookFault, match="no reference data"):
        load(tmp_path)


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
