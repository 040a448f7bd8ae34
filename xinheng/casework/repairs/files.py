"""Materials that are handed in (修复材料): looked at before they are kept, sealed under the party's own key."""

# clauses: 5.1a

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from xinheng.documents import uploads
from xinheng.law.language import Refusal
from xinheng.vault.files import open_file, seal_file
from xinheng.vault.sealing import open_sealed, seal

COLUMN = "file"
MOST = 10 * uploads.MIB


def media_type(file: bytes) -> str:
    """By what the file is. Raises Refusal MATERIAL_UNREADABLE or MATERIAL_DANGEROUS."""
    try:
        return uploads.media_type(file, most=MOST)
    except uploads.Unfit as fault:
        if fault.dangerous:
            raise Refusal.because("MATERIAL_DANGEROUS", "huaian-2021-13#5.1a") from None
        raise Refusal.because("MATERIAL_UNREADABLE", "huaian-2021-13#5.1a", why=fault.why) from None


@dataclass(frozen=True, slots=True)
class Folder:
    """Where files of one table are kept, each sealed under its row's id and its party's key."""

    table: str
    name: str
    context: str

    def keep(self, row: UUID, subject: UUID, file: bytes) -> None:
        """Seal a file under its row's id; it appears whole or not at all."""
        target = self.path_of(row)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sealed = seal(self.table, COLUMN, row, subject, file)
        seal_file(io.BytesIO(sealed), target, context=self._context(row))

    def kept(self, row: UUID, subject: UUID) -> bytes:
        """The file. Raises vault.keyring.Unreadable when it was changed, moved or shredded."""
        with open_file(self.path_of(row), context=self._context(row)) as stream:
            sealed = stream.read()
        return open_sealed(self.table, COLUMN, row, subject, sealed)

    def path_of(self, row: UUID) -> Path:
        """Where the sealed file of a row is."""
        return Path(settings.XINHENG_FILES_DIR) / self.name / row.hex[-2:] / row.hex

    def _context(self, row: UUID) -> str:
        return f"{self.context}:{row}"


MATERIALS = Folder("casework_repairmaterial", "repair-materials", "repair-material")
keep, kept, path_of = MATERIALS.keep, MATERIALS.kept, MATERIALS.path_of
