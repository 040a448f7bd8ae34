"""A log as files, laid out as C2SP tlog-tiles serves it (导出的日志).

checkpoint              the newest signed note
tile/<L>/<N>[.p/<W>]    hashes
tile/entries/<N>[.p/<W>]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path

from . import note, tiles
from .checkpoint import Checkpoint
from .merkle import HASH_BYTES
from .tiles import WIDTH, TileFault, TileNodes


class ExportedLog:
    """Reads such a folder. Nothing in it is believed: a proof made of it has to be verified."""

    def __init__(self, root: Path) -> None:
        """Raises OSError or NoteFault when there is no checkpoint."""
        self._root = root
        self.note = (root / "checkpoint").read_bytes().decode("utf-8")
        self.checkpoint = Checkpoint.parse(note.split(self.note)[0])

    def nodes(self, size: int) -> TileNodes:
        """The hashes of the tree as it was at `size`; a `merkle.Node`."""
        return TileNodes(lambda level, number: self._tile(level, number, size), size)

    def entry(self, index: int) -> bytes:
        """The bytes of one entry. Raises TileFault when the log is not that long."""
        if not 0 <= index < self.checkpoint.size:
            raise TileFault(f"日志共 {self.checkpoint.size} 条，没有序号 {index}")
        number, at = divmod(index, WIDTH)
        width = tiles.width_at(0, number, self.checkpoint.size)
        bundle = tiles.unbundle(self._first([tiles.entries_path(number, width), tiles.entries_path(number)]))
        if at >= len(bundle):
            raise TileFault(f"条目包 {number} 不完整")
        return bundle[at]

    def _tile(self, level: int, number: int, size: int) -> bytes:
        """As wide as at that size, else as wide as the log has it now, else full: partial tiles may be gone."""
        widths = [tiles.width_at(level, number, each) for each in (size, self.checkpoint.size)]
        return self._first([tiles.path(level, number, width) for width in [*widths, WIDTH] if width])

    def _first(self, paths: Iterable[str]) -> bytes:
        for each in paths:
            if (self._root / each).is_file():
                return (self._root / each).read_bytes()
        raise TileFault(f"导出的日志中没有 {each}")


def write(
    root: Path, *, signed: str, hashes: Mapping[tuple[int, int], bytes], entries: Iterable[bytes]
) -> None:
    """Lay out a log: its tiles by (level, number), its entries in order, and last its checkpoint's note."""
    for (level, number), tile in hashes.items():
        _put(root / tiles.path(level, number, len(tile) // HASH_BYTES), tile)
    rest = iter(entries)
    for number, bundle in enumerate(iter(lambda: list(islice(rest, WIDTH)), [])):
        _put(root / tiles.entries_path(number, len(bundle)), tiles.bundle(bundle))
    _put(root / "checkpoint", signed.encode())


def _put(path: Path, raw: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
