"""What is killed while it writes: a server that forgets nothing, writers, the sequencer, a worker (断电演练).

Each runs in a process of its own, forked from one that has Django set up and no connection yet. Writers note
what was acknowledged to them in files that they fsync, as a client elsewhere would remember it.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection, connections, transaction

from tests.support import ready as ready
from xinheng.access import services as access
from xinheng.access.actor import Actor
from xinheng.config.database import ALIASES
from xinheng.jobs import sealing
from xinheng.law.identifiers import uscc_check
from xinheng.law.language import Refusal
from xinheng.ledger import trusting
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime import clock, db, install, jobs, postgres, worker
from xinheng.vault import keys

NAME = "killed"
WRITERS = 4
JOB = "kill.told"
MADE, ASKED = "made", "asked"
ADMIN = Actor(
    UUID(int=0xB08), UUID(int=0xA1), "示例市发展和改革委员会", frozenset({"admin"}), "示例辛", "desk"
)
_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload(["tests.support.killing"])


@dataclass(frozen=True, slots=True)
class Place:
    """Where everything of one drill is: the server's home, keys, what writers remember."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "pg"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    def remembered(self, writer: int) -> Path:
        return self.folder / f"writer-{writer}"


def connect(place: Place) -> None:
    """Let this process work with the server of the drill."""
    server = postgres.locate(place.home)
    for alias, (user, _) in ALIASES.items():
        told = {
            "HOST": str(server.socket),
            "PORT": str(server.port),
            "NAME": NAME,
            "USER": user,
            "PASSWORD": "",
        }
        connections[alias].settings_dict.update(told)
    settings.XINHENG_KEYS_DIR = place.keys
    settings.XINHENG_JOB_LEASE_SECONDS = 1.0


def prepare(place: Place) -> None:
    """Database, tables and keys, as `xinheng init` makes them."""
    connect(place)
    with postgres.locate(place.home).connect() as admin:
        install.make_roles(admin)
        install.make_database(admin, NAME)
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    keys.ensure()
    trusting.ensure()


# What is forked -------------------------------------------------------------------------------------


def write(place: Place, number: int) -> None:
    """Agencies without end by the real service, and jobs; what was lost on the way is sent again as it was."""
    connect(place)
    with place.remembered(number).open("a") as memory:
        for each in range(1_000_000):
            code = _code((number + 1) * 1_000_000 + each)
            memory.write(_until_acknowledged(_asked if each % 8 == 7 else _made, code))
            memory.flush()
            os.fsync(memory.fileno())


def seal(place: Place) -> None:
    """The sequencer, always at work."""
    connect(place)
    sealing.PAUSE = 0.002
    sealing.follow(threading.Event(), lambda said: None)


def work(place: Place) -> None:
    """A worker, always at work; as a service manager would, it is started again when the database went away."""
    connect(place)
    worker.IDLE_SECONDS = 0.01
    while True:
        with _database_may_be_away():
            worker.run()


def work_carelessly(place: Place) -> None:
    """As `work`, with a job that ends in a transaction of its own, after its work."""
    jobs.HANDLERS[JOB] = _done_apart
    work(place)


@jobs.job(JOB)
def _done(held: jobs.Held) -> None:
    """The job and what it does end in one transaction; done twice, it would be told twice."""
    with transaction.atomic():
        append(EventKind.USER_SIGNED_IN, payload={"job": held.id}, agency=None, now=clock.now())
        jobs.finish(held)


def _done_apart(held: jobs.Held) -> None:
    with transaction.atomic():
        append(EventKind.USER_SIGNED_IN, payload={"job": held.id}, agency=None, now=clock.now())
    time.sleep(0.02)
    jobs.finish(held)


