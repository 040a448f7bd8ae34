"""The procedure of repair (信用修复程序): lodged, supplemented once, accepted, verified, decided record by record, done.

One application stands at each body that decides one of its records. It is always received. A grant takes two
persons, a refusal three; relief is granted at once and waits neither for a refusal beside it nor for service.
A false promise found later is another case, FALSE_PROMISE, with its own prior notice.
"""

from __future__ import annotations

from xinheng.law.language import Rule
from xinheng.law.machine import SYSTEM, Machine, Step
from xinheng.law.procedures.listing import CHECKER, CLERK, HEARD, SIGNER, SUBJECT, WINDOW
from xinheng.law.procedures.listingrules import (
    decision_says,
    not_the_maker,
    notice_says,
    notice_served,
    sealed,
    something_open,
    three_persons,
)
from xinheng.law.procedures.listingrules import decision_served as promise_served
from xinheng.law.procedures.listingrules import reasoned as case_reasoned
from xinheng.law.procedures.repairguards import (
    a_plan_runs,
    always_received,
    asked_completely,
    asked_once,
    consequence_read,
    decided_each,
    decision_served,
    evidence_named,
    handler_named,
    lawful_grants,
    lawful_refusals,
    nothing_refused,
    paper_says,
    reasoned,
    repaired_everywhere,
    second_person,
    something_granted,
    something_refused,
    third_person,
    verified,
    withdrawal_asked,
)

NEW, LODGED, SUPPLEMENTING, ACCEPTED, VERIFIED = "new", "lodged", "supplementing", "accepted", "verified"
PROPOSED, CHECKED, DECIDED, SERVED, DONE, WITHDRAWN = (
    "proposed", "checked", "decided", "served", "done", "withdrawn",
)  # fmt: skip
STATES = {
    NEW: "未提交",
    LODGED: "已收件",
    SUPPLEMENTING: "待补正",
    ACCEPTED: "已受理",
    VERIFIED: "已核查",
    PROPOSED: "已拟定决定",
    CHECKED: "已审核，待签发",
    DECIDED: "已作出决定，待送达",
    SERVED: "决定已送达",
    DONE: "已完成",
    WITHDRAWN: "已撤回",
}
OPEN = frozenset({LODGED, SUPPLEMENTING, ACCEPTED, VERIFIED, PROPOSED, CHECKED})
RECEIPT, SUPPLEMENT_NOTICE = "repair_receipt", "supplement_notice"
GRANT_PAPER, REFUSAL_PAPER = "repair_decision", "repair_refusal_decision"
LAW: tuple[Rule, ...] = (verified, decided_each, lawful_grants, lawful_refusals)

