"""Files that hold keys (密钥文件): made once, for their owner only, never overwritten by accident."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

KEY_BYTES = 32


class KeyFault(Exception):
    """Keys are missing, damaged or readable by others; the message names the file, never a key."""


def write_once(file: Path, content: str) -> bool:
    """Write a new file (directory 0700, file 0600), on disk before it returns; False when one is there."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    return True


def replace(file: Path, content: str) -> None:
    """Put new content in the place of a file (0600): whole or not at all, on disk before it returns."""
    part = file.with_name(f".{file.name}.{secrets.token_hex(6)}")
    write_once(part, content)
    part.replace(file)
    directory = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
