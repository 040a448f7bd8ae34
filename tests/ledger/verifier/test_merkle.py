"""Our tree is RFC 6962's: against a naive one, against published values, and against every forged claim."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.verifier.naive import NaiveTree, holds_growth, holds_inclusion
from xinheng.ledger.verifier import merkle
from xinheng.ledger.verifier.merkle import ProofFault

LARGEST = 300
TREE = NaiveTree([each.to_bytes(2, "big") for each in range(1500)])
HASHES = [TREE.hash(each, each + 1) for each in range(len(TREE.entries))]
ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
# What the test data of Certificate Transparency gives for the eight entries: perfect subtrees and all roots.
NODES = [
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
        "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
    ],
    [
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    ],
    [
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    ["5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"],
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class TestAgainstTheNaiveTree:
    def test_roots_of_all_sizes(self) -> None:
        for size in range(LARGEST + 1):
            assert merkle.root_of(HASHES[:size]) == TREE.root(size)
            assert merkle.root_from(size, TREE.node) == TREE.root(size)

    def test_every_leaf_of_all_sizes_is_shown(self) -> None:
        for size in range(1, LARGEST + 1):
            for index in range(size):
                proof = merkle.inclusion_proof(index, size, TREE.node)
                assert proof == TREE.path(index, 0, size)
                if size <= 64 or (index * size) % 7 == 0:
                    _shown(index, size, proof)

    def test_growth_of_all_sizes_is_shown(self) -> None:
        for new in range(LARGEST + 1):
            for old in range(new + 1) if new <= 64 else {0, 1, new // 3, new // 2, new - 2, new - 1, new}:
                _grown(old, new)

    @pytest.mark.soak
    def test_every_pair_of_sizes_and_every_leaf(self) -> None:
        for new in range(LARGEST + 1):
            for old in range(new + 1):
                _grown(old, new)
                if old < new:
                    _shown(old, new, merkle.inclusion_proof(old, new, TREE.node))

    @given(st.data())
    def test_larger_ones(self, data: st.DataObject) -> None:
        new = data.draw(st.integers(1, len(HASHES)))
        _grown(data.draw(st.integers(0, new)), new)
        index = data.draw(st.integers(0, new - 1))
        proof = merkle.inclusion_proof(index, new, TREE.node)
        assert proof == TREE.path(index, 0, new)
        _shown(index, new, proof)


class TestAgainstPublishedValues:
    def test_eight_entries_of_certificate_transparency(self) -> None:
        def node(level: int, index: int) -> bytes:
            return bytes.fromhex(NODES[level][index])

        hashes = [merkle.leaf_hash(bytes.fromhex(each)) for each in ENTRIES]
        assert [each.hex() for each in hashes] == NODES[0]
        roots = [bytes.fromhex(each) for each in ROOTS]
        assert [merkle.root_of(hashes[:size]) for size in range(9)] == roots
        assert [merkle.root_from(size, node) for size in range(9)] == roots
        for size in range(1, 9):
            for index in range(size):
                path = merkle.inclusion_proof(index, size, node)
                merkle.verify_inclusion(
                    index=index, size=size, leaf=hashes[index], proof=path, root=roots[size]
                )

    def test_proofs_spelled_out_in_the_rfc(self) -> None:
        # RFC 6962 2.1.3 draws the tree of seven; hash names a to j and roots are its, the values those above.
        _, b, c, d, _, f, j, _ = NODES[0]
        g, h, i, _ = NODES[1]
        k = NODES[2][0]

        def proofs(make: Callable[..., list[bytes]], *ends: tuple[int, int]) -> list[list[str]]:
            return [[each.hex() for each in make(*two, _published)] for two in ends]

        left = merkle.node_hash(bytes.fromhex(i), bytes.fromhex(j)).hex()
        assert proofs(merkle.inclusion_proof, (0, 7), (3, 7), (4, 7), (6, 7)) == [
            [b, h, left],
            [c, g, left],
            [f, j, k],
            [i, k],
        ]
        assert proofs(merkle.consistency_proof, (3, 7), (4, 7), (6, 7)) == [
            [c, d, g, left],
            [left],
            [i, j, k],
        ]

    def test_answers_of_a_real_log(self) -> None:
        # Google's Argon 2020, as Go's own tests keep its answers: foreign code, 961,984,013 entries.
        told = json.loads((Path(__file__).parent / "argon2020.json").read_text("utf-8"))
        size, root = told["size"], b64decode(told["root"])
        merkle.verify_inclusion(
            index=told["index"],
            size=size,
            leaf=b64decode(told["leaf_hash"]),
            proof=[b64decode(each) for each in told["inclusion"]],
            root=root,
        )
        growth = [b64decode(each) for each in told["consistency"]]
        old, old_root = told["old_size"], b64decode(told["old_root"])
        merkle.verify_consistency(old=old, new=size, proof=growth, old_root=old_root, new_root=root)


class TestForgedClaims:
    def test_every_forged_inclusion_is_refused(self) -> None:
        for index, size in _leaves_of_small_trees():
            leaf, proof, root = HASHES[index], TREE.path(index, 0, size), TREE.root(size)
            for forged in _forged(proof, root):
                assert not _included(index, size, leaf, forged, root)
            assert not _included(index, size, HASHES[index + 1], proof, root)
            assert not _included(index, size, leaf, proof, TREE.root(size + 1))
            for elsewhere in (index - 1, index + 1, index ^ 2, -1, size, 2**63):
                assert not _included(elsewhere, size, leaf, proof, root)
            for other in (size * 2, size // 2, 0, -size):
                assert not _included(index, other, leaf, proof, root)

    def test_every_forged_growth_is_refused(self) -> None:
        for old, new in _growths_of_small_trees():
            proof, roots = TREE.growth(old, new), (TREE.root(old), TREE.root(new))
            for forged in _forged(proof, *roots):
                assert not _consistent(old, new, forged, *roots)
            assert not _consistent(old, new, proof, roots[1], roots[0])
            assert not _consistent(old, new, proof, TREE.root(old + 1), roots[1])
            assert not _consistent(old, new, proof, roots[0], TREE.root(new + 1))
            for claimed in ((old, new * 2), (old * 2, new), (new, old), (0, new), (old, old), (-1, new)):
                assert not _consistent(*claimed, proof, *roots)

    def test_a_node_of_another_length_is_told_as_that(self) -> None:
        leaf, proof, root = HASHES[2], TREE.path(2, 0, 5), TREE.root(5)
        for changed in (
            (leaf[:31], proof, root),
            (leaf, [b"", *proof[1:]], root),
            (leaf, proof, root + b"\x00"),
        ):
            with pytest.raises(ProofFault, match="32 字节"):
                merkle.verify_inclusion(index=2, size=5, leaf=changed[0], proof=changed[1], root=changed[2])

    def test_a_size_is_believed_as_far_as_the_definition_goes(self) -> None:
        # A proof alone fixes size and index only as far as they shape the way up; the checkpoint does the rest.
        # So with one off, ours must say what undoing the definition says: neither more nor less.
        refused = held = 0
        for size in range(1, 70):
            for index in range(size):
                for near in (size - 1, size + 1):
                    claim = (index, near, HASHES[index], TREE.path(index, 0, size), TREE.root(size))
                    assert _included(*claim) == holds_inclusion(*claim)
                    refused, held = refused + (not _included(*claim)), held + _included(*claim)
                for claimed in ((index, size + 1), (index, size - 1), (index + 1, size), (index - 1, size)):
                    growth = (*claimed, TREE.growth(index, size), TREE.root(index), TREE.root(size))
                    assert _consistent(*growth) == holds_growth(*growth)
        assert refused
        assert held

    @settings(max_examples=300)
    @given(st.data())
    def test_any_claim_is_judged_as_by_the_definition(self, data: st.DataObject) -> None:
        size = st.integers(0, 12)
        some = st.sampled_from(
            [*HASHES[:3], *(TREE.root(each) for each in range(6)), b"", HASHES[0] + HASHES[1]]
        )
        proof = data.draw(st.lists(some, max_size=4))
        first, second = data.draw(size), data.draw(size)
        if all(len(each) == 32 for each in proof):
            claim = (first, second, data.draw(st.sampled_from(HASHES[:2])), proof, TREE.root(second))
            assert _included(*claim) == holds_inclusion(*claim)
            growth = (first, second, proof, TREE.root(first), TREE.root(second))
            assert _consistent(*growth) == holds_growth(*growth)
        else:
            assert not _included(first, second, HASHES[first], proof, TREE.root(second))
            assert not _consistent(first, second, proof, TREE.root(first), TREE.root(second))


class TestTheEmptyTree:
    def test_it_is_consistent_with_any_by_an_empty_proof(self) -> None:
        assert _consistent(0, 0, [], merkle.EMPTY_ROOT, merkle.EMPTY_ROOT)
        assert _consistent(0, 5, [], merkle.EMPTY_ROOT, TREE.root(5))
        assert not _consistent(0, 5, HASHES[:1], merkle.EMPTY_ROOT, TREE.root(5))

    def test_its_root_is_the_hash_of_nothing(self) -> None:
        assert not _consistent(0, 0, [], TREE.root(1), TREE.root(1))
        assert not _consistent(0, 5, [], TREE.root(1), TREE.root(5))
        assert not _included(0, 0, merkle.EMPTY_ROOT, [], merkle.EMPTY_ROOT)

    def test_equal_sizes_have_equal_roots_and_nothing_to_show(self) -> None:
        assert _consistent(5, 5, [], TREE.root(5), TREE.root(5))
        assert not _consistent(5, 5, [], TREE.root(5), TREE.root(4))
        assert not _consistent(5, 5, HASHES[:1], TREE.root(5), TREE.root(5))


def test_nothing_is_proved_outside_the_tree() -> None:
    for index, size in ((0, 0), (5, 5), (-1, 5)):
        with pytest.raises(ValueError):
            merkle.inclusion_proof(index, size, TREE.node)
    for old, new in ((6, 5), (-1, 5)):
        with pytest.raises(ValueError):
            merkle.consistency_proof(old, new, TREE.node)


def _published(level: int, index: int) -> bytes:
    return bytes.fromhex(NODES[level][index])


def _shown(index: int, size: int, proof: list[bytes]) -> None:
    merkle.verify_inclusion(index=index, size=size, leaf=HASHES[index], proof=proof, root=TREE.root(size))


def _grown(old: int, new: int) -> None:
    proof = merkle.consistency_proof(old, new, TREE.node)
    assert proof == TREE.growth(old, new)
    merkle.verify_consistency(old=old, new=new, proof=proof, old_root=TREE.root(old), new_root=TREE.root(new))


def _included(index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes) -> bool:
    with suppress(ProofFault):
        merkle.verify_inclusion(index=index, size=size, leaf=leaf, proof=proof, root=root)
        return True
    return False


def _consistent(old: int, new: int, proof: list[bytes], old_root: bytes, new_root: bytes) -> bool:
    with suppress(ProofFault):
        merkle.verify_consistency(old=old, new=new, proof=proof, old_root=old_root, new_root=new_root)
        return True
    return False


def _forged(proof: list[bytes], *roots: bytes) -> Iterator[list[bytes]]:
    """One bit flipped in each node, one node dropped, doubled, cut short or too many, at every place."""
    stray = [HASHES[-1], bytes(32), *roots]
    for at, node in enumerate(proof):
        ahead, behind = proof[:at], proof[at + 1 :]
        yield [*ahead, node[:31] + bytes([node[31] ^ 1]), *behind]
        yield [*ahead, bytes([node[0] ^ 128]) + node[1:], *behind]
        yield [*ahead, node[:31], *behind]
        yield [*ahead, node + b"\x00", *behind]
        yield [*ahead, *behind]
        yield [*ahead, node, node, *behind]
    for each in stray:
        yield [*proof, each]
        yield [each, *proof]
    if len(set(proof)) > 1:
        yield proof[::-1]


def _leaves_of_small_trees() -> Iterator[tuple[int, int]]:
    return ((index, size) for size in (1, 2, 3, 4, 5, 7, 8, 11, 16, 21) for index in range(size))


def _growths_of_small_trees() -> Iterator[tuple[int, int]]:
    return ((old, new) for new in (2, 3, 4, 5, 7, 8, 11, 16, 21) for old in range(1, new))
