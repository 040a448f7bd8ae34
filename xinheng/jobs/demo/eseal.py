"""A seal that seals nothing (示例电子签章): what an e-seal's tool would append to an issued paper, visibly a sample."""

from __future__ import annotations

import re

LABEL = "示例电子签章：仅供演示，不具有任何效力"
_NOTHING = b"<" + b"00" * 64 + b">"


def stamped(pdf: bytes) -> bytes:
    """The PDF and, as an incremental update, a signature field over its bytes with nothing in it."""
    root = re.findall(rb"/Root ([0-9]+ 0 R)", pdf)[-1]
    size, before = int(re.findall(rb"/Size ([0-9]+)", pdf)[-1]), re.findall(rb"startxref\s+([0-9]+)", pdf)[-1]
    label = LABEL.encode("utf-16").hex().encode()
    head = b"\n%d 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/Name<%s>" % (
        size,
        label,
    )
    tail = b">>\nendobj\nxref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %s/Prev %s>>\nstartxref\n" % (
        size, len(pdf) + 1, size + 1, root, before,
    )  # fmt: skip
    covered = len(pdf) + len(head) + len(_ranges(0, 0, 0))
    after = covered + len(_NOTHING)
    end = b"%d\n%%%%EOF\n" % (after + tail.index(b"xref\n"))
    return pdf + head + _ranges(covered, after, len(tail) + len(end)) + _NOTHING + tail + end


def _ranges(covered: int, after: int, length: int) -> bytes:
    """Fixed in width, so that it can be measured before it is known."""
    return b"/ByteRange[0 %010d %010d %010d]/Contents" % (covered, after, length)
