"""Materials that are handed in (修复材料): looked at before they are kept, sealed under the party's own key."""

# clauses: 5.1a

from __future__ import annotations

import io
import re
from pathlib import Path
from uuid import UUID

from django.conf import settings

from xinheng.documents import handedin
from xinheng.documents.handedin import JPEG, PDF, PNG
from xinheng.law.language import Refusal
from xinheng.vault.files import open_file, seal_file
from xinheng.vault.sealing import open_sealed, seal

TABLE, COLUMN, FOLDER = "casework_repairmaterial", "file", "repair-materials"
MOST = 10 * handedin.MIB
# How a whole file of its kind ends, within its last bytes.
_END = {PDF: b"%%EOF", PNG: b"IEND", JPEG: b"\xff\xd9"}
_TAIL = 1024
# What a PDF does when it is opened: nobody needs it in a proof. A name may be written with #xx for a letter.
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|OpenAction|AA|RichMedia|XFA)\b")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def media_type(file: bytes) -> str:
    """By what the file is. Raises Refusal MATERIAL_UNREADABLE or MATERIAL_DANGEROUS."""
    found = handedin.media_type(file, MOST, _unreadable)
    if _END[found] not in file[-_TAIL:]:
        raise _unreadable("文件不完整，打不开")
    if found == PDF:
        _require_still(file)
    return found


def _require_still(file: bytes) -> None:
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), file)
    if b"/Encrypt" in plain:
        raise _unreadable("文件加了密码，打不开")
    if _ACTIVE.search(plain):
        raise Refusal.because("MATERIAL_DANGEROUS", "huaian-2021-13#5.1a")


def _unreadable(why: str) -> Refusal:
    return Refusal.because("MATERIAL_UNREADABLE", "huaian-2021-13#5.1a", why=why)


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
