"""What may come after what (程序表): Step and Machine, a table in which no adverse step is the system's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from xinheng.law.language import Clause, Outcome, Reason, Rule, Verdict

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law

STAYS = ""
SYSTEM = "system"


class Stateful(Protocol):
    """What a machine is asked about: the facts of one case, its state among them."""

    @property
    def state(self) -> str: ...


class MachineFault(ValueError):
    """A table that cannot be used; `problems` tells each reason."""

    def __init__(self, name: str, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(f"{name}：" + "；".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: from which states to which (`STAYS`: the state does not change), by which roles, on which paper.

    `guards` are all asked and all have to permit. `starts` and `stops` name deadlines; `document` names the
    paper without which the step is not taken. The role `system` may take only what is not adverse.
    """

    name: str
    label: str
    sources: frozenset[str]
    target: str = STAYS
    roles: frozenset[str]
    clauses: tuple[str, ...]
    guards: tuple[Rule, ...] = ()
    document: str = ""
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    adverse: bool = False

    def after(self, state: str) -> str:
        """The state in which this step leaves a case that was in `state`."""
        return self.target or state


class Seen:
    """A rule asked about a part of the facts: the same name, the same clauses, the same answer."""

    def __init__(self, rule: Rule, part: str) -> None:
        self.rule, self.part, self.name, self.clauses = rule, part, rule.name, rule.clauses

    def __call__(self, facts: Any, law: Law) -> Reason:
        return self.rule(getattr(facts, self.part), law)


def of_part(part: str, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules, asked about the attribute `part` of the facts."""
    return tuple(Seen(each, part) for each in rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A procedure. `states` gives each state its Chinese name. Raises MachineFault for a table with a fault."""

    name: str
    states: Mapping[str, str]
    initial: str
    finals: frozenset[str]
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise MachineFault(self.name, problems)

    def step(self, name: str) -> Step:
        """Raises KeyError for a step that this procedure does not have."""
        for each in self.steps:
            if each.name == name:
                return each
        raise KeyError(name)

    def from_state(self, state: str) -> tuple[Step, ...]:
        """The steps that start in a state, in the order of the table."""
        return tuple(each for each in self.steps if state in each.sources)

    def ask(self, name: str, facts: Stateful, law: Law) -> Verdict:
        """May this step be taken now? State and all guards answer, so that a desk can tell all that is missing."""
        step = self.step(name)
        reasons = [self._state(step, facts.state), *(guard(facts, law) for guard in step.guards)]
        return Verdict(tuple(reasons), law.day, law.edition)

    def _state(self, step: Step, state: str) -> Reason:
        cited = tuple(map(Clause, step.clauses))
        if state in step.sources:
            return Reason(f"{self.name}.state", Outcome.PERMITTED, cited)
        told = {"state": self.states.get(state, state)}
        return Reason(f"{self.name}.state", Outcome.FORBIDDEN, cited, "NOT_READY", told)


def _problems(machine: Machine) -> Iterator[str]:
    names = [each.name for each in machine.steps]
    yield from (f"步骤 {name} 出现了两次" for name in sorted({n for n in names if names.count(n) > 1}))
    for step in machine.steps:
        yield from _faults_of(step, machine.states)
    yield from (
        f"状态 {each} 没有名称" for each in sorted({machine.initial, *machine.finals} - set(machine.states))
    )
    forth, back = _edges(machine), [(target, source) for source, target in _edges(machine)]
    reached, ending = _reach({machine.initial}, forth), _reach(set(machine.finals), back)
    for state in machine.states:
        if state not in reached:
            yield f"状态 {state} 到不了"
        elif state not in ending:
            yield f"状态 {state} 走不到终点"


def _faults_of(step: Step, states: Mapping[str, str]) -> Iterator[str]:
    if not step.clauses:
        yield f"步骤 {step.name} 没有依据"
    if not step.roles:
        yield f"步骤 {step.name} 没有写明由谁办理"
    if step.adverse and SYSTEM in step.roles:
        yield f"步骤 {step.name} 对当事人不利，不能由系统自行办理"
    if step.adverse and not step.guards:
        yield f"步骤 {step.name} 对当事人不利，却没有条件"
    if not step.sources:
        yield f"步骤 {step.name} 没有起始状态"
    unknown = sorted({*step.sources, step.target} - {STAYS} - set(states))
    yield from (f"步骤 {step.name} 所用的状态 {each} 没有名称" for each in unknown)


def _edges(machine: Machine) -> list[tuple[str, str]]:
    return [(source, step.after(source)) for step in machine.steps for source in sorted(step.sources)]


def _reach(start: set[str], edges: list[tuple[str, str]]) -> set[str]:
    """Every state that can be come to from `start`."""
    found = set(start)
    while more := {target for source, target in edges if source in found} - found:
        found |= more
    return found
