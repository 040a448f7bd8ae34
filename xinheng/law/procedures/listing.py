"""The procedure of listing (严重失信主体名单认定程序): draft, notice, service, hearing the party, decision, listed, removal.

One case for each party, linked persons too (4.1a). Maker, checker and signer are three persons. The law of
the day is asked again at each adverse step. No adverse step is the system's; ends of terms may be.
"""

from __future__ import annotations

from xinheng.law import listing
from xinheng.law.language import Rule
from xinheng.law.machine import SYSTEM, Machine, Step, of_part
from xinheng.law.procedures.listingrules import (
    AWAITING,
    CHECKED,
    DECIDED,
    DRAFT,
    HIDDEN,
    LISTED,
    NEW,
    NOT_LISTED,
    NOTIFIED,
    PROPOSED,
    REMOVED,
    STATES,
    WITHDRAWN,
    all_fell,
    answered,
    decision_says,
    decision_served,
    early_exit,
    ground_fell,
    hearing_asked,
    not_the_maker,
    not_upheld,
    notice_says,
    notice_served,
    reasoned,
    reinstatement_decided,
    sealed,
    something_open,
    term_over,
    three_persons,
    unit_first,
    unit_left,
    window_over,
)

CLERK, CHECKER, SIGNER, WINDOW, SUBJECT = "clerk", "checker", "signer", "window", "subject"
BEFORE_DECISION = frozenset({NOTIFIED, AWAITING, PROPOSED, CHECKED})

# ---- the table -----------------------------------------------------------------------------------------

LAW: tuple[Rule, ...] = of_part("listing", listing.RULES)
HEARD: tuple[Rule, ...] = (notice_says, notice_served, window_over, answered, not_upheld)

