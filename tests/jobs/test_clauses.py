"""Each clause of the plan with what carries it out (条款对照): done when, 5."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from xinheng.config.command import run
from xinheng.jobs import clauses
from xinheng.law import lawbook
from xinheng.law.language import RULES


@pytest.fixture(scope="module")
def found() -> dict[str, clauses.Carried]:
    return {each.id: each for each in clauses.carried()}


def test_every_clause_of_the_plan_is_listed_in_its_order(found: dict[str, clauses.Carried]) -> None:
    plan = [each.id for each in lawbook.load().clauses.values() if each.instrument == clauses.PLAN]
    assert [each.clause.id for each in found.values()] == plan


def test_a_clause_names_its_rules_its_guards_and_its_tests(found: dict[str, clauses.Carried]) -> None:
    persons = found["3.2c"]
    assert "disclosure.person" in persons.rules
    assert "publication/migrations/0002_guards.py" in persons.services
    assert {"tests/law/disclosure.yaml", "tests/publication/test_public.py"} <= set(persons.tests)
    assert persons.is_carried_out


def test_every_rule_stands_at_each_clause_of_the_plan_that_it_cites(
    found: dict[str, clauses.Carried],
) -> None:
    for name, rule in RULES.items():
        for clause in rule.clauses:
            if clause.instrument == clauses.PLAN:
                assert name in found[clause.id.partition("#")[2]].rules


def test_what_nobody_carries_out_is_said_to_be_missing(found: dict[str, clauses.Carried]) -> None:
    assert not found["5.4"].is_carried_out
    told = "\n".join(clauses.as_lines(list(found.values())))
    assert "五（四）（5.4）　【尚未办到】" in told


class Planted:
    """A rule in a module of law that nothing imports."""

    name, clauses = "planted.idle", ()
    __module__ = "xinheng.law.nobody"


def test_rules_that_nothing_asks_carry_out_nothing(
    found: dict[str, clauses.Carried], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RULES, "planted.idle", Planted())
    idle = clauses._idle_rules()
    assert "planted.idle" in idle
    alone = replace(found["2.3"], rules=("planted.idle",), services=(), pages=(), idle=idle)
    assert not alone.is_carried_out
    assert "【规则已有，尚未用于办理】" in "\n".join(clauses.as_lines([alone]))
    # Lists are asked by casework; a rule that is reached only through another module of law is in use all the same.
    assert not {*found["2.3"].rules, *found["3.1"].rules, "basis.inclusion"} & idle


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import xinheng.law.basis", {"xinheng.law.basis"}),
        ("from xinheng.law import listing", {"xinheng.law", "xinheng.law.listing"}),
        ("def ask():\n    from xinheng.law import listing", {"xinheng.law", "xinheng.law.listing"}),
        ("text = 'import xinheng.law.basis'", set()),
    ],
)
def test_imports_are_read_as_python_reads_them(source: str, names: set[str]) -> None:
    assert clauses.imported(source) == names


@pytest.mark.parametrize(
    ("source", "cites"),
    [
        ('Refusal.because("X", "huaian-2021-13#3.2c")', {"3.2c"}),
        ('@pytest.mark.clause("1.2.2", "3.1")', {"1.2.2", "3.1"}),
        ("# clauses: 3.2d, 5.2", {"3.2d", "5.2"}),
        ("{# clause: 4.1b #}", {"4.1b"}),
        ("version 3.2 of something", set()),
    ],
)
def test_sources_cite_in_these_ways(source: str, cites: set[str]) -> None:
    assert clauses.cited(source) == cites


def test_the_command_prints_lines_markdown_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["clauses"]) == 0
    assert "三（二）（3.2c）" in capsys.readouterr().out
    assert run(["clauses", "--markdown"]) == 0
    assert "| 条款 | 编号 |" in capsys.readouterr().out
    assert run(["clauses", "--json"]) == 0
    assert {each["id"] for each in json.loads(capsys.readouterr().out)} >= {"1.2.2", "3.2c"}


def test_the_written_list_is_the_one_of_the_program() -> None:
    """docs/traceability.md; after a change `make docs` renews it."""
    written = (clauses.TESTS.parent / "docs" / "traceability.md").read_text("utf-8")
    assert written == "\n".join(clauses.as_markdown(clauses.carried())) + "\n"
