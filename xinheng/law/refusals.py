"""One renderer of every answer (说明与拒绝用语): page, command line, workbook and API say the same words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xinheng.law.language import Outcome, Reason
from xinheng.law.reference import ClauseText, RefusalText

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law

CONFORMS = "CONFORMS"
TEXT_MISSING = "TEXT_MISSING"
UNTOLD = "（未注明）"


@dataclass(frozen=True, slots=True)
class Told:
    """A reason in words: conclusion, why with its values, what to do, whom to ask, clauses; all of it in `text`."""

    code: str
    conclusion: str
    why: str
    clauses: tuple[ClauseText, ...]
    next_step: str
    whom: str
    text: str


def tell(reason: Reason, law: Law) -> Told:
    """A reason in the words of refusals.yaml; a code without a text is told as such, never an error.

    The clauses are the rule's own first, then those the text adds.
    """
    words = _words(reason.code or CONFORMS, law)
    values = {**reason.values, "code": reason.code}
    cited = (*(clause.id for clause in reason.clauses), *words.clauses)
    conclusion, why, next_step = (_fill(t, values) for t in (words.conclusion, words.why, words.next_step))
    return Told(
        code=reason.code,
        conclusion=conclusion,
        why=why,
        clauses=_resolved(cited, law),
        next_step=next_step,
        whom=_fill(words.whom, values),
        text=_sentence(conclusion, why, next_step, words.whom),
    )


def tell_all(reasons: Iterable[Reason], law: Law) -> tuple[Told, ...]:
    """Each different answer once, in the order given."""
    told: dict[str, Told] = {}
    for reason in reasons:
        answer = tell(reason, law)
        told.setdefault(answer.text, answer)
    return tuple(told.values())


def tell_code(code: str, values: Mapping[str, str], law: Law) -> Told:
    """A fault or a repair that is no rule's answer, told by the same words."""
    return tell(Reason("", Outcome.FORBIDDEN, (), code, values), law)


def _words(code: str, law: Law) -> RefusalText:
    known = law.book.refusals
    return known.get(code) or known.get(TEXT_MISSING) or RefusalText.bare(code)


class _Values(dict[str, str]):
    """Values by name; one that nobody gave is told as not given."""

    def __missing__(self, name: str) -> str:
        return UNTOLD


def _fill(text: str, values: Mapping[str, str]) -> str:
    return text.format_map(_Values(values)) if text else ""


def _resolved(ids: Iterable[str], law: Law) -> tuple[ClauseText, ...]:
    """The clause texts, each once; an id that does not resolve is `check`'s affair, not the reader's."""
    known = law.book.clauses
    return tuple(known[each] for each in dict.fromkeys(ids) if each in known)


def _sentence(conclusion: str, why: str, next_step: str, whom: str) -> str:
    """结论：原因。怎么办。可以联系谁。"""
    told = f"{conclusion}：{why}" if why else f"{conclusion}。"
    return f"{told}{next_step}" + (f"可以联系：{whom}。" if whom else "")