LISTING = Machine(
    name="listing",
    states=STATES,
    initial=NEW,
    finals=frozenset({REMOVED, NOT_LISTED, WITHDRAWN}),
    steps=(
        Step(
            name="open", label="立案并草拟", sources=frozenset({NEW}), target=DRAFT, roles=frozenset({CLERK}),
            clauses=("huaian-2021-13#2.3", "huaian-2021-13#2.4"), guards=LAW, adverse=True,
        ),
        Step(
            name="redraft", label="修改草稿（须重新告知）", sources=BEFORE_DECISION, target=DRAFT,
            roles=frozenset({CLERK, CHECKER}), clauses=("huaian-2021-13#4.1a",), guards=(reasoned,),
            stops=("objection_window",),
        ),
        Step(
            name="notify", label="制作事先告知书", sources=frozenset({DRAFT}), target=NOTIFIED,
            roles=frozenset({CHECKER}), clauses=("huaian-2021-13#4.1a",),
            guards=(*LAW, notice_says, not_the_maker), document="prior_notice", adverse=True,
        ),
        Step(
            name="serve_notice", label="登记告知书送达", sources=frozenset({NOTIFIED}), target=AWAITING,
            roles=frozenset({CLERK}), clauses=("huaian-2021-13#4.1a",), guards=(notice_says, notice_served),
            document="proof_of_service", starts=("objection_window",), adverse=True,
        ),
        Step(
            name="receive", label="收到陈述、申辩、异议或者听证申请", sources=BEFORE_DECISION,
            roles=frozenset({CLERK, WINDOW, SUBJECT}), clauses=("huaian-2021-13#4.1a", "huaian-2021-13#4.1b"),
            starts=("objection_reply",),
        ),
        Step(
            name="hold_hearing", label="举行听证", sources=BEFORE_DECISION, roles=frozenset({CHECKER}),
            clauses=("huaian-2021-13#4.1a",), guards=(hearing_asked, not_the_maker), document="hearing_record",
        ),
        Step(
            name="reply", label="核实并书面反馈", sources=BEFORE_DECISION, roles=frozenset({CHECKER}),
            clauses=("huaian-2021-13#4.1b",), guards=(something_open, not_the_maker),
            document="objection_reply", stops=("objection_reply",),
        ),
        Step(
            name="propose", label="拟定列入决定", sources=frozenset({AWAITING}), target=PROPOSED,
            roles=frozenset({CLERK}), clauses=("huaian-2021-13#4.1a", "huaian-2021-13#4.1b"),
            guards=(*LAW, *HEARD, unit_first, reasoned), stops=("objection_window",), adverse=True,
        ),
        Step(
            name="check", label="审核", sources=frozenset({PROPOSED}), target=CHECKED, roles=frozenset({CHECKER}),
            clauses=("huaian-2021-13#4.1c",), guards=(*LAW, *HEARD, unit_first, not_the_maker), adverse=True,
        ),
        Step(
            name="return", label="退回并说明理由", sources=frozenset({PROPOSED, CHECKED}), target=AWAITING,
            roles=frozenset({CHECKER, SIGNER}), clauses=("huaian-2021-13#4.1b",), guards=(reasoned,),
        ),
        Step(
            name="decide", label="签发列入决定", sources=frozenset({CHECKED}), target=DECIDED,
            roles=frozenset({SIGNER}), clauses=("huaian-2021-13#4.1c",),
            guards=(*LAW, *HEARD, unit_first, three_persons, decision_says), document="listing_decision", adverse=True,
        ),
        Step(
            name="list", label="决定书送达后列入", sources=frozenset({DECIDED}), target=LISTED,
            roles=frozenset({CLERK}), clauses=("huaian-2021-13#4.1c", "huaian-2021-13#1.3a"),
            guards=(*LAW, decision_says, sealed, decision_served, unit_first), document="proof_of_service",
            starts=("reconsideration", "litigation"), adverse=True,
        ),
        Step(
            name="decide_not", label="决定不予列入", sources=frozenset({AWAITING, PROPOSED, CHECKED, DECIDED}),
            target=NOT_LISTED, roles=frozenset({SIGNER}), clauses=("huaian-2021-13#4.1b", "huaian-2021-13#4.2b"),
            guards=(reasoned,), document="not_listing_decision", stops=("objection_window", "objection_reply"),
        ),
        Step(
            name="withdraw", label="撤销立案", sources=frozenset({DRAFT, NOTIFIED}), target=WITHDRAWN,
            roles=frozenset({CLERK, CHECKER}), clauses=("huaian-2021-13#1.3c",), guards=(reasoned,),
            stops=("objection_window", "objection_reply"),
        ),
        Step(
            name="hide", label="依据有变，先行隐去", sources=frozenset({LISTED}), target=HIDDEN,
            roles=frozenset({SYSTEM, CLERK, CHECKER}), clauses=("huaian-2021-13#1.3a", "apl#48"),
            guards=(ground_fell,), starts=("withdrawal_of_fallen",),
        ),
        Step(
            name="restore", label="复核后继续列入", sources=frozenset({HIDDEN}), target=LISTED,
            roles=frozenset({SIGNER}), clauses=("huaian-2021-13#1.3a", "huaian-2021-13#4.1c"),
            guards=(*LAW, notice_served, decision_says, sealed, decision_served, three_persons, reasoned),
            stops=("withdrawal_of_fallen",), adverse=True,
        ),
        Step(
            name="end", label="期满移出", sources=frozenset({LISTED, HIDDEN}), target=REMOVED,
            roles=frozenset({SYSTEM, CLERK}), clauses=("huaian-2021-13#2.4",), guards=(term_over,),
            document="removal_decision", starts=("removal",),
        ),
        Step(
            name="exit", label="准予提前移出", sources=frozenset({LISTED, HIDDEN}), target=REMOVED,
            roles=frozenset({SIGNER}), clauses=("huaian-2021-13#2.4", "huaian-2021-13#5.1a"),
            guards=(early_exit,), document="removal_decision", starts=("removal",),
        ),
        Step(
            name="revoke", label="依据全部失去，撤销列入", sources=frozenset({LISTED, HIDDEN}), target=REMOVED,
            roles=frozenset({SYSTEM, SIGNER}), clauses=("huaian-2021-13#1.3a", "apl#48"), guards=(all_fell,),
            document="removal_decision", starts=("removal",), stops=("withdrawal_of_fallen",),
        ),
        Step(
            name="correct", label="列入有误（认错当事人、不应列入），撤销列入", sources=frozenset({LISTED, HIDDEN}),
            target=REMOVED, roles=frozenset({SIGNER}), clauses=("huaian-2021-13#2.2b", "huaian-2021-13#4.1c"),
            guards=(reasoned,), document="removal_decision", starts=("removal",),
        ),
        Step(
            name="leave_with_unit", label="随单位一并移出", sources=frozenset({LISTED, HIDDEN}), target=REMOVED,
            roles=frozenset({SYSTEM, CLERK}), clauses=("huaian-2021-13#2.4",), guards=(unit_left,),
            document="removal_decision", starts=("removal",),
        ),
        # Taken by the case of a false promise alone, which has its own notice, hearing, decision and service (repair.py).
        Step(
            name="reinstate", label="提前移出的承诺不实，恢复列入", sources=frozenset({REMOVED}), target=LISTED,
            roles=frozenset({CLERK}), clauses=("huaian-2021-13#1.3a", "huaian-2021-13#4.1c"),
            guards=(*LAW, reinstatement_decided), adverse=True,
        ),
    ),
)  # fmt: skip
