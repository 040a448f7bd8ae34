"""What an officer may decide on an application for repair (修复决定), and what a grant does on every output.

A grant is refused by the code where the law surely says no; a refusal where its ground is not true, not listed,
or not founded on a law, a regulation or central policy. In doubt an officer grants or refuses with reasons.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from xinheng.law.disclosure import SELF, months_later
from xinheng.law.language import Answer, Outcome, Verdict, all_of, rule
from xinheng.law.listing import INTERIM, LIST
from xinheng.law.repair import conditions
from xinheng.law.repairfacts import RepairFacts, editions, kind_of, list_of
from xinheng.law.repairrules import VISIBLE, EffectMeaning, Grant, RefusalGround, RepairEffect, View
from xinheng.law.repairwait import excluding, limiting, wait

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law

REFUSAL = "repair_refusal"
COMMITMENT = "commitment"


class Decided(enum.StrEnum):
    """What is decided on one record (逐条决定)."""

    GRANT = "grant"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFacts:
    """The decision proposed on one record: a grant (with `effect` if other than demanded), or a refusal on a `ground`.

    `clauses` are those an officer cites for the refusal. `competent`: it is the determining body that decides.
    `supplement_asked`: what was missing was told, once and completely.
    """

    repair: RepairFacts
    outcome: Decided
    effect: RepairEffect | None = None
    ground: str = ""
    clauses: tuple[str, ...] = ()
    reason: str = ""
    competent: bool = True
    supplement_asked: bool = False


# ---- effects -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What a grant does (5.1b). `views` by audience; `lifts_measures` None: not read, an officer says.

    `recall` is withdraw or update: what the holders of shares are told. Without `history` a keyed tombstone is left.
    """

    effect: RepairEffect
    editions: tuple[str, ...]
    views: Mapping[str, View]
    ends_publication: bool
    ends_sharing: bool
    lifts_measures: bool | None
    history: bool
    recall: str
    clauses: tuple[str, ...]


def effects(facts: RepairFacts, law: Law, chosen: RepairEffect | None = None) -> Effects:
    """What a grant does on every output: as the edition demands, or as chosen.

    Of two editions that may govern the one that leaves less to be seen. Ending publication while sharing goes on
    annotates what is shared.
    """
    there = editions(facts, law)
    grants = tuple(each.grant(kind_of(facts)) for each in there)
    demanded = min(grants, key=lambda each: _seen(_views(each, law)), default=None)
    effect = chosen or (demanded.effect if demanded else RepairEffect.ANNOTATE)
    meaning = law.book.repair.effects[effect]
    ends = demanded.ends_publication if demanded else True
    return Effects(
        effect=effect,
        editions=tuple(each.id for each in there),
        views=_shown(meaning, ends, law),
        ends_publication=ends or meaning.public is View.GONE,
        ends_sharing=meaning.shared is View.GONE,
        lifts_measures=_lifts(grants),
        history=meaning.history,
        recall=meaning.recall,
        clauses=tuple(dict.fromkeys([*(demanded.clauses if demanded else ()), *meaning.clauses])),
    )


def _views(grant: Grant, law: Law) -> Mapping[str, View]:
    return _shown(law.book.repair.effects[grant.effect], grant.ends_publication, law)


def _shown(meaning: EffectMeaning, ends_publication: bool, law: Law) -> Mapping[str, View]:
    """The view of every audience: what is public, what is shared, and the subject's own file."""
    public = View.GONE if ends_publication else meaning.public
    return {
        each.code: meaning.own if each.code == SELF else public if each.public else meaning.shared
        for each in law.book.audiences.values()
    }


def _seen(views: Mapping[str, View]) -> int:
    """How much is left to be seen, the subject's own file aside."""
    return sum(-VISIBLE.index(view) for code, view in views.items() if code != SELF)


def _lifts(grants: tuple[Grant, ...]) -> bool | None:
    """Measures fall with the repair under any edition that may govern; None where nobody read it."""
    said = {each.lifts_measures for each in grants}
    return True if True in said else None if None in said or not said else False


# ---- the grant --------------------------------------------------------------------------------------------


@rule("repair.competent", "gbf-2025-22#repair", "huaian-2021-13#6.2")
def competent(facts: DecisionFacts, _law: Law) -> Answer:
    """Who determined decides on the repair."""
    return Outcome.PERMITTED if facts.competent else (Outcome.FORBIDDEN, "REPAIR_OTHER_AUTHORITY")


@rule("repair.subject", "huaian-2021-13#5.1a")
def own_record(facts: DecisionFacts, _law: Law) -> Answer:
    """Repair is granted to the record's subject, or to who acts for it."""
    return Outcome.PERMITTED if facts.repair.own else (Outcome.FORBIDDEN, "REPAIR_NOT_SUBJECT")


