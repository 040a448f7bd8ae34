"""Proofs of C2SP tlog-proof@v1: one text that shows offline that an entry is in a log (入账证明)."""

from __future__ import annotations

from dataclasses import dataclass

from . import merkle, note
from .checkpoint import Checkpoint
from .merkle import HASH_BYTES
from .strict import NoteFault, decimal, decode64, encode64
from .trust import Trust

HEAD = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63


@dataclass(frozen=True)
class TlogProof:
    """Where an entry stands, the hashes beside its way up, and the checkpoint's whole note.

    `extra` is carried and never believed: no signature covers it.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: str
    extra: bytes | None = None

    @classmethod
    def parse(cls, text: str) -> TlogProof:
        """The proof that has exactly this spelling, with nothing behind it. Raises NoteFault."""
        above, parted, signed = text.partition("\n\n")
        head, *lines = above.split("\n")
        if not parted or head != HEAD:
            raise NoteFault("不是 tlog-proof@v1 证明")
        extra = (
            decode64(lines.pop(0).removeprefix("extra "))
            if lines[:1] and lines[0].startswith("extra ")
            else None
        )
        if not lines or not lines[0].startswith("index ") or len(lines) - 1 > MAX_HASHES:
            raise NoteFault("证明缺少序号行或节点过多")
        Checkpoint.parse(note.split(signed)[0])
        hashes = tuple(decode64(each, HASH_BYTES) for each in lines[1:])
        return cls(decimal(lines[0].removeprefix("index ")), hashes, signed, extra)

    def format(self) -> str:
        """The text of the proof; usually kept as a file `*.tlog-proof`."""
        extra = [] if self.extra is None else [f"extra {encode64(self.extra)}"]
        lines = [HEAD, *extra, f"index {self.index}", *map(encode64, self.hashes)]
        return "\n".join(lines) + "\n\n" + self.note


def verify(entry: bytes, proof: TlogProof, trust: Trust) -> Checkpoint:
    """The checkpoint that holds the entry. Raises NotTrusted, NoteFault or ProofFault unless one does."""
    checkpoint = trust.accept(proof.note)
    merkle.verify_inclusion(
        index=proof.index,
        size=checkpoint.size,
        leaf=merkle.leaf_hash(entry),
        proof=proof.hashes,
        root=checkpoint.root,
    )
    return checkpoint
