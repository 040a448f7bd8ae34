"""No test talks to another machine (不连外网)."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

Address = Any  # a path, or host and port and what IPv6 adds


class OutsideWorld(RuntimeError):
    """A test, or the code it runs, tried to reach another machine."""


def forbid() -> None:
    """From now on this process connects to Unix sockets and the loopback address only."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def checked(self: socket.socket, address: Address) -> None:
        refuse_outside(self.family, address)
        connect(self, address)

    def checked_ex(self: socket.socket, address: Address) -> int:
        refuse_outside(self.family, address)
        return connect_ex(self, address)

    setattr(socket.socket, "connect", checked)  # noqa: B010 - plain assignment is what types forbid
    setattr(socket.socket, "connect_ex", checked_ex)  # noqa: B010


def refuse_outside(family: int, address: Address) -> None:
    """Raises OutsideWorld for an address of another machine, by number or by name."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = str(address[0])
    if host != "localhost" and not _loopback(host):
        raise OutsideWorld(f"a test tried to reach {host}")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
