"""The PDFs that were issued and their signed copies, kept beside the database (文书文件).

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
DOCUMENTS, COPIES = "documents", "sealed-copies"
COPY_TABLE, COPY_COLUMN = "documents_sealedcopy", "file"


def keep(document: UUID, subject: UUID, pdf: bytes) -> None:
    """Seal a PDF under its document's id; it appears whole or not at all."""
    sealed = seal(TABLE, COLUMN, document, subject, pdf)
    _write(path_of(document), sealed, _context(document))


def kept(document: UUID, subject: UUID) -> bytes:
    """The PDF. Raises vault.keyring.Unreadable when it was changed, moved or shredded."""
    sealed = _read(path_of(document), _context(document))
    return open_sealed(TABLE, COLUMN, document, subject, sealed)


def keep_copy(copy: UUID, subject: UUID, file: bytes) -> None:
    """Seal the file of a signed and sealed copy under the copy's id."""
    sealed = seal(COPY_TABLE, COPY_COLUMN, copy, subject, file)
    _write(path_of(copy, COPIES), sealed, _copy_context(copy))


def kept_copy(copy: UUID, subject: UUID) -> bytes:
    """That file. Raises as `kept`."""
    sealed = _read(path_of(copy, COPIES), _copy_context(copy))
    return open_sealed(COPY_TABLE, COPY_COLUMN, copy, subject, sealed)


def path_of(identity: UUID, folder: str = DOCUMENTS) -> Path:
    """Where the sealed file of a document, or of a sealed copy, is."""
    return Path(settings.XINHENG_FILES_DIR) / folder / identity.hex[-2:] / identity.hex


def _write(target: Path, sealed: bytes, context: str) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    seal_file(io.BytesIO(sealed), target, context=context)


def _read(path: Path, context: str) -> bytes:
    with open_file(path, context=context) as stream:
        return stream.read()


def _context(document: UUID) -> str:
    return f"document:{document}"


def _copy_context(copy: UUID) -> str:
    return f"sealed-copy:{copy}"