def _made(code: str) -> str:
    try:
        access.create_agency(
            uscc=code, name="示例某局", region="329999", level="city", actor=ADMIN, now=clock.now()
        )
    except Refusal as refused:
        # Sent again, and the first had arrived: there is nothing left to do.
        if refused.reasons[0].code != "AGENCY_EXISTS":
            raise
    return f"{MADE} {code}\n"


def _asked(code: str) -> str:
    with transaction.atomic():
        return f"{ASKED} {jobs.enqueue(JOB, {}, actor=ADMIN, now=clock.now())}\n"


def _until_acknowledged(work: Callable[[str], str], code: str) -> str:
    while True:
        with _database_may_be_away():
            return work(code)


@contextmanager
def _database_may_be_away() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, psycopg.OperationalError):
        connection.close()
        db.close_side_connections()
        time.sleep(0.02)


def _code(number: int) -> str:
    stem = f"11329999XL{number:07d}"
    return stem + uscc_check(stem)


# What kills -----------------------------------------------------------------------------------------


@dataclass
class Drill:
    """A server with everything at work on it. `settings` are the server's, `worker` is what the worker runs."""

    place: Place
    settings: Mapping[str, str] = field(default_factory=dict)
    worker: Callable[..., None] = work
    running: dict[str, ForkServerProcess] = field(default_factory=dict)
    known: list[tuple[str, str]] = field(default_factory=list)
    read_to: dict[int, int] = field(default_factory=dict)

    @property
    def server(self) -> postgres.Server:
        return postgres.locate(self.place.home)

    def begin(self) -> None:
        postgres.start(self.place.home, settings=postgres.FORGETFUL)
        done = self._fork(prepare, self.place)
        done.join()
        assert done.exitcode == 0
        # Only what is drilled has to be durable; the tables are there and on disk after a stop.
        postgres.stop(self.place.home)
        os.sync()
        postgres.start(self.place.home, settings=self.settings)
        for name in ("sequencer", "worker", *(f"writer-{each}" for each in range(WRITERS))):
            self.start(name)

    def end(self) -> None:
        for process in self.running.values():
            process.kill()
            process.join()
        postgres.stop(self.place.home)

    def start(self, name: str) -> None:
        kind, _, number = name.partition("-")
        does: Mapping[str, Callable[..., None]] = {"writer": write, "sequencer": seal, "worker": self.worker}
        told = (self.place, int(number)) if number else (self.place,)
        self.running[name] = self._fork(does[kind], *told)

    def kill(self, name: str) -> None:
        """SIGKILL, and start it again."""
        if name == "database":
            self._kill_server()
            postgres.start(self.place.home, settings=self.settings)
            return
        process = self.running[name]
        assert process.is_alive(), f"{name} has ended by itself"
        process.kill()
        process.join()
        self.start(name)

    def remembered(self) -> list[tuple[str, str]]:
        """(what, which) of every write that was acknowledged so far; a line half written is none."""
        for number in range(WRITERS):
            file = self.place.remembered(number)
            with file.open() if file.exists() else io.StringIO() as memory:
                memory.seek(self.read_to.get(number, 0))
                whole, newline, _ = memory.read().rpartition("\n")
                self.read_to[number] = self.read_to.get(number, 0) + len(whole + newline)
            for line in whole.splitlines():
                what, which = line.split(" ")
                self.known.append((what, which))
        return self.known

    def ask(self, query: str, *told: Any) -> list[tuple[Any, ...]]:
        with self.server.connect(NAME) as admin:
            return admin.execute(query.encode(), told).fetchall()

    def _fork(self, does: Callable[..., None], *told: Any) -> ForkServerProcess:
        process = _FORKED.Process(target=does, args=told, daemon=True)
        process.start()
        return process

    def _kill_server(self) -> None:
        """The postmaster first, so that it restarts nothing, then each of its children by its number."""
        postmaster = int((self.server.home / "data" / "postmaster.pid").read_text().split()[0])
        children = _children(postmaster)
        for pid in (postmaster, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _children(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(folder.name))
    return found
