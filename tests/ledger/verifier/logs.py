"""A fictional log with two witnesses, as tests need it (示例日志)."""

from __future__ import annotations

from xinheng.ledger.verifier import merkle, note, proof
from xinheng.ledger.verifier.checkpoint import Checkpoint
from xinheng.ledger.verifier.cosignature import WitnessSigner
from xinheng.ledger.verifier.note import Signer
from xinheng.ledger.verifier.proof import TlogProof
from xinheng.ledger.verifier.trust import Trust

ORIGIN = "credit.example/log/1"
LOG = Signer(ORIGIN, bytes([1]) * 32)
ARCHIVES = WitnessSigner("archives.example/w1", bytes([2]) * 32)
JUSTICE = WitnessSigner("justice.example/w1", bytes([3]) * 32)
STRANGER = WitnessSigner("stranger.example/w1", bytes([4]) * 32)
NOON = 1_795_665_600
ENTRIES = [f'{{"k":"example","n":{each}}}'.encode() for each in range(300)]
HASHES = [merkle.leaf_hash(each) for each in ENTRIES]


def trust(quorum: int = 2) -> Trust:
    return Trust(LOG.verifier, ORIGIN, (ARCHIVES.verifier, JUSTICE.verifier), quorum)


def node(level: int, index: int) -> bytes:
    return merkle.root_of(HASHES[index << level : (index + 1) << level])


def checkpoint(size: int, origin: str = ORIGIN) -> Checkpoint:
    return Checkpoint(origin, size, merkle.root_of(HASHES[:size]))


def signed(text: str, *witnesses: WitnessSigner, log: Signer = LOG) -> str:
    """The log's note over a text, with these cosignatures."""
    return note.join(text, [log.sign(text), *(each.cosign(text, NOON) for each in witnesses)])


def proved(index: int, size: int, *witnesses: WitnessSigner) -> TlogProof:
    hashes = tuple(merkle.inclusion_proof(index, size, node))
    return proof.TlogProof(index, hashes, signed(checkpoint(size).text(), *witnesses))
