"""The PDFs that were issued, kept beside the database (文书文件).

Sealed twice: under the subject's own key, so that shredding it takes the file with it wherever a copy is, and as every
kept file under the master key, bound to its document.
"""

from __future__ import annotations

import io
from pathlib import Path
from uuid import UUID

from django.conf import settings

from xinheng.vault.files import open_file, seal_file
from xinheng.vault.sealing import open_sealed, seal

TABLE, COLUMN = "documents_issueddocument", "pdf"


def keep(document: UUID, subject: UUID, pdf: bytes) -> None:
    """Seal a PDF under its document's id; it appears whole or not at all."""
    target = path_of(document)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    sealed = seal(TABLE, COLUMN, document, subject, pdf)
    seal_file(io.BytesIO(sealed), target, context=_context(document))


def kept(document: UUID, subject: UUID) -> bytes:
    """The PDF. Raises vault.keyring.Unreadable when it was changed, moved or shredded."""
    with open_file(path_of(document), context=_context(document)) as stream:
        return open_sealed(TABLE, COLUMN, document, subject, stream.read())


def path_of(document: UUID) -> Path:
    """Where the sealed file of a document is."""
    return Path(settings.XINHENG_FILES_DIR) / "documents" / document.hex[-2:] / document.hex


def _context(document: UUID) -> str:
    return f"document:{document}"