REPAIR = Machine(
    name="repair",
    states=STATES,
    initial=NEW,
    finals=frozenset({DONE, WITHDRAWN}),
    steps=(
        Step(
            name="lodge", label="收件并出具受理单", sources=frozenset({NEW}), target=LODGED,
            roles=frozenset({SUBJECT, WINDOW}), clauses=("huaian-2021-13#5.1a", "huaian-2021-13#5.1d"),
            guards=(always_received,), document=RECEIPT, starts=("repair_acceptance",),
        ),
        Step(
            name="ask_supplement", label="一次告知需要补正的材料", sources=frozenset({LODGED}), target=SUPPLEMENTING,
            roles=frozenset({CLERK, WINDOW}), clauses=("huaian-2021-13#5.1c", "gbf-2025-22#materials"),
            guards=(handler_named, asked_once, asked_completely), document=SUPPLEMENT_NOTICE,
            starts=("repair_supplement",),
        ),
        # Late or early, whatever is supplied is taken; the supplement's clock only reminds.
        Step(
            name="supply", label="补正材料", sources=OPEN, roles=frozenset({SUBJECT, WINDOW}),
            clauses=("huaian-2021-13#5.1a", "huaian-2021-13#5.1c"), stops=("repair_supplement",),
        ),
        # Nothing has to be there for it: what is still missing is a matter of the decision, told with its ground.
        Step(
            name="accept", label="受理并告知经办人", sources=frozenset({LODGED, SUPPLEMENTING}), target=ACCEPTED,
            roles=frozenset({CLERK}), clauses=("huaian-2021-13#5.1a", "huaian-2021-13#5.1c"), guards=(handler_named,),
            starts=("repair_decision",), stops=("repair_acceptance", "repair_supplement"),
        ),
        Step(
            name="verify", label="核查改正和履行情况", sources=frozenset({ACCEPTED}), target=VERIFIED,
            roles=frozenset({CLERK}), clauses=("huaian-2021-13#5.1a", "gbf-2025-22#repair"), guards=(verified,),
        ),
        Step(
            name="lift_temporarily", label="重整、和解计划执行期间暂时解除惩戒措施",
            sources=frozenset({ACCEPTED, VERIFIED, PROPOSED, CHECKED}), roles=frozenset({CHECKER, SIGNER}),
            clauses=("gbf-2025-22#bankruptcy", "huaian-2021-13#5.1a"), guards=(a_plan_runs,),
        ),
        Step(
            name="propose", label="逐条拟定决定", sources=frozenset({VERIFIED}), target=PROPOSED,
            roles=frozenset({CLERK}), clauses=("huaian-2021-13#5.1a", "huaian-2021-13#5.1d"), guards=LAW, adverse=True,
        ),
        Step(
            name="grant", label="准予修复", sources=frozenset({PROPOSED}), target=DECIDED,
            roles=frozenset({CHECKER, SIGNER}), clauses=("huaian-2021-13#5.1a", "huaian-2021-13#5.1b"),
            guards=(*LAW, nothing_refused, second_person, paper_says), document=GRANT_PAPER,
            starts=("repair_sync",), stops=("repair_decision",),
        ),
        Step(
            name="grant_part", label="准予修复其中一部分", sources=frozenset({PROPOSED, CHECKED}),
            roles=frozenset({CHECKER, SIGNER}), clauses=("huaian-2021-13#5.1a", "huaian-2021-13#5.1b"),
            guards=(lawful_grants, something_refused, something_granted, second_person), document=GRANT_PAPER,
            starts=("repair_sync",),
        ),
        Step(
            name="check", label="审核不予修复的部分", sources=frozenset({PROPOSED}), target=CHECKED,
            roles=frozenset({CHECKER}), clauses=("huaian-2021-13#5.1a",),
            guards=(*LAW, something_refused, second_person), adverse=True,
        ),
        Step(
            name="return", label="退回并说明理由", sources=frozenset({PROPOSED, CHECKED}), target=VERIFIED,
            roles=frozenset({CHECKER, SIGNER}), clauses=("huaian-2021-13#5.1a",), guards=(reasoned,),
        ),
        Step(
            name="refuse", label="签发不予修复决定", sources=frozenset({CHECKED}), target=DECIDED,
            roles=frozenset({SIGNER}), clauses=("huaian-2021-13#5.1a", "huaian-2021-13#5.1e"),
            guards=(*LAW, something_refused, third_person, paper_says), document=REFUSAL_PAPER,
            starts=("repair_sync",), stops=("repair_decision",), adverse=True,
        ),
        Step(
            name="serve", label="送达决定", sources=frozenset({DECIDED}), target=SERVED,
            roles=frozenset({CLERK, WINDOW}), clauses=("huaian-2021-13#5.1a", "arl#20"), guards=(decision_served,),
            document="proof_of_service", starts=("reconsideration", "litigation"),
        ),
        Step(
            name="complete", label="各渠道都有回执，办结", sources=frozenset({SERVED}), target=DONE,
            roles=frozenset({SYSTEM, CLERK}), clauses=("huaian-2021-13#5.1d",), guards=(repaired_everywhere,),
            stops=("repair_sync",),
        ),
        Step(
            name="withdraw", label="撤回申请（可以再次申请）", sources=OPEN, target=WITHDRAWN,
            roles=frozenset({SUBJECT, WINDOW}), clauses=("huaian-2021-13#5.1a",), guards=(withdrawal_asked,),
            stops=("repair_acceptance", "repair_supplement", "repair_decision"),
        ),
    ),
)  # fmt: skip

# ---- a promise found false: a new adverse act ---------------------------------------------------------------

