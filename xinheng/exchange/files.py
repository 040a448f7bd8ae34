"""The files that agencies sent, kept sealed beside the database (报送文件)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO
from uuid import UUID

from django.conf import settings

from xinheng.vault.files import open_file, seal_file

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a file's bytes."""

    sha256: bytes
    size: int


def measure(stream: IO[bytes]) -> Kept:
    """SHA-256 and size of a stream, which is left at its start."""
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    stream.seek(0)
    return Kept(digest.digest(), size)


def keep(stream: BinaryIO, batch: UUID) -> None:
    """Seal the file under the batch's id; it appears whole or not at all."""
    stream.seek(0)
    target = path_of(batch)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    seal_file(stream, target, context=_context(batch))


@contextmanager
def kept(batch: UUID) -> Iterator[IO[bytes]]:
    """The file in clear, as a stream. Raises vault.keyring.Unreadable when it was changed or cut."""
    with open_file(path_of(batch), context=_context(batch)) as stream:
        yield stream


def forget(batch: UUID) -> None:
    """Remove a file that could not be taken in."""
    path_of(batch).unlink(missing_ok=True)


def path_of(batch: UUID) -> Path:
    """Where the sealed file of a batch is."""
    return Path(settings.XINHENG_FILES_DIR) / "batches" / batch.hex[-2:] / batch.hex


def _context(batch: UUID) -> str:
    return f"batch:{batch}"
