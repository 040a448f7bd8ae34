"""A table with a fault is no procedure (程序表): each fault is planted and told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from tests.procedures.walking import law_on
from xinheng.law.language import RULES, Answer, Outcome, Rule, rule
from xinheng.law.lawbook import Law
from xinheng.law.machine import SYSTEM, Machine, MachineFault, Step, of_part
from xinheng.law.procedures.listing import LISTING

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Inner:
    ready: bool


@dataclass(frozen=True)
class Facts:
    state: str
    inner: Inner = Inner(True)


@pytest.fixture(scope="module")
def ready() -> Any:
    """A guard of these tests alone: it leaves the register of rules as it was."""

    @rule("test.ready", "huaian-2021-13#4.1a")
    def is_ready(facts: Inner, _law: Law) -> Answer:
        return Outcome.PERMITTED if facts.ready else (Outcome.FORBIDDEN, "REASON_REQUIRED")

    del RULES["test.ready"]
    return is_ready


def step(name: str, source: str, target: str, **told: Any) -> Step:
    clauses, roles = ("huaian-2021-13#4.1a",), frozenset({"clerk"})
    plain = {
        "label": "示例",
        "sources": frozenset({source}),
        "target": target,
        "roles": roles,
        "clauses": clauses,
    }
    return Step(name=name, **{**plain, **told})


def machine(*steps: Step, **told: Any) -> Machine:
    states = {"new": "新", "going": "办理中", "done": "办结"}
    plain = {"states": states, "initial": "new", "finals": frozenset({"done"}), "steps": steps}
    return Machine(name="示例", **{**plain, **told})


GO, FINISH = step("go", "new", "going"), step("finish", "going", "done")


def test_a_plain_table_stands() -> None:
    found = machine(GO, FINISH)
    assert found.step("go") is GO
    assert [each.name for each in found.from_state("going")] == ["finish"]
    with pytest.raises(KeyError):
        found.step("fly")


@pytest.mark.parametrize(
    ("steps", "told", "problem"),
    [
        ((replace(GO, clauses=()), FINISH), {}, "步骤 go 没有依据"),
        ((replace(GO, roles=frozenset()), FINISH), {}, "步骤 go 没有写明由谁办理"),
        ((GO, replace(FINISH, adverse=True)), {}, "步骤 finish 对当事人不利，却没有条件"),
        ((replace(GO, sources=frozenset()), FINISH), {}, "步骤 go 没有起始状态"),
        ((GO, FINISH, replace(GO, target="nowhere", name="lose")), {}, "步骤 lose 所用的状态 nowhere 没有名称"),
        ((GO, FINISH, FINISH), {}, "步骤 finish 出现了两次"),
        ((GO,), {}, "状态 done 到不了"),
        ((step("go", "new", "done"), step("stray", "going", "done")), {}, "状态 going 到不了"),
        ((GO, FINISH, step("fall", "new", "trap")), {"states": {"new": "新", "going": "办", "done": "完", "trap": "坑"}}, "状态 trap 走不到终点"),
        ((GO, FINISH), {"initial": "born"}, "状态 born 没有名称"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_told(steps: tuple[Step, ...], told: dict[str, Any], problem: str) -> None:
    with pytest.raises(MachineFault) as fault:
        machine(*steps, **told)
    assert problem in fault.value.problems


@pytest.mark.clause("1.3c")
def test_the_system_takes_no_adverse_step(ready: Rule) -> None:
    by_itself = replace(GO, adverse=True, roles=frozenset({"clerk", SYSTEM}), guards=(ready,))
    with pytest.raises(MachineFault, match="不能由系统自行办理"):
        machine(by_itself, FINISH)
    assert not [each.name for each in LISTING.steps if each.adverse and SYSTEM in each.roles]


def test_state_and_guards_all_answer(ready: Rule) -> None:
    """A desk tells everything that is missing, not only the first thing."""
    found = machine(replace(GO, guards=of_part("inner", (ready,))), FINISH)
    law = law_on(TODAY)
    assert found.ask("go", Facts("new"), law).outcome is Outcome.PERMITTED
    said = found.ask("go", Facts("done", Inner(False)), law)
    assert [(each.code, dict(each.values)) for each in said.against] == [
        ("NOT_READY", {"state": "办结"}),
        ("REASON_REQUIRED", {}),
    ]
    assert said.law_as_of == TODAY


def test_a_step_that_stays_leaves_the_state() -> None:
    assert replace(GO, target="").after("going") == "going"
    assert GO.after("new") == "going"


def test_every_step_of_listing_cites_what_resolves_and_has_a_name() -> None:
    law = law_on(TODAY)
    assert all(law.clause(each) for s in LISTING.steps for each in s.clauses)
    assert all(s.label and s.roles for s in LISTING.steps)
    assert {"notify", "decide", "list", "restore"} <= {s.name for s in LISTING.steps if s.adverse}
