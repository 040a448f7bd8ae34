"""The uploaded lists, kept sealed beside the database (批量出具名单文件)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO
from uuid import UUID

from django.conf import settings

from xinheng.vault.files import open_file, seal_file


def keep(stream: BinaryIO, run: UUID) -> None:
    """Seal a list under its run's id; it appears whole or not at all."""
    stream.seek(0)
    target = path_of(run)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    seal_file(stream, target, context=_context(run))


@contextmanager
def kept(run: UUID) -> Iterator[IO[bytes]]:
    """The list in clear, as a stream. Raises vault.keyring.Unreadable when it was changed or cut."""
    with open_file(path_of(run), context=_context(run)) as stream:
        yield stream


def path_of(run: UUID) -> Path:
    """Where the sealed list of a run is."""
    return Path(settings.XINHENG_FILES_DIR) / "lists" / run.hex[-2:] / run.hex


def _context(run: UUID) -> str:
    return f"list:{run}"
