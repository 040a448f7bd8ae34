"""tests/BUDGET can be read, keeps to its limit, and is told when it is overstepped (测试用时)."""

from __future__ import annotations

import pytest

from tests.support import budget, sharing
from tests.support.database import ROOT


def test_the_budget_of_each_part_is_within_its_limit() -> None:
    parts = budget.read((ROOT / "tests" / "BUDGET").read_text(encoding="utf-8"))
    assert parts
    assert budget.over_limit(parts) == {}
    assert budget.over_limit(budget.read("part 1\nlaw 30\naccess 6\npart 2\nweb 35\n")) == {"1": 36.0}
    with pytest.raises(ValueError, match="two budgets"):
        budget.read("part 1\nlaw 3\npart 2\nlaw 6\n")


def test_every_folder_of_tests_has_a_budget() -> None:
    parts = budget.read((ROOT / "tests" / "BUDGET").read_text(encoding="utf-8"))
    budgeted = {folder for folders in parts.values() for folder in folders}
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert folders - budgeted == set()


def test_what_took_longer_is_told() -> None:
    watch = budget.Stopwatch()
    watch.add("tests/law/test_a.py::test_one", 4.0)
    watch.add("tests/law/test_b.py::test_two", 2.0)
    watch.add("tests/web/test_c.py::test_three", 1.0)
    assert watch.told({"1": {"law": 5, "web": 1}}) == ["tests/law: 6.0 s, budget 5 s"]
    assert watch.told({"1": {"law": 3, "web": 1}}, processes=2) == []


def test_what_takes_long_is_begun_first_and_a_folder_stays_together() -> None:
    there = ["tests/law/test_a.py::t", "tests/browser/test_b.py::t", "tests/ledger/x/test_c.py::t"]
    assert sorted(there, key=sharing.place) == [there[1], there[2], there[0]]
    assert [sharing.scope(each) for each in there] == ["tests/law", "tests/browser/test_b.py", "tests/ledger"]
    assert all((ROOT / folder).is_dir() for folder in sharing.FIRST)
