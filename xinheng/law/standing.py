"""What is still seen of a record after repair, correction or revocation, and its marks (结果与标注): one answer for all outputs."""

# clauses: 5.1b, 5.1d

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from xinheng.law.deadlines import HERE
from xinheng.law.disclosure import SELF
from xinheng.law.repairrules import VISIBLE, RepairEffect, View

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law


class Ground(enum.StrEnum):
    """Why an effect was decided; each is a procedure of its own (domain 7.6)."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Ground:
        ground = str.__new__(cls, value)
        ground._value_ = value
        ground.label = label
        return ground

    REPAIR = "repair", "信用修复"
    CORRECTION = "correction", "异议核实"
    REVOCATION = "revocation", "文书撤销或者变更"
    SHIELD = "shield", "同名核查"
    FALSE_PROMISE = "false_promise", "承诺不实"


class Mark(enum.StrEnum):
    """What stands beside a record wherever it is still seen; the words are in documents.yaml."""

    REPAIRING = "repairing"
    REPAIRED = "repaired"
    DISPUTED = "disputed"
    CONTESTED = "contested"
    PLAN = "plan_running"
    FALSE_PROMISE = "false_promise"


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """One effect in force, with the meaning that it had when it was decided."""

    effect: RepairEffect
    public: View
    shared: View
    own: View
    ground: Ground
    matter: UUID
    number: str
    at: datetime

    def name_in(self, law: Law) -> str:
        """The effect as the plan calls it."""
        named = law.book.repair.effects.get(self.effect)
        name = named.name if named else self.effect.value
        return f"终止公示，{name}" if self.code == "RECORD_PUBLICATION_ENDED" else name

    def in_words(self, law: Law) -> str:
        """The effect, why and since when."""
        return f"{self.name_in(law)}（{self.ground.label}，{self.at.astimezone(HERE).date()}）"

    @property
    def code(self) -> str:
        """Under which code of refusals.yaml an output says why the record is not there; "" when it is."""
        if self.effect is RepairEffect.ANNOTATE:
            return "RECORD_PUBLICATION_ENDED" if self.public is View.GONE else ""
        return _CODES[self.effect]


_CODES = {
    RepairEffect.END_SHARING_AND_PUBLICATION: "RECORD_SHARING_ENDED",
    RepairEffect.WITHHOLD: "RECORD_WITHHELD",
    RepairEffect.DELETE: "RECORD_DELETED",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The effects in force and the marks of one record. Of several effects the one that leaves least counts."""

    effects: tuple[InForce, ...] = ()
    marks: tuple[str, ...] = ()

    def toward(self, audience: str, law: Law) -> View | None:
        """What an audience still has of it; None for a record that nothing was decided about."""
        if audience == SELF:
            return self.own
        return self.public if law.audience(audience).public else self.shared

    @property
    def public(self) -> View | None:
        return _least(each.public for each in self.effects)

    @property
    def shared(self) -> View | None:
        return _least(each.shared for each in self.effects)

    @property
    def own(self) -> View | None:
        return _least(each.own for each in self.effects)

    def in_words(self, law: Law) -> str:
        """What was done, for whoever still sees it: `终止共享公开（信用修复，2026-11-23）`; "" for nothing."""
        return "；".join(each.in_words(law) for each in self.effects)

    @property
    def withheld(self) -> bool:
        """Whether routine queries of others than its own body and its subject are without it (special right)."""
        return self.shared in HIDING

    def why(self, audience: str, law: Law) -> InForce | None:
        """The effect because of which an audience does not see it; None when it does."""
        view = self.toward(audience, law)
        if view not in HIDING:
            return None
        return next(each for each in self.effects if Standing((each,)).toward(audience, law) is view)


# What is not to be seen in an ordinary look.
HIDING = frozenset({View.RESTRICTED, View.STUB, View.GONE})
PLAIN = Standing()


def _least(views: Iterable[View]) -> View | None:
    found = list(views)
    return max(found, key=VISIBLE.index) if found else None
