"""Leniency (宽容审慎, 四（二）): minors never; force majeure, no intent and slight conduct before a person.

Asked on every adverse path. The software recognises that a ground may be there and makes a person decide and
give reasons; it never decides that conduct was slight.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from xinheng.law.facts import AgeClass, SubjectKind
from xinheng.law.language import Answer, Outcome

GROUNDS = {"force_majeure": "不可抗力", "unintentional": "非主观故意", "slight": "轻微"}


class LeniencyDecision(enum.StrEnum):
    """What the officer decided (宽容审慎处理意见)."""

    NONE = ""
    GO_ON = "go_on"
    LIGHTER = "lighter"
    SPARE = "spare"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leniency:
    """Grounds of leniency that anybody named or a declared window touches, and what an officer decided, why.

    `heard` says that the party was asked about them or has spoken.
    """

    grounds: tuple[str, ...] = ()
    decision: LeniencyDecision = LeniencyDecision.NONE
    reason: str = ""
    heard: bool = False

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.grounds) - set(GROUNDS)):
            raise ValueError(f"no ground of leniency: {', '.join(unknown)}")


UNASKED = Leniency()


def age_answer(kind: SubjectKind, age: AgeClass) -> Answer:
    """Nothing adverse about a minor at the act; an unknown age waits for a person."""
    if age is AgeClass.MINOR:
        return Outcome.FORBIDDEN, "ADVERSE_TO_MINOR"
    unasked = kind is SubjectKind.NATURAL_PERSON and age is AgeClass.NOT_A_PERSON
    if age is AgeClass.UNKNOWN or unasked:
        return Outcome.OFFICER_DECIDES, "ADVERSE_AGE_UNKNOWN"
    return Outcome.PERMITTED


def leniency_answer(leniency: Leniency, *, lighter: bool) -> Answer:
    """Without a named ground nothing is asked; with one an officer's reasoned decision goes before.

    `lighter` says whether what is asked about can itself be the lighter course: a measure may, a listing never is.
    """
    if not leniency.heard:
        return Outcome.FORBIDDEN, "LENIENCY_NOT_HEARD"
    told = {"grounds": "、".join(GROUNDS[each] for each in leniency.grounds) or "宽容审慎"}
    if leniency.decision is LeniencyDecision.SPARE or (
        leniency.decision is LeniencyDecision.LIGHTER and not lighter
    ):
        return Outcome.FORBIDDEN, "LENIENCY_SPARES", told
    if not leniency.grounds:
        return Outcome.PERMITTED
    if leniency.decision is LeniencyDecision.NONE or not leniency.reason.strip():
        return Outcome.FORBIDDEN, "LENIENCY_UNDECIDED", told
    return Outcome.PERMITTED


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceMajeureWindow:
    """Declared once by the credit office (不可抗力窗口): area code, days (both counted; None: still on), ground."""

    id: str
    area: str
    first: date
    last: date | None
    ground: str
    declared_by: str

    def __post_init__(self) -> None:
        if not self.ground.strip() or not self.declared_by or (self.last and self.last < self.first):
            raise ValueError(
                "a window has a ground, somebody who declared it, and an end after its beginning"
            )

    def covers(self, area: str) -> bool:
        """Whether a matter of a body of this area may lie in the window's.

        A body of the whole city acts in each of its counties, and nobody tells in which: that is for a person.
        """
        return within(area, self.area) or within(self.area, area)

    def touches(self, area: str, first: date, last: date | None) -> bool:
        """Whether the days `first` to `last` (None: still running) in an area of this code lie in the window."""
        return self.covers(area) and self.first <= (last or date.max) and first <= (self.last or date.max)


def within(area: str, whole: str) -> bool:
    """Whether a division lies in another by its code: 320812 in 320800, both in 320000."""
    stem = whole
    while stem.endswith("00"):
        stem = stem[:-2]
    return bool(stem) and area.startswith(stem)


def touched_by(
    windows: Iterable[ForceMajeureWindow], *, area: str, first: date, last: date | None
) -> tuple[ForceMajeureWindow, ...]:
    """The windows that touch a clock, a record's conduct or a case; with any, it goes before a person."""
    return tuple(each for each in windows if each.touches(area, first, last))


def with_force_majeure(leniency: Leniency, windows: tuple[ForceMajeureWindow, ...]) -> Leniency:
    """The leniency to be decided when windows touch a matter: a ground more, and an earlier decision is asked anew."""
    if not windows or "force_majeure" in leniency.grounds:
        return leniency
    return Leniency(grounds=tuple(sorted({*leniency.grounds, "force_majeure"})), heard=leniency.heard)
