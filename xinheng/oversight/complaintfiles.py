"""Files sent with complaints (举报材料): bounded, of three kinds by what they begin with, sealed under the master key."""

from __future__ import annotations

import io
from pathlib import Path
from uuid import UUID

from django.conf import settings

from xinheng.documents import handedin
from xinheng.law.language import Refusal
from xinheng.vault.files import open_file, seal_file

MOST = 8 * handedin.MIB
FOLDER = "complaints"


def media_type(file: bytes) -> str:
    """By what the file begins with. Raises Refusal COMPLAINT_FILE_UNREADABLE."""
    return handedin.media_type(file, MOST, _unreadable)


def too_large() -> Refusal:
    """The refusal of a file beyond MOST."""
    return _unreadable(handedin.too_large(MOST))


def _unreadable(why: str) -> Refusal:
    return Refusal.because("COMPLAINT_FILE_UNREADABLE", "huaian-2021-13#5.1c", why=why)


def keep(complaint: UUID, file: bytes) -> None:
    """Seal a file under its complaint's id; it appears whole or not at all."""
    target = path_of(complaint)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    seal_file(io.BytesIO(file), target, context=_context(complaint))


def kept(complaint: UUID) -> bytes:
    """That file. Raises vault.keyring.Unreadable when it was changed or moved."""
    with open_file(path_of(complaint), context=_context(complaint)) as stream:
        return stream.read()


def path_of(complaint: UUID) -> Path:
    """Where it is."""
    return Path(settings.XINHENG_FILES_DIR) / FOLDER / complaint.hex[-2:] / complaint.hex


def _context(complaint: UUID) -> str:
    return f"complaint:{complaint}"
