"""A witness in a thread, and a log that writes two histories for it (见证测试)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from tests.ledger.verifier.logs import ARCHIVES, HASHES, LOG, NOON, ORIGIN, signed
from xinheng.ledger.verifier import merkle, note
from xinheng.ledger.verifier.checkpoint import Checkpoint
from xinheng.ledger.verifier.strict import encode64
from xinheng.ledger.witness.protocol import Reply, Witness
from xinheng.ledger.witness.server import Server
from xinheng.ledger.witness.state import State

FORK = [*HASHES[:9], *[merkle.leaf_hash(b"forked" + each) for each in HASHES[9:]]]


def proof(old: int, new: int, hashes: list[bytes] = HASHES) -> list[bytes]:
    def node(level: int, index: int) -> bytes:
        return merkle.root_of(hashes[index << level : (index + 1) << level])

    return merkle.consistency_proof(old, new, node)


def checkpoint(size: int, hashes: list[bytes] = HASHES) -> str:
    return Checkpoint(ORIGIN, size, merkle.root_of(hashes[:size])).text()


def body(old: int, new: int, hashes: list[bytes] = HASHES) -> bytes:
    """What the log submits when it grew from `old` to `new` entries."""
    return posted(old, proof(old, new, hashes), signed(checkpoint(new, hashes)))


def posted(old: int | str, hashes: list[bytes], signed_note: str) -> bytes:
    return "".join([f"old {old}\n", *(f"{encode64(each)}\n" for each in hashes), "\n", signed_note]).encode()


def witness(state: Path, *, logs: dict[str, list[note.Verifier]] | None = None) -> Witness:
    state.mkdir(exist_ok=True)
    return Witness(ARCHIVES, logs or {ORIGIN: [LOG.verifier]}, State(state), lambda: NOON)


def answers(asked: Witness, *bodies: bytes) -> list[int]:
    return [asked.add_checkpoint(each).status for each in bodies]


@contextmanager
def serving(asked: Witness) -> Iterator[str]:
    """The address at which a witness answers over HTTP."""
    with Server(("127.0.0.1", 0), asked) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def size_of(reply: Reply) -> int:
    return Checkpoint.parse(note.split(reply.body)[0]).size
