"""What a witness remembers: of each log the newest note that it cosigned, on disk before it says so (见证状态)."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from xinheng.ledger.verifier.checkpoint import origin_hash


class StateFault(Exception):
    """The state is missing, damaged, or another witness's at this moment."""


class State:
    """One file per log in a folder that one process at a time may use.

    The folder is never made here: a witness that lost its memory would cosign a second history. Raises StateFault.
    """

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise StateFault(
                f"状态目录 {root} 不存在：新的见证人请先建目录，原有的请先恢复，否则会为另一份历史作证"
            )
        self._root = root
        self._held = (root / "lock").open("w")
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._held.close()
            raise StateFault(f"状态目录 {root} 正由另一进程使用") from None

    def read(self, origin: str) -> str | None:
        """The newest note of a log, or None when it was never cosigned."""
        try:
            return (self._root / origin_hash(origin)).read_bytes().decode("utf-8")
        except FileNotFoundError:
            return None

    def write(self, origin: str, note: str) -> None:
        """Keep a note for good: when this returns, neither kill nor power cut takes it away."""
        path = self._root / origin_hash(origin)
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(note.encode())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        folder = os.open(self._root, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def close(self) -> None:
        """Let another process use the folder."""
        self._held.close()
