"""Lawful ways through repair and a false promise, each guard's defect, and the onlooker (修复走查)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.procedures.repairing import (
    CHECKER,
    MAKER,
    PARTY,
    SIGNER,
    SUBJECT,
    TODAY,
    Stage,
    Trail,
    grant,
    law_of,
    paper,
    persons,
    refusal,
    repair,
    served,
)
from tests.procedures.spoiling import Spoil, Way, all_the_way, put
from tests.procedures.walking import DECIDED, SAID
from xinheng.law.procedures.applicationfacts import ApplicationFacts, PromiseFacts, Request
from xinheng.law.procedures.casefacts import Notice, Objection, ObjectionKind
from xinheng.law.procedures.repair import FALSE_PROMISE, REPAIR
from xinheng.law.repairdecision import consequence
from xinheng.law.repairfacts import Plan

GRANT_SAYS = frozenset({"party", "records", "decision", "basis", "effect"})
REFUSAL_SAYS = frozenset(
    {"party", "records", "facts", "basis", "decision", "reasons", "next", "rights", "deadlines", "reconsideration_body", "court"}
)  # fmt: skip


LACKING = repair(materials=frozenset({"proof"}))
OPENED = ApplicationFacts(
    state="new", today=TODAY, party=PARTY, handler="示例经办人员", reason="示例理由",
    requests=(Request(record="甲", repair=LACKING), Request(record="乙", repair=repair("revoke_permit"))),
)  # fmt: skip
GRANTED = Request(record="甲", repair=repair(), verified=True, decision=grant())
REFUSED = Request(record="乙", repair=repair("revoke_permit"), verified=True, decision=refusal())
HOLDERS = {"holders": frozenset({"province"}), "receipts": frozenset({"province"})}
LODGED = (Stage("lodge", SUBJECT), Stage("accept", MAKER))
VERIFIED_BOTH = {"requests": (replace(GRANTED, decision=None), replace(REFUSED, decision=None))}


def refusal_wrongs(trail: Trail) -> Iterator[tuple[str, bool]]:
    """A mixed application that came to its end: what the plan asks of it."""
    who, end = persons(trail), trail.facts
    yield "没有告知经办人", not trail.at("accept").handler
    yield "补正告知了两次", trail.at("ask_supplement").asked is not None
    yield "补正没有一次列全或者多要", trail.at("ask_supplement").asking != {"commitment"}
    yield "有一条没有核查", any(not each.verified for each in trail.at("verify").requests)
    yield "有一条没有决定", any(each.decision is None for each in end.requests)
    for each in end.requests:
        if each.granted:
            yield (
                "没有改正也准予",
                not {"corrected", "effects_eliminated"} <= each.decision.repair.met,
            )
        if each.refused:
            yield "依据不够格", not {"gbf-2025-22#2", "gbf-2020-49#6"} & set(each.decision.clauses)
            yield "不予修复没有说明理由", not each.decision.reason.strip()
    yield "没有不予修复却走了不予修复", not end.refused
    yield "没有准予却发了准予", not trail.at("grant_part").granted
    yield "审核的就是拟定的", who["check"] in {who["verify"], who["propose"]}
    yield "签发的不是第三个人", who["refuse"] in {who["verify"], who["propose"], who["check"]}
    yield "决定书没有写救济", not end.paper or not end.paper.says >= REFUSAL_SAYS
    yield "没有送达", trail.at("serve").proof is None
    yield "没有修复到底", bool(end.holders - end.receipts)


MIXED = Way(
    machine=REPAIR,
    start=OPENED,
    path=(
        Stage("lodge", SUBJECT),
        Stage("ask_supplement", MAKER, {"asking": frozenset({"commitment"})}),
        Stage("supply", SUBJECT, {"asked": frozenset({"commitment"})}),
        Stage("accept", MAKER),
        Stage("verify", MAKER, VERIFIED_BOTH),
        Stage("propose", MAKER, {"requests": (GRANTED, REFUSED)}),
        Stage("grant_part", CHECKER),
        Stage("check", CHECKER),
        Stage("refuse", SIGNER, {"paper": paper(REFUSAL_SAYS | GRANT_SAYS)}),
        Stage("serve", MAKER, {"proof": served(), "decided_on": TODAY}),
        Stage("complete", "system", HOLDERS),
    ),
    wrongs=refusal_wrongs,
)


UNCORRECTED = replace(
    GRANTED, decision=grant(repair(met=frozenset({"corrected"}))), repair=repair(met=frozenset({"corrected"}))
)
BASELESS = replace(REFUSED, decision=refusal(clauses=("ndrc-36#classes",)))
REPAIR_DEFECTS: dict[str, Callable[[], Spoil]] = {
    "application.handler": lambda: put("accept", handler=""),
    "application.supplement_once": lambda: put("ask_supplement", asked=frozenset({"proof"})),
    "application.supplement_complete": lambda: put("ask_supplement", asking=frozenset({"licence"})),
    "application.verified": lambda: put(
        "verify", requests=(replace(GRANTED, decision=None), Request(record="乙", repair=REFUSED.repair))
    ),
    "application.decided_each": lambda: all_the_way(
        "propose",
        requests=(GRANTED, REFUSED, Request(record="丙", repair=repair(), verified=True)),
    ),
    "application.lawful_grants": lambda: all_the_way("propose", requests=(UNCORRECTED, REFUSED)),
    "application.lawful_refusals": lambda: all_the_way("propose", requests=(GRANTED, BASELESS)),
    "application.something_refused": lambda: all_the_way("propose", requests=(GRANTED,)),
    "application.something_granted": lambda: all_the_way("propose", requests=(REFUSED,)),
    "application.second": lambda: put("check", actor=MAKER),
    "application.third": lambda: put("refuse", actor=CHECKER),
    "application.paper": lambda: put("refuse", paper=paper(REFUSAL_SAYS - {"court"})),
    "application.served": lambda: put("serve", proof=None),
    "application.complete": lambda: put("complete", receipts=frozenset()),
}

# ---- repair: the short ways -----------------------------------------------------------------------------------


def grant_wrongs(trail: Trail) -> Iterator[tuple[str, bool]]:
    yield "不予修复没有三个人", bool(trail.facts.refused)


WHOLE_GRANT = Way(
    machine=REPAIR,
    start=OPENED,
    path=(
        *LODGED,
        Stage("verify", MAKER, {"requests": (replace(GRANTED, decision=None),)}),
        Stage("propose", MAKER, {"requests": (GRANTED,)}),
        Stage("grant", CHECKER, {"paper": paper(REFUSAL_SAYS | GRANT_SAYS)}),
    ),
    wrongs=grant_wrongs,
)


def withdrawn_wrongs(trail: Trail) -> Iterator[tuple[str, bool]]:
    yield "没有人要求撤回", not trail.facts.withdrawal_asked


WITHDRAWAL = Way(
    machine=REPAIR,
    start=OPENED,
    path=(*LODGED, Stage("withdraw", SUBJECT, {"withdrawal_asked": True})),
    wrongs=withdrawn_wrongs,
)


def return_wrongs(trail: Trail) -> Iterator[tuple[str, bool]]:
    yield "退回没有理由", not trail.facts.reason.strip()


RETURNED = replace(WHOLE_GRANT, path=(*WHOLE_GRANT.path[:-1], Stage("return", CHECKER)), wrongs=return_wrongs)


def plan_wrongs(trail: Trail) -> Iterator[tuple[str, bool]]:
    yield "没有计划也解除", not any(each.repair.plan for each in trail.at("lift_temporarily").requests)


PLAN = Request(record="甲", repair=repair(plan=Plan(ruling="示例裁定", approved_on=date(2026, 9, 1))))
LIFTED = Way(
    machine=REPAIR,
    start=OPENED,
    path=(*LODGED, Stage("lift_temporarily", CHECKER, {"requests": (PLAN,)})),
    wrongs=plan_wrongs,
)

# ---- a false promise ----------------------------------------------------------------------------------------------

FOUND = date(2025, 9, 1)
NUMBER = "示例修字〔2026〕1号"
PROMISED = PromiseFacts(
    state="new",
    today=FOUND,
    party=PARTY,
    repair=repair(decided=date(2024, 5, 8), applied_on=date(2024, 9, 2)),
    evidence="示例证据",
    reason="示例理由",
)
NOTICE = Notice(number=NUMBER, party=PARTY, version=1, issued_on=FOUND, says=SAID, window=7)
LATER = FOUND + timedelta(days=30)


def promise_wrongs(trail: Trail) -> Iterator[tuple[str, bool]]:
    who, end = persons(trail), trail.facts
    decide = trail.at("decide")
    yield "没有规定的后果", consequence(end.repair, law_of(end)) is None
    yield "没有证据", not end.evidence
    yield "没有事先告知本人", decide.notice is None or not decide.notice.says >= SAID
    yield "告知书没有送达本人", decide.notice_proof is None or decide.notice_proof.party != PARTY
    yield "没有等意见期届满", decide.today < date(2025, 9, 11)
    yield "意见没有答复", any(each.replied_on is None for each in decide.objections)
    yield "意见成立仍处理", any(each.upheld for each in decide.objections)
    yield "没有理由", not trail.at("propose").reason.strip()
    yield "不是三个人", len({who["propose"], who["check"], who["decide"]}) < 3
    yield "决定书不全", not end.decision or not end.decision.says >= DECIDED
    yield "决定书没有盖章", not end.decision or not end.decision.sealed_copy_matches
    yield "决定书没有送达", end.decision_proof is None


PROMISE = Way(
    machine=FALSE_PROMISE,
    start=PROMISED,
    path=(
        Stage("open", MAKER),
        Stage("notify", CHECKER, {"notice": NOTICE}),
        Stage("serve_notice", MAKER, {"notice_proof": served(FOUND)}),
        Stage("propose", MAKER, {"today": LATER}),
        Stage("check", CHECKER),
        Stage("decide", SIGNER, {"decision": paper(DECIDED)}),
        Stage(
            "enter", MAKER, {"today": LATER, "decision_proof": served(LATER), "days": (("decided", LATER),)}
        ),
    ),
    wrongs=promise_wrongs,
)


def objection(**answer: Any) -> tuple[Objection, ...]:
    return (Objection(id="示例意见", kind=ObjectionKind.OBJECTION, received_on=FOUND, **answer),)


PROMISE_DEFECTS: dict[str, Callable[[], Spoil]] = {
    # Under order 36 nobody read what follows a false promise.
    "promise.consequence": lambda: all_the_way("open", repair=repair()),
    "promise.evidence": lambda: all_the_way("open", evidence=""),
    "case.notice_says": lambda: put("notify", notice=replace(NOTICE, says=SAID - {"rights"})),
    "case.notice_served": lambda: put("serve_notice", notice_proof=replace(served(FOUND), party="示例别人")),
    "case.window": lambda: put("propose", today=FOUND + timedelta(days=3)),
    "case.answered": lambda: put("propose", objections=objection()),
    "case.not_upheld": lambda: put(
        "propose", objections=objection(replied_on=LATER, reasons="示例", upheld=True)
    ),
    "case.reasoned": lambda: put("propose", reason=""),
    "case.checker": lambda: put("check", actor=MAKER),
    "case.signer": lambda: put("decide", actor=CHECKER),
    "case.decision_says": lambda: put("decide", decision=paper(DECIDED - {"rights"})),
    "case.sealed": lambda: put("enter", decision=replace(paper(DECIDED), sealed_copy_matches=False)),
    "case.decision_served": lambda: put("enter", decision_proof=None),
}
