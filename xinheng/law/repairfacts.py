"""What the rules of repair are told about one record (修复的事实), and which editions may govern it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from xinheng.law.facts import RecordFacts
from xinheng.law.lists import SeriousList
from xinheng.law.repairrules import OTHER, PENALTY, SERIOUS_LIST, RepairEdition

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A reorganisation plan or settlement (重整计划、和解协议) that a court approved; `ruling` is its document.

    `until` is its last day as the ruling has it. `lifted`: measures were lifted for it already.
    """

    ruling: str
    approved_on: date
    until: date | None = None
    performed_on: date | None = None
    failed_on: date | None = None
    lifted: bool = False

    def runs(self, day: date) -> bool:
        over = [each for each in (self.performed_on, self.failed_on) if each]
        within = self.approved_on <= day and (self.until is None or day <= self.until)
        return within and all(day < each for each in over)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairFacts:
    """One record whose repair is asked about or asked for.

    `published_on`: first shown (公示之日). `applied_on`: None while nobody applied. `market`: a penalty of a market
    regulator. For an entry: the list's code and its days (decided, listed, published, corrected). `met` are ids
    of conditions seen as met, `materials` those on file, `barred` the list's bars an officer states, `own`
    whether the applicant is the record's subject or acts for it.
    """

    record: RecordFacts
    decided_on: date
    published_on: date | None = None
    applied_on: date | None = None
    market: bool = False
    list: str = ""
    entry_days: tuple[tuple[str, date], ...] = ()
    met: frozenset[str] = frozenset()
    materials: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    false_promise_on: date | None = None
    live_entry: bool = False
    plan: Plan | None = None
    own: bool = True


def kind_of(facts: RepairFacts) -> str:
    """Penalty, entry of a list, or anything else that is repaired."""
    if facts.list or facts.record.item == SERIOUS_LIST:
        return SERIOUS_LIST
    return PENALTY if facts.record.item == PENALTY else OTHER


def editions(facts: RepairFacts, law: Law) -> tuple[RepairEdition, ...]:
    """The editions of procedure: of the day of the application and of the day of the law, each once."""
    found = (law.repair_edition(day) for day in (facts.applied_on or law.day, law.day))
    return tuple({each.id: each for each in found if each}.values())


def list_of(facts: RepairFacts, law: Law) -> SeriousList | None:
    return law.serious_list(facts.list) if facts.list else None
