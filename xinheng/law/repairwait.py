"""From when a record may be repaired, and what limits it (最短期限与限制): every candidate, the earlier day holds.

Which edition governs an older record was read by nobody: every edition that may stands as a candidate. Only a
law, a regulation or central policy excludes (5.1a); a bar of lower rank decides nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from xinheng.law.disclosure import months_later
from xinheng.law.facts import SubjectKind
from xinheng.law.listing import early_exit_on
from xinheng.law.repairfacts import RepairFacts, kind_of, list_of
from xinheng.law.repairrules import CREDIT, ENTERPRISE, OTHER, SERIOUS_LIST, Exclusion, RepairEdition
from xinheng.law.terms import Reading, fits, readings

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law

EXCLUSION = "repair_exclusion"
NOT_ON_ENTERPRISE_SYSTEM = (SubjectKind.NATURAL_PERSON, SubjectKind.PUBLIC_BODY)
EVENTS = {
    "decided_on": "决定之日",
    "accepted_on": "公示之日",
    "decided": "决定之日",
    "listed": "列入之日",
    "published": "公布之日",
    "corrected": "改正之日",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One possible answer to "from when": `opens_on` None where nobody knows; `doubts` are the open questions."""

    rule: str
    name: str
    class_name: str = ""
    counts_from: str = ""
    months: int | None = None
    opens_on: date | None = None
    clauses: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """令第58号（其他）：决定之日起满 3 个月，2026-06-01."""
        label = f"{self.name}（{self.class_name}）" if self.class_name else self.name
        if self.opens_on is None:
            return f"{label}：最短期限或者起算之日待核"
        since = EVENTS.get(self.counts_from, self.counts_from)
        wait = f"{since}起满 {self.months} 个月，" if self.months else "没有最短期限，"
        return f"{label}：{wait}{self.opens_on}"


@dataclass(frozen=True, slots=True)
class Wait:
    """All candidates; `earliest` is known for sure only when every candidate is known."""

    candidates: tuple[Candidate, ...]

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(each.opens_on for each in self.candidates if each.opens_on)

    @property
    def known(self) -> bool:
        return len(self.days) == len(self.candidates)

    @property
    def earliest(self) -> date | None:
        return min(self.days, default=None)

    def too_early(self, day: date) -> bool:
        """Surely too early: under every candidate."""
        return self.known and day < min(self.days)

    def settled(self, day: date) -> bool:
        """Under every candidate late enough."""
        return self.known and day >= max(self.days)


# ---- from when -----------------------------------------------------------------------------------------


def wait(facts: RepairFacts, law: Law) -> Wait:
    """Every day from which the record may be repaired, under every rule that may govern it. At least one."""
    kind = kind_of(facts)
    if kind == SERIOUS_LIST:
        return Wait((_of_list(facts, law),))
    if kind == OTHER:
        return Wait((Candidate(rule="", name="此类信息的最短期限没有读到"),))
    found = (
        _of_reading(each, facts, law)
        for channel in _channels(facts)
        for each in readings(facts.record, law, channel)
    )
    return Wait(tuple(dict.fromkeys(found)))


def _channels(facts: RepairFacts) -> tuple[str, ...]:
    """The sites whose rule has a minimum: for penalties of market regulators also the enterprise system."""
    parallel = facts.market and facts.record.subject_kind not in NOT_ON_ENTERPRISE_SYSTEM
    return (CREDIT, ENTERPRISE) if parallel else (CREDIT,)


def _of_list(facts: RepairFacts, law: Law) -> Candidate:
    listed = list_of(facts, law)
    early = listed.early if listed else None
    if listed is None or early is None:
        return Candidate(rule=facts.list, name=listed.name if listed else "当日没有这份名单")
    return Candidate(
        rule=listed.id,
        name=listed.name,
        counts_from=early.period.starts_from,
        months=early.period.n if early.period.certain else None,
        opens_on=early_exit_on(listed, dict(facts.entry_days)),
        clauses=early.period.clauses,
    )


