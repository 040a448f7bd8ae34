"""Serving the pages (网页服务): granian, two processes of four threads, on the loopback address."""

from __future__ import annotations

import multiprocessing
import socket

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

TARGET = "xinheng.config.wsgi:application"
HERE = "127.0.0.1"
WORKERS = 2
THREADS = 4  # measured on two cores: more threads only wait for the interpreter


class PortFault(ValueError):
    """Something else listens on the port; the text is Chinese."""


def check_port(address: str, port: int) -> None:
    """Say in plain words what granian would say in a traceback of its own."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            raise PortFault(
                f"{address}:{port} 已被别的程序占用，请换一个端口：--port {port + 1}（用 make 的写 PORT={port + 1}）。"
            ) from None


def free_port(address: str) -> int:
    """A port on which nothing listens now."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def serve(port: int, *, address: str = HERE, workers: int = WORKERS) -> None:
    """Serve until a signal ends it. A proxy with TLS stands before it in production.

    Raises PortFault when something else listens there.
    """
    check_port(address, port)
    # A forked process would inherit the locks of threads that it does not have: whoever counted a sheet before
    # (the demo does) would leave its pages waiting for ever where they count one.
    multiprocessing.set_start_method("spawn", force=True)
    Granian(
        TARGET,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        # An idle thread keeps its database connection; letting it end would open a new one each time.
        blocking_threads_idle_timeout=600,
        websockets=False,
        backlog=1024,
        respawn_failed_workers=True,
        log_access=False,  # addresses of readers and what they searched are nobody's business
        log_level=LogLevels.warning,
    ).serve()
