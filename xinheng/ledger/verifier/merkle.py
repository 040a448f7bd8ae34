"""The Merkle tree of RFC 6962 over SHA-256: roots, proofs, and their verification (默克尔树).

A tree of `size` leaves is cut at the largest power of two below its size. A perfect subtree is named by
(level, index): it holds the leaves from index * 2**level up to (index + 1) * 2**level. All hashes are 32 bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Node = Callable[[int, int], bytes]
"""The hash of the perfect subtree (level, index)."""


class ProofFault(Exception):
    """A proof that does not show what it was given for."""


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 | entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 | left | right)."""
    return sha256(b"\x01" + left + right).digest()


def pairs_hashed(level: bytes) -> bytes:
    """Concatenated hashes to the concatenated hashes above them; an odd last one is left out."""
    return b"".join(
        [sha256(b"\x01" + level[at : at + 64]).digest() for at in range(0, len(level) // 64 * 64, 64)]
    )


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes in order. Pairing level by level, an odd last one carried up, is RFC 6962's cut."""
    if not hashes:
        return EMPTY_ROOT
    level = b"".join(hashes)
    while len(level) > HASH_BYTES:
        odd = level[len(level) // 64 * 64 :]
        level = pairs_hashed(level) + odd
    return level


def root_from(size: int, node: Node) -> bytes:
    """The root of the first `size` leaves, from the hashes of perfect subtrees."""
    return _span(0, size, node) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """RFC 6962 2.1.1: from the leaf's sibling up to the root's child. Raises ValueError outside the tree."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _cut(end - start)
        if index < middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """RFC 6962 2.1.2: empty from nothing and for equal sizes. Raises ValueError when the tree would shrink."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} does not grow to {new}")
    if old in {0, new}:
        return []
    path = []
    start, end = 0, new
    while end != old:
        middle = start + _cut(end - start)
        if old <= middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(start, middle, node))
            start = middle
    if start:
        # Otherwise the last subtree is the whole old tree, whose root the verifier has.
        path.append(_span(start, end, node))
    return path[::-1]


def verify_inclusion(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """RFC 9162 2.1.3.2. `leaf` is the leaf's hash. Raises ProofFault unless it is leaf `index` of the tree."""
    if not 0 <= index < size:
        raise ProofFault(f"序号 {index} 不在大小为 {size} 的日志中")
    _refuse_odd_lengths(leaf, root, *proof)
    found = leaf
    for on_left, sibling in _climb(index, size - 1, proof):
        found = node_hash(sibling, found) if on_left else node_hash(found, sibling)
    if found != root:
        raise ProofFault("由条目和证明算出的根与检查点的根不一致")


def verify_consistency(
    *, old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """RFC 9162 2.1.4.2, and C2SP's rule for the empty tree: consistent with any, by an empty proof.

    Raises ProofFault unless the tree of `new` leaves continues the tree of `old` leaves.
    """
    if not 0 <= old <= new:
        raise ProofFault(f"日志不能从 {old} 条变为 {new} 条")
    _refuse_odd_lengths(old_root, new_root, *proof)
    _refuse_false_empty(old, old_root)
    _refuse_false_empty(new, new_root)
    if old in {0, new}:
        if proof:
            raise ProofFault("此处的证明应当为空")
        if old and old_root != new_root:
            raise ProofFault("大小相同而根不同")
        return
    _verify_growth(old, new, list(proof), old_root, new_root)


def _verify_growth(old: int, new: int, proof: list[bytes], old_root: bytes, new_root: bytes) -> None:
    if old & (old - 1) == 0:
        proof = [old_root, *proof]
    if not proof:
        raise ProofFault("证明缺少节点")
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    found_old = found_new = proof[0]
    for on_left, sibling in _climb(index, last, proof[1:]):
        if on_left:
            found_old = node_hash(sibling, found_old)
            found_new = node_hash(sibling, found_new)
        else:
            found_new = node_hash(found_new, sibling)
    if found_old != old_root or found_new != new_root:
        raise ProofFault("新检查点不是旧检查点的延续")


def _climb(index: int, last: int, proof: Sequence[bytes]) -> Iterator[tuple[bool, bytes]]:
    """Each sibling, and whether it stands on the left. Raises ProofFault unless they are as many as the way up."""
    for sibling in proof:
        if last == 0:
            raise ProofFault("证明多出节点")
        on_left = index & 1 == 1 or index == last
        yield on_left, sibling
        while on_left and index & 1 == 0:
            index, last = index >> 1, last >> 1
        index, last = index >> 1, last >> 1
    if last:
        raise ProofFault("证明缺少节点")


def _refuse_odd_lengths(*hashes: bytes) -> None:
    """A node of another length could be read as a leaf, or as two nodes."""
    if any(len(each) != HASH_BYTES for each in hashes):
        raise ProofFault("证明中有长度不是 32 字节的节点")


def _refuse_false_empty(size: int, root: bytes) -> None:
    if size == 0 and root != EMPTY_ROOT:
        raise ProofFault("空日志的根不是空树的根")


def _cut(count: int) -> int:
    """The largest power of two below `count` (of at least 2)."""
    return 1 << (count - 1).bit_length() - 1


def _span(start: int, end: int, node: Node) -> bytes:
    """The hash over the leaves from `start` up to `end`, a subtree of RFC 6962's cut."""
    perfect = []
    while start < end:
        level = (end - start).bit_length() - 1
        perfect.append(node(level, start >> level))
        start += 1 << level
    return reduce(lambda right, left: node_hash(left, right), reversed(perfect))
