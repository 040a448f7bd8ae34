"""Nothing that we publish about repair may name a charge (不收费): words of reference/directory.yaml, found in a text."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from xinheng.law.language import Refusal

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law

FILE = "directory.yaml"
CLAUSE = "huaian-2021-13#5.1c"


def named_charge(text: str, law: Law) -> str:
    """The first word of a charge, course or agent that a text holds, "" for none; that nothing is charged may be said."""
    told = law.document(FILE)
    left = "".join(unicodedata.normalize("NFKC", text).split())
    for said in told["allowed"]:
        left = left.replace(said, "，")
    for word in told["charge_words"]:
        if word in left:
            return str(word)
    amount = re.search(told["charge_amount"], left)
    return amount.group() if amount else ""


def require_none(law: Law, *texts: str) -> None:
    """Nothing where no text names a charge, else raise Refusal CHARGE_NAMED (五（一）)."""
    for text in texts:
        word = named_charge(text, law)
        if word:
            raise Refusal.because("CHARGE_NAMED", CLAUSE, value=word)