@rule("repair.corrected", "huaian-2021-13#5.1a", "gbf-2020-49#6")
def corrected(facts: DecisionFacts, law: Law) -> Answer:
    """The conduct is corrected, its effects are eliminated, the commitment is there, as an officer has seen."""
    lacking = [e.text for e in conditions(facts.repair, law) if e.id not in facts.repair.met]
    if COMMITMENT not in facts.repair.materials | facts.repair.met:
        lacking.append("信用承诺书")
    if lacking:
        return Outcome.FORBIDDEN, "REPAIR_OBLIGATION", {"lacking": "、".join(dict.fromkeys(lacking))}
    return Outcome.PERMITTED


@rule("repair.waited", "huaian-2021-13#5.1a", "civil#202")
def waited(facts: DecisionFacts, law: Law) -> Answer:
    """Not before the earliest day of any rule that may govern; where they differ, on an officer's reasons."""
    found = wait(facts.repair, law)
    if found.too_early(law.day):
        first = min(found.candidates, key=lambda each: each.opens_on or date.max)
        return Outcome.FORBIDDEN, "REPAIR_TOO_EARLY", {"date": str(first.opens_on), "why": first.told}
    if found.settled(law.day) or facts.reason.strip():
        return Outcome.PERMITTED
    return Outcome.OFFICER_DECIDES, "REPAIR_UNDECIDED", {"found": "；".join(e.told for e in found.candidates)}


@rule("repair.unbarred", "huaian-2021-13#5.1a")
def unbarred(facts: DecisionFacts, law: Law) -> Answer:
    """What a law, a regulation or central policy excludes is not granted; a lower bar needs an officer's reasons."""
    barring, lower = excluding(facts.repair, law), limiting(facts.repair, law)
    if barring:
        return Outcome.FORBIDDEN, "REPAIR_EXCLUDED", _exclusion_told(facts.repair, law)
    if lower and not facts.reason.strip():
        told = {"found": "；".join(each.exclusion.text for each in lower)}
        return Outcome.OFFICER_DECIDES, "REPAIR_UNDECIDED", told
    return Outcome.PERMITTED


def _exclusion_told(facts: RepairFacts, law: Law) -> dict[str, str]:
    barring = excluding(facts, law)
    cited = dict.fromkeys(law.clause(clause).label for each in barring for clause in each.clauses)
    return {"why": "；".join(each.exclusion.text for each in barring), "grounds": "、".join(cited)}


@rule("repair.effect", "huaian-2021-13#5.1b")
def effect_suffices(facts: DecisionFacts, law: Law) -> Answer:
    """No output shows more than the edition demands: an officer may give more relief, never less."""
    demanded = effects(facts.repair, law).views
    given = effects(facts.repair, law, facts.effect).views
    less = [code for code in demanded if VISIBLE.index(given[code]) < VISIBLE.index(demanded[code])]
    if not [code for code in less if code != SELF]:
        return Outcome.PERMITTED
    names = law.book.repair.effects
    told = {
        "expected": names[effects(facts.repair, law).effect].name,
        "found": names[facts.effect or ""].name,
    }
    return Outcome.FORBIDDEN, "REPAIR_EFFECT_LESS", told


GRANT_RULES = (competent, own_record, corrected, waited, unbarred, effect_suffices)
decide_grant = all_of(*GRANT_RULES)


# ---- the refusal --------------------------------------------------------------------------------------------


def ground_of(facts: DecisionFacts, law: Law) -> RefusalGround | None:
    return law.book.repair.grounds.get(facts.ground)


def basis_of(facts: DecisionFacts, law: Law) -> tuple[str, ...]:
    """The provisions on which the ground may rest for this record; the officer cites from them."""
    ground = ground_of(facts, law)
    if ground is None:
        return ()
    if ground.basis == "exclusion":
        return tuple(clause for each in excluding(facts.repair, law) for clause in each.clauses)
    if ground.basis == "list":
        return tuple(clause for each in conditions(facts.repair, law) for clause in each.clauses)
    if ground.basis == "waiting":
        return tuple(clause for each in wait(facts.repair, law).candidates for clause in each.clauses)
    return ground.clauses


@rule("repair.refusal_ground", "huaian-2021-13#5.1a")
def on_a_listed_ground(facts: DecisionFacts, law: Law) -> Answer:
    """Only on a ground of reference/repair.yaml; without one there is no refusal."""
    return Outcome.PERMITTED if ground_of(facts, law) else (Outcome.FORBIDDEN, "REPAIR_REFUSAL_GROUND")


@rule("repair.refusal_true", "huaian-2021-13#5.1a")
def ground_is_there(facts: DecisionFacts, law: Law) -> Answer:
    """The ground is true of this record: doubt about days or bars is none."""
    ground = ground_of(facts, law)
    if ground is None or _true(ground, facts, law):
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "REPAIR_REFUSAL_UNTRUE", {"found": ground.text}


