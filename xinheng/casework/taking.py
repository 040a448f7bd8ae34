"""What every step of every procedure does alike (办理一步的共同部分): row held, nobody faster, role asked, what it writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from django.db.models import Model

from xinheng.access.actor import Actor
from xinheng.law.language import Refusal, Verdict
from xinheng.law.lawbook import Law
from xinheng.law.machine import SYSTEM, Machine, Step
from xinheng.runtime.clock import day_of

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: the case as it is now, and the document that was made, if any."""

    case: UUID
    state: str
    revision: int
    document: UUID | None = None


H = TypeVar("H")
G = TypeVar("G")


@dataclass(frozen=True, kw_only=True)
class Taking(Generic[H, G]):
    """A step under way: the case as it was locked, who takes it, when, with what, under which law, told by which event."""

    step: Step
    held: H
    given: G
    actor: Actor
    now: datetime
    today: date
    law: Law
    event: UUID


class TakenRow(Protocol):
    """A row of a step that was taken."""

    seq: Any
    step: Any


def lock(model: type[M], matter: UUID, actor: Actor) -> M:
    """The row of a case or a matter, held to the end of the transaction; a party's own account finds its own.

    Raises Refusal NOT_FOUND: also for another party's, and for another agency's, whose cases who sees the whole city
    sees and takes no step of.
    """
    found = model._default_manager.select_for_update(of=("self",)).filter(pk=matter).first()
    if found is None or not _concerns(found, actor):
        raise Refusal.because("NOT_FOUND")
    return found


def _concerns(found: Any, actor: Actor) -> bool:
    if actor.own is not None:
        return bool(found.subject_id == actor.own.subject)
    return SYSTEM in actor.roles or bool(found.agency_id == actor.agency_id)


def require_current(row: Any, revision: int, machine: Machine, steps: Iterable[TakenRow]) -> None:
    """Raise Refusal CASE_CHANGED when somebody was faster than who saw `revision`: told is what was done meanwhile."""
    if row.revision == revision:
        return
    done = [machine.step(each.step).label for each in steps if each.seq > revision]
    raise Refusal.because("CASE_CHANGED", label="、".join(done) or "修改", state=machine.states[row.state])


def require_role(step: Step, actor: Actor) -> None:
    """Raise Refusal PERMISSION_DENIED unless one of the actor's roles takes the step."""
    if not step.roles & actor.roles:
        raise Refusal.because("PERMISSION_DENIED", verb=step.label)


def step_columns(
    step: Step, verdict: Verdict, source: str, *, seq: int, event: UUID, actor: UUID, now: datetime
) -> dict[str, Any]:
    """What every row of a step says beside its id and its case (rows.StepRow)."""
    return {
        "seq": seq, "step": step.name, "source": source, "target": step.after(source), "actor": actor, "at": now,
        "day": day_of(now), "event": event, "asked": _asked(verdict), "edition": verdict.edition,
    }  # fmt: skip


def _asked(verdict: Verdict) -> list[dict[str, Any]]:
    """Each rule that was asked, its clauses and its answer."""
    return [
        {"rule": each.rule, "clauses": [clause.id for clause in each.clauses], "code": each.code}
        for each in verdict.reasons
    ]


def on_behalf(actor: Actor) -> dict[str, object]:
    """Who acted for whom: the account, and at the window also the act by which the person was seen to be there."""
    return {"account": actor.own.account, "present": actor.own.present or ""} if actor.own else {}
