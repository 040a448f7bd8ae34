"""Can it be repaired, from when, what is missing, by whom, how long (信用修复自查)? It informs and never bars.

Between the earliest and the latest possible day, and where a day is not known, an officer decides; nothing here
refuses an application. What an officer may decide is law/repairdecision.py.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from xinheng.law.deadlines import LIST_PERIODS, legal_period
from xinheng.law.language import Answer, Outcome, Verdict, all_of, rule
from xinheng.law.periods import Period
from xinheng.law.questions import left_open
from xinheng.law.repairfacts import RepairFacts, editions, kind_of, list_of
from xinheng.law.repairrules import Needed, RepairEdition, Said
from xinheng.law.repairwait import Candidate, Limit, excluding, limiting, wait

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law


class Prospect(enum.StrEnum):
    """What the self-check says (自查结论)."""

    PERMITTED = "permitted"
    TOO_EARLY = "too_early"
    EXCLUDED = "excluded"
    OFFICER_DECIDES = "officer_decides"


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfCheck:
    """The answer of the self-check. `opens_on` is the earliest day under any candidate; `lodging` always permits.

    `missing` are conditions and materials not seen yet; those with `fetch` the office gets itself.
    """

    prospect: Prospect
    verdict: Verdict
    lodging: Verdict
    opens_on: date | None
    candidates: tuple[Candidate, ...]
    missing: tuple[Needed, ...]
    edition: RepairEdition | None
    accepted_by: Said | None
    decided_by: Said | None
    acceptance: Period
    decision: Period


# ---- what is missing ---------------------------------------------------------------------------------------


def conditions(facts: RepairFacts, law: Law) -> tuple[Needed, ...]:
    """What has to be true: the list's own conditions, else those that every edition that may govern asks."""
    listed = list_of(facts, law)
    if listed and listed.early and listed.early.needs:
        cited, sure = listed.early.period.clauses, listed.early.period.confidence
        return tuple(
            Needed(id=key, text=told, clauses=cited, confidence=sure)
            for key, told in listed.early.needs.items()
        )
    return _asked_by_all([each.conditions for each in editions(facts, law)])


def materials(facts: RepairFacts, law: Law) -> tuple[Needed, ...]:
    """What has to be handed in: under the present edition two things, the proof and the commitment."""
    return _asked_by_all([each.materials for each in editions(facts, law)])


def _asked_by_all(asked: list[tuple[Needed, ...]]) -> tuple[Needed, ...]:
    """Of two editions the lighter: what only one of them asks is not asked; the later one's words."""
    if not asked:
        return ()
    common = set.intersection(*({each.id for each in group} for group in asked))
    return tuple(each for each in asked[-1] if each.id in common)


def missing(facts: RepairFacts, law: Law) -> tuple[Needed, ...]:
    """Conditions not seen as met and materials not on file."""
    unmet = (each for each in conditions(facts, law) if each.id not in facts.met)
    absent = (each for each in materials(facts, law) if each.id not in facts.materials)
    return (*unmet, *absent)


# ---- how long ------------------------------------------------------------------------------------------------


def step_period(name: str, facts: RepairFacts, law: Law) -> Period:
    """How long a step may take: by the list, by the edition, else the office's own target, labelled so.

    Raises KeyError for a name that is none of reference/deadlines.yaml.
    """
    listed = list_of(facts, law)
    own = getattr(listed, LIST_PERIODS[name]) if listed and name in LIST_PERIODS else None
    found = (own, *(each.periods.get(name) for each in editions(facts, law)))
    return next((each for each in found if each and each.certain), None) or legal_period(name, law)


# ---- the rules of the self-check -------------------------------------------------------------------------------


@rule("repair.lodging", "huaian-2021-13#5.1a")
def may_lodge_rule(_facts: RepairFacts, _law: Law) -> Answer:
    """Whoever applies is received, with a receipt: early, excluded, a second time, or about another's record."""
    return Outcome.PERMITTED, "REPAIR_LODGING_OPEN"


may_lodge = all_of(may_lodge_rule)


