"""Tiles hold the same tree, however it grew, and have one path each."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.verifier.naive import NaiveTree
from xinheng.ledger.verifier import merkle, tiles
from xinheng.ledger.verifier.tiles import TileFault, TileName, TileNodes

Stored = dict[tuple[int, int], bytes]
HASHES = [merkle.leaf_hash(each.to_bytes(4, "big")) for each in range(70_000)]


def grow(stored: Stored, size: int, hashes: list[bytes]) -> int:
    """Append as the ledger does: the edge from what is stored, the changed tiles written over it."""
    edge = {}
    for level in range(8):
        number, width = divmod(size >> 8 * level, 256)
        if width:
            edge[level] = stored[level, number]
    stored.update(tiles.extend(size, edge, hashes))
    return size + len(hashes)


def nodes(stored: Stored, size: int) -> TileNodes:
    return TileNodes(lambda level, number: stored[level, number], size)


def test_the_paths_of_the_specification() -> None:
    assert tiles.path(0, 1234067) == "tile/0/x001/x234/067"
    assert tiles.path(0, 0) == "tile/0/000"
    assert tiles.path(63, 1000, 255) == "tile/63/x001/000.p/255"
    assert tiles.entries_path(1234067) == "tile/entries/x001/x234/067"
    assert tiles.entries_path(273, 112) == "tile/entries/273.p/112"


@given(st.none() | st.integers(0, 63), st.integers(0, 10**15), st.integers(1, 256))
def test_a_path_reads_back(level: int | None, number: int, width: int) -> None:
    text = tiles.entries_path(number, width) if level is None else tiles.path(level, number, width)
    assert tiles.parse_path(text) == TileName(level, number, width)


@pytest.mark.parametrize(
    "text",
    [
        "tile/00/000",
        "tile/64/000",
        "tile/0/0",
        "tile/0/x000/001",
        "tile/0/x001/x234",
        "tile/0/001/234",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/entry/000",
        "/tile/0/000",
        "tile/0/../000",
        "tile/0/00٣",
        "tile/0/" + "x001/" * 5000 + "001",
    ],
)
def test_another_spelling_is_no_path(text: str) -> None:
    with pytest.raises(TileFault):
        tiles.parse_path(text)


def test_there_is_no_path_for_what_cannot_be() -> None:
    for level, number, width in ((64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)):
        with pytest.raises(TileFault):
            tiles.path(level, number, width)


def test_the_tiles_of_seventy_thousand_are_those_of_the_specification() -> None:
    made = tiles.extend(0, {}, HASHES)
    widths = {name: len(tile) // 32 for name, tile in made.items()}
    level0 = {(0, number): 256 for number in range(273)} | {(0, 273): 112}
    assert widths == level0 | {(1, 0): 256, (1, 1): 17, (2, 0): 1}
    assert set(tiles.extend(0, {}, HASHES[:256])) == {(0, 0), (1, 0)}
    assert {name: tiles.width_at(*name, 70_000) for name in made} == widths
    assert tiles.width_at(2, 1, 70_000) == tiles.width_at(0, 274, 70_000) == 0


@settings(max_examples=40)
@given(st.lists(st.sampled_from([1, 2, 3, 100, 255, 256, 257, 700]), max_size=12))
def test_however_it_grew_it_is_the_same_tree(steps: list[int]) -> None:
    stored: Stored = {}
    size = 0
    for step in steps:
        size = grow(stored, size, HASHES[size : size + step])
    assert stored == tiles.extend(0, {}, HASHES[:size])
    assert merkle.root_from(size, nodes(stored, size)) == merkle.root_of(HASHES[:size])


def test_one_by_one_across_the_borders_of_a_tile() -> None:
    entries = [each.to_bytes(4, "big") for each in range(600)]
    naive, stored, size = NaiveTree(entries), Stored(), 0
    for each in HASHES[:600]:
        size = grow(stored, size, [each])
        if size % 256 in {0, 1, 2, 255} or size % 50 == 0:
            assert merkle.root_from(size, nodes(stored, size)) == naive.root(size)


def test_only_what_changed_is_told() -> None:
    stored: Stored = {}
    size = grow(stored, 0, HASHES[:65_536])
    edge = {2: stored[2, 0]}
    assert set(tiles.extend(size, edge, HASHES[size : size + 1])) == {(0, 256)}
    assert tiles.extend(size, edge, []) == {}


def test_an_older_size_is_read_from_grown_tiles() -> None:
    stored = tiles.extend(0, {}, HASHES)
    for size in (1, 255, 256, 257, 300, 65_535, 65_536, 69_999):
        assert merkle.root_from(size, nodes(stored, size)) == merkle.root_of(HASHES[:size])


def test_every_proof_of_a_large_tree() -> None:
    stored = tiles.extend(0, {}, HASHES)
    node, root = nodes(stored, len(HASHES)), merkle.root_of(HASHES)
    for index in [0, 255, 256, 65_535, 65_536, 69_999, *random.Random(3).sample(range(70_000), 50)]:
        proof = merkle.inclusion_proof(index, len(HASHES), node)
        merkle.verify_inclusion(index=index, size=len(HASHES), leaf=HASHES[index], proof=proof, root=root)
    for old in (1, 256, 257, 65_536, 65_537):
        proof = merkle.consistency_proof(old, len(HASHES), node)
        merkle.verify_consistency(
            old=old, new=len(HASHES), proof=proof, old_root=merkle.root_of(HASHES[:old]), new_root=root
        )


def test_a_false_edge_is_refused() -> None:
    tile = b"".join(HASHES[:3])
    for size, edge in ((4, {0: tile}), (3, {}), (256, {}), (0, {0: tile}), (3, {0: tile[:-1]})):
        with pytest.raises(TileFault):
            tiles.extend(size, edge, HASHES[:256])


def test_what_is_not_in_the_tree_has_no_hash() -> None:
    stored = tiles.extend(0, {}, HASHES[:300])
    for level, index in ((0, 300), (2, 75), (8, 1), (9, 0), (-1, 0), (0, -1)):
        with pytest.raises(TileFault):
            nodes(stored, 300)(level, index)
    stored[0, 1] = stored[0, 1][:-1]
    with pytest.raises(TileFault, match="tile/0/001"):
        nodes(stored, 300)(0, 299)


def test_no_more_tiles_are_held_than_allowed() -> None:
    stored, asked = tiles.extend(0, {}, HASHES[:5000]), []

    def read(level: int, number: int) -> bytes:
        asked.append((level, number))
        return stored[level, number]

    node = TileNodes(read, 5000, keep=2)
    for index in (0, 1, 256, 0, 512, 0, 256):
        assert node(0, index) == HASHES[index]
    assert asked == [(0, 0), (0, 1), (0, 2), (0, 1)]


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_a_bundle_reads_back(entries: list[bytes]) -> None:
    raw = tiles.bundle(entries)
    assert tiles.unbundle(raw) == entries
    if raw and len(entries[-1]) > 1:
        with pytest.raises(TileFault):
            tiles.unbundle(raw[:-1])


def test_bundles_at_their_limits() -> None:
    assert tiles.unbundle(tiles.bundle([b"x" * 65_535])) == [b"x" * 65_535]
    with pytest.raises(TileFault):
        tiles.bundle([b"x" * 65_536])
    with pytest.raises(TileFault):
        tiles.unbundle(b"\x00")


def test_a_hundred_thousand_leaves_take_a_fraction_of_a_second() -> None:
    begun = time.process_time()
    tiles.extend(0, {}, HASHES)
    # Half a microsecond a leaf where this was written; ten times that is still 200,000 a second.
    assert (time.process_time() - begun) / len(HASHES) < 5e-6
