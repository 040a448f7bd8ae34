"""How a revocation or a correction takes a step (撤销、变更和更正的办理一步), beside what `taking` has for all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from xinheng.access.models import User
from xinheng.casework import holders
from xinheng.casework.taking import step_columns
from xinheng.law.language import Verdict
from xinheng.law.lawbook import Law
from xinheng.law.machine import Machine, Stateful, Step
from xinheng.ledger.emitting import part_of_event
from xinheng.registry import outcomes
from xinheng.runtime.db import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A step that is taken now: its row's common columns are `columns`."""

    step: Step
    verdict: Verdict
    source: str
    target: str
    seq: int
    event: UUID

    def columns(self, actor: UUID, now: datetime) -> dict[str, Any]:
        """What every step row says."""
        told = step_columns(
            self.step, self.verdict, self.source, seq=self.seq, event=self.event, actor=actor, now=now
        )
        return {"id": uuid7(), **told}


def holders_of(matter: UUID) -> frozenset[str]:
    """Every holder that has to confirm before a matter is complete, as `record:audience`; within `acting`."""
    owed, _confirmed = holders.of_events(outcomes.all_events_of(matter))
    return owed


def ask(machine: Machine, step: Step, facts: Stateful, row: Any, law: Law) -> Moved:
    """State and guards under the law of the day; what is missing is told whole. Raises Refusal."""
    verdict = machine.ask(step.name, facts, law).require()
    return Moved(
        step=step, verdict=verdict, source=row.state, target=step.after(row.state), seq=row.revision + 1,
        event=uuid7(),
    )  # fmt: skip


@part_of_event
def move(row: Any, moved: Moved, *also: str) -> None:
    """The matter follows its step, which is written; `also` are further columns that the step set."""
    row.state, row.revision = moved.target, moved.seq
    row.save(update_fields=["state", "revision", *also])


def names(persons: set[UUID]) -> dict[UUID, str]:
    """Who officers are; whoever is none is the system or the party."""
    return dict(User.objects.filter(pk__in=persons).values_list("pk", "name"))
