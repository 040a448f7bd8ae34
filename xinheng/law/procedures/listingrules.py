"""The guards of listing (名单认定程序的条件): one small citing function each; the table is listing.py beside this.

They are asked of one party's case as it stands. What the list itself asks is law/listing.py.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from xinheng.law import listing
from xinheng.law.facts import Effect
from xinheng.law.language import Answer, Outcome, rule
from xinheng.law.listing import Standing
from xinheng.law.lists import PartyRole
from xinheng.law.procedures.casefacts import CaseFacts, Objection, ObjectionKind, reply_due, unserved, window

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law

NEW, DRAFT, NOTIFIED, AWAITING, PROPOSED, CHECKED, DECIDED = (
    "new", "draft", "notified", "awaiting", "proposed", "checked", "decided",
)  # fmt: skip
LISTED, HIDDEN, REMOVED, NOT_LISTED, WITHDRAWN = "listed", "hidden", "removed", "not_listed", "withdrawn"
STATES = {
    NEW: "未立案",
    DRAFT: "草拟",
    NOTIFIED: "已制作告知书，待送达",
    AWAITING: "已告知，听取意见",
    PROPOSED: "已拟定决定，待审核",
    CHECKED: "已审核，待签发",
    DECIDED: "已作出决定，待送达",
    LISTED: "已列入",
    HIDDEN: "依据有变，已隐去",
    REMOVED: "已移出",
    NOT_LISTED: "不予列入",
    WITHDRAWN: "已撤销立案",
}
NOTICE_SAYS = {"facts": "事由", "basis": "依据", "rights": "权利", "window": "提出意见的期限"}
DECISION_SAYS = {
    "party": "当事人",
    "facts": "事由",
    "evidence": "证据",
    "basis": "依据",
    "decision": "决定内容",
    "rights": "权利",
    "deadlines": "救济期限",
    "reconsideration_body": "复议机关",
    "court": "管辖法院",
    "exit_conditions": "移出条件",
    "repair_notice": "修复告知（两书同达）",
}
MAKING, CHECKING = ("open", "redraft", "propose"), ("check",)


def _lacking(said: frozenset[str], wanted: dict[str, str]) -> str:
    return "、".join(name for key, name in wanted.items() if key not in said)


# ---- prior notice (4.1a) ---------------------------------------------------------------------------


@rule("case.notice_says", "huaian-2021-13#4.1a")
def notice_says(facts: CaseFacts, law: Law) -> Answer:
    """A notice of this draft to this party tells facts, basis, rights and how long the party may speak."""
    notice = facts.notice
    if notice is None or notice.party != facts.party:
        return Outcome.FORBIDDEN, "NOTICE_MISSING"
    if notice.version != facts.version:
        return Outcome.FORBIDDEN, "NOTICE_OUTDATED"
    lacking = _lacking(notice.says, NOTICE_SAYS)
    if lacking:
        return Outcome.FORBIDDEN, "NOTICE_INCOMPLETE", {"lacking": lacking}
    own = law.serious_list(facts.listing.list)
    fixed_by_rule = own is not None and own.window is not None and own.window.certain
    if not fixed_by_rule and not (notice.window and notice.window > 0):
        return Outcome.FORBIDDEN, "NOTICE_INCOMPLETE", {"lacking": NOTICE_SAYS["window"]}
    return Outcome.PERMITTED


@rule("case.notice_served", "huaian-2021-13#4.1a")
def notice_served(facts: CaseFacts, law: Law) -> Answer:
    """Served to that very party, with proof: one notified stands for nobody else."""
    number, made_on = (facts.notice.number, facts.notice.issued_on) if facts.notice else ("", None)
    why = unserved(facts.notice_proof, number, made_on, facts, law)
    return (Outcome.FORBIDDEN, "NOTICE_NOT_SERVED", {"why": why}) if why else Outcome.PERMITTED


@rule("case.window", "huaian-2021-13#4.1a")
def window_over(facts: CaseFacts, law: Law) -> Answer:
    """The party's time has run out for sure: not a day before, and not by a calendar nobody has announced."""
    end = window(facts, law)
    if end is not None and end.has_run_out(facts.today):
        return Outcome.PERMITTED
    if end is None or end.last is None:
        return Outcome.FORBIDDEN, "WINDOW_NOT_BEGUN"
    code = "WINDOW_PROVISIONAL" if end.provisional and facts.today > end.last else "WINDOW_OPEN"
    return Outcome.FORBIDDEN, code, {"date": str(end.last)}


# ---- what the party says (4.1b) --------------------------------------------------------------------


