"""The one way in which a revocation or a correction takes a step (办理一步): locked, asked, written, told.

`casework.fire` does the same for listing cases, which have drafts and an entry besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model

from xinheng.access.actor import Actor
from xinheng.access.models import User
from xinheng.casework import holders
from xinheng.casework.fire import asked_of
from xinheng.law.language import Refusal, Verdict
from xinheng.law.lawbook import Law
from xinheng.law.machine import SYSTEM, Machine, Stateful, Step
from xinheng.ledger.emitting import part_of_event
from xinheng.registry import outcomes
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7

M = TypeVar("M", bound=Model)


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
        return {
            "id": uuid7(), "seq": self.seq, "step": self.step.name, "source": self.source, "target": self.target,
            "actor": actor, "at": now, "day": day_of(now), "event": self.event, "asked": asked_of(self.verdict),
            "edition": self.verdict.edition,
        }  # fmt: skip


def holders_of(matter: UUID) -> frozenset[str]:
    """Every holder that has to confirm before a matter is complete, as `record:audience`; within `acting`."""
    owed, _confirmed = holders.of_events(outcomes.all_events_of(matter))
    return owed


def lock(model: type[M], matter: UUID, actor: Actor) -> M:
    """The matter's row, held. Raises Refusal NOT_FOUND: also for another agency's or another party's."""
    found = model._default_manager.select_for_update(of=("self",)).filter(pk=matter).first()
    if found is None or not _concerns(found, actor):
        raise Refusal.because("NOT_FOUND")
    return found


def _concerns(found: Any, actor: Actor) -> bool:
    if actor.own is not None:
        return bool(found.subject_id == actor.own.subject)
    return SYSTEM in actor.roles or bool(found.agency_id == actor.agency_id)


def require_current(row: Any, revision: int, machine: Machine, done: list[str]) -> None:
    """Raise Refusal CASE_CHANGED when somebody was faster; `done` are the names of all steps in their order."""
    if row.revision == revision:
        return
    label = "、".join(machine.step(each).label for each in done[revision:]) or "修改"
    raise Refusal.because("CASE_CHANGED", label=label, state=machine.states[row.state])


def require_role(step: Step, actor: Actor) -> None:
    """Raise Refusal PERMISSION_DENIED unless one of the actor's roles takes the step."""
    if not step.roles & actor.roles:
        raise Refusal.because("PERMISSION_DENIED", verb=step.label)


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
