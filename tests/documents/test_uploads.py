"""Which files are taken in, and that one check serves all who take files (上传文件核对)."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from uuid import UUID

import pytest

from xinheng.access.accounts import Bound, _require_papers
from xinheng.casework.repairs import files
from xinheng.documents import uploads
from xinheng.documents.uploads import MIB, Unfit, media_type
from xinheng.law.language import Refusal
from xinheng.oversight import complaintfiles

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x00IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0....\xff\xd9"


def holding(what: bytes) -> bytes:
    return PDF.replace(b"/Catalog", b"/Catalog" + what)


def packed(
    objects: bytes, told: bytes = b"/Type/ObjStm/Filter/FlateDecode", body: bytes | None = None
) -> bytes:
    kept = zlib.compress(objects) if body is None else body
    stream = b"2 0 obj<<" + told + b"/N 1>>stream\n" + kept + b"\nendstream endobj\n"
    return PDF.replace(b"trailer", stream + b"trailer")


FIT = {
    "PDF": PDF, "PNG": PNG, "JPEG": JPEG, "packed": packed(b"3 0 <</Type/Pages>>"),
    "a picture with a name by chance": holding(b"/X 1 0 R>>stream\n..../JS\x07/AA\x90....\nendstream<<"),
}  # fmt: skip
UNFIT = {
    "empty": b"", "a program": b"MZ\x90\x00", "a page": b"<html><script>", "a sheet": b"PK\x03\x04", "late": b"\n" + PDF,
    "cut": PDF[:-7], "half a picture": PNG[:8] + b"....", "half a photo": JPEG[:-2], "locked": holding(b"/Encrypt 3 0 R"),
    "no packing": packed(b"", body=b"nothing"), "bomb": packed(bytes(33 * MIB)), "large": PDF + b"%" * MIB + b"%%EOF",
}  # fmt: skip
DANGEROUS = {
    "opens": holding(b"/OpenAction 2 0 R"), "escaped": holding(b"/J#61vaScript 2 0 R"), "short": holding(b"/JS(app)"),
    "short with blank": holding(b"/AA\x00<</O 1 0 R>>"), "commented": holding(b"/JS%\n(app)"),
    "attached": holding(b"/EmbeddedFiles 2 0 R"), "starts": holding(b"/Launch"), "form": holding(b"/XFA 2 0 R"),
    "packed": packed(b"3 0 <</S/JavaScript/JS(app)>>"), "packed and escaped": packed(b"3 0 <</S/Launch>>", b"/Type/Obj#53tm"),
    "in a photo": JPEG[:4] + PDF + JPEG, "in a picture": PNG[:8] + holding(b"/Launch") + PNG[8:],
}  # fmt: skip


@pytest.mark.parametrize("what", FIT)
def test_what_can_be_opened_is_taken(what: str) -> None:
    assert media_type(FIT[what], most=MIB) in (uploads.PDF, uploads.PNG, uploads.JPEG)


@pytest.mark.parametrize("what", [*UNFIT, *DANGEROUS])
def test_what_cannot_or_does_something_is_not(what: str) -> None:
    with pytest.raises(Unfit) as told:
        media_type({**UNFIT, **DANGEROUS}[what], most=MIB)
    assert told.value.dangerous is (what in DANGEROUS)
    assert told.value.why


def test_size_is_told_in_the_taker_s_own_measure() -> None:
    with pytest.raises(Unfit, match="超过 3 MB"):
        media_type(bytes(3 * MIB + 1), most=3 * MIB)


def papers(file: bytes) -> None:
    _require_papers(Bound(UUID(int=1), "self"), "resident_card", file)


TAKERS: dict[str, Callable[[bytes], object]] = {
    "repair": files.media_type, "complaint": complaintfiles.media_type, "window": papers,
}  # fmt: skip


@pytest.mark.parametrize("taker", TAKERS)
def test_whoever_takes_files_asks_the_same(taker: str) -> None:
    for file in (PDF, PNG, JPEG):
        TAKERS[taker](file)
    for file in {**UNFIT, **DANGEROUS}.values():
        if file is not UNFIT["large"]:
            with pytest.raises(Refusal):
                TAKERS[taker](file)
