"""The server of pages, whatever its process has done before (网页服务)."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from xinheng.config.command import USAGE, explain
from xinheng.jobs.demo import run
from xinheng.runtime import serving

ROOT = Path(__file__).resolve().parents[2]
SERVE = """
from tests.runtime.counting import count
from xinheng.runtime import serving
count()
serving.TARGET = "tests.runtime.counting:application"
serving.serve({port}, workers=1)
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


@pytest.fixture
def served(port: int) -> Iterator[str]:
    """A server in a process that has counted with all threads itself, as the demo does when it loads its city."""
    server = subprocess.Popen([sys.executable, "-c", SERVE.format(port=port)], cwd=ROOT)
    yield f"http://127.0.0.1:{port}/"
    server.terminate()
    server.wait(20)


def test_a_page_may_count_whatever_its_server_counted_before(served: str) -> None:
    assert answered(served) == b"1000"


def answered(address: str) -> bytes:
    """The answer of a server that may still be starting; TimeoutError when it never comes."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                body: bytes = answer.read()
                return body
        except (ConnectionError, urllib.error.URLError) as fault:
            if isinstance(getattr(fault, "reason", fault), TimeoutError):
                raise
            time.sleep(0.1)
    raise TimeoutError(address)


@pytest.fixture
def taken(port: int) -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        yield port


def test_a_taken_port_is_told_in_words(taken: int) -> None:
    with pytest.raises(serving.PortFault, match="已被别的程序占用") as fault:
        serving.serve(taken)
    assert explain(fault.value)[0] == USAGE


def test_the_demo_asks_for_its_port_before_it_loads_its_city(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "fill", lambda **_: pytest.fail("loaded in vain"))
    with pytest.raises(serving.PortFault, match=f"PORT={taken + 1}"):
        call_command("demo", "--port", str(taken))
