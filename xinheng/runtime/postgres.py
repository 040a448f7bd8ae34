"""Our own PostgreSQL on a private socket, for development, tests and the demo (自带数据库).

No network port is opened. Whoever can open the socket may be any role, and only the account that
owns its directory (mode 0700) can: that is why pg_hba.conf says `trust` and nothing else. Attaching
processes hold a shared lock, so the last one to leave stops the server, even after a kill -9.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from xinheng.runtime.postgres_binaries import (
    Account,
    PostgresFault,
    account,
    binaries,
    reachable,
)
from xinheng.runtime.postgres_demands import check_database

__all__ = [
    "FORGETFUL",
    "PostgresFault",
    "Server",
    "check_database",
    "locate",
    "start",
    "stop",
    "using",
]

SUPERUSER = "postgres"
PORT = 5432  # names the socket file; nothing listens on a network port
SOCKET_LIMIT = 107  # bytes that sockaddr_un.sun_path can hold on Linux, the end mark apart
PATIENCE = 60.0  # seconds to wait for recovery after a crash

MODEST: Mapping[str, str] = {
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "max_connections": "80",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement that fails may carry personal data: the log names the error, never the values.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
FORGETFUL: Mapping[str, str] = {  # tests only: a crash of the machine loses the data
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: the directory of its socket, the port in the socket's name, its home."""

    socket: Path
    port: int
    home: Path

    def conninfo(self, dbname: str = "postgres", user: str = SUPERUSER) -> str:
        """The libpq connection string for a database and role of this server."""
        return psycopg.conninfo.make_conninfo(
            "", host=str(self.socket), port=self.port, dbname=dbname, user=user, connect_timeout=10
        )

    def connect(self, dbname: str = "postgres", user: str = SUPERUSER) -> psycopg.Connection[Any]:
        """An autocommitting connection; raises psycopg.OperationalError."""
        return psycopg.connect(self.conninfo(dbname, user), autocommit=True)


def locate(home: Path) -> Server:
    """Where the server of `home` is or will be; touches nothing, so settings may ask."""
    home = _settled(home.absolute())
    return Server(_socket_directory(home), PORT, home)


def start(home: Path, *, settings: Mapping[str, str] | None = None) -> Server:
    """Start or attach to the server of `home`; it runs until `stop`. Raises PostgresFault."""
    server = locate(home)
    with _exclusive(server.home):
        _ensure_running(server, settings or {})
    return server


def stop(home: Path) -> None:
    """Stop the server of `home`, if it runs, after rolling back what is under way."""
    server = locate(home)
    if server.home.is_dir():
        with _exclusive(server.home):
            _shut_down(server.home / "data")