def is_open(objection: Objection) -> bool:
    """Not answered yet: a reply without reasons is none, and a hearing that was asked for is held."""
    unheard = objection.kind is ObjectionKind.HEARING and objection.heard_on is None
    return unheard or objection.replied_on is None or not objection.reasons.strip()


@rule("case.answered", "huaian-2021-13#4.1b")
def answered(facts: CaseFacts, law: Law) -> Answer:
    """Whatever came in is verified and answered in writing before anything goes on, however late it is."""
    waiting = [each for each in facts.objections if is_open(each)]
    if not waiting:
        return Outcome.PERMITTED
    first = min(waiting, key=lambda each: each.received_on)
    last = str(reply_due(first, facts, law).last)
    told = {"date": str(first.received_on), "computed": last, "count": str(len(waiting))}
    return Outcome.FORBIDDEN, "OBJECTION_PENDING", told


@rule("case.not_upheld", "huaian-2021-13#4.1b")
def not_upheld(facts: CaseFacts, _law: Law) -> Answer:
    """An objection that was upheld ends this draft: not listed, or a new draft with a new notice."""
    if any(each.upheld for each in facts.objections if each.version == facts.version):
        return Outcome.FORBIDDEN, "OBJECTION_UPHELD"
    return Outcome.PERMITTED


@rule("case.something_open", "huaian-2021-13#4.1b")
def something_open(facts: CaseFacts, _law: Law) -> Answer:
    """There is something to answer, and a hearing that was asked for was held before it is."""
    waiting = [each for each in facts.objections if is_open(each)]
    if not waiting:
        return Outcome.FORBIDDEN, "NOTHING_TO_ANSWER"
    if all(each.kind is ObjectionKind.HEARING and each.heard_on is None for each in waiting):
        return Outcome.FORBIDDEN, "HEARING_PENDING"
    return Outcome.PERMITTED


@rule("case.hearing_asked", "huaian-2021-13#4.1a")
def hearing_asked(facts: CaseFacts, _law: Law) -> Answer:
    """A hearing is held where it was asked for and has not been held."""
    if any(each.kind is ObjectionKind.HEARING and each.heard_on is None for each in facts.objections):
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "HEARING_NOT_ASKED"


# ---- other persons, the decision, its service (4.1c) -------------------------------------------------


@rule("case.checker", "huaian-2021-13#4.1c", "huaian-2021-13#5.2")
def not_the_maker(facts: CaseFacts, _law: Law) -> Answer:
    """Who checks is somebody, and not who made the draft or the proposal."""
    made = facts.signer_of(*MAKING)
    return (
        Outcome.PERMITTED if facts.actor and facts.actor not in made else (Outcome.FORBIDDEN, "SAME_PERSON")
    )


@rule("case.signer", "huaian-2021-13#4.1c", "huaian-2021-13#5.2")
def three_persons(facts: CaseFacts, _law: Law) -> Answer:
    """The signer is neither maker nor checker, and both have been there; `not_the_maker` parts those two."""
    made, checked = facts.signer_of(*MAKING), facts.signer_of(*CHECKING)
    apart = bool(made and checked) and facts.actor not in made | checked
    return Outcome.PERMITTED if facts.actor and apart else (Outcome.FORBIDDEN, "SAME_PERSON")


@rule("case.decision_says", "huaian-2021-13#4.1c", "gbf-2025-22#two-papers")
def decision_says(facts: CaseFacts, _law: Law) -> Answer:
    """A decision to this party that tells facts, basis, rights, remedies and ways out; a hole in it and it is not made."""
    paper = facts.decision
    if paper is None or paper.party != facts.party:
        return Outcome.FORBIDDEN, "DECISION_MISSING"
    lacking = _lacking(paper.says, DECISION_SAYS)
    return (Outcome.FORBIDDEN, "DECISION_INCOMPLETE", {"lacking": lacking}) if lacking else Outcome.PERMITTED


@rule("case.sealed", "huaian-2021-13#4.1c")
def sealed(facts: CaseFacts, _law: Law) -> Answer:
    """The signed and sealed copy is there and its body is the one that was rendered."""
    if facts.decision and facts.decision.sealed_copy_matches:
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "DECISION_NOT_SEALED"


@rule("case.decision_served", "huaian-2021-13#4.1c")
def decision_served(facts: CaseFacts, law: Law) -> Answer:
    """The decision is served to that very party before anything of it takes effect."""
    number = facts.decision.number if facts.decision else ""
    why = unserved(facts.decision_proof, number, dict(facts.days).get("decided"), facts, law)
    return (Outcome.FORBIDDEN, "DECISION_NOT_SERVED", {"why": why}) if why else Outcome.PERMITTED


