"""The tests themselves stay on this machine (不连外网)."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request

import pytest

from tests.support.network import OutsideWorld


@pytest.mark.parametrize("host", ["192.0.2.1", "203.0.113.7"])
def test_another_machine_is_out_of_reach(host: str) -> None:
    with socket.socket() as outward, pytest.raises(OutsideWorld, match=host):
        outward.connect((host, 80))
    with pytest.raises(OutsideWorld):
        urllib.request.urlopen(f"http://{host}/", timeout=1)


def test_this_machine_is_within_reach() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        with socket.create_connection(listening.getsockname(), timeout=5) as near:
            assert near.getpeername() == listening.getsockname()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen("http://127.0.0.1:1/", timeout=1)
