"""Jobs of the intake, found by the worker (报送任务)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from xinheng.access.actor import Actor, actor_of
from xinheng.access.models import User
from xinheng.exchange import intake, waiting
from xinheng.runtime import clock, jobs

# Progress is told in thousandths of the file: how many rows it has is known only at its end.
WHOLE = 1000
CHECKING, RECORDING = "正在校验", "正在入库"


@jobs.job("intake.check")
def check(held: jobs.Held) -> Mapping[str, Any]:
    """Check a kept file; may be run again without harm."""
    outcome = intake.check(_batch(held), actor=actor(held), now=clock.now(), told=_told(held, CHECKING))
    return {"batch": held.args["batch"], "counts": dict(outcome.counts)}


@jobs.job("intake.submit")
def submit(held: jobs.Held) -> Mapping[str, Any]:
    """Record a checked file; the job ends in the transaction that records."""
    told = _told(held, RECORDING)
    outcome = intake.accept(_batch(held), actor=actor(held), now=clock.now(), held=held, told=told)
    return {"batch": held.args["batch"], "counts": dict(outcome.counts)}


def actor(held: jobs.Held) -> Actor:
    """Whoever asked for the job, with the roles of today."""
    user = User.objects.select_related("agency").get(pk=held.owner)
    return actor_of(user, channel="worker")


def _batch(held: jobs.Held) -> UUID:
    return UUID(held.args["batch"])


def _told(held: jobs.Held, stage: str) -> intake.Told:
    def told(rows: int, position: float) -> None:
        jobs.progress(held, min(WHOLE - 1, int(position * WHOLE)), WHOLE, f"{stage}，已读 {rows} 行")

    return told


@jobs.job("intake.settle")
def settle(held: jobs.Held) -> Mapping[str, Any]:
    """Read again the rows that a ruling has answered; may be run again without harm."""
    return {"settled": waiting.settle_all(actor=actor(held), now=clock.now())}