@rule("case.unit_first", "huaian-2021-13#4.1a", "huaian-2021-13#2.4")
def unit_first(facts: CaseFacts, _law: Law) -> Answer:
    """A linked person hangs on the unit: no decision on him before one to list the unit."""
    if facts.listing.role is PartyRole.SUBJECT or facts.unit_state in (DECIDED, LISTED):
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "LINKED_BEFORE_UNIT", {"state": STATES.get(facts.unit_state, "未立案")}


@rule("case.reasoned", "huaian-2021-13#1.3b")
def reasoned(facts: CaseFacts, _law: Law) -> Answer:
    """Who acts says why."""
    return Outcome.PERMITTED if facts.reason.strip() else (Outcome.FORBIDDEN, "REASON_REQUIRED")


# ---- out of the list (2.4, 5.1a) ---------------------------------------------------------------------


@rule("case.reinstatement", "huaian-2021-13#1.3a", "huaian-2021-13#4.1c")
def reinstatement_decided(facts: CaseFacts, _law: Law) -> Answer:
    """Who left early comes back by a decision of its own on a false promise, that was notified and served."""
    return Outcome.PERMITTED if facts.ordered.strip() else (Outcome.FORBIDDEN, "REINSTATEMENT_UNDECIDED")


@rule("case.term_over", "huaian-2021-13#2.4", "civil#202")
def term_over(facts: CaseFacts, law: Law) -> Answer:
    """The term of the entry has ended by the calendar; what nobody can tell the end of does not end by itself."""
    end = entry_end(facts, law)
    if end is not None and facts.today > end:
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "ENTRY_TERM_RUNS", {"date": str(end or "待核")}


def entry_end(facts: CaseFacts, law: Law) -> date | None:
    """The last day of the entry: as decided, or by the list's rule; of two the earlier."""
    listed = law.serious_list(facts.listing.list)
    by_rule = listing.term_end(listed, dict(facts.days)) if listed else None
    known = [day for day in (by_rule, facts.exit.listed_until) if day]
    return min(known) if known else None


@rule("case.early_exit", "huaian-2021-13#2.4", "huaian-2021-13#5.1a")
def early_exit(facts: CaseFacts, law: Law) -> Answer:
    """Granted where the list's conditions are met; where the list is not sure, on an officer's reasons.

    Nothing here bars an application: this is asked of the grant, and its conditions are what the officer ticks. A bar in a ministry rule is no exclusion of
    the plan's, so with it too an officer decides.
    """
    listed = law.serious_list(facts.listing.list)
    early = listed.early if listed else None
    day = listing.early_exit_on(listed, _exit_days(facts)) if listed else None
    if early and day and facts.today < day:
        return Outcome.FORBIDDEN, "EXIT_TOO_EARLY", {"date": str(day)}
    lacking = [text for key, text in early.needs.items() if key not in facts.exit.met] if early else []
    if lacking:
        return Outcome.FORBIDDEN, "EXIT_CONDITIONS", {"lacking": "、".join(lacking)}
    sure = early is not None and day is not None and not facts.exit.barred
    if sure or facts.exit.reason.strip():
        return Outcome.PERMITTED
    return Outcome.OFFICER_DECIDES, "EXIT_UNDECIDED"


def _exit_days(facts: CaseFacts) -> dict[str, date]:
    corrected = facts.exit.corrected_on
    return {**dict(facts.days), **({"corrected": corrected} if corrected else {})}


@rule("case.ground_fell", "huaian-2021-13#1.3a", "apl#48")
def ground_fell(facts: CaseFacts, _law: Law) -> Answer:
    """A document on which the entry rests is no longer in effect."""
    if listing.standing(facts.listing.grounds) is Standing.STANDS:
        return Outcome.FORBIDDEN, "GROUND_STANDS"
    return Outcome.PERMITTED


@rule("case.all_fell", "huaian-2021-13#1.3a", "apl#48")
def all_fell(facts: CaseFacts, _law: Law) -> Answer:
    """Nothing is left on which the entry rests; while something is, an officer decides."""
    if listing.standing(facts.listing.grounds) is Standing.FALLS:
        return Outcome.PERMITTED
    told = {"count": str(sum(each.effect is Effect.EFFECTIVE for each in facts.listing.grounds))}
    return Outcome.FORBIDDEN, "GROUND_REMAINS", told


@rule("case.unit_left", "huaian-2021-13#2.4")
def unit_left(facts: CaseFacts, law: Law) -> Answer:
    """The unit has left, and the list says that its persons leave with it."""
    listed = law.serious_list(facts.listing.list)
    link = listed.linked.get(facts.listing.role) if listed else None
    if link and link.leaves_with_unit and facts.unit_state == REMOVED:
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "UNIT_NOT_LEFT"
