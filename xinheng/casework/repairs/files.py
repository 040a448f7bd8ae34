"""Materials that are handed in (修复材料): looked at before they are kept, sealed under the party's own key."""

# clauses: 5.1a

from __future__ import annotations

import io
from pathlib import Path
from uuid import UUID

from django.conf import settings

from xinheng.documents import uploads
from xinheng.law.language import Refusal
from xinheng.vault.files import open_file, seal_file
from xinheng.vault.sealing import open_sealed, seal

TABLE, COLUMN, FOLDER = "casework_repairmaterial", "file", "repair-materials"
MOST = 10 * uploads.MIB


def media_type(file: bytes) -> str:
    """By what the file is. Raises Refusal MATERIAL_UNREADABLE or MATERIAL_DANGEROUS."""
    try:
        return uploads.media_type(file, most=MOST)
    except uploads.Unfit as fault:
        if fault.dangerous:
            raise Refusal.because("MATERIAL_DANGEROUS", "huaian-2021-13#5.1a") from None
        raise Refusal.because("MATERIAL_UNREADABLE", "huaian-2021-13#5.1a", why=fault.why) from None


def keep(material: UUID, subject: UUID, file: bytes) -> None:
    """Seal a file under its material's id; it appears whole or not at all."""
    target = path_of(material)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    sealed = seal(TABLE, COLUMN, material, subject, file)
    seal_file(io.BytesIO(sealed), target, context=_context(material))


def kept(material: UUID, subject: UUID) -> bytes:
    """The file. Raises vault.keyring.Unreadable when it was changed, moved or shredded."""
    with open_file(path_of(material), context=_context(material)) as stream:
        sealed = stream.read()
    return open_sealed(TABLE, COLUMN, material, subject, sealed)


def path_of(material: UUID) -> Path:
    """Where the sealed file of a material is."""
    return Path(settings.XINHENG_FILES_DIR) / FOLDER / material.hex[-2:] / material.hex


def _context(material: UUID) -> str:
    return f"repair-material:{material}"