@rule("repair.edition", "huaian-2021-13#5.1a")
def edition_known(facts: RepairFacts, law: Law) -> Answer:
    """Where nobody knows the rules of the day an officer decides."""
    return Outcome.PERMITTED if editions(facts, law) else (Outcome.OFFICER_DECIDES, "REPAIR_NO_EDITION")


@rule("repair.excluded", "huaian-2021-13#5.1a")
def not_excluded(facts: RepairFacts, law: Law) -> Answer:
    """Excluded only by a law, a regulation or central policy in force."""
    found = excluding(facts, law)
    return (Outcome.FORBIDDEN, "REPAIR_EXCLUDED", _told(found, law)) if found else Outcome.PERMITTED


@rule("repair.limited", "huaian-2021-13#5.1a")
def not_limited(facts: RepairFacts, law: Law) -> Answer:
    """A ministry rule, a normative document or a bar without a source goes before an officer, and bars nothing."""
    found = limiting(facts, law)
    return (Outcome.OFFICER_DECIDES, "REPAIR_LIMITED", _told(found, law)) if found else Outcome.PERMITTED


def _told(found: tuple[Limit, ...], law: Law) -> dict[str, str]:
    cited = dict.fromkeys(law.clause(clause).label for each in found for clause in each.clauses)
    return {
        "why": "；".join(each.exclusion.text for each in found),
        "grounds": "、".join(cited) or "没有读到依据",
    }


@rule("repair.too_early", "huaian-2021-13#5.1a", "civil#202")
def late_enough(facts: RepairFacts, law: Law) -> Answer:
    """Too early only where every rule that may govern says so; the day is the earliest of theirs."""
    found = wait(facts, law)
    if not found.too_early(law.day):
        return Outcome.PERMITTED
    first = min(found.candidates, key=lambda each: each.opens_on or date.max)
    return Outcome.FORBIDDEN, "REPAIR_TOO_EARLY", {"date": str(first.opens_on), "why": first.told}


@rule("repair.readings", "huaian-2021-13#5.1a")
def undisputed(facts: RepairFacts, law: Law) -> Answer:
    """Between the earliest and the latest possible day, or where a day is not known, an officer decides."""
    found = wait(facts, law)
    if found.settled(law.day) or found.too_early(law.day):
        return Outcome.PERMITTED
    doubts = tuple(dict.fromkeys(doubt for each in found.candidates for doubt in each.doubts))
    told = {**left_open(doubts, law), "found": "；".join(each.told for each in found.candidates)}
    if doubts:
        return Outcome.OFFICER_DECIDES, "REPAIR_READINGS", told
    return Outcome.OFFICER_DECIDES, "REPAIR_TWO_SITES" if found.known else "REPAIR_WAIT_UNKNOWN", told


RULES = (edition_known, not_excluded, not_limited, late_enough, undisputed)
check = all_of(*RULES)


def self_check(facts: RepairFacts, law: Law) -> SelfCheck:
    """The self-check of one record on the day of the law (5.1a): reasons, day, what is missing, who, how long."""
    verdict, found, kind = check(facts, law), wait(facts, law), kind_of(facts)
    edition = next(iter(editions(facts, law)), None)
    return SelfCheck(
        prospect=_prospect(verdict),
        verdict=verdict,
        lodging=may_lodge(facts, law),
        opens_on=found.earliest,
        candidates=found.candidates,
        missing=missing(facts, law),
        edition=edition,
        accepted_by=edition.accepted_by(kind) if edition else None,
        decided_by=edition.decided_by(kind) if edition else None,
        acceptance=step_period("repair_acceptance", facts, law),
        decision=step_period("repair_decision", facts, law),
    )


def _prospect(verdict: Verdict) -> Prospect:
    against = {each.rule for each in verdict.against if each.outcome is Outcome.FORBIDDEN}
    if not_excluded.name in against:
        return Prospect.EXCLUDED
    if late_enough.name in against:
        return Prospect.TOO_EARLY
    decided = verdict.outcome is Outcome.OFFICER_DECIDES
    return Prospect.OFFICER_DECIDES if decided else Prospect.PERMITTED
