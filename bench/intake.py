"""A million penalty rows: from file to committed and published, against COPY of the finished rows (报送性能).

    .venv/bin/python bench/intake.py [--rows N] [--runs N] [--keep]

Ours: read, check, ask the law, seal, commit, merge and publish one CSV, in one transaction at its end.
Theirs: what that left in all end tables, exported as binary COPY files, is copied back into the same tables,
emptied, with the same indexes, keys, triggers and policies, in one transaction. The ratio is theirs / ours.
(COPY runs as superuser: PostgreSQL copies into no table for whose role a row policy holds.)
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
HOME = ROOT / "var" / "bench"
NAME = "bench_intake"
FIRST, OTHER = 5_000, 20_000
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
}
# In the order in which their keys allow them to be filled.
END_TABLES = (
    "vault_subjectkey",
    "subjects_subject",
    "subjects_person",
    "subjects_subjectname",
    "registry_facts",
    "registry_instrument",
    "registry_record",
    "registry_recordversion",
)


def main() -> None:
    asked = _arguments()
    os.environ["XINHENG_VAR"] = str(HOME)
    os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.config.settings"
    HOME.mkdir(parents=True, exist_ok=True)
    from bench import penalties

    file = HOME / f"penalties-{asked.rows}.csv"
    if not file.exists():
        penalties.write(file, asked.rows)
    if asked.one:
        _one_run(file, asked.rows)
        return
    results = [_in_a_process(asked.rows) for _ in range(asked.runs)]
    _tell(results)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--one", action="store_true", help="one run in this process")
    return parser.parse_args()


def _in_a_process(rows: int) -> float:
    """One run in a process of its own, so that its memory is its own; returns the ratio."""
    command = [sys.executable, __file__, "--one", "--rows", str(rows)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    print(done.stdout, flush=True)
    return float(done.stdout.rpartition("ratio ")[2].split()[0])


def _tell(ratios: list[float]) -> None:
    spread = f"{min(ratios):.2f}-{max(ratios):.2f}"
    print(f"median ratio {statistics.median(ratios):.2f} ({spread} in {len(ratios)} runs)")


def _one_run(file: Path, rows: int) -> None:
    import django

    django.setup()
    from django.conf import settings

    from xinheng.runtime import postgres
    from xinheng.vault import keys

    settings.XINHENG_FILES_DIR = HOME / "files"
    keys.ensure()
    with postgres.using(HOME / "pg", settings=SETTINGS) as server:
        _fresh_database(server)
        actor = _city()
        ruled = _rulings(actor)
        ours, stages, outcome = _take_in(file, actor)
        with server.connect(NAME) as admin:
            public = admin.execute("SELECT count(*) FROM publication_publicentry").fetchall()[0][0]
            theirs = _copy_back(admin)
        other = _import_export(file)
    print(f"\n{rows} rows: {dict(outcome.counts)}, {ruled} rulings, {public} public entries")
    _report(rows, ours, theirs, stages, outcome)
    print(
        f"django-import-export, {OTHER} of the rows into one table, without law and keys: {OTHER / other:.0f} rows/s"
    )
    print(f"ratio {theirs / ours:.2f} (COPY / ours)")


def _fresh_database(server: Any) -> None:
    from django.core.management import call_command
    from django.db import connections

    from xinheng.config.database import ALIASES
    from xinheng.runtime import install

    with server.connect() as admin:
        install.make_roles(admin)
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        install.make_database(admin, NAME)
    for alias, (user, _) in ALIASES.items():
        connections[alias].settings_dict.update(
            HOST=str(server.socket), PORT=str(server.port), NAME=NAME, USER=user, PASSWORD=""
        )
    call_command("migrate", database="owner", verbosity=0, interactive=False)


def _city() -> Any:
    """The city office, which passes on what forty agencies have sent it."""
    from django.db import transaction

    from bench import penalties
    from xinheng.access.actor import Actor
    from xinheng.access.models import Agency
    from xinheng.catalog import services as catalog
    from xinheng.ledger.kinds import EventKind
    from xinheng.ledger.services import append

    lead, same = UUID(int=1), {"region": "329999", "level": "city"}
    told = [(lead, penalties.LEAD, "示例市发展和改革委员会", "")]
    told += [(UUID(int=100 + n), *each) for n, each in enumerate(penalties.agencies())]
    with transaction.atomic():
        Agency.objects.bulk_create(
            Agency(
                id=number,
                uscc=code,
                name=name,
                domains=[domain] * bool(domain),
                is_lead=number == lead,
                **same,
            )
            for number, code, name, domain in told
        )
        append(EventKind.AGENCY_CREATED, payload={"count": len(told)}, agency=lead, now=NOW)
    catalog.found(officers=(UUID(int=11), UUID(int=12)), now=NOW)
    return Actor(UUID(int=11), lead, "示例市发展和改革委员会", frozenset({"clerk", "office"}), "示例", "cli")


def _rulings(actor: Any) -> int:
    """Answers to the open questions of law, as the demo gives them: in doubt nearly nothing would be published."""
    from bench import penalties
    from xinheng.access.actor import Actor
    from xinheng.exchange import services
    from xinheng.jobs.demo import rulings

    first = HOME / f"penalties-first-{FIRST}.csv"
    if not first.exists():
        penalties.write(first, FIRST, series="先")
    with first.open("rb") as stream:
        batch = services.receive(
            stream,
            actor=actor,
            feed="penalty",
            file_name=first.name,
            source={"reviewed": True},
            now=NOW,
            queue=False,
        )
    services.submit_now(batch, actor=actor, now=NOW)
    office = [Actor(UUID(int=n), actor.agency_id, "", frozenset({"office"}), "示例", "cli") for n in (11, 12)]
    return rulings.rule_on_all(proposer=office[0], approver=office[1], now=NOW)


def _import_export(file: Path) -> float:
    """Seconds that django-import-export needs for the instruments of some rows, in bulk mode."""
    import polars as pl
    from django.db import connections
    from import_export import resources
    from tablib import Dataset

    from xinheng.registry.models import Instrument
    from xinheng.runtime.db import uuid7

    class Instruments(resources.ModelResource):  # type: ignore[misc]
        class Meta:
            model = Instrument
            use_bulk, batch_size, skip_diff, force_init_instance = True, 1000, True, True

    frame = pl.read_csv(file, infer_schema=False, n_rows=2 * OTHER).filter(pl.col("CF_WSH") != "").head(OTHER)
    data = Dataset(
        headers=(
            "id",
            "body_uscc",
            "body_name",
            "number",
            "number_key",
            "kind",
            "decided_on",
            "effect",
            "agency",
        )
    )
    same = ("enforcement", "2026-01-01", "effective", str(UUID(int=1)))
    for code, name, number in frame.select("CF_CFJGDM", "CF_CFJG", "CF_WSH").iter_rows():
        data.append((str(uuid7()), code, name, number, number, *same))
    connections.close_all()
    connections["default"].settings_dict.update(USER="postgres")
    began = time.perf_counter()
    Instruments().import_data(data, raise_errors=True, use_transactions=True)
    return time.perf_counter() - began


def _take_in(file: Path, actor: Any) -> tuple[float, dict[str, float], Any]:
    from xinheng.exchange import services

    with _stopwatch() as stages:
        began = time.perf_counter()
        with file.open("rb") as stream:
            batch = services.receive(
                stream,
                actor=actor,
                feed="penalty",
                file_name=file.name,
                source={"reviewed": True},
                now=NOW,
                queue=False,
            )
        stages["receive and keep sealed"] = time.perf_counter() - began
        outcome = services.submit_now(batch, actor=actor, now=NOW, told=_progress)
        return time.perf_counter() - began, stages, outcome


def _progress(rows: int, position: float) -> None:
    print(f"\r{rows:>9} rows, {position:4.0%}", end="", file=sys.stderr, flush=True)


@contextlib.contextmanager
def _stopwatch() -> Iterator[dict[str, float]]:
    """Times the named functions where they are called; what runs beside them counts for them."""
    from django.db.backends.postgresql.base import DatabaseWrapper

    from xinheng.exchange import (
        accepting,
        checks,
        content,
        judging,
        known,
        parties,
        privacy,
        recording,
        results,
        sealing,
        staging,
    )

    spent: dict[str, float] = defaultdict(float)
    watched: tuple[tuple[str, Any, str], ...] = (
        ("checks", checks, "check"),
        ("law", judging.Judge, "judge"),
        ("law", judging.Judge, "findings"),
        ("parties", parties.Parties, "keyed"),
        ("parties", parties.Parties, "look"),
        ("parties", parties.Parties, "complete"),
        ("compare with the register", known.Known, "compare"),
        ("personal data in free text", privacy, "hits"),
        ("content", content, "with_content"),
        ("content", sealing.Digests, "of"),
        ("seal", accepting, "sealed"),
        ("commit rows", accepting, "committed"),
        ("wait for staging", staging.Stager, "put"),
        ("wait for staging", staging.Stager, "__exit__"),
        ("merge", recording, "merge"),
        ("publish", recording, "append"),
        ("problems", results, "replace_problems"),
        ("empty staging", recording, "discard"),
        ("commit, foreign keys checked", DatabaseWrapper, "_commit"),
    )
    for name, owner, attribute in watched:
        setattr(owner, attribute, _timed(getattr(owner, attribute), name, spent))
    yield spent


def _timed(function: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            spent[name] += time.perf_counter() - began

    return run


def _copy_back(admin: Any) -> float:
    """Export all end tables, empty them, copy them back; returns the seconds of the last."""
    published = admin.execute(
        "SELECT relname FROM pg_class WHERE relname LIKE 'publication\\_%' AND relkind IN ('r', 'p')"
        " AND NOT relispartition AND relnamespace = 'public'::regnamespace ORDER BY relname"
    ).fetchall()
    tables = [
        *END_TABLES,
        *_by_keys(admin, [name for (name,) in published]),
        "exchange_problem",
        "exchange_waitingrow",
    ]
    with tempfile.TemporaryDirectory(dir=HOME) as folder:
        for table in tables:
            with (
                (Path(folder) / table).open("wb") as out,
                _binary(admin, f"(SELECT * FROM {table}) TO STDOUT") as copy,
            ):
                for block in copy:
                    out.write(block)
        with admin.transaction():
            admin.execute("SET LOCAL session_replication_role = replica")
            admin.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        began = time.perf_counter()
        with admin.transaction():
            for table in tables:
                with (Path(folder) / table).open("rb") as rows, _binary(admin, f"{table} FROM STDIN") as copy:
                    while block := rows.read(1 << 20):
                        copy.write(block)
                # As ours does: the guards of later tables look into this one.
                admin.execute(f"ANALYZE {table}")
        return time.perf_counter() - began


def _by_keys(admin: Any, tables: list[str]) -> list[str]:
    """Tables that others need come first: by their foreign keys, and entries after all that their guard asks for."""
    refers = admin.execute(
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
    ).fetchall()
    needs = {table: sum(1 for one, other in refers if one == table and other in tables) for table in tables}
    return sorted(tables, key=lambda table: (needs[table], table == "publication_publicentry"))


def _binary(admin: Any, what: str) -> Any:
    return admin.cursor().copy(f"COPY {what} (FORMAT binary)")


def _report(rows: int, ours: float, theirs: float, stages: dict[str, float], outcome: Any) -> None:
    print(f"ours   {ours:7.1f} s  {rows / ours:9.0f} rows/s   peak memory {_peak():.0f} MiB")
    rest = ours - sum(stages.values())
    for name, spent in [
        *sorted(stages.items(), key=lambda each: -each[1]),
        ("read the sheet, and the rest", rest),
    ]:
        print(f"       {spent:7.1f} s  {spent / ours:6.1%}   {name}")
    print(f"distinct combinations {outcome.combinations}, {outcome.combinations / rows:.4%} of the rows")
    print(f"COPY   {theirs:7.1f} s  {rows / theirs:9.0f} rows/s")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
