"""A whole installation from nothing, by the programs that people run (安装全程)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENTRY = "import sys; from xinheng.config.command import main; sys.argv[0] = 'xinheng'; main()"


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that the account of the database can walk to, which pytest's own are not."""
    made = Path(tempfile.mkdtemp(prefix="xinheng-install-", dir="/tmp"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.mark.soak
@pytest.mark.parametrize("source", ["", "wheel"])
def test_init_doctor_serve_and_stop(source: str, place: Path) -> None:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XINHENG_", "DATABASE_", "DJANGO_"))
    }
    env = kept | {"XINHENG_VAR": str(place / "var"), "XINHENG_HTTPS": "0"}
    env |= {"XINHENG_PG": source} if source else {}

    for _ in range(2):  # again after every release
        done = _xinheng(env, "init")
        assert (done.returncode, done.stdout.strip()) == (0, "初始化完成。"), done.stderr
    findings = json.loads(_xinheng(env, "doctor", "--json").stdout)
    well = {finding["name"]: finding["well"] for finding in findings}
    assert {well[name] for name in ("数据库", "日历年份", "时钟", "密钥", "队列")} == {True}

    port = _free_port()
    server = subprocess.Popen([sys.executable, "-c", ENTRY, "serve", "--port", str(port)], cwd=ROOT, env=env)
    try:
        assert "信用淮安" in _fetch(f"http://127.0.0.1:{port}/")
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0
    assert list((place / "var").rglob("postmaster.pid")) == [], "the last one out stops the database"


def _xinheng(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", ENTRY, *words]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _fetch(address: str) -> str:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(address) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < deadline
            time.sleep(0.2)
