"""A job is found again, told about while it runs, and done once even when its worker is killed."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections, transaction
from pytest_django import Settings

from tests.cast import ENVIRONMENT_CLERK, MARKET_CHECKER, MARKET_CLERK, NOW
from tests.support.database import TestDatabase
from xinheng.law.language import Refusal
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.models import Event
from xinheng.ledger.services import append
from xinheng.runtime import db, jobs, worker
from xinheng.runtime.jobs import Held
from xinheng.runtime.models import Job

ACTOR = MARKET_CLERK.actor


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "HANDLERS", {})


def handler(kind: str = "work") -> Callable[[jobs.Handler], jobs.Handler]:
    return jobs.job(kind)


def enqueue(kind: str = "work", **args: Any) -> UUID:
    return jobs.enqueue(kind, args, actor=ACTOR, now=NOW)


def silent_for(job: UUID, seconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE runtime_job SET heartbeat_at = clock_timestamp() - make_interval(secs => %s) WHERE id = %s",
            [seconds, job],
        )


def claimed(worker_name: str = "one") -> Held:
    held = jobs.claim(worker_name)
    assert held is not None
    return held


@pytest.mark.django_db
class TestQueue:
    @pytest.fixture(autouse=True)
    def work(self, handlers: None) -> None:
        handler()(lambda held: {"said": held.args["say"]})

    def test_is_worked_off_in_order_and_answers(self) -> None:
        first, second = enqueue(say=1), enqueue(say=2)
        assert worker.run(once=True) == 2
        for job, said in ((first, 1), (second, 2)):
            view = jobs.view(job, actor=ACTOR)
            assert view is not None
            assert view.fault is None
            assert (view.state, view.result, view.percent, view.ended) == ("done", {"said": said}, 100, True)

    def test_kinds_without_a_handler_here_are_left_to_others(self) -> None:
        enqueue("elsewhere")
        assert jobs.claim("one") is None

    def test_a_claimed_job_is_not_claimed_twice(self) -> None:
        enqueue(say=1)
        assert claimed().attempt == 1
        assert jobs.claim("two") is None

    def test_a_silent_worker_loses_it_after_the_lease_and_not_before(self) -> None:
        job = enqueue(say=1)
        claimed()
        silent_for(job, int(jobs.LEASE_SECONDS) - 5)
        assert jobs.claim("two") is None
        silent_for(job, int(jobs.LEASE_SECONDS) + 1)
        held = claimed("two")
        assert (held.id, held.attempt, held.worker) == (job, 2, "two")

    @pytest.mark.parametrize("other", ["two", "one"])
    def test_whoever_lost_it_cannot_go_on_not_even_under_the_same_name(self, other: str) -> None:
        job = enqueue(say=1)
        lost = claimed()
        silent_for(job, 1000)
        claimed(other)
        acts: list[Callable[[], None]] = [
            lambda: jobs.heartbeat(lost),
            lambda: jobs.progress(lost, 1, 2, "入库"),
            lambda: jobs.finish(lost),
            lambda: jobs.fail(lost, {"code": "JOB_FAULT"}),
        ]
        for act in acts:
            with pytest.raises(jobs.LeaseLost):
                act()

    def test_one_that_keeps_killing_its_workers_is_given_up(self) -> None:
        job = enqueue(say=1)
        for _ in range(jobs.MOST_ATTEMPTS):
            claimed()
            silent_for(job, 1000)
        assert jobs.claim("last") is None
        assert self.fault(job) == {"code": "JOB_GAVE_UP"}

    def test_a_refusal_and_a_fault_end_it_without_quoting_data(self) -> None:
        def refuse(held: Held) -> None:
            raise Refusal.because("FILE_EMPTY", row=3)

        def break_down(held: Held) -> None:
            raise ValueError("示例某某 329999")

        handler("refuse")(refuse)
        handler("break")(break_down)
        refused, broken = enqueue("refuse"), enqueue("break")
        worker.run(once=True)
        assert self.fault(refused) == {"code": "FILE_EMPTY", "values": {"row": "3"}}
        assert self.fault(broken) == {"code": "JOB_FAULT", "values": {"kind": "ValueError"}}

    def test_two_handlers_of_one_kind_are_a_fault_of_ours(self) -> None:
        with pytest.raises(ValueError, match="two handlers"):
            handler()(lambda held: {})

    @staticmethod
    def fault(job: UUID) -> Mapping[str, Any] | None:
        return Job.objects.get(pk=job).fault


@pytest.mark.django_db
class TestPages:
    def test_owner_and_agency_see_it_and_nobody_else(self) -> None:
        job = enqueue()
        assert jobs.view(job, actor=ACTOR) == jobs.view(job, actor=MARKET_CHECKER.actor)
        assert jobs.view(job, actor=ENVIRONMENT_CLERK.actor) is None
        assert jobs.view(uuid4(), actor=ACTOR) is None
        assert [each.id for each in jobs.recent(actor=ACTOR)] == [job]
        assert jobs.recent(actor=ENVIRONMENT_CLERK.actor) == []

    def test_a_queued_job_can_be_taken_back_by_its_own_people(self) -> None:
        job = enqueue()
        with pytest.raises(Refusal, match="JOB_NOT_YOURS"):
            jobs.cancel(job, actor=ENVIRONMENT_CLERK.actor, now=NOW)
        jobs.cancel(job, actor=ACTOR, now=NOW)
        handler()(lambda held: {})
        assert jobs.claim("one") is None

    def test_a_running_one_cannot(self) -> None:
        handler()(lambda held: {})
        job = enqueue()
        claimed()
        with pytest.raises(Refusal, match="JOB_RUNNING"):
            jobs.cancel(job, actor=ACTOR, now=NOW)


class TestProgress:
    @pytest.fixture
    def held(self, committed: TestDatabase) -> Held:
        handler()(lambda held: {})
        enqueue()
        return claimed()

    def seen(self, database: TestDatabase, held: Held) -> tuple[Any, ...]:
        with database.connect() as admin:
            query = "SELECT done, total, stage FROM runtime_job WHERE id = %s"
            rows: list[tuple[Any, ...]] = admin.execute(query, [held.id]).fetchall()
        return rows[0]

    def test_is_visible_while_the_work_is_uncommitted(self, committed: TestDatabase, held: Held) -> None:
        with transaction.atomic():
            Job.objects.exists()
            jobs.progress(held, 0, 100, "解析")
            assert self.seen(committed, held) == (0, 100, "解析")
            transaction.set_rollback(True)
        assert self.seen(committed, held) == (0, 100, "解析")

    def test_is_written_at_most_twice_a_second_but_always_at_the_end(
        self, committed: TestDatabase, held: Held
    ) -> None:
        jobs.progress(held, 0, 1000, "解析")
        for done in range(1, 1000):
            jobs.progress(held, done, 1000, "解析")
        assert self.seen(committed, held)[0] < 1000 / 2
        jobs.progress(held, 1000, 1000, "解析")
        assert self.seen(committed, held) == (1000, 1000, "解析")

    def test_work_and_end_are_kept_together(self, committed: TestDatabase, held: Held) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            jobs.finish(held, {"rows": 1})
            raise RuntimeError
        assert Job.objects.get().state == "running"


@contextmanager
def worker_process() -> Iterator[int]:
    """A worker in a process of its own that works off the queue; its pid."""
    db.close_side_connections()
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            worker.run(once=True)
            code = 0
        finally:
            os._exit(code)
    try:
        yield pid
    finally:
        with contextlib.suppress(ChildProcessError, ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def ended(pid: int) -> int:
    """How the process ended: its exit code, or minus the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def sleep_a_second(held: Held) -> Mapping[str, Any]:
    time.sleep(1)
    return {"attempt": held.attempt}


