"""C2SP tlog-witness: what is answered to a submitted checkpoint, and why (见证规则)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

from xinheng.ledger.verifier import merkle, note
from xinheng.ledger.verifier.checkpoint import Checkpoint, origin_hash
from xinheng.ledger.verifier.cosignature import WitnessSigner
from xinheng.ledger.verifier.merkle import EMPTY_ROOT, HASH_BYTES, ProofFault
from xinheng.ledger.verifier.note import NoteFault, Verifier
from xinheng.ledger.verifier.strict import decimal, decode64

from .state import State, StateFault

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"
MAX_HASHES = 63


class Reply(NamedTuple):
    """An HTTP status, a body and its content type."""

    status: int
    body: str = ""
    content_type: str = TEXT


@dataclass(frozen=True)
class Submission:
    """The body of `add-checkpoint`: `old <size>`, hashes, an empty line, a checkpoint's note."""

    old: int
    hashes: Sequence[bytes]
    note: str
    checkpoint: Checkpoint

    @classmethod
    def parse(cls, body: bytes) -> Submission:
        """Raises NoteFault or UnicodeDecodeError."""
        head, _, signed = body.decode("utf-8").partition("\n\n")
        first, *lines = head.split("\n")
        if not first.startswith("old ") or len(lines) > MAX_HASHES:
            raise NoteFault("提交的写法有误")
        hashes = [decode64(each, HASH_BYTES) for each in lines]
        checkpoint = Checkpoint.parse(note.split(signed)[0])
        return cls(decimal(first.removeprefix("old ")), hashes, signed, checkpoint)


class Witness:
    """Cosigns for the logs that it knows, by origin with their keys. `clock` gives seconds since 1970."""

    def __init__(
        self,
        signer: WitnessSigner,
        logs: Mapping[str, Sequence[Verifier]],
        state: State,
        clock: Callable[[], int],
    ) -> None:
        """Raises StateFault when what is kept of a log is damaged."""
        self._signer, self._logs, self._state, self._clock = signer, logs, state, clock
        self._lock = Lock()
        self._origins = {origin_hash(each): each for each in logs}
        for origin in logs:
            self._kept(origin)

    def add_checkpoint(self, body: bytes) -> Reply:
        """200 cosignature · 400 malformed · 403 not signed by the log · 404 unknown log · 409, 422 see below."""
        try:
            submission = Submission.parse(body)
        except (NoteFault, UnicodeDecodeError):
            return Reply(400)
        keys = self._logs.get(submission.checkpoint.origin)
        if keys is None:
            return Reply(404)
        try:
            note.open_note(submission.note, keys)
        except NoteFault:
            return Reply(403)
        if submission.old > submission.checkpoint.size:
            return Reply(400)
        with self._lock:
            return self._compare_and_store(submission)

    def latest(self, hashed: str) -> Reply:
        """The newest cosigned note of the log whose origin has this hash; 404 when there is none."""
        origin = self._origins.get(hashed)
        kept = None if origin is None else self._state.read(origin)
        return Reply(404) if kept is None else Reply(200, kept)

    def _compare_and_store(self, submission: Submission) -> Reply:
        """409 with the size held when the log starts from another; 422 when it did not grow from what is held."""
        new = submission.checkpoint
        held = self._kept(new.origin)
        if submission.old != held.size:
            return Reply(409, f"{held.size}\n", SIZE)
        try:
            merkle.verify_consistency(
                old=held.size,
                new=new.size,
                proof=submission.hashes,
                old_root=held.root,
                new_root=new.root,
            )
        except ProofFault:
            return Reply(422)
        line = self._signer.cosign(new.text(), self._clock())
        self._state.write(new.origin, self._cosigned(submission, line))
        return Reply(200, line + "\n")

    def _kept(self, origin: str) -> Checkpoint:
        kept = self._state.read(origin)
        if kept is None:
            return Checkpoint(origin, 0, EMPTY_ROOT)
        try:
            text = note.open_note(kept, [self._signer.verifier, *self._logs[origin]]).text
            return Checkpoint.parse(text)
        except NoteFault as fault:
            raise StateFault(f"日志 {origin} 的状态已损坏：{fault}") from None

    def _cosigned(self, submission: Submission, line: str) -> str:
        """What is kept: the log's own signatures and ours, and nothing that anybody else had attached."""
        text, lines = note.split(submission.note)
        known = {(each.name, each.key_id) for each in self._logs[submission.checkpoint.origin]}
        own = {each.format(): None for each in lines if (each.name, each.key_id) in known}
        return note.join(text, [*own, line])
