"""kill -9 of worker, sequencer and database while they work: nothing acknowledged is lost, nothing is doubled.

SIGKILL is no power cut: what the operating system has in its memory survives. That commits wait for the disk is
the server's own promise (fsync, synchronous_commit); the last test but one shows that this drill notices without it.

`make soak` kills 50 times, with XINHENG_SOAK_KILLS=500 in the environment 500 times.
"""

# clause: 5.2

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from django.conf import settings

from tests.support.killing import ASKED, MADE, NAME, Drill, Place, work, work_carelessly
from xinheng.ledger import signing
from xinheng.ledger.verification.run import Asked, exit_code, verify

KILLED = ("database", "sequencer", "worker")
SOAK_KILLS = int(os.environ.get("XINHENG_SOAK_KILLS", "50"))
ACKNOWLEDGED = 100  # in every cycle, so that no kill passes for want of writes
PATIENCE = 60.0

Begin = Callable[..., Drill]

# Of each agency there is exactly one event, of each job that is done as well; a job may still wait, and is there.
_MADE = """
WITH told AS (SELECT unnest(%s::text[]) AS code),
events AS (SELECT payload ->> 'agency' AS agency, count(*) AS times FROM ledger_eventpayload GROUP BY 1)
SELECT code FROM told LEFT JOIN access_agency a ON a.uscc = code LEFT JOIN events e ON e.agency = a.id::text
 WHERE times IS DISTINCT FROM 1
"""
_ASKED = """
WITH told AS (SELECT unnest(%s::uuid[]) AS id),
events AS (SELECT payload ->> 'job' AS job, count(*) AS times FROM ledger_eventpayload GROUP BY 1)
SELECT told.id::text FROM told LEFT JOIN runtime_job j USING (id) LEFT JOIN events e ON e.job = told.id::text
 WHERE j.id IS NULL OR coalesce(times, 0) <> (j.state = 'done')::integer
"""
_GAPS = "SELECT count(*), coalesce(max(index) + 1, 0), count(DISTINCT event_id) FROM ledger_entry"


@pytest.fixture
def begin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Begin]:
    """Starts a drill where the server's account can walk to; everything is stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="xinheng-kills-", dir="/tmp"))
    folder.chmod(0o755)
    drill = Drill(Place(folder))
    monkeypatch.setattr(settings, "XINHENG_KEYS_DIR", drill.place.keys)

    def made(server: Mapping[str, str] | None = None, worker: Callable[..., None] = work) -> Drill:
        drill.settings, drill.worker = server or {}, worker
        drill.begin()
        return drill

    yield made
    drill.end()
    shutil.rmtree(folder, ignore_errors=True)


def acknowledged_more(drill: Drill, before: int) -> None:
    """Wait until so many more writes were acknowledged than `before`."""
    deadline = time.monotonic() + PATIENCE
    while len(drill.remembered()) < before + ACKNOWLEDGED:
        assert time.monotonic() < deadline, "too few writes to say anything"
        assert all(each.is_alive() for each in drill.running.values())
        time.sleep(0.01)


def at_work(drill: Drill, name: str) -> None:
    """Wait until the worker does jobs, when it is the one to be killed: just started, it would have nothing to lose."""
    if name != "worker":
        return
    done = "SELECT FROM runtime_job WHERE state = 'done'"
    before, deadline = len(drill.ask(done)), time.monotonic() + PATIENCE
    while len(drill.ask(done)) == before:
        assert time.monotonic() < deadline, "the worker does nothing"
        time.sleep(0.002)


def wrong(drill: Drill, told: Sequence[tuple[str, str]]) -> list[str]:
    """Acknowledged writes that were lost or done twice."""
    made, asked = ([which for what, which in told if what == kind] for kind in (MADE, ASKED))
    return [each for (each,) in [*drill.ask(_MADE, made), *drill.ask(_ASKED, asked)]]


def verified(drill: Drill, since: int = 0) -> int:
    """A verification while everything goes on; how many events are in the tree."""
    with drill.server.connect(NAME, "xinheng_backup") as connection:
        asked = Asked(vkey=signing.publish_vkey(), origin=signing.origin(), since=since, opening=True)
        audit = verify(connection, asked)
    assert [str(each) for each in audit.findings] == []
    assert exit_code(audit) == 0
    return since + audit.counts["树中事件"]


def survive(drill: Drill, kills: int, rng: random.Random) -> None:
    """Each kill hits something at work; after each one everything acknowledged is there, once, and verifies."""
    size = seen = 0
    order = [KILLED[at % len(KILLED)] for at in range(kills)]
    rng.shuffle(order)
    for name in order:
        acknowledged_more(drill, len(drill.remembered()))
        at_work(drill, name)
        time.sleep(rng.random() / 50)
        drill.kill(name)
        told = drill.remembered()
        # Those of the cycle; all of them once more at the end.
        assert wrong(drill, told[seen:]) == [], name
        seen = len(told)
        ((count, end, events),) = drill.ask(_GAPS)
        assert count == end == events, name
        size = verified(drill, since=size)
    assert size > 0


def settled(drill: Drill) -> None:
    """No more writes: what was acknowledged as a job is done exactly once, the queue is empty, all verifies."""
    for name in [each for each in drill.running if each.startswith("writer")]:
        drill.running[name].kill()
        drill.running.pop(name).join()
    deadline = time.monotonic() + PATIENCE
    while drill.ask("SELECT FROM runtime_job WHERE state <> 'done'") or drill.ask("SELECT FROM ledger_queue"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert wrong(drill, drill.remembered()) == []
    assert drill.ask("SELECT FROM ledger_refused") == []
    verified(drill)


# Fifty at a time: each drill begins with an empty log, so that verifying stays short.
DRILLS = [(2, 0), *(pytest.param(50, seed + 1, marks=pytest.mark.soak) for seed in range(SOAK_KILLS // 50))]


@pytest.mark.parametrize(("kills", "seed"), DRILLS)
def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(begin: Begin, kills: int, seed: int) -> None:
    drill = begin()
    survive(drill, kills, random.Random(seed))
    settled(drill)


@pytest.mark.soak
def test_a_server_that_does_not_wait_for_its_disk_is_seen_to_lose(begin: Begin) -> None:
    """The planted defect: commits are acknowledged before they are written."""
    drill = begin({"synchronous_commit": "off", "wal_writer_delay": "10s"})
    for _ in range(10):
        acknowledged_more(drill, len(drill.remembered()))
        drill.kill("database")
        if missing := wrong(drill, drill.remembered()):
            break
    assert missing


@pytest.mark.soak
def test_a_worker_that_ends_its_jobs_apart_is_seen_to_do_them_twice(begin: Begin) -> None:
    """The planted defect: the work is committed, and its end is not yet."""
    drill = begin(worker=work_carelessly)
    twice = "SELECT FROM ledger_eventpayload p WHERE p.payload ? 'job' GROUP BY p.payload ->> 'job' HAVING count(*) > 1"
    for _ in range(60):
        acknowledged_more(drill, len(drill.remembered()))
        at_work(drill, "worker")
        time.sleep(0.01)
        drill.kill("worker")
        if drill.ask(twice):
            break
    with pytest.raises(AssertionError):
        settled(drill)
    assert drill.ask(twice)