def _of_reading(reading: Reading, facts: RepairFacts, law: Law) -> Candidate:
    edition = law.book.repair.of_term_rule(reading.rule)
    if edition is None:
        return Candidate(rule="", name="当时的规则没有查到", doubts=reading.doubts)
    months, clauses = _months(reading, edition, facts)
    start = facts.published_on if reading.start == "accepted_on" and facts.published_on else facts.decided_on
    return Candidate(
        rule=reading.rule,
        name=edition.name,
        class_name=reading.class_name,
        counts_from=reading.start,
        months=months,
        opens_on=None if months is None else months_later(start, months),
        clauses=clauses,
        doubts=reading.doubts,
    )


def _months(
    reading: Reading, edition: RepairEdition, facts: RepairFacts
) -> tuple[int | None, tuple[str, ...]]:
    """The minimum and its provisions; what is not published has no minimum of publication to wait for."""
    for longer in edition.waiting.longer:
        if reading.class_name == longer.class_name and fits(longer.when, facts.record):
            return longer.n, longer.clauses
    if reading.min_months is None and not reading.published:
        return 0, edition.waiting.clauses
    return reading.min_months, edition.waiting.clauses


# ---- what limits -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limit:
    """A provision that touches a record, and its clauses; whether it excludes is a question of rank."""

    exclusion: Exclusion
    clauses: tuple[str, ...]


def limits(facts: RepairFacts, law: Law) -> tuple[Limit, ...]:
    """The provisions of reference/repair.yaml that touch a record and whose instrument is in force."""
    found = (
        Limit(each, _cited(each, facts, law))
        for each in law.book.repair.exclusions.values()
        if _touches(each.when, facts, law)
    )
    return tuple(each for each in found if not each.clauses or _alive(each.clauses, law))


def excluding(facts: RepairFacts, law: Law) -> tuple[Limit, ...]:
    """The limits that exclude: on a law, a regulation or central policy (5.1a)."""
    return tuple(e for e in limits(facts, law) if any(law.admits(EXCLUSION, c) for c in e.clauses))


def limiting(facts: RepairFacts, law: Law) -> tuple[Limit, ...]:
    """The limits of lower rank, or of none: they decide nothing by themselves."""
    barring = excluding(facts, law)
    return tuple(each for each in limits(facts, law) if each not in barring)


def _cited(exclusion: Exclusion, facts: RepairFacts, law: Law) -> tuple[str, ...]:
    listed = list_of(facts, law)
    return listed.early.barred_basis if exclusion.from_list and listed and listed.early else exclusion.clauses


def _alive(clauses: Iterable[str], law: Law) -> bool:
    return any(law.instrument(each.partition("#")[0]).in_force(law.day) for each in clauses)


def _touches(when: Mapping[str, Any], facts: RepairFacts, law: Law) -> bool:
    """Whether all conditions of an exclusion hold; what is no condition of ours is one of terms.yaml."""
    return all(
        _TOUCHES[name](wanted, facts, law) if name in _TOUCHES else fits({name: wanted}, facts.record)
        for name, wanted in when.items()
    )


def _read_as(wanted: Mapping[str, str], facts: RepairFacts, law: Law) -> bool:
    """Only what is surely of that class: among several candidates the lighter holds."""
    found = readings(facts.record, law, CREDIT)
    return all((each.rule, each.class_name) == (wanted["rule"], wanted["class"]) for each in found)


def _promised_falsely(wanted: str, facts: RepairFacts, law: Law) -> bool:
    months = law.book.repair.editions[wanted].false_promise.barred_months
    found = facts.false_promise_on
    return bool(found and months and law.day <= months_later(found, months))


def _barred(wanted: bool, facts: RepairFacts, law: Law) -> bool:
    listed = list_of(facts, law)
    there = facts.barred & set(listed.early.barred) if listed and listed.early else frozenset()
    return bool(there) is wanted


_TOUCHES: Mapping[str, Any] = {
    "item": lambda wanted, facts, _law: kind_of(facts) in wanted,
    "market": lambda wanted, facts, _law: facts.market is wanted,
    "live_entry": lambda wanted, facts, _law: facts.live_entry is wanted,
    "reading": _read_as,
    "false_promise_within": _promised_falsely,
    "barred": _barred,
}
