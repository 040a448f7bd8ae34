"""Subject pages over a million subjects, against a bare handler running the same SQL (查询基准).

Prints requests per second, 99th percentiles and the ratio of each page to the bare handler, median and
spread of the runs, then the time of name searches at the database. `--rows 20000` for a small run.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
VAR = ROOT / "var" / "bench-lookup"
sys.path.insert(0, str(ROOT))
os.environ |= {"XINHENG_VAR": str(VAR), "DJANGO_SETTINGS_MODULE": "xinheng.config.settings"}
os.environ |= {"XINHENG_DEMO": "1", "PYTHONPATH": str(ROOT)}

import django  # noqa: E402 - after the environment it reads

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from bench import load, lookup_rows  # noqa: E402
from xinheng.catalog import services as catalog  # noqa: E402
from xinheng.law.language import Refusal  # noqa: E402
from xinheng.publication import name_index, search_terms, tables  # noqa: E402
from xinheng.publication.public import PAGE_SIZE  # noqa: E402
from xinheng.runtime import clock, postgres  # noqa: E402

SAMPLE = 50_000  # subjects asked for, spread over all
NAMES = 3_000  # name searches timed
JSON_GOAL, P99_GOAL, SEARCH_GOAL = 0.35, 50.0, 10.0  # ratio, milliseconds, milliseconds
SERVE = "import django; django.setup(); from xinheng.runtime import serving as s; s.TARGET = '{target}'; s.serve({port})"
FACES = {
    "bare": ("bench.lookup_bare:application", "/s/{code}.json"),
    "json": ("xinheng.config.wsgi:application", "/s/{code}.json"),
    "html": ("xinheng.config.wsgi:application", "/s/{code}"),
}


def prepare(rows: int) -> postgres.Server:
    """A database of our own under var/, filled once for a number of rows."""
    call_command("init", stdout=sys.stderr, stderr=sys.stderr)
    with contextlib.suppress(Refusal), transaction.atomic():  # refused when it is there from a run before
        catalog.found(officers=(uuid4(), uuid4()), now=clock.now())
    server = postgres.start(VAR / "pg")
    with server.connect("xinheng") as admin:
        found = admin.execute("SELECT count(*) FROM publication_publicsubject").fetchone()
        if found != (rows,):
            begun = time.monotonic()
            lookup_rows.load(admin, rows, clock.today())
            print(f"loaded {rows:,} subjects in {time.monotonic() - begun:.0f} s", file=sys.stderr)
        own = admin.execute("SELECT name_bigrams(name) <@ bigrams AND bigrams <@ name_bigrams(name)"
                            " FROM publication_publicsubject LIMIT 1").fetchone()  # fmt: skip
        if own != (True,):
            raise SystemExit("the bigrams loaded are not those of the database's own function")
    return server


def paths(rows: int, shape: str) -> list[str]:
    """Addresses of subjects spread evenly over all, in random order."""
    chosen = random.Random(1).sample(range(rows), min(rows, SAMPLE))
    return [shape.format(code=lookup_rows.code(number)) for number in chosen]


@contextlib.contextmanager
def serving(target: str) -> Iterator[int]:
    """Granian as `xinheng serve` starts it, with any target."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen([sys.executable, "-c", SERVE.format(target=target, port=port)], cwd=ROOT)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def _warm(port: int, asked: list[str], connections: int) -> None:
    """Until every thread has its connection, its plans and its templates; how it goes is not asked."""
    for _ in range(2):
        with contextlib.suppress(load.LoadFault):
            load.put(port, asked, seconds=4, connections=connections)


def measure(rows: int, runs: int, seconds: int, connections: int) -> dict[str, list[load.Load]]:
    """Each face in turn, `runs` times, so that a busy moment of the machine hits all alike."""
    found: dict[str, list[load.Load]] = {name: [] for name in FACES}
    for _ in range(runs):
        for name, (target, shape) in FACES.items():
            with serving(target) as port:
                asked = paths(rows, shape)
                _warm(port, asked, connections)
                found[name].append(load.put(port, asked, seconds=seconds, connections=connections))
    return found


def searches(server: postgres.Server, rows: int) -> list[float]:
    """Milliseconds of name searches, two to four characters drawn by their frequency in names."""
    rng, chosen = random.Random(2), random.Random(lookup_rows.SEED)
    names = [lookup_rows.name(chosen) for _ in range(min(rows, SAMPLE))]
    times = []
    with server.connect("xinheng", "xinheng_app") as connection:
        for _ in range(NAMES):
            called, length = rng.choice(names), rng.choice((2, 2, 3, 4))
            start = rng.randrange(len(called) - length + 1)
            term = called[start : start + length]
            way = name_index.way(term)
            told = {
                "term": term,
                "pairs": list(way.pairs),
                "near": way.near,
                "today": clock.today(),
                "skip": 0,
            }
            told |= {"size": PAGE_SIZE, "cap": search_terms.CAP + 1}
            begun = time.perf_counter()
            connection.execute(tables.SEARCH_NAME.encode(), told).fetchall()
            times.append((time.perf_counter() - begun) * 1000)
    return times


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--seconds", type=int, default=10)
    asked.add_argument("--connections", type=int, default=16)
    told = asked.parse_args()
    server = prepare(told.rows)
    try:
        good = report(measure(told.rows, told.runs, told.seconds, told.connections))
        good &= report_searches(searches(server, told.rows))
    finally:
        postgres.stop(VAR / "pg")
    return 0 if good else 1


def report(found: dict[str, list[load.Load]]) -> bool:
    """Print each face and its ratio; whether the goals are reached."""
    for name, loads in found.items():
        rates, slow = [each.rate for each in loads], median(each.p99 for each in loads)
        ratios = [each.rate / bare.rate for each, bare in zip(loads, found["bare"], strict=True)]
        print(
            f"{name:5} {median(rates):8.0f} requests/s ({min(rates):.0f} to {max(rates):.0f})   p99 {slow:6.1f} ms"
            f"   ratio {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        )
    ratio = median(a.rate / b.rate for a, b in zip(found["json"], found["bare"], strict=True))
    slow = median(each.p99 for each in found["json"])
    print(
        f"goals: JSON ratio {JSON_GOAL} or better: {ratio:.2f}; JSON p99 {P99_GOAL:.0f} ms or less: {slow:.1f}"
    )
    return ratio >= JSON_GOAL and slow <= P99_GOAL


def report_searches(times: list[float]) -> bool:
    """Print the name search; whether its goal is reached."""
    p99 = quantiles(times, n=100)[98]
    print(
        f"name search at the database: median {median(times):.2f} ms, p99 {p99:.2f} ms (goal {SEARCH_GOAL:.0f} ms)"
    )
    return p99 <= SEARCH_GOAL


if __name__ == "__main__":
    sys.exit(main())