DRAFT, NOTIFIED, AWAITING, DROPPED, ENTERED = "draft", "notified", "awaiting", "dropped", "entered"
BASED: tuple[Rule, ...] = (consequence_read, evidence_named)
HEARING = frozenset({NOTIFIED, AWAITING, PROPOSED, CHECKED})

FALSE_PROMISE = Machine(
    name="false_promise",
    states={
        NEW: "未立案",
        DRAFT: "草拟",
        NOTIFIED: "已制作告知书，待送达",
        AWAITING: "已告知，听取意见",
        PROPOSED: "已拟定处理，待审核",
        CHECKED: "已审核，待签发",
        DECIDED: "已作出决定，待送达",
        ENTERED: "已送达并执行",
        DROPPED: "不作处理",
    },
    initial=NEW,
    finals=frozenset({ENTERED, DROPPED}),
    steps=(
        Step(
            name="open", label="发现承诺不实，立案", sources=frozenset({NEW}), target=DRAFT, roles=frozenset({CLERK}),
            clauses=("huaian-2021-13#1.3a",), guards=BASED, adverse=True,
        ),
        Step(
            name="notify", label="制作事先告知书", sources=frozenset({DRAFT}), target=NOTIFIED,
            roles=frozenset({CHECKER}), clauses=("huaian-2021-13#4.1a",), guards=(*BASED, notice_says, not_the_maker),
            document="prior_notice", adverse=True,
        ),
        Step(
            name="serve_notice", label="登记告知书送达", sources=frozenset({NOTIFIED}), target=AWAITING,
            roles=frozenset({CLERK}), clauses=("huaian-2021-13#4.1a",), guards=(notice_says, notice_served),
            document="proof_of_service", starts=("objection_window",), adverse=True,
        ),
        Step(
            name="receive", label="收到陈述、申辩、异议", sources=HEARING, roles=frozenset({CLERK, WINDOW, SUBJECT}),
            clauses=("huaian-2021-13#4.1a", "huaian-2021-13#4.1b"), starts=("objection_reply",),
        ),
        Step(
            name="reply", label="核实并书面反馈", sources=HEARING, roles=frozenset({CHECKER}),
            clauses=("huaian-2021-13#4.1b",), guards=(something_open, not_the_maker), document="objection_reply",
            stops=("objection_reply",),
        ),
        Step(
            name="propose", label="拟定处理", sources=frozenset({AWAITING}), target=PROPOSED, roles=frozenset({CLERK}),
            clauses=("huaian-2021-13#4.1a", "huaian-2021-13#4.1b"), guards=(*BASED, *HEARD, case_reasoned),
            stops=("objection_window",), adverse=True,
        ),
        Step(
            name="check", label="审核", sources=frozenset({PROPOSED}), target=CHECKED, roles=frozenset({CHECKER}),
            clauses=("huaian-2021-13#1.3a",), guards=(*BASED, *HEARD, not_the_maker), adverse=True,
        ),
        Step(
            name="decide", label="签发决定", sources=frozenset({CHECKED}), target=DECIDED, roles=frozenset({SIGNER}),
            clauses=("huaian-2021-13#1.3a", "huaian-2021-13#4.1c"),
            guards=(*BASED, *HEARD, three_persons, decision_says), document="false_promise_decision", adverse=True,
        ),
        Step(
            name="enter", label="决定书送达后执行", sources=frozenset({DECIDED}), target=ENTERED,
            roles=frozenset({CLERK}), clauses=("huaian-2021-13#1.3a", "huaian-2021-13#4.1c"),
            guards=(*BASED, sealed, promise_served), document="proof_of_service",
            starts=("reconsideration", "litigation"), adverse=True,
        ),
        Step(
            name="drop", label="不作处理", sources=frozenset({DRAFT, NOTIFIED, AWAITING, PROPOSED, CHECKED, DECIDED}),
            target=DROPPED, roles=frozenset({CHECKER, SIGNER}), clauses=("huaian-2021-13#4.1b",),
            guards=(case_reasoned,), stops=("objection_window", "objection_reply"),
        ),
    ),
)  # fmt: skip
