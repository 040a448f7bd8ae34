"""Tiles of C2SP tlog-tiles: 256 hashes of one level in one piece (分片).

Level 0 holds leaf hashes; a hash on level n + 1 is the root of a full tile on level n. Only the rightmost tile of
a level may be partial, and it says its width in its path. Entries lie in bundles of as many as a tile.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .merkle import HASH_BYTES, pairs_hashed

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_ENTRY_BYTES = 0xFFFF
_PATH = re.compile(
    r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


class TileFault(Exception):
    """A path, tile or bundle that is not as tlog-tiles has it."""


@dataclass(frozen=True)
class TileName:
    """What a path names: a tile, or a bundle of entries when `level` is None; `width` in hashes or entries."""

    level: int | None
    number: int
    width: int = WIDTH


def path(level: int, number: int, width: int = WIDTH) -> str:
    """`tile/<L>/<N>`, with `.p/<W>` when partial: (0, 1234067) is tile/0/x001/x234/067."""
    if not 0 <= level <= 63:
        raise TileFault(f"层号 {level} 不在 0 至 63 之间")
    return _path(str(level), number, width)


def entries_path(number: int, width: int = WIDTH) -> str:
    """`tile/entries/<N>`, with `.p/<W>` when partial."""
    return _path("entries", number, width)


def parse_path(text: str) -> TileName:
    """The one name that has this path. Raises TileFault for any other spelling."""
    found = _PATH.fullmatch(text)
    if found is None:
        raise TileFault("不是分片路径")
    level, number, width = found.groups()
    name = TileName(
        None if level == "entries" else int(level),
        int(re.sub("[x/]", "", number)),
        int(width or WIDTH),
    )
    if text != _path(level, name.number, name.width):
        raise TileFault("分片路径的写法不规范")
    return name


def width_at(level: int, number: int, size: int) -> int:
    """How many hashes tile (level, number) has in a tree of `size` leaves: 0 to 256."""
    return max(0, min(WIDTH, (size >> HEIGHT * level) - number * WIDTH))


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries, each after its length in two bytes, big-endian. Raises TileFault for one over 65,535 bytes."""
    parts = []
    for each in entries:
        if len(each) > MAX_ENTRY_BYTES:
            raise TileFault("条目超过 65535 字节")
        parts += [len(each).to_bytes(2, "big"), each]
    return b"".join(parts)


def unbundle(raw: bytes) -> list[bytes]:
    """The entries of a bundle. Raises TileFault when it is cut off."""
    entries, at = [], 0
    while at < len(raw):
        end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
        if end > len(raw):
            raise TileFault("条目包不完整")
        entries.append(raw[at + 2 : end])
        at = end
    return entries


class TileNodes:
    """Hashes of perfect subtrees in a tree of `size` leaves, out of its tiles; a `merkle.Node`.

    `read(level, number)` gives a tile's concatenated hashes; it may give more than the tree of `size` has, as a
    tile that has grown since does. At most `keep` tiles are held, with the levels inside them worked out.
    """

    def __init__(self, read: Callable[[int, int], bytes], size: int, *, keep: int = 64) -> None:
        self._read, self._size, self._keep = read, size, keep
        self._held: OrderedDict[tuple[int, int], list[bytes]] = OrderedDict()

    def __call__(self, level: int, index: int) -> bytes:
        """Raises TileFault when the subtree is not full at this size, or its tile is too short."""
        if level < 0 or index < 0 or (index + 1) << level > self._size:
            raise TileFault("所求子树不在此大小的日志内")
        tile_level, within = divmod(level, HEIGHT)
        number, at = divmod(index << within, WIDTH)
        inside = self._tile(tile_level, number)[within]
        return inside[(at >> within) * HASH_BYTES :][:HASH_BYTES]

    def _tile(self, level: int, number: int) -> list[bytes]:
        found = self._held.get((level, number))
        if found is None:
            found = _levels(self._checked(level, number))
            self._held[level, number] = found
            if len(self._held) > self._keep:
                self._held.popitem(last=False)
        self._held.move_to_end((level, number))
        return found

    def _checked(self, level: int, number: int) -> bytes:
        raw = self._read(level, number)
        if len(raw) < width_at(level, number, self._size) * HASH_BYTES:
            raise TileFault(f"分片 {path(level, number)} 不完整")
        return raw


def extend(size: int, edge: Mapping[int, bytes], hashes: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """Every tile that is new or changed when leaf hashes are appended to a tree of `size` leaves.

    `edge` has the bytes of the rightmost partial tile of each level that has one. Partial tiles are among the
    answer. Raises TileFault when `edge` is not of a tree of that size.
    """
    changed: dict[tuple[int, int], bytes] = {}
    added, level = b"".join(hashes), 0
    while added:
        have = size >> HEIGHT * level
        before = edge.get(level, b"")
        if len(before) != have % WIDTH * HASH_BYTES:
            raise TileFault(f"第 {level} 层边缘分片的宽度与日志大小不符")
        roots = []
        for number, tile in enumerate(_in_tiles(before + added), have // WIDTH):
            changed[level, number] = tile
            if len(tile) == WIDTH * HASH_BYTES:
                roots.append(_levels(tile)[HEIGHT])
        added, level = b"".join(roots), level + 1
    return changed


def _in_tiles(level: bytes) -> Iterator[bytes]:
    step = WIDTH * HASH_BYTES
    return (level[at : at + step] for at in range(0, len(level), step))


def _levels(tile: bytes) -> list[bytes]:
    """The tile's own hashes, then those of each level above inside it: nine levels when it is full."""
    levels = [tile]
    while len(levels[-1]) >= 2 * HASH_BYTES:
        levels.append(pairs_hashed(levels[-1]))
    return levels


def _path(kind: str, number: int, width: int) -> str:
    if number < 0 or not 1 <= width <= WIDTH:
        raise TileFault(f"没有编号 {number}、宽度 {width} 的分片")
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *ahead, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
    tail = "" if width == WIDTH else f".p/{width}"
    return "/".join(["tile", kind, *(f"x{each}" for each in ahead), last]) + tail
