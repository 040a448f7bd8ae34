"""What evidence costs and how quickly it can be looked at (台账性能).

    .venv/bin/python bench/ledger.py [--rows N] [--entries N] [--leaves N] [--runs N]

In one run: the ledger's share of an intake of N rows; how long an event waits for its place meanwhile; giving
N events their places, against COPY of the same rows without a tree; a whole verification over both, against
reading the same rows and looking at none; a tree over N leaves, against hashing as often in a bare loop.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from bench import intake, ledger_rows  # noqa: E402

FOLLOW = (
    "import django; django.setup(); import threading; from xinheng.jobs import sealing;"
    " sealing.follow(threading.Event(), print)"
)
PROBE_EVERY = 0.2
READ = ("registry_recordversion", "registry_record", "registry_instrument", "subjects_subject", "access_accessentry",
        "ledger_eventpayload", "ledger_event", "publication_publicationchange")  # fmt: skip


def main() -> None:
    asked = _arguments()
    os.environ["XINHENG_VAR"] = str(intake.HOME)
    os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.config.settings"
    intake.HOME.mkdir(parents=True, exist_ok=True)
    from bench import penalties

    file = intake.HOME / f"penalties-{asked.rows}.csv"
    if not file.exists():
        penalties.write(file, asked.rows)
    if asked.one:
        _one_run(file, asked.rows, asked.entries, asked.leaves)
        return
    for _ in range(asked.runs):
        words = ["--rows", asked.rows, "--entries", asked.entries, "--leaves", asked.leaves]
        subprocess.run([sys.executable, __file__, "--one", *map(str, words)], check=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--leaves", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--one", action="store_true", help="one run in this process")
    return parser.parse_args()


def _one_run(file: Path, rows: int, entries: int, leaves: int) -> None:
    import django

    django.setup()
    from django.conf import settings

    from xinheng.ledger import trusting
    from xinheng.runtime import postgres
    from xinheng.vault import keys

    settings.XINHENG_FILES_DIR = intake.HOME / "files"
    keys.ensure()
    trusting.ensure()
    with postgres.using(intake.HOME / "pg", settings=intake.SETTINGS) as server:
        intake._fresh_database(server)
        actor = intake._city()
        intake._rulings(actor)
        _under_intake(file, rows, actor, server)
        with server.connect(intake.NAME) as admin:
            _sequence(admin, entries)
            _verify(admin)
    _tree(leaves)


def _under_intake(file: Path, rows: int, actor: Any, server: Any) -> None:
    spent: dict[str, float] = {}
    with _evidence_timed(spent), _sequencer(server), _probes() as waited:
        ours, stages, _ = intake._take_in(file, actor)
    with server.connect(intake.NAME) as admin:
        spent["digests of what the public sees"] = ledger_rows.digest_seconds(admin)
    spent["salts, commitments and leaves"] = stages["commit rows"]
    share = sum(spent.values()) / ours
    print(f"\nintake of {rows:,} rows {ours:.1f} s, of it evidence {share:.1%} (goal 15 % or less)")
    for name, seconds in spent.items():
        print(f"       {seconds:7.1f} s  {seconds / ours:6.1%}   {name}")
    waits = sorted(waited)
    p99 = waits[int(len(waits) * 0.99)]
    print(f"waiting for a place meanwhile: {len(waits)} events, median {statistics.median(waits):.2f} s,"
          f" p99 {p99:.2f} s (goal 5 s or less)", flush=True)  # fmt: skip


@contextmanager
def _evidence_timed(spent: dict[str, float]) -> Iterator[None]:
    from xinheng.exchange import parties, sealing
    from xinheng.ledger import services

    watched: tuple[tuple[str, Any, str], ...] = (
        ("proofs of new subjects", parties, "subject_proof"),
        ("root of the batch", sealing.Leaves, "root"),
        ("event, payload, MAC, queue", services, "store"),
    )
    kept = [(owner, name, getattr(owner, name)) for _, owner, name in watched]
    for label, owner, name in watched:
        spent[label] = 0.0
        setattr(owner, name, intake._timed(getattr(owner, name), label, spent))
    try:
        yield
    finally:
        for owner, name, whole in kept:
            setattr(owner, name, whole)


@contextmanager
def _sequencer(server: Any) -> Iterator[None]:
    """The sequencer as its own process, as in an installation."""
    from xinheng.config.database import ALIASES

    address = f"host={server.socket} port={server.port} dbname={intake.NAME}"
    environment = {variable: f"{address} user={role}" for role, variable in ALIASES.values()}
    process = subprocess.Popen([sys.executable, "-c", FOLLOW], cwd=ROOT, env={**os.environ, **environment})
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def _probes() -> Iterator[list[float]]:
    """Small events appended all along, each timed until it has its place."""
    stop, waited = threading.Event(), list[float]()
    thread = threading.Thread(target=_probe, args=(stop, waited))
    thread.start()
    try:
        yield waited
    finally:
        stop.set()
        thread.join()


def _probe(stop: threading.Event, waited: list[float]) -> None:
    from django.db import connection, transaction

    from xinheng.ledger.kinds import EventKind
    from xinheng.ledger.services import append

    open_ones: dict[Any, float] = {}
    while not (stop.is_set() and not open_ones):
        if not stop.is_set():
            with transaction.atomic():
                event = append(
                    EventKind.USER_SIGNED_IN, payload={"user": "bench"}, agency=None, now=intake.NOW
                )
            open_ones[event.id] = time.monotonic()
        time.sleep(PROBE_EVERY)
        with connection.cursor() as cursor:
            cursor.execute("SELECT event_id FROM ledger_entry WHERE event_id = ANY(%s)", [list(open_ones)])
            for (found,) in cursor.fetchall():
                waited.append(time.monotonic() - open_ones.pop(found))
    connection.close()


def _sequence(admin: Any, entries: int) -> None:
    """Looks put into the queue, then given their places."""
    from xinheng.ledger import sequencer
    from xinheng.runtime.db import connect_as

    made = ledger_rows.looks(admin, entries)
    print(f"{made:,} looks with their events written behind the scenes", flush=True)
    bare = ledger_rows.bare_copy(admin, entries)
    began = time.perf_counter()
    with connect_as("sequencer") as connection:
        done = sequencer.seal_all(connection, now=intake.NOW + timedelta(hours=1))
    ours = time.perf_counter() - began
    print(f"sequencing {done.sequenced:,} events {ours:.1f} s, {done.sequenced / ours:,.0f}/s;"
          f" COPY of the same rows without a tree {bare:.1f} s, ratio {bare / ours:.2f}", flush=True)  # fmt: skip


def _verify(admin: Any) -> None:
    from xinheng.ledger import signing
    from xinheng.ledger.verification.run import Asked, verify
    from xinheng.runtime.db import connect_as

    began = time.perf_counter()
    for table in READ:
        with admin.cursor(name="bench_read", withhold=True) as cursor:
            cursor.itersize = 5_000
            for _ in cursor.execute(f"SELECT * FROM {table}"):
                pass
    bare = time.perf_counter() - began
    began = time.perf_counter()
    with connect_as("reader") as connection:
        audit = verify(connection, Asked(vkey=signing.publish_vkey(), origin=signing.origin()))
    ours = time.perf_counter() - began
    if audit.findings:
        raise SystemExit(f"{len(audit.findings)} findings, first {audit.findings[0]}")
    told = ", ".join(f"{name} {number:,}" for name, number in audit.counts.items() if number)
    print(f"verification {ours:.0f} s (goal 600 s or less): {told}")
    print(f"reading the same rows and looking at none {bare:.0f} s, ratio {bare / ours:.2f}", flush=True)


def _tree(leaves: int) -> None:
    from xinheng.ledger.verifier.merkle import root_from
    from xinheng.ledger.verifier.tiles import TileNodes, extend

    block = 1 << 20
    began, size, tiles = time.perf_counter(), 0, dict[tuple[int, int], bytes]()
    while size < leaves:
        count = min(block, leaves - size)
        hashes = [hashlib.sha256(b"\0" + n.to_bytes(8, "big")).digest() for n in range(size, size + count)]
        edge = {level: tiles[level, size >> 8 * (level + 1)] for level in range(8)
                if (size >> 8 * level) % 256 and (level, size >> 8 * (level + 1)) in tiles}  # fmt: skip
        tiles.update(extend(size, edge, hashes))
        size += count
    root_from(size, TileNodes(lambda level, number: tiles[level, number], size))
    ours = time.perf_counter() - began
    began = time.perf_counter()
    sha, pair = hashlib.sha256, bytes(65)
    for n in range(leaves):
        sha(b"\0" + n.to_bytes(8, "big")).digest()
    for _ in range(leaves):
        sha(pair).digest()
    bare = time.perf_counter() - began
    print(f"tree of {leaves:,} leaves {ours:.1f} s (goal 600 s or less);"
          f" as many hashes in a bare loop {bare:.1f} s, ratio {bare / ours:.2f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
