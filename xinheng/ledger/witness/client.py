"""Asking a witness: to cosign, or for the newest that it cosigned (见证请求).

An answer comes from outside: its size and its time are bounded, no redirect is followed, and what it signs is for
the caller to verify with the keys that it trusts.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from urllib.parse import urlsplit

from xinheng.ledger.verifier import note as notes
from xinheng.ledger.verifier.checkpoint import origin_hash
from xinheng.ledger.verifier.strict import NoteFault, decimal, encode64

MAX_ANSWER_BYTES = 1 << 17
_WAIT = 5.0


class WitnessFault(Exception):
    """A witness gave no cosignature."""


class WitnessUnreachable(WitnessFault):
    """No answer, none in time, or none of the protocol."""


class WitnessRefused(WitnessFault):
    """The witness answered with another status than 200: 403, 404 or 422, see tlog-witness."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the witness refused with status {status}")
        self.status = status


class WitnessConflict(WitnessFault):
    """The witness holds the log at another size: prove from that one. It may be the very size submitted."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the witness holds the log at size {size}")
        self.size = size


def submit(address: str, *, old: int, proof: Sequence[bytes], note: str, timeout: float = _WAIT) -> str:
    """The cosignature lines for a checkpoint's note that continues the log from `old` entries.

    `address` is the witness's http(s) prefix, `timeout` in seconds. Raises WitnessConflict, WitnessRefused or
    WitnessUnreachable; ValueError for an address of another kind.
    """
    lines = [f"old {old}", *map(encode64, proof)]
    body = "\n".join(lines) + "\n\n" + note
    status, text = _ask(address, "POST", "/add-checkpoint", body.encode(), timeout)
    try:
        if status == 409:
            raise WitnessConflict(decimal(text.removesuffix("\n")))
        if status == 200:
            notes.append(note, text)
            return text
    except NoteFault as fault:
        raise WitnessUnreachable(f"an answer out of form: {fault}") from None
    raise WitnessRefused(status)


def latest(address: str, origin: str, *, timeout: float = _WAIT) -> str | None:
    """The newest note that the witness cosigned for this log, or None. Raises like `submit`."""
    status, text = _ask(address, "GET", f"/{origin_hash(origin)}/checkpoint", b"", timeout)
    if status == 404:
        return None
    if status != 200:
        raise WitnessRefused(status)
    return text


def _ask(address: str, method: str, path: str, body: bytes, timeout: float) -> tuple[int, str]:
    connection, prefix = _connection(address, timeout)
    late = Event()
    try:
        connection.connect()
        watch = Timer(timeout, _cut_off, [connection.sock, late])
        watch.start()
        try:
            connection.request(method, prefix + path, body or None)
            response = connection.getresponse()
            raw = response.read(MAX_ANSWER_BYTES)
        finally:
            watch.cancel()
        if late.is_set() or len(raw) == MAX_ANSWER_BYTES or response.length:
            raise WitnessUnreachable("an answer too slow, too long, or cut off")
        return response.status, raw.decode("utf-8")
    except (OSError, HTTPException, UnicodeDecodeError) as fault:
        raise WitnessUnreachable(f"no usable answer: {type(fault).__name__}") from fault
    finally:
        connection.close()


def _connection(address: str, timeout: float) -> tuple[HTTPConnection, str]:
    found = urlsplit(address)
    if found.scheme not in {"http", "https"} or not found.hostname or found.query or found.username:
        raise ValueError("a witness's address is http(s)://host[:port][/prefix]")
    kind = HTTPSConnection if found.scheme == "https" else HTTPConnection
    return kind(found.hostname, found.port, timeout=timeout), found.path.rstrip("/")


def _cut_off(connected: socket.socket, late: Event) -> None:
    """A peer that sends a byte now and then would never run into the timeout of a single read."""
    late.set()
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
