"""RFC 6962, section 2.1, as it is written: slow, recursive, and the measure of ours (对照实现)."""

from __future__ import annotations

from hashlib import sha256


class NaiveTree:
    """A tree over entries. Hashes are kept by (start, end), nothing else is clever."""

    def __init__(self, entries: list[bytes]) -> None:
        self.entries = entries
        self.hashes: dict[tuple[int, int], bytes] = {}

    def root(self, size: int) -> bytes:
        return self.hash(0, size) if size else sha256().digest()

    def hash(self, start: int, end: int) -> bytes:
        if (start, end) not in self.hashes:
            if end - start == 1:
                made = sha256(b"\x00" + self.entries[start]).digest()
            else:
                middle = start + cut(end - start)
                made = pair(self.hash(start, middle), self.hash(middle, end))
            self.hashes[start, end] = made
        return self.hashes[start, end]

    def node(self, level: int, index: int) -> bytes:
        """What our functions ask for: the hash of a perfect subtree."""
        return self.hash(index << level, (index + 1) << level)

    def path(self, index: int, start: int, end: int) -> list[bytes]:
        """PATH(m, D[n]), for the leaves from start up to end."""
        if end - start == 1:
            return []
        middle = start + cut(end - start)
        if index < middle:
            return [*self.path(index, start, middle), self.hash(middle, end)]
        return [*self.path(index, middle, end), self.hash(start, middle)]

    def growth(self, old: int, new: int) -> list[bytes]:
        """PROOF(m, D[n])."""
        return self.subproof(old, 0, new, True) if old else []

    def subproof(self, old: int, start: int, end: int, complete: bool) -> list[bytes]:
        if old == end - start:
            return [] if complete else [self.hash(start, end)]
        middle = start + cut(end - start)
        if old <= middle - start:
            return [*self.subproof(old, start, middle, complete), self.hash(middle, end)]
        return [*self.subproof(old - (middle - start), middle, end, False), self.hash(start, middle)]


def holds_inclusion(index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes) -> bool:
    """What the definition says of a claim, by undoing PATH."""
    return 0 <= index < size and _upward(index, size, leaf, proof) == root


def holds_growth(old: int, new: int, proof: list[bytes], old_root: bytes, new_root: bytes) -> bool:
    """What the definition says of a claim, by undoing PROOF; from the empty tree nothing is to be shown."""
    if old == 0:
        return not proof and old_root == sha256().digest() and (new > 0 or new_root == old_root)
    return old <= new and _grown(old, new, True, proof, old_root) == (old_root, new_root)


def _upward(index: int, size: int, leaf: bytes, proof: list[bytes]) -> bytes | None:
    if size == 1:
        return leaf if not proof else None
    if not proof:
        return None
    half, (*rest, beside) = cut(size), proof
    if index < half:
        below = _upward(index, half, leaf, rest)
        return pair(below, beside) if below else None
    below = _upward(index - half, size - half, leaf, rest)
    return pair(beside, below) if below else None


def _grown(old: int, new: int, complete: bool, proof: list[bytes], root: bytes) -> tuple[bytes, bytes] | None:
    if old == new:
        if complete:
            return (root, root) if not proof else None
        return (proof[0], proof[0]) if len(proof) == 1 else None
    if not proof:
        return None
    half, (*rest, beside) = cut(new), proof
    if old <= half:
        below = _grown(old, half, complete, rest, root)
        return (below[0], pair(below[1], beside)) if below else None
    below = _grown(old - half, new - half, False, rest, root)
    return (pair(beside, below[0]), pair(beside, below[1])) if below else None


def cut(count: int) -> int:
    size = 1
    while size * 2 < count:
        size *= 2
    return size


def pair(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
