"""A lawful way through a table, spoiled at one step (走查与植入缺陷), and what an onlooker finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.procedures.repairing import (
    Stage,
    Trail,
    walk,
)
from xinheng.law.machine import Machine

Spoil = Callable[[str, Any], Any]


@dataclass(frozen=True)
class Way:
    """A lawful way through a table, and what an onlooker finds wrong with one that was taken."""

    machine: Machine
    start: Any
    path: tuple[Stage, ...]
    wrongs: Callable[[Trail], Iterator[tuple[str, bool]]]

    def take(self, spoil: Spoil, machine: Machine | None = None) -> Trail:
        return walk(machine or self.machine, self.start, self.path, spoil)

    def seen(self, trail: Trail) -> list[str]:
        return [told for told, there in self.wrongs(trail) if there]


def on(step: str, change: Callable[[Any], Any]) -> Spoil:
    """Spoil the facts at one step; what is put on file stays there."""
    return lambda taken, facts: change(facts) if taken == step else facts


def put(step: str, **changes: Any) -> Spoil:
    return on(step, lambda facts: replace(facts, **changes))


def all_the_way(step: str, **changes: Any) -> Spoil:
    """Spoil the facts at a step and at each after it."""
    reached: list[str] = []

    def spoil(taken: str, facts: Any) -> Any:
        if taken == step or step in reached:
            reached.append(step)
            return replace(facts, **changes)
        return facts

    return spoil


def only_then(step: str, **changes: Any) -> Spoil:
    """Spoil the facts at one step, and have them in order again at the next."""
    kept: dict[str, Any] = {}

    def spoil(taken: str, facts: Any) -> Any:
        if taken == step:
            kept.update({name: getattr(facts, name) for name in changes})
            return replace(facts, **changes)
        return replace(facts, **kept)

    return spoil