@contextlib.contextmanager
def using(home: Path, *, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """The server of `home` for the length of a block; the last user of it stops it."""
    server = locate(home)
    with _exclusive(server.home):
        _ensure_running(server, settings or {})
        ours = os.open(server.home / "users", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(ours, fcntl.LOCK_SH)
    try:
        yield server
    finally:
        _leave(server.home, ours)


# Places ------------------------------------------------------------------------------------------


def _settled(home: Path) -> Path:
    """`home`, or a directory under /var/lib when the server's account could not walk to it."""
    if os.geteuid() != 0 or reachable(home.parent, account()):
        return home
    return Path("/var/lib/xinheng") / _short_hash(home)


def _socket_directory(home: Path) -> Path:
    near = home / "run"
    if len(os.fsencode(near / f".s.PGSQL.{PORT}")) <= SOCKET_LIMIT:
        return near
    return Path("/tmp") / f"xinheng-{account().uid}-{_short_hash(home)}"  # noqa: S108 - checked by _own_directory


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _own_directory(path: Path, owner: Account) -> None:
    """Make `path` a directory that only `owner` (and root) can enter; refuse one of somebody else."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(path, owner.uid, owner.gid)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.uid:
        raise PostgresFault(
            f"目录 {path} 属于另一个账户，数据库无法使用。请用原来的账户运行，或删除该目录后重试。"
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        path.chmod(0o700)


@contextlib.contextmanager
def _exclusive(home: Path) -> Iterator[None]:
    """Only one process at a time starts or stops the server of `home`."""
    _make_parents(home)
    _own_directory(home, account())
    handle = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make_parents(home: Path) -> None:
    """Parents that we create are open to walk through, whatever the umask; the home itself is not."""
    missing = [p for p in home.parents if not p.exists()]
    for parent in reversed(missing):
        parent.mkdir(exist_ok=True)
        parent.chmod(0o755)


def _leave(home: Path, handle: int) -> None:
    with _exclusive(home):
        os.close(handle)
        last = os.open(home / "users", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(last, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # somebody else still works with it
        else:
            _shut_down(home / "data")
        finally:
            os.close(last)


# Starting ----------------------------------------------------------------------------------------

_children: list[subprocess.Popen[bytes]] = []  # kept so that a dead postmaster of ours is reaped


def _ensure_running(server: Server, settings: Mapping[str, str]) -> None:
    if _answers(server):
        return
    _own_directory(server.socket, account())
    bindir = binaries(_cluster_version(server.home), server.home)
    _ensure_cluster(server.home, bindir)
    _launch(server, bindir, settings)
    try:
        with server.connect() as connection:
            check_database(connection)
    except PostgresFault:
        _shut_down(server.home / "data")
        raise


def _answers(server: Server) -> bool:
    """Whether a server answers on our socket, and is the one of our data directory."""
    try:
        with server.connect() as connection:
            found = connection.execute("show data_directory").fetchone()
    except psycopg.OperationalError:
        return False
    return found is not None and Path(found[0]).resolve() == (server.home / "data").resolve()


def _cluster_version(home: Path) -> str:
    try:
        return (home / "data" / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return ""


def _ensure_cluster(home: Path, bindir: Path) -> None:
    """initdb beside, then one rename: a killed initdb never leaves half a cluster in place."""
    if _cluster_version(home):
        return
    fresh = home / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    options = f"-U {SUPERUSER} --auth=trust -E UTF8 --locale=C.UTF-8 --data-checksums --no-sync"
    _run([str(bindir / "initdb"), "-D", str(fresh), *options.split()])
    (fresh / "pg_hba.conf").write_text(
        "# The socket's directory is 0700: see the launcher.\nlocal all all trust\n"
    )
    fresh.rename(home / "data")


def _launch(server: Server, bindir: Path, settings: Mapping[str, str]) -> None:
    """Spawn the postmaster and wait until it answers; try again while a dead one's children linger."""
    deadline = time.monotonic() + PATIENCE
    child: subprocess.Popen[bytes] | None = None
    while not _answers(server):
        if not _living(server.home / "data") and (child is None or child.poll() is not None):
            _give_up_unless_temporary(server, child, deadline)
            _clear_stale(server)
            child = _spawn(server, bindir, settings)
            _children.append(child)
        elif time.monotonic() > deadline:
            raise PostgresFault(f"数据库在 {PATIENCE:.0f} 秒内没有就绪。{_log_tail(server.home)}")
        time.sleep(0.05)


def _give_up_unless_temporary(server: Server, child: subprocess.Popen[bytes] | None, deadline: float) -> None:
    if child is None:
        return
    tail = _log_tail(server.home)
    lingering = "shared memory" in tail or "lock file" in tail
    if not lingering or time.monotonic() > deadline:
        raise PostgresFault(f"数据库未能启动。{tail}")
    time.sleep(0.3)


def _spawn(server: Server, bindir: Path, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    options = {
        **MODEST,
        **settings,
        "listen_addresses": "",
        "port": str(server.port),
        "unix_socket_directories": str(server.socket),
        "unix_socket_permissions": "0700",
    }
    command = [str(bindir / "postgres"), "-D", str(server.home / "data")]
    command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    with (server.home / "log").open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in a terminal ends the command, not the database
            **_surroundings(),
        )


def _run(command: list[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, **_surroundings())
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[-600:]
        raise PostgresFault(f"建立数据库失败：{Path(command[0]).name} 报告：{said}")


def _surroundings() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: as root we drop to an account without rights."""
    found: dict[str, Any] = {"cwd": "/", "env": {"LC_ALL": "C.UTF-8", "PATH": os.defpath, "TZ": "UTC"}}
    if os.geteuid() == 0:
        owner = account()
        found |= {"user": owner.uid, "group": owner.gid, "extra_groups": []}
    return found


def _log_tail(home: Path) -> str:
    log = home / "log"
    said = log.read_text(errors="replace").strip()[-600:] if log.exists() else ""
    return f"日志 {log} 的末尾：{said}"


# Stopping, and what a kill -9 leaves behind ---------------------------------------------------------


def _postmaster(data: Path) -> int:
    """The process id in postmaster.pid, 0 when there is none."""
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return 0


def _living(data: Path) -> bool:
    """Whether the postmaster of `data` lives: not a zombie, and not another process with its number."""
    for child in _children:
        child.poll()
    pid = _postmaster(data)
    if not pid:
        return False
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")  # a zombie has none
    except (FileNotFoundError, ProcessLookupError):
        return not Path("/proc/self").exists() and _signal(pid, 0)
    return os.fsencode(data) in words


def _clear_stale(server: Server) -> None:
    """Remove the lock files of a dead postmaster.

    PostgreSQL itself would take a zombie, or any process that got the number, for a running server.
    Its own check of the shared memory still protects the data against children that linger.
    """
    for path in (
        server.home / "data" / "postmaster.pid",
        server.socket / f".s.PGSQL.{server.port}",
        server.socket / f".s.PGSQL.{server.port}.lock",
    ):
        path.unlink(missing_ok=True)


def _shut_down(data: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    pid = _postmaster(data)
    if not _living(data):
        return
    _signal(pid, signal.SIGINT)  # fast shutdown: roll back, write a checkpoint, leave
    while _living(data):
        if time.monotonic() > deadline:
            raise PostgresFault(f"数据库在 {PATIENCE:.0f} 秒内没有停下（进程 {pid}）。")
        time.sleep(0.02)


def _signal(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
