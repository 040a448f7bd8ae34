"""Long work that can be left and found again: a queue in the database, held by leases (任务)."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from xinheng.law.language import Refusal
from xinheng.runtime.db import side_connection, uuid7
from xinheng.runtime.models import Job, JobState

LEASE_SECONDS = 60.0
MOST_ATTEMPTS = 5
PROGRESS_SECONDS = 0.5


class Owner(Protocol):
    """Who asked for a job; access.Actor is one."""

    @property
    def user_id(self) -> UUID: ...
    @property
    def agency_id(self) -> UUID: ...


class LeaseLost(Exception):
    """Another worker has taken this job over; what this one did must not be kept."""


@dataclass(slots=True)
class Held:
    """A job in this worker's hands; `attempt` fences off a worker that was thought dead."""

    id: UUID
    kind: str
    args: Mapping[str, Any]
    owner: UUID
    agency: UUID
    worker: str
    attempt: int
    told_at: float = field(default=0.0)
    finished: bool = field(default=False)


Handler = Callable[[Held], Mapping[str, Any] | None]
H = TypeVar("H", bound=Handler)
HANDLERS: dict[str, Handler] = {}


def job(kind: str) -> Callable[[H], H]:
    """Register what does jobs of `kind`: handler(held) -> the job's result (small JSON), or raises.

    A handler may be run again from its beginning after a kill, so it either repeats without harm or
    ends its own transaction with `finish`, which commits work and end of the job together.
    Raises ValueError when the kind has a handler already.
    """

    def register(handler: H) -> H:
        if HANDLERS.get(kind, handler) is not handler:
            raise ValueError(f"two handlers for jobs of kind {kind}")
        HANDLERS[kind] = handler
        return handler

    return register


def enqueue(kind: str, args: Mapping[str, Any], *, actor: Owner, now: datetime) -> UUID:
    """Queue a job in the caller's transaction; returns its id. `args` is small JSON without personal data."""
    row = Job.objects.create(
        id=uuid7(), kind=kind, args=dict(args), owner=actor.user_id, agency=actor.agency_id, created_at=now
    )
    return row.id


def lease_seconds() -> float:
    """How long a silent worker keeps a job: settings.XINHENG_JOB_LEASE_SECONDS, else 60."""
    return float(getattr(settings, "XINHENG_JOB_LEASE_SECONDS", LEASE_SECONDS))


# The database's clock measures leases: workers on several machines then agree on it.
_CLAIM = """
UPDATE runtime_job SET state = 'running', worker = %(worker)s, attempts = attempts + 1, stage = '', done = 0,
       started_at = coalesce(started_at, clock_timestamp()), heartbeat_at = clock_timestamp()
 WHERE id = (SELECT id FROM runtime_job
              WHERE kind = ANY(%(kinds)s) AND attempts < %(most)s
                AND (state = 'queued' OR state = 'running'
                     AND heartbeat_at < clock_timestamp() - make_interval(secs => %(lease)s))
              ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, kind, args::text, owner, agency, worker, attempts
"""

_GIVE_UP = """
UPDATE runtime_job SET state = 'fault', fault = '{"code": "JOB_GAVE_UP"}', finished_at = clock_timestamp()
 WHERE state = 'running' AND attempts >= %(most)s
   AND heartbeat_at < clock_timestamp() - make_interval(secs => %(lease)s)
"""


def claim(worker: str) -> Held | None:
    """Take the oldest job that is queued or whose worker fell silent; None when there is none.

    A job whose workers died `MOST_ATTEMPTS` times is given up as a fault instead of killing more of them.
    """
    asked = {"worker": worker, "kinds": list(HANDLERS), "most": MOST_ATTEMPTS, "lease": lease_seconds()}
    with side_connection() as side:
        side.execute(_GIVE_UP, asked)
        row = side.execute(_CLAIM, asked).fetchone()
    if row is None:
        return None
    job_id, kind, args, *rest = row
    return Held(job_id, kind, json.loads(args), *rest)


def heartbeat(held: Held) -> None:
    """Renew the lease. Raises LeaseLost when another worker has the job."""
    _touch(held, "heartbeat_at = clock_timestamp()", {})


