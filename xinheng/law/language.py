"""The words in which rules answer (规则的语言): Clause, Reason, Verdict, Refusal, @rule, all_of."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law


class Outcome(enum.IntEnum):
    """What a rule says. For what is adverse the strictest answer wins, so the order matters."""

    PERMITTED = 0
    OFFICER_DECIDES = 1
    FORBIDDEN = 2


class Confidence(enum.StrEnum):
    """How sure we are of a value in reference/; raising one needs a source."""

    SOURCED = "sourced"
    KNOWN = "known"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Clause:
    """A provision, by an id that resolves in the lawbook: `huaian-2021-13#3.2c`."""

    id: str

    @property
    def instrument(self) -> str:
        return self.id.partition("#")[0]


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule's answer: its code resolves in refusals.yaml, its values fill that text."""

    rule: str
    outcome: Outcome
    clauses: tuple[Clause, ...]
    code: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The reasons of one question, the day whose law was asked and the lawbook that answered."""

    reasons: tuple[Reason, ...]
    law_as_of: date
    edition: str

    @property
    def outcome(self) -> Outcome:
        """The strictest of the reasons; a question without reasons is a fault of ours."""
        return max(reason.outcome for reason in self.reasons)

    @property
    def against(self) -> tuple[Reason, ...]:
        """The reasons that stand in the way, strictest first."""
        return tuple(sorted((r for r in self.reasons if r.outcome), key=lambda r: -r.outcome))

    def require(self) -> Verdict:
        """Self when permitted, else raise Refusal."""
        if self.outcome is not Outcome.PERMITTED:
            raise Refusal(*self.against)
        return self


class Refusal(Exception):
    """The answer is no: conclusion, reason with its value, clause and next step come from refusals.yaml."""

    def __init__(self, *reasons: Reason) -> None:
        if not reasons:
            raise ValueError("a refusal without a reason")
        self.reasons = reasons
        super().__init__(", ".join(reason.code or reason.rule for reason in reasons))

    @classmethod
    def because(cls, code: str, *clauses: str, **values: object) -> Refusal:
        """A refusal by a service, for one reason that is no rule's: wrong state, wrong office, lost race."""
        told = {name: str(value) for name, value in values.items()}
        return cls(Reason("service", Outcome.FORBIDDEN, tuple(map(Clause, clauses)), code, told))


type_facts = Any
Answer = Outcome | tuple[Outcome, str] | tuple[Outcome, str, Mapping[str, str]]


class Rule(Protocol):
    """A named, citing, pure question: facts and the law of a day in, one Reason out."""

    name: str
    clauses: tuple[Clause, ...]

    def __call__(self, facts: type_facts, law: Law) -> Reason: ...


RULES: dict[str, Rule] = {}


def rule(name: str, *clauses: str) -> Callable[[Callable[[Any, Law], Answer]], Rule]:
    """Make a function `facts, law -> Outcome | (Outcome, code) | (Outcome, code, values)` a citing rule.

    The rule registers under its name, so that `xinheng clauses` can list what carries out a clause.
    Raises ValueError for a rule that cites nothing or takes a name already given.
    """
    if not clauses:
        raise ValueError(f"rule {name} cites nothing")
    if name in RULES:
        raise ValueError(f"rule {name} is defined twice")

    def wrap(function: Callable[[Any, Law], Answer]) -> Rule:
        cited = tuple(map(Clause, clauses))

        def answer(facts: type_facts, law: Law) -> Reason:
            said = function(facts, law)
            told: tuple[Any, ...] = said if isinstance(said, tuple) else (said,)
            code, values = told[1] if len(told) > 1 else "", told[2] if len(told) > 2 else {}
            return Reason(name, Outcome(told[0]), cited, str(code), values)

        answer.__name__, answer.__doc__, answer.__module__ = (
            function.__name__,
            function.__doc__,
            function.__module__,
        )
        answer.name, answer.clauses = name, cited  # type: ignore[attr-defined]
        RULES[name] = answer  # type: ignore[assignment]
        return answer  # type: ignore[return-value]

    return wrap


def all_of(*rules: Rule) -> Callable[[type_facts, Law], Verdict]:
    """All rules of a question, in one visible list: every rule is asked, the strictest wins."""

    def decide(facts: type_facts, law: Law) -> Verdict:
        reasons = tuple(each(facts, law) for each in rules)
        return Verdict(reasons, law.day, law.edition)

    decide.rules = rules  # type: ignore[attr-defined]
    return decide