def tell(attempt: int) -> None:
    append(EventKind.BATCH_RECEIVED, payload={"attempt": attempt}, agency=None, now=NOW)


def killed_once(held: Held) -> Mapping[str, Any]:
    """Writes half of its work; the first attempt dies by SIGKILL before it commits."""
    with transaction.atomic():
        tell(held.attempt)
        jobs.progress(held, 1, 2, "入库")
        if held.attempt == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        tell(held.attempt)
        jobs.finish(held, {"attempt": held.attempt})
    return {}


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_job_is_done_by_the_next(
    committed: TestDatabase, settings: Settings
) -> None:
    settings.XINHENG_JOB_LEASE_SECONDS = 0.5
    handler("killed-once")(killed_once)
    job = enqueue("killed-once")
    with worker_process() as pid:
        assert ended(pid) == -signal.SIGKILL
    after_kill = Job.objects.get(pk=job)
    assert (after_kill.state, after_kill.attempts, after_kill.stage) == ("running", 1, "入库")
    assert Event.objects.count() == 0
    time.sleep(0.6)
    with worker_process() as pid:
        assert ended(pid) == 0
    done = Job.objects.get(pk=job)
    assert (done.state, done.result) == ("done", {"attempt": 2})
    assert Event.objects.count() == 2


def test_a_long_job_keeps_its_lease_by_its_heartbeat(committed: TestDatabase, settings: Settings) -> None:
    settings.XINHENG_JOB_LEASE_SECONDS = 0.3
    handler("slow")(sleep_a_second)
    job, taken = enqueue("slow"), []
    with worker_process() as pid:
        deadline = time.monotonic() + 10
        while not Job.objects.get(pk=job).finished_at and time.monotonic() < deadline:
            if Job.objects.get(pk=job).state == "running":
                taken.append(jobs.claim("thief"))
            time.sleep(0.05)
        assert ended(pid) == 0
    assert len(taken) > 5
    assert not any(taken)
    assert Job.objects.get(pk=job).result == {"attempt": 1}