def progress(held: Held, done: int, total: int, stage: str) -> None:
    """Say how far the work is, visible at once although the work's transaction is open.

    Written at most every half second, except when a stage begins or ends. Raises LeaseLost.
    """
    moment = time.monotonic()
    if 0 < done < total and moment - held.told_at < PROGRESS_SECONDS:
        return
    held.told_at = moment
    told = {"done": done, "total": total, "stage": stage}
    _touch(
        held, "heartbeat_at = clock_timestamp(), done = %(done)s, total = %(total)s, stage = %(stage)s", told
    )


def finish(held: Held, result: Mapping[str, Any] | None = None) -> None:
    """End the job in the caller's transaction, so that its work and its end are kept together or not at all.

    Raises LeaseLost, and the work must not be kept, when the job is in other hands or was cancelled.
    """
    _end(held, JobState.DONE, result=dict(result or {}), fault=None)


def fail(held: Held, fault: Mapping[str, Any]) -> None:
    """End the job as a fault: `{"code": …, "values": {…}}` of refusals.yaml, never a person's data."""
    _end(held, JobState.FAULT, result=None, fault=dict(fault))


def cancel(job_id: UUID, *, actor: Owner, now: datetime) -> None:
    """Take back a job that nobody works on yet. Raises Refusal JOB_NOT_YOURS or JOB_RUNNING."""
    with transaction.atomic():
        row = _of(actor).filter(pk=job_id).select_for_update().first()
        if row is None:
            raise Refusal.because("JOB_NOT_YOURS")
        if row.state != JobState.QUEUED:
            raise Refusal.because("JOB_RUNNING")
        row.state, row.finished_at = JobState.CANCELLED, now
        row.save(update_fields=["state", "finished_at"])


@dataclass(frozen=True, slots=True)
class JobView:
    """What a job's page shows to whoever asked for it and to the agency."""

    id: UUID
    kind: str
    state: str
    state_label: str
    stage: str
    done: int
    total: int
    result: Mapping[str, Any] | None
    fault: Mapping[str, Any] | None
    args: Mapping[str, Any]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def ended(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAULT, JobState.CANCELLED)

    @property
    def percent(self) -> int:
        """Whole per cent done, 0 while the total is not known."""
        return (
            100
            if self.state == JobState.DONE
            else min(99, self.done * 100 // self.total)
            if self.total
            else 0
        )


def view(job_id: UUID, *, actor: Owner) -> JobView | None:
    """A job of the actor or the actor's agency; None for every other, existing or not."""
    row = _of(actor).filter(pk=job_id).first()
    return None if row is None else _view(row)


def recent(*, actor: Owner, kind: str = "", limit: int = 20) -> list[JobView]:
    """The latest jobs of the actor and the actor's agency, newest first."""
    rows = _of(actor).filter(**({"kind": kind} if kind else {})).order_by("-created_at", "-id")
    return [_view(row) for row in rows[:limit]]


class Pulse:
    """Renews a job's lease in the background while its handler works; `lost` says that it could not."""

    def __init__(self, held: Held) -> None:
        self.lost = threading.Event()
        self._held, self._stop = held, threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"pulse-{held.id}", daemon=True)

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._stop.wait(lease_seconds() / 4):
            try:
                heartbeat(self._held)
            except LeaseLost:
                if not self._held.finished:
                    self.lost.set()
                return


def _of(actor: Owner) -> Any:
    return Job.objects.filter(Q(owner=actor.user_id) | Q(agency=actor.agency_id))


def _view(row: Job) -> JobView:
    kept = ("id", "kind", "state", "stage", "done", "total", "result", "fault", "args")
    moments = ("created_at", "started_at", "finished_at")
    told = {name: getattr(row, name) for name in kept + moments}
    return JobView(state_label=str(JobState(row.state).label), **told)


_MINE = "id = %(id)s AND worker = %(worker)s AND attempts = %(attempt)s AND state = 'running'"


def _touch(held: Held, changes: str, told: Mapping[str, Any]) -> None:
    key = {"id": held.id, "worker": held.worker, "attempt": held.attempt, **told}
    with side_connection() as side:
        if not side.execute(f"UPDATE runtime_job SET {changes} WHERE {_MINE}", key).rowcount:
            raise LeaseLost(str(held.id))


def _end(held: Held, state: JobState, **told: Any) -> None:
    mine = Job.objects.filter(pk=held.id, worker=held.worker, attempts=held.attempt, state=JobState.RUNNING)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    if not mine.update(state=state, finished_at=moment, **told):
        raise LeaseLost(str(held.id))
    held.finished = True
