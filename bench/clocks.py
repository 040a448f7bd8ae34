"""A holiday notice that moves the clocks of 100,000 open cases (期限重算性能).

    .venv/bin/python bench/clocks.py [--cases N] [--runs N]

Ours: all running clocks recomputed in the transaction that puts the notice into force, events with their roots, the
evidence of each move and the reminders to clerk and checker included; then once more, with nothing left to move;
then the rungs of a day. Theirs, in the same run: as bare an UPDATE of the same rows and a COPY of as many finished
rows into tables like ours. Cases are written behind the application's back. The goal is 30 s.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from bench import intake  # noqa: E402

HOME = ROOT / "var" / "bench-clocks"
NAME = "bench_clocks"
NOW = datetime(2026, 12, 20, 2, 0, tzinfo=UTC)
GOAL = 30.0
AGENCIES = 40
NOTICE = """
year: 2027
notice: 示例放假通知
number:
confidence: sourced
source: 示例放假通知
doubt: [number]
rest:
  元旦: ["01-01"]
  春节: ["02-05", "02-08", "02-09", "02-10", "02-11", "02-12"]
work:
  春节: ["01-30", "02-20"]
"""
# Of three lists, begun on eighteen days around the turn of the year; every clock runs into 2027 and is provisional.
CASES = """
INSERT INTO casework_case (id, number, procedure, list, subject_id, subject_kind, party, role, agency_id, area, state,
                           version, revision, handler, opened_on)
SELECT uuid7(), 'BENCH-' || n, 'listing', (ARRAY['wage', 'market', 'tax'])[n %% 3 + 1], %(subject)s, 'legal_person', '',
       'subject', (SELECT id FROM access_agency ORDER BY id OFFSET n %% %(agencies)s LIMIT 1), '329999', 'awaiting',
       1, 1, uuid7(), '2026-11-01'
  FROM generate_series(1, %(count)s) AS n
"""
CLOCKS = """
INSERT INTO casework_deadline (id, case_id, name, start, n, extended_by, last, provisional)
SELECT uuid7(), c.id, 'objection_reply', date '2026-12-25' + (row_number() OVER () / 3 % 18)::integer,
       CASE c.list WHEN 'wage' THEN 5 ELSE 10 END, '{}', NULL, true
  FROM casework_case c