def _true(ground: RefusalGround, facts: DecisionFacts, law: Law) -> bool:
    about = facts.repair
    if ground.lacks:
        asked = {each.id for each in conditions(about, law)}
        return bool(set(ground.lacks) & asked - about.met)
    listed = list_of(about, law) is not None
    return {
        "excluded": lambda: bool(excluding(about, law)),
        "too_early": lambda: wait(about, law).too_early(law.day),
        "exit_conditions": lambda: listed and any(e.id not in about.met for e in conditions(about, law)),
        "commitment_missing": lambda: COMMITMENT not in about.materials and facts.supplement_asked,
        "not_the_subject": lambda: not about.own,
    }[ground.id]()


@rule("repair.refusal_basis", "huaian-2021-13#5.1a")
def basis_is_admitted(facts: DecisionFacts, law: Law) -> Answer:
    """A provision is cited that bears the ground, of an admitted rank and in force; a list's by its standard's rank."""
    bearing = [each for each in facts.clauses if each in basis_of(facts, law)]
    uses = (REFUSAL, LIST, INTERIM) if kind_of(facts.repair) == "serious_list" else (REFUSAL,)
    if any(law.admits(use, clause) for use in uses for clause in bearing):
        return Outcome.PERMITTED
    cited = "、".join(law.clause(each).label for each in bearing) or "没有引用能支持这一理由的条款"
    return Outcome.FORBIDDEN, "REPAIR_REFUSAL_BASIS", {"found": cited}


@rule("repair.refusal_reasons", "huaian-2021-13#5.1a", "huaian-2021-13#5.1e")
def reasons_given(facts: DecisionFacts, _law: Law) -> Answer:
    """The officer says why, in writing."""
    return Outcome.PERMITTED if facts.reason.strip() else (Outcome.FORBIDDEN, "REASON_REQUIRED")


REFUSAL_RULES = (competent, on_a_listed_ground, ground_is_there, basis_is_admitted, reasons_given)
decide_refusal = all_of(*REFUSAL_RULES)


def decide(facts: DecisionFacts, law: Law) -> Verdict:
    """May this be decided? Asked of one record; a refusal without an admissible ground is itself refused (5.1a)."""
    return (decide_grant if facts.outcome is Decided.GRANT else decide_refusal)(facts, law)


def grounds_there(facts: DecisionFacts, law: Law) -> tuple[RefusalGround, ...]:
    """The grounds that are true of this record now: what a desk may offer."""
    return tuple(each for each in law.book.repair.grounds.values() if _true(each, facts, law))


# ---- a false promise, a plan -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What follows a false promise: a new adverse act with its own prior notice. `restarts` only where a list says so."""

    shown_months: int | None
    no_early_end: bool
    barred_months: int | None
    restores: bool
    restarts: bool
    clauses: tuple[str, ...]


def consequence(facts: RepairFacts, law: Law) -> Consequence | None:
    """By the list, else by the edition of the promise while it is in force; None: nobody read one, nothing follows."""
    listed = list_of(facts, law)
    if listed is not None:
        if listed.restarts_after_fraud is None:
            return None
        return Consequence(
            shown_months=None,
            no_early_end=False,
            barred_months=None,
            restores=True,
            restarts=listed.restarts_after_fraud,
            clauses=tuple(listed.standard["removal"].data["after_fraud"]["basis"]),
        )
    edition = next(iter(editions(facts, law)), None)
    if edition is None or not edition.in_force(law.day) or not edition.false_promise.known:
        return None
    said = edition.false_promise
    return Consequence(
        shown_months=said.shown_months,
        no_early_end=said.no_early_end,
        barred_months=said.barred_months,
        restores=False,
        restarts=False,
        clauses=said.clauses,
    )


def shown_until(found: Consequence, decided_on: date) -> date | None:
    """The last day on which a record is shown for its false promise; None where no rule sets one of its own."""
    return months_later(decided_on, found.shown_months) if found.shown_months else None


@rule("repair.plan", "gbf-2025-22#bankruptcy", "huaian-2021-13#5.1a")
def plan_runs(facts: RepairFacts, law: Law) -> Answer:
    """While a plan that a court approved runs, measures are lifted for the time; afterwards the body rates anew."""
    if facts.plan is None or not facts.plan.ruling.strip():
        return Outcome.FORBIDDEN, "REPAIR_PLAN_MISSING"
    if not facts.plan.runs(law.day):
        return Outcome.FORBIDDEN, "REPAIR_PLAN_NOT_RUNNING"
    if facts.plan.lifted:
        return Outcome.FORBIDDEN, "REPAIR_PLAN_LIFTED"
    paths = [each.bankruptcy for each in editions(facts, law)]
    if any(each.path and each.lifts_temporarily for each in paths):
        return Outcome.PERMITTED
    return Outcome.OFFICER_DECIDES, "REPAIR_PLAN_UNREAD"


temporary_lift = all_of(plan_runs)
