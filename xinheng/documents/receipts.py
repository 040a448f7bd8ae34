"""Receipts of what was handed in (受理回执): a number, and a code that follows from it for us alone (查询码).

Nothing is kept of a code: whoever holds receipt and code may see how far their matter is, without signing in.
"""

from __future__ import annotations

import hmac
import unicodedata
from base64 import b32encode

from xinheng.vault.keys import master

CODE_LENGTH = 10  # 50 bits behind a limit of questions
NUMBER_LENGTH = 40
_KEY = "documents.receipt"


def code_of(number: str) -> str:
    """The code printed beside a number, `ABCDE-FGHIJ`."""
    code = _code(number)
    return f"{code[:5]}-{code[5:]}"


def tidy(number: str) -> str:
    """A number as it was meant: width, blanks and case made one."""
    return unicodedata.normalize("NFKC", number).strip().upper()[:NUMBER_LENGTH]


def matches(number: str, code: str) -> bool:
    """Whether the code typed is that of the number; the same work whatever was typed."""
    folded = unicodedata.normalize("NFKC", code).upper()
    typed = "".join(each for each in folded if each.isalnum())[: 2 * CODE_LENGTH]
    # What is read as a letter and is none: 0 and 1 are not in the alphabet.
    typed = typed.replace("0", "O").replace("1", "I").replace("8", "B")
    return hmac.compare_digest(typed.encode(), _code(tidy(number)).encode())


def _code(number: str) -> str:
    digest = hmac.digest(master().index_key(_KEY), number.encode(), "sha256")
    return b32encode(digest).decode()[:CODE_LENGTH]
