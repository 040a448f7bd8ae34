"""Each fault of the reference data is planted in a copy and told (法规库自查)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.law.planting import Document, change, put
from xinheng.law import disclosure
from xinheng.law.facts import InstrumentKind, RecordFacts, SubjectKind
from xinheng.law.lawbook import LawbookFault, default_path, load

TODAY = date(2026, 11, 23)
BOOK = load()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of reference/ to plant faults in."""
    return shutil.copytree(default_path(), tmp_path / "reference", copy_function=shutil.copyfile)


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


def _person_public(root: Path) -> None:
    change(root, "catalog/2021.yaml", lambda doc: _representative(doc).update(public=True))


def _representative(doc: Document) -> Document:
    return next(each for each in doc["items"][0]["fields"] if each.get("personal"))


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
        (_cite_nothing, "ranks.yaml/uses/0：引用的 huaian-2021-13#9.9 没有这一条款"),
        (_basis_nowhere, "catalog/2021.yaml/items/license：引用的 ogi#999 没有这一条款"),
        (_clauses_of_nothing, "clauses/zz.yaml：所指的文件 zz-1 没有登记"),
        (_successor_nowhere, "instruments/huaian-2021-13：替代它的文件 zz-1 没有登记"),
        (_instrument_overlap, "instruments/ndrc-58：替代它的 ndrc-36 施行之日它仍然有效"),
        (_catalog_overlap, "2024 与 zz 的有效期重叠：同一天有两个版本有效"),
        (_term_overlap, "P-527 与 P-ZZ 的有效期重叠：同一天有两个版本有效"),
        (_no_source, "regions.yaml/regions/320000：标为已核对来源（sourced），却没有写来源"),
        (_no_such_mark, "terms.yaml/ages/majority_years：把握“certain”不是规定的写法"),
        (_unknown_place, "refusals/CONFORMS：占位 {zzz} 没有说明"),
        (_refusal_cites_nothing, "refusals.yaml/refusals/CONFORMS：引用的 apl#999 没有这一条款"),
        (_harsh_word, "refusals/CONFORMS：用了不该用的词“失败”"),
        (_audience_nowhere, "catalog/2021/license：没有提供对象“bank”"),
        (
            _person_public,
            "catalog/2021/license：涉及个人的栏目“法定代表人（负责人、经营者）”不能标为可公开",
        ),
        (_term_nowhere, "catalog/2021/license：没有公示期限“for ever”"),
        (_region_successor, "regions/320882：接替的区划 999999 没有登记"),
        (_rest_on_sunday, "calendars/2026：2026-11-22 本来就是周末，不必列为休息日"),
        (_work_on_monday, "calendars/2026：2026-11-23 不是周末，不能列为调休上班"),
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
    assert f"2024年版目录的“行政许可”没有写明{name}，不能用来归集和公开" in book.inert()
    assert book.check() == []
    assert BOOK.inert() == []


def test_no_is_a_statement_too(copy: Path) -> None:
    """不予公开、不共享、不提供给任何一方、没有公示期: all four are said, so the item is not inert."""
    said = {"publishable": False, "shareable": False, "audiences": [], "term": "license"}
    change(copy, "catalog/2021.yaml", lambda doc: doc["items"][0].update(said))
    item = load(copy).as_of(TODAY).item("license")
    assert item is not None
    assert not item.inert


@pytest.mark.clause("3.2c")
@pytest.mark.parametrize("audience", ["public", "institution", "enterprise_system"])
def test_a_personal_field_leaves_the_agencies_for_nobody_though_the_catalog_says_public(
    copy: Path, audience: str
) -> None:
    """The check tells the fault; until it is mended the law itself lets nothing out."""
    _person_public(copy)
    law = load(copy).as_of(TODAY)
    licence = RecordFacts(
        item="license", interval="2026-04-01", subject_kind=SubjectKind.LEGAL_PERSON,
        instrument_kind=InstrumentKind.LICENSE, reviewed=True,
    )  # fmt: skip
    shown = disclosure.decide(licence, audience, law).shown
    assert "party_name" in shown
    assert "legal_representative" not in shown
    assert "legal_representative" in disclosure.decide(licence, "agency", law).shown


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
        (_twice_the_key, ("ranks.yaml", "同一名称写了两次：uses")),
        (_broken, ("masks.yaml",)),
        (_not_text, ("masks.yaml", "utf-8")),
        (_no_such_day, ("instruments：huaian-2021-13：读不懂",)),
        (_ends_before, ("terms：P-527", "早于起始日")),
        (_unknown_rank, ("ranks：keep_document", "habit")),
        (_entry_twice, ("regions：320000：出现了两次",)),
        (_neither_true_nor_false, ("catalog/2021：license", "publishable 只能写")),
        (_lacks_a_key, ("refusals：CONFORMS", "conclusion")),
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
    with pytest.raises(LawbookFault, match="没有法规与目录数据"):
        load(tmp_path)
