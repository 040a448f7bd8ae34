"""How far a matter is that somebody holds a receipt of (办理进度): each app tells of its own, without persons.

An app registers a teller for the prefix of its numbers::

    @tells("YYSL")
    def progress(number: str, law: Law) -> Progress | None: ...

It is asked only for a number whose code was right, and says nothing of whom or about what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from xinheng.documents import receipts
from xinheng.law.lawbook import Law


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a matter; `on` is None while it is not reached."""

    label: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a matter stands. `due`: the last day by law for the next answer, `provisional` while a calendar lacks.

    With `office_target` that day is what the office means to keep, and no legal period. `answer`: what was answered to
    who asked, for matters of which nobody is told in another way.
    """

    number: str
    title: str
    state: str
    tone: str
    body: str
    stages: tuple[Stage, ...]
    due: date | None = None
    provisional: bool = False
    next_step: str = ""
    office_target: bool = False
    answer: str = ""


Teller = Callable[[str, Law], Progress | None]
_tellers: dict[str, Teller] = {}


def tells(prefix: str) -> Callable[[Teller], Teller]:
    """Register who tells of numbers with this prefix."""

    def register(teller: Teller) -> Teller:
        _tellers[prefix] = teller
        return teller

    return register


def of(number: str, code: str, law: Law) -> Progress | None:
    """The progress of a matter, for whoever has number and code; None for anything else."""
    wanted = receipts.tidy(number)
    if not receipts.matches(wanted, code):
        return None
    teller = _tellers.get(wanted.partition("-")[0])
    return teller(wanted, law) if teller else None
