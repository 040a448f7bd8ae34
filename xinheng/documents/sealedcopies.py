"""Whether a file is the signed and sealed copy of a paper (签章件核对). Pure.

Two ways, which prove different things. An e-seal is appended to the PDF, so that the file begins with every byte that
was issued, under a signature that covers them: the body is the same for sure; whose seal it is, is for the seal's own
tool to say. A scan shows ink and stamp, and no machine can tell that its words are those of the body: there the code that
is printed on that paper alone is typed in, and an officer answers by name for having compared all pages.
"""

from __future__ import annotations

import enum
import hmac
import re
from hashlib import sha256

from xinheng.documents import codes, uploads
from xinheng.law.language import Refusal

MOST = 32 * uploads.MIB
_UPDATE = re.compile(rb"startxref\s+[0-9]+\s+%%EOF\s*\Z")
_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+([0-9]{1,10})\s+([0-9]{1,10})\s+([0-9]{1,10})\s*\]")


class Method(enum.StrEnum):
    """How a signed and sealed copy is matched to what was issued (签章件核对方式)."""

    INCREMENTAL = "incremental"
    SCAN = "scan"


def media_type(file: bytes) -> str:
    """By what the file begins with. Raises Refusal SEALED_FILE_UNREADABLE for what is no PDF, PNG, JPEG, or too large."""
    try:
        return uploads.kind_of(file, most=MOST)
    except uploads.Unfit as fault:
        raise _unreadable(fault.why) from None


def require_appended(file: bytes, pdf_sha256: bytes, pdf_size: int) -> None:
    """The file is the issued PDF and, appended to it, a signature over it. Raises Refusal SEALED_COPY_DIFFERS."""
    if not hmac.compare_digest(sha256(file[:pdf_size]).digest(), pdf_sha256):
        raise _differs("文件的开头不是系统生成的那一份 PDF")
    if len(file) == pdf_size:
        raise _differs("文件就是系统生成的那一份，还没有加盖电子印章")
    if not (_UPDATE.search(file, pdf_size) and _signed(file, pdf_size)):
        raise _differs("文件后面增加的内容里没有对原文件的电子签章")


def require_compared(file: bytes, pdf_sha256: bytes, code_sha256: bytes, code: str, compared: bool) -> None:
    """A scan is of this paper by its code, and by an officer's word.

    Raises Refusal SEALED_CODE_DIFFERS, SEALED_NOT_COMPARED, SEALED_COPY_DIFFERS for the issued file itself.
    """
    if sha256(file).digest() == pdf_sha256:
        raise _differs("文件就是系统生成的那一份，不是签字盖章后的扫描件")
    if not hmac.compare_digest(codes.digest(codes.tidy(code)), code_sha256):
        raise Refusal.because("SEALED_CODE_DIFFERS", "huaian-2021-13#4.1c")
    if not compared:
        raise Refusal.because("SEALED_NOT_COMPARED", "huaian-2021-13#4.1c")


def _signed(file: bytes, pdf_size: int) -> bool:
    """A signature in what was appended covers all that was issued, and no more than is there."""
    for found in _RANGE.finditer(file, pdf_size):
        before, after, length = map(int, found.groups())
        if pdf_size <= before <= after and after + length <= len(file):
            return True
    return False


def _unreadable(why: str) -> Refusal:
    return Refusal.because("SEALED_FILE_UNREADABLE", "huaian-2021-13#4.1c", why=why)


def _differs(why: str) -> Refusal:
    return Refusal.because("SEALED_COPY_DIFFERS", "huaian-2021-13#4.1c", why=why)
