"""Checkpoints of C2SP: which log, how many entries, which root (检查点)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from .merkle import HASH_BYTES
from .strict import NoteFault, decimal, decode64, encode64


@dataclass(frozen=True)
class Checkpoint:
    """What a log signs. `root` is 32 bytes; our own logs have no `extensions`."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Of a note's text, in its only spelling. Raises NoteFault."""
        origin, size, root, *extensions, last = _lines(text)
        if last or not origin or "" in extensions:
            raise NoteFault("检查点的行数有误或含空行")
        return cls(origin, decimal(size), decode64(root, HASH_BYTES), tuple(extensions))

    def text(self) -> str:
        """The note's text, with its final newline."""
        lines = [self.origin, str(self.size), encode64(self.root), *self.extensions]
        return "".join(f"{each}\n" for each in lines)


def origin_hash(origin: str) -> str:
    """SHA-256 of a log's origin in lowercase hex: how a witness names the log in an address."""
    return sha256(origin.encode()).hexdigest()


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    if len(lines) < 4:
        raise NoteFault("检查点应有名称、大小和根三行")
    return lines
