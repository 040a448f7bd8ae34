"""The guards of repair (修复程序的条件): one small citing function each; the table is repair.py beside this.

Asked of one application at one body. What may be decided on a record is law/repairdecision.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from xinheng.law.language import Answer, Outcome, Reason, rule
from xinheng.law.procedures.applicationfacts import ApplicationFacts, PromiseFacts, Request
from xinheng.law.procedures.casefacts import unserved
from xinheng.law.repair import materials
from xinheng.law.repairdecision import consequence, decide, plan_runs
from xinheng.law.repairrules import Needed

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law

MAKING, CHECKING = ("verify", "propose"), ("check",)


@rule("application.open", "huaian-2021-13#5.1a")
def always_received(_facts: ApplicationFacts, _law: Law) -> Answer:
    """Every application is received with a receipt; whatever the self-check says is told, and bars nothing."""
    return Outcome.PERMITTED, "REPAIR_LODGING_OPEN"


# ---- intake (5.1c, 5.1d) ---------------------------------------------------------------------------------


@rule("application.handler", "huaian-2021-13#5.1c")
def handler_named(facts: ApplicationFacts, _law: Law) -> Answer:
    """The applicant is told who handles it."""
    return Outcome.PERMITTED if facts.handler.strip() else (Outcome.FORBIDDEN, "REPAIR_HANDLER_MISSING")


@rule("application.supplement_once", "huaian-2021-13#5.1c", "gbf-2025-22#materials")
def asked_once(facts: ApplicationFacts, _law: Law) -> Answer:
    """What is missing is told once; a second time there is none."""
    return Outcome.PERMITTED if facts.asked is None else (Outcome.FORBIDDEN, "REPAIR_SUPPLEMENT_TWICE")


@rule("application.supplement_complete", "huaian-2021-13#5.1c", "gbf-2025-22#materials")
def asked_completely(facts: ApplicationFacts, law: Law) -> Answer:
    """Everything only the applicant can give is named at once, and nothing that no rule asks for."""
    absent = {each.id: each for one in facts.requests for each in _absent(one, law)}
    extra = facts.asking - set(absent)
    if extra or not facts.asking:
        return Outcome.FORBIDDEN, "REPAIR_SUPPLEMENT_EXTRA"
    untold = [each.text for key, each in absent.items() if not each.fetch and key not in facts.asking]
    if untold:
        return Outcome.FORBIDDEN, "REPAIR_SUPPLEMENT_INCOMPLETE", {"lacking": "、".join(untold)}
    return Outcome.PERMITTED


def _absent(request: Request, law: Law) -> Iterable[Needed]:
    return (e for e in materials(request.repair, law) if e.id not in request.repair.materials)


@rule("application.withdrawal_asked", "huaian-2021-13#5.1a")
def withdrawal_asked(facts: ApplicationFacts, _law: Law) -> Answer:
    """Only the applicant takes an application back; applying anew stays open."""
    return Outcome.PERMITTED if facts.withdrawal_asked else (Outcome.FORBIDDEN, "REPAIR_WITHDRAWAL_NOT_ASKED")


# ---- verification and proposal -----------------------------------------------------------------------------


@rule("application.verified", "huaian-2021-13#5.1a", "huaian-2021-13#5.1e")
def verified(facts: ApplicationFacts, _law: Law) -> Answer:
    """Each record was verified before anything is decided on it."""
    left = [each for each in facts.requests if not each.verified]
    told = {"count": str(len(left))}
    return (Outcome.FORBIDDEN, "REPAIR_NOT_VERIFIED", told) if left else Outcome.PERMITTED


@rule("application.decided_each", "huaian-2021-13#5.1d", "huaian-2021-13#5.1a")
def decided_each(facts: ApplicationFacts, _law: Law) -> Answer:
    """Each record has its own decision: none is left over and none is decided in a lump."""
    left = [each for each in facts.requests if each.decision is None]
    told = {"count": str(len(left))}
    return (Outcome.FORBIDDEN, "REPAIR_NOT_DECIDED", told) if left else Outcome.PERMITTED


@rule("application.lawful_grants", "huaian-2021-13#5.1a", "huaian-2021-13#5.1b")
def lawful_grants(facts: ApplicationFacts, law: Law) -> Answer:
    """The law of the day is asked again of each record to be granted."""
    return _first_against(facts.granted, law)


@rule("application.lawful_refusals", "huaian-2021-13#5.1a")
def lawful_refusals(facts: ApplicationFacts, law: Law) -> Answer:
    """The law of the day is asked again of each record to be refused: without an admissible ground no refusal."""
    return _first_against(facts.refused, law)


def _first_against(requests: tuple[Request, ...], law: Law) -> Answer:
    against = (
        reason for each in requests if each.decision for reason in decide(each.decision, law).against[:1]
    )
    first: Reason | None = next(against, None)
    return (first.outcome, first.code, first.values) if first else Outcome.PERMITTED


@rule("application.nothing_refused", "huaian-2021-13#5.1a")
def nothing_refused(facts: ApplicationFacts, _law: Law) -> Answer:
    """A refusal takes a third person; what contains one goes the longer way."""
    return (Outcome.FORBIDDEN, "REPAIR_HAS_REFUSAL") if facts.refused else Outcome.PERMITTED


@rule("application.something_refused", "huaian-2021-13#5.1a")
def something_refused(facts: ApplicationFacts, _law: Law) -> Answer:
    """Without a refusal nothing has to be checked a second time."""
    return Outcome.PERMITTED if facts.refused else (Outcome.FORBIDDEN, "REPAIR_NO_REFUSAL")


@rule("application.something_granted", "huaian-2021-13#5.1b")
def something_granted(facts: ApplicationFacts, _law: Law) -> Answer:
    """There is a record to be granted that was not yet."""
    left = [each for each in facts.granted if each.decided_on is None]
    return Outcome.PERMITTED if left else (Outcome.FORBIDDEN, "REPAIR_NOTHING_TO_GRANT")


# ---- persons, papers, completion ------------------------------------------------------------------------------


@rule("application.second", "huaian-2021-13#5.1a", "huaian-2021-13#5.2")
def second_person(facts: ApplicationFacts, _law: Law) -> Answer:
    """Who checks or grants is somebody, and not who verified or proposed."""
    apart = facts.actor and facts.actor not in facts.signer_of(*MAKING)
    return Outcome.PERMITTED if apart else (Outcome.FORBIDDEN, "SAME_PERSON")


@rule("application.third", "huaian-2021-13#5.1a", "huaian-2021-13#5.2")
def third_person(facts: ApplicationFacts, _law: Law) -> Answer:
    """A refusal is signed by a third: neither maker nor checker, and both have been there."""
    made, checked = facts.signer_of(*MAKING), facts.signer_of(*CHECKING)
    apart = facts.actor and made and checked and facts.actor not in made | checked
    return Outcome.PERMITTED if apart else (Outcome.FORBIDDEN, "SAME_PERSON")


@rule("application.paper", "huaian-2021-13#5.1a", "huaian-2021-13#5.1e", "arl#20")
def paper_says(facts: ApplicationFacts, law: Law) -> Answer:
    """The paper tells this party what was decided and why; a refusal also what to do next and the remedies."""
    if facts.paper is None or facts.paper.party != facts.party:
        return Outcome.FORBIDDEN, "DECISION_MISSING"
    wanted = law.book.repair.decision_says["refusal" if facts.refused else "grant"]
    lacking = [name for key, name in wanted.items() if key not in facts.paper.says]
    told = {"lacking": "、".join(lacking)}
    return (Outcome.FORBIDDEN, "DECISION_INCOMPLETE", told) if lacking else Outcome.PERMITTED


@rule("application.served", "huaian-2021-13#5.1a", "arl#20")
def decision_served(facts: ApplicationFacts, law: Law) -> Answer:
    """Each decision has reached the applicant, with proof. Relief does not wait for it."""
    number = facts.paper.number if facts.paper else ""
    why = unserved(facts.proof, number, facts.decided_on, facts, law) or _unserved_before(facts, law)
    return (Outcome.FORBIDDEN, "DECISION_NOT_SERVED", {"why": why}) if why else Outcome.PERMITTED


def _unserved_before(facts: ApplicationFacts, law: Law) -> str:
    """What is wrong with the service of a decision on some of the records that came before the last."""
    said = ((e, unserved(e.proof, e.paper.number, e.on, facts, law)) for e in facts.earlier)
    return next((f"{each.paper.number}：{why}" for each, why in said if why), "")


@rule("application.complete", "huaian-2021-13#5.1d")
def repaired_everywhere(facts: ApplicationFacts, _law: Law) -> Answer:
    """Repaired completely when every holder has confirmed; until then stragglers are shown (完全修复)."""
    left = facts.holders - facts.receipts if facts.granted else frozenset()
    told = {"count": str(len(left))}
    return (Outcome.FORBIDDEN, "REPAIR_RECEIPTS_OPEN", told) if left else Outcome.PERMITTED


@rule("application.reasoned", "huaian-2021-13#1.3b", "huaian-2021-13#5.1e")
def reasoned(facts: ApplicationFacts, _law: Law) -> Answer:
    """Who acts says why."""
    return Outcome.PERMITTED if facts.reason.strip() else (Outcome.FORBIDDEN, "REASON_REQUIRED")


@rule("application.plan", "gbf-2025-22#bankruptcy")
def a_plan_runs(facts: ApplicationFacts, law: Law) -> Answer:
    """For one of its records a plan approved by a court runs, and an officer may lift measures for the time."""
    reasons = [plan_runs(each.repair, law) for each in facts.requests]
    best = min(reasons, key=lambda each: each.outcome)
    if best.outcome is Outcome.OFFICER_DECIDES and facts.reason.strip():
        return Outcome.PERMITTED
    return best.outcome, best.code, best.values


# ---- a false promise ------------------------------------------------------------------------------------------


@rule("promise.consequence", "huaian-2021-13#1.3a", "huaian-2021-13#5.1a")
def consequence_read(facts: PromiseFacts, law: Law) -> Answer:
    """What follows stands in a rule that is in force and was read; where none was, nothing adverse begins."""
    if consequence(facts.repair, law) is None:
        return Outcome.OFFICER_DECIDES, "FALSE_PROMISE_UNREAD"
    return Outcome.PERMITTED


@rule("promise.evidence", "huaian-2021-13#1.3a", "huaian-2021-13#2.2a")
def evidence_named(facts: PromiseFacts, _law: Law) -> Answer:
    """A promise is false by evidence that is on file."""
    return Outcome.PERMITTED if facts.evidence.strip() else (Outcome.FORBIDDEN, "FALSE_PROMISE_EVIDENCE")