"""


def main() -> int:
    asked = _arguments()
    os.environ["XINHENG_VAR"] = str(HOME)
    os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.config.settings"
    HOME.mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    from xinheng.runtime import postgres
    from xinheng.vault import keys

    keys.ensure()
    with postgres.using(HOME / "pg", settings=intake.SETTINGS) as server:
        found = [_one_run(server, asked.cases) for _ in range(asked.runs)]
    ours, ratios = [each[0] for each in found], [each[1] for each in found]
    spread = f"{min(ours):.1f} to {max(ours):.1f} s; ratio {statistics.median(ratios):.2f}"
    print(f"median {statistics.median(ours):.1f} s, {spread} ({min(ratios):.2f} to {max(ratios):.2f})")
    return 0 if max(ours) < GOAL else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    return parser.parse_args()


def _one_run(server: Any, cases: int) -> tuple[float, float]:
    """Seconds of ours, and theirs / ours."""
    from xinheng.access.actor import system
    from xinheng.casework import reminders

    with _database(server):
        officer = intake._city()
        with server.connect(NAME) as admin:
            _fill(admin, cases)
        notice, spent = _loaded(officer)
        again, _ = _timed(_recomputed)
        rungs, told = _timed(lambda: reminders.remind(actor=system(), now=NOW.replace(month=12, day=31)))
        with server.connect(NAME) as admin:
            bare = _bare(admin)
    print(f"{cases:,} clocks moved: {notice:.1f} s (goal {GOAL:.0f} s): {spent}", flush=True)
    print(f"  once more, with nothing to move: {again:.2f} s; {told:,} rungs told in {rungs:.1f} s")
    print(f"  bare UPDATE and COPY of as many rows: {bare:.1f} s; ratio {bare / notice:.2f}", flush=True)
    return notice, bare / notice


@contextmanager
def _database(server: Any) -> Iterator[None]:
    from django.core.management import call_command
    from django.db import connections

    from xinheng.runtime import db, install

    with server.connect() as admin:
        install.make_roles(admin)
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        install.make_database(admin, NAME)
    for alias, user in (("default", "xinheng_app"), ("owner", "xinheng_owner")):
        connections[alias].settings_dict.update(
            HOST=str(server.socket), PORT=str(server.port), NAME=NAME, USER=user, PASSWORD=""
        )
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    yield
    db.close_side_connections()
    connections.close_all()


def _fill(admin: Any, cases: int) -> None:
    """Open cases with a running clock each, in many agencies, their days as the calendar of 2026 has them."""
    from xinheng.access.actor import system
    from xinheng.casework import calendar

    subject = UUID(int=77)
    with admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute("INSERT INTO subjects_subject (id, kind, uscc, name, created_at, proof)"
                      " VALUES (%s, 'legal_person', 'BENCH', '示例', now(), '')", [subject])  # fmt: skip
        admin.execute(CASES, {"subject": subject, "count": cases, "agencies": AGENCIES})
        admin.execute(CLOCKS)
        _first_days(admin)
    admin.execute("ANALYZE casework_case; ANALYZE casework_deadline")
    assert calendar.recompute(actor=system(), now=NOW).moved == 0


def _first_days(admin: Any) -> None:
    """The last days by the calendar that is loaded."""
    from xinheng.casework import calendar, clocks
    from xinheng.catalog.public import current_law
    from xinheng.law import deadlines

    law = current_law(date(2026, 12, 20))
    rows = admin.execute(calendar._DISTINCT).fetchall()
    for _, listed, name, start, n, extended, _, _ in rows:
        clock = clocks.running(name, listed, start, n, extended, law)
        assert clock
        due = deadlines.due(clock, law.calendar)
        admin.execute(
            "UPDATE casework_deadline d SET last = %s, provisional = %s FROM casework_case c WHERE c.id = d.case_id"
            " AND (c.list, d.start) = (%s, %s)",
            [due.last, due.provisional, listed, start],
        )


def _loaded(officer: Any) -> tuple[float, str]:
    """One officer proposes the notice, another approves it: seconds of the approval, and of the clocks' part of it."""
    from xinheng.casework import calendar, consumers
    from xinheng.catalog import services
    from xinheng.law.lawbook import default_path

    spent: dict[str, float] = {"clocks": 0.0}
    setattr(consumers, "recompute", intake._timed(calendar.recompute, "clocks", spent))  # noqa: B010
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reference"
        shutil.copytree(default_path(), path)
        (path / "calendars" / "2027.yaml").write_text(NOTICE, "utf-8")
        bundle = services.propose_bundle(path, actor=officer, now=NOW)
        second = replace(officer, user_id=UUID(int=12))
        took, _ = _timed(lambda: services.approve_bundle(bundle.digest, actor=second, now=NOW))
    setattr(consumers, "recompute", calendar.recompute)  # noqa: B010
    _check()
    return took, f"of it the clocks {spent['clocks']:.1f} s, the commit and the rest of the approval"


def _check() -> None:
    """Every clock moved or became sure, and each is told."""
    from xinheng.access.actor import system
    from xinheng.access.scope import acting, whole_city
    from xinheng.casework.models import Deadline, DeadlineMove, Reminder

    with acting(system()), whole_city():
        there = (
            DeadlineMove.objects.count(),
            Reminder.objects.count(),
            Deadline.objects.filter(provisional=True).count(),
        )
    print(f"  moves {there[0]:,}, reminders {there[1]:,}, still provisional {there[2]:,}")


def _recomputed() -> int:
    from xinheng.access.actor import system
    from xinheng.casework import calendar

    return calendar.recompute(actor=system(), now=NOW).moved


def _timed(do: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = do()
    return time.perf_counter() - began, answer


def _bare(admin: Any) -> float:
    """The same rows updated and as many finished rows copied, without law, digests, guards or events."""
    tables = ("casework_deadlinemove", "casework_reminder")
    for table in tables:
        admin.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING INDEXES)")
    with tempfile.TemporaryDirectory(dir=HOME) as folder:
        for table in tables:
            with (
                (Path(folder) / table).open("wb") as out,
                intake._binary(admin, f"{table} TO STDOUT") as copy,
            ):
                for block in copy:
                    out.write(block)
        began = time.perf_counter()
        with admin.transaction():
            admin.execute("SET LOCAL session_replication_role = replica")
            admin.execute("UPDATE casework_deadline SET last = last + 1")
            for table in tables:
                with (
                    (Path(folder) / table).open("rb") as rows,
                    intake._binary(admin, f"bare_{table} FROM STDIN") as copy,
                ):
                    while block := rows.read(1 << 20):
                        copy.write(block)
        return time.perf_counter() - began


if __name__ == "__main__":
    raise SystemExit(main())
