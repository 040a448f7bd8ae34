"""Upload, leave, come back: jobs check and record; a worker killed in the middle leaves nothing half-loaded."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.db import connections

from tests import cast
from tests.exchange import sample
from tests.exchange.conftest import Ask
from tests.support.database import ROOT, TestDatabase
from xinheng.exchange import handlers, queries, services
from xinheng.exchange.faults import FileFault
from xinheng.law.language import Refusal
from xinheng.runtime import db, jobs, worker

CLERK = cast.MARKET_CLERK.actor

# Dies inside the one transaction that records, after the rows are in the register and before it commits.
DIES = """
    import os, signal, sys
    import django
    django.setup()
    from django.conf import settings
    from django.db import connections
    socket, port, name, keys, files = sys.argv[1:]
    connections["default"].settings_dict.update(HOST=socket, PORT=port, NAME=name, USER="xinheng_app", PASSWORD="")
    settings.XINHENG_KEYS_DIR, settings.XINHENG_FILES_DIR = keys, files
    from xinheng.exchange import recording
    recording.append = lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL)
    from xinheng.runtime import worker
    worker.run(once=True)
"""


def receive(*rows: sample.Row, name: str = "示例.csv") -> UUID:
    return services.receive(
        sample.sheet(rows),
        actor=CLERK,
        feed="penalty",
        file_name=name,
        source={"reviewed": True},
        now=cast.NOW,
    )


def work() -> str:
    held = jobs.claim("test")
    assert held is not None
    return worker.do(held)


def test_check_then_submit_by_a_worker(city: TestDatabase, ask: Ask) -> None:
    batch = receive(
        sample.penalty(1), sample.penalty(2, decided_on="2026-02-30"), sample.penalty(3, fine_amount="元")
    )
    assert queries.batch(batch, actor=CLERK).state == "checking"  # type: ignore[union-attr]
    with pytest.raises(Refusal, match="BATCH_NOT_CHECKED"):
        services.submit(batch, actor=CLERK, now=cast.NOW)
    assert work() == "已完成"
    view = queries.batch(batch, actor=CLERK)
    assert view is not None
    assert (view.state, view.may_submit, view.counts["accepted"]) == ("problems", True, 1)
    groups = queries.problem_groups(batch, actor=CLERK)
    assert {group.code for group in groups if group.severity == "refused"} == {
        "DATE_IMPOSSIBLE",
        "AMOUNT_UNREADABLE",
    }
    page = queries.problems(batch, actor=CLERK, severity="refused")
    assert [problem.row for problem in page.rows] == [3, 4]
    assert ask("SELECT count(*) FROM registry_record") == [(0,)]
    # another agency sees nothing of it
    stranger = cast.ENVIRONMENT_CLERK.actor
    assert queries.batch(batch, actor=stranger) is None
    assert queries.problem_groups(batch, actor=stranger) == ()
    with pytest.raises(Refusal, match="NOT_FOUND"):
        services.submit(batch, actor=stranger, now=cast.NOW)
    made = services.annotated(batch, actor=CLERK, now=cast.NOW)
    assert made.file.read(2) == b"PK"
    assert ask("SELECT purpose, granted FROM access_accessentry") == [("reporting", True)]
    services.submit(batch, actor=CLERK, now=cast.NOW)
    assert work() == "已完成"
    receipt = queries.receipt(batch, actor=CLERK)
    assert receipt is not None
    assert (receipt.counts["new"], receipt.submitted_by) == (1, CLERK.user_id)
    with pytest.raises(Refusal, match="BATCH_ALREADY_SUBMITTED"):
        services.submit(batch, actor=CLERK, now=cast.NOW)
    assert handlers is not None


def test_a_file_fault_keeps_nothing(city: TestDatabase, ask: Ask, monkeypatch: Any) -> None:
    with pytest.raises(FileFault):
        services.receive(
            sample.sheet([]),
            actor=CLERK,
            feed="penalty",
            file_name="空.csv",
            source={"reviewed": True},
            now=cast.NOW,
        )
    assert ask("SELECT count(*) FROM exchange_batch") == [(0,)]
    # a fault that shows only when the rows are read returns the batch and removes its file
    batch = receive(sample.penalty(1))

    def broken(*_: Any, **__: Any) -> Any:
        raise FileFault("CELL_TOO_LARGE", limit=1)

    monkeypatch.setattr("xinheng.exchange.sheets.Sheet.slices", broken)
    assert work() == "有问题"
    assert ask("SELECT state FROM exchange_batch") == [("returned",)]
    assert ask("SELECT count(*) FROM exchange_problem") == [(0,)]
    kept = [path for path in (django_settings.XINHENG_FILES_DIR / "batches").rglob("*") if path.is_file()]
    assert (kept, batch is not None) == ([], True)


def test_a_worker_killed_while_it_records_leaves_nothing_and_the_next_one_resumes(
    city: TestDatabase, ask: Ask, settings: Any
) -> None:
    settings.XINHENG_JOB_LEASE_SECONDS = 0.5
    batch = receive(*(sample.penalty(n) for n in range(1, 40)))
    assert work() == "已完成"
    job = services.submit(batch, actor=CLERK, now=cast.NOW)
    db.close_side_connections()
    connections.close_all()
    server = city.server
    arguments = [str(server.socket), str(server.port), city.name]
    arguments += [str(django_settings.XINHENG_KEYS_DIR), str(django_settings.XINHENG_FILES_DIR)]
    died = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(DIES), *arguments],
        cwd=ROOT,
        env={
            "DJANGO_SETTINGS_MODULE": "xinheng.config.settings",
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
        },
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    for table in ("registry_record", "registry_instrument", "subjects_subject", "publication_publicentry"):
        assert ask(f"SELECT count(*) FROM {table}") == [(0,)], table
    assert ask("SELECT state FROM runtime_job WHERE id = %s", job) == [("running",)]
    assert ask("SELECT count(*) FROM exchange_staging") == [(39,)]
    time.sleep(0.6)
    assert work() == "已完成"
    assert ask("SELECT count(*) FROM registry_record") == [(39,)]
    assert ask("SELECT count(*) FROM exchange_staging") == [(0,)]
    assert ask("SELECT state, attempts FROM runtime_job WHERE id = %s", job) == [("done", 2)]
    assert ask("SELECT state FROM exchange_batch") == [("submitted",)]


def test_a_form_of_one_row(city: TestDatabase, ask: Ask) -> None:
    fields = {name: text for name, text in sample.penalty(1).items() if text}

    def send(**other: str) -> Any:
        return services.submit_one(
            fields | other, feed="penalty", actor=CLERK, source={"channel": "示例公告"}, now=cast.NOW
        )

    refused = send(party_code="91320800")
    assert (refused.counts["refused"], refused.findings["code"].to_list()[:1]) == (1, ["USCC_LENGTH"])
    assert ask("SELECT count(*) FROM exchange_batch") == [(0,)]
    assert send().counts["new"] == 1
    assert send().counts["new"] == 1  # the answer of the first time
    assert ask("SELECT source ->> 'channel' FROM registry_recordversion") == [("示例公告",)]


def test_what_was_good_and_is_no_more_is_told_and_not_submitted(city: TestDatabase, ask: Ask) -> None:
    """Another sheet took its document number between the check and the submission."""
    first, second = receive(sample.penalty(1)), receive(sample.penalty(1, conduct="未按规定检验特种设备"))
    for _ in range(2):
        assert work() == "已完成"
    for batch in (first, second):
        services.submit(batch, actor=CLERK, now=cast.NOW)
    assert work() == "已完成"
    work()
    view = queries.batch(second, actor=CLERK)
    assert view is not None
    assert (view.state, view.submitted_at) == ("problems", None)
    assert view.job is not None
    assert view.job.fault is not None
    assert view.job.fault["code"] == "BATCH_NOTHING_ACCEPTED"
    assert ask("SELECT count(*) FROM registry_record") == [(1,)]
