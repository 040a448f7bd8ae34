"""An e-seal as its tool appends it to a PDF, for tests of sealed copies (示例电子签章)."""

from __future__ import annotations

import re

HOLE = b"<" + b"00" * 64 + b">"


def sealed(pdf: bytes, *, of: int | None = None) -> bytes:
    """The PDF and, as an incremental update, a signature over `of` of its bytes (all that comes before its hole)."""
    root, size = _trailer(pdf)
    head = b"\n%d 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached" % size
    before = len(pdf) + len(head) + len(b"/ByteRange[0 0000000000 0000000000 0000000000]/Contents")
    start = len(pdf) + 1
    tail = b">>\nendobj\nxref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %s/Prev %d>>\nstartxref\n" % (
        size, start, size + 1, root, int(re.findall(rb"startxref\s+([0-9]+)", pdf)[-1]),
    )  # fmt: skip
    after = before + len(HOLE)
    end = b"%d\n%%%%EOF\n" % (after + tail.index(b"xref\n"))
    first = before if of is None else of
    ranges = b"/ByteRange[0 %010d %010d %010d]/Contents" % (first, after, len(tail) + len(end))
    return pdf + head + ranges + HOLE + tail + end


def _trailer(pdf: bytes) -> tuple[bytes, int]:
    root = re.findall(rb"/Root ([0-9]+ 0 R)", pdf)[-1]
    return root, int(re.findall(rb"/Size ([0-9]+)", pdf)[-1])
