"""Each fault of the lists and the measures is planted in a copy and told (名单与清单自查)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.law.planting import Document, change, put
from tests.procedures.walking import book
from xinheng.law.lawbook import LawbookFault, default_path, load


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of reference/ to plant faults in."""
    return shutil.copytree(default_path(), tmp_path / "reference", copy_function=shutil.copyfile)


def _list_twice(root: Path) -> None:
    change(root, "lists/wage.yaml", lambda doc: doc.update(id="wage-2030", valid=["2030-01-01", None]))
    shutil.copyfile(default_path() / "lists/wage.yaml", root / "lists/zz.yaml")


def _list_without_clause(root: Path) -> None:
    change(root, "lists/wage.yaml", lambda doc: doc["domain"].update(basis=["wage#999"]))


def _list_without_source(root: Path) -> None:
    def forget(doc: Document) -> None:
        doc.pop("source")
        doc["authority"].pop("source")

    change(root, "lists/wage.yaml", forget)


def _list_measure_nowhere(root: Path) -> None:
    change(root, "lists/wage.yaml", lambda doc: doc["measures"].append("zz"))


def _list_publishes_persons(root: Path) -> None:
    change(root, "lists/wage.yaml", lambda doc: doc["persons"].update(publishable=True))


def _measures_overlap(root: Path) -> None:
    put(
        root,
        "measures/zz.yaml",
        {"id": "zz", "title": "示例", "valid": ["2024-03-04", None], "confidence": "known"},
    )


def _measure_nowhere(root: Path) -> None:
    change(root, "measures/2024.yaml", lambda doc: doc["rows"][0].update(measures=["M99"]))


def _measure_list_nowhere(root: Path) -> None:
    change(root, "measures/2024.yaml", lambda doc: doc["rows"][0]["rests_on"].update(entry=["zz"]))


def _measure_third_party_nowhere(root: Path) -> None:
    change(
        root,
        "measures/2024.yaml",
        lambda doc: doc["rows"][0].update(third_parties=[{"kind": "zz", "basis": []}]),
    )


def _measure_baseless(root: Path) -> None:
    change(root, "measures/2024.yaml", lambda doc: doc["rows"][0].update(basis=[]))


@pytest.mark.parametrize(
    ("plant", "told"),
    [
        (_list_twice, "wage-2030 与 wage-2022 的有效期重叠：同一天有两个版本有效"),
        (_list_without_clause, "lists/wage.yaml/domain：引用的 wage#999 没有这一条款"),
        (_list_without_source, "lists/wage.yaml：标为已核对来源（sourced），却没有写来源"),
        (_list_measure_nowhere, "lists/wage-2022：没有惩戒内容“zz”"),
        (_list_publishes_persons, "lists/wage-2022：写明可以公开个人，却没有依据"),
        (_measures_overlap, "measures-2024 与 zz 的有效期重叠：同一天有两个版本有效"),
        (_measure_nowhere, "measures/measures-2024/food-135-five-years：没有措施“M99”"),
        (_measure_list_nowhere, "measures/measures-2024/food-135-five-years：没有名单“zz”"),
        (_measure_third_party_nowhere, "measures/measures-2024/food-135-five-years：没有社会机构“zz”"),
        (_measure_baseless, "measures/measures-2024/food-135-five-years：没有依据"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_a_planted_fault_is_told(copy: Path, plant: Callable[[Path], None], told: str) -> None:
    assert told not in book().check()
    plant(copy)
    assert told in load(copy).check()


# ---- lists and measures that cannot be read at all -----------------------------------------------------


@pytest.mark.parametrize(
    ("mend", "told"),
    [
        (lambda doc: doc["ranges"].update(value=["R5"]), "名单范围 R5 不在四类之内"),
        (lambda doc: doc["standard"]["criteria"].update(all=[["zz"]]), "没有认定情形 zz"),
        (lambda doc: doc["standard"].update(extra=doc["standard"]["remedies"]), "标准没有“extra”这一部分"),
        (lambda doc: doc["authority"].update(level="township"), "township 不是县级以上的层级"),
        (lambda doc: doc["standard"]["procedure"]["window"].update(n=0), "期间 0 不是正整数"),
        (lambda doc: doc["domain"].pop("confidence"), "读不懂（'confidence'）"),
    ],
)
def test_a_list_that_widens_or_makes_no_sense_is_not_read(
    copy: Path, mend: Callable[[Document], object], told: str
) -> None:
    change(copy, "lists/wage.yaml", mend)
    with pytest.raises(LawbookFault) as fault:
        load(copy)
    assert any(told in problem for problem in fault.value.problems)


def test_a_measure_without_a_term_is_not_read(copy: Path) -> None:
    change(copy, "measures/2024.yaml", lambda doc: doc["rows"][0].update(term={}))
    with pytest.raises(LawbookFault, match="没有写明期限"):
        load(copy)
