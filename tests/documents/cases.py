"""The papers of one fictional case, each told in full (示例案件的文书)."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests import cast
from tests.documents.drafts import LAW, SUBJECT
from xinheng.documents import kinds, papers
from xinheng.documents.papers import (
    Cited,
    Contact,
    Earlier,
    Hearing,
    PaperContent,
    PaperParty,
    Reply,
    Service,
)
from xinheng.documents.services import Draft

LIST = "拖欠农民工工资失信联合惩戒对象名单"
ISSUER = "示例市人力资源和社会保障局"
NOTICE = Earlier("事先告知书", "SXGZ-2026-000001", date(2026, 11, 2))
DECISION = Earlier("列入决定书", "LRJD-2026-000001", date(2026, 11, 23))
PARTY = PaperParty(name=cast.OTHER_FIRM_NAME, code=cast.OTHER_FIRM_CODE)
CONTACT = Contact("示例甲", "0517-00000000", "示例市示例路1号劳动保障监察支队")
FACTS = (
    (
        "你单位承建的示例项目自2026年3月至8月拖欠32名农民工工资共计1元（示例）。我单位于2026年9月1日作出"
        "责令限期支付决定，期限届满后你单位仍未支付。"
    ),
)
EVIDENCE = (
    "责令限期支付决定书（示人社监令字〔2026〕1号）及送达回证",
    "示例项目工资支付台账（2026年3月至8月）",
    "对项目负责人的询问笔录（2026年9月20日）",
)
BASIS = (
    Cited("《保障农民工工资支付条例》第四十八条", "拖欠工资情节严重的用人单位列入失信联合惩戒对象名单"),
    Cited("《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第五条第二项", "经责令限期支付，逾期未支付"),
)
EXITS = ("期满三年自动移出，不必申请", "改正满六个月、没有新的拖欠行为并作出书面承诺的，可以申请提前移出")

REPAIRED = ("行政处罚：示市监罚决字〔2026〕1号（示例）",)

CONTENT: dict[str, dict[str, Any]] = {
    papers.PRIOR_NOTICE: {
        "facts": FACTS, "evidence": EVIDENCE, "basis": BASIS, "exit_conditions": EXITS,
        "decision": (f"拟将你单位列入{LIST}。",),
        "term": "三年，自作出列入决定之日起计算",
        "measures": ("依法限制参与政府采购、招标投标（示例）",),
        "rights": papers.NOTICE_RIGHTS, "window": "5个工作日", "reply_period": "5个工作日",
    },
    papers.LISTING_DECISION: {
        "facts": FACTS, "evidence": EVIDENCE, "basis": BASIS, "exit_conditions": EXITS,
        "procedure": (
            ("我单位于2026年11月2日向你单位送达事先告知书（SXGZ-2026-000001），告知了事由、依据和权利。"
            "你单位于2026年11月6日提出异议，我单位核实后于2026年11月11日书面反馈，异议不成立。"),
        ),
        "decision": (f"将你单位列入{LIST}。", "本决定自送达之日起生效。"),
        "term": "三年，自2026年11月23日起至2029年11月22日止",
        "measures": ("依法限制参与政府采购、招标投标（示例）", "依法在评优评先中予以限制（示例）"),
        "rights": papers.DECISION_RIGHTS,
        "reconsideration_body": "示例市人民政府", "reconsideration_period": "60日",
        "court": "示例市示例区人民法院", "litigation_period": "6个月",
        "repair": (
            "你单位足额支付拖欠的工资并作出书面信用承诺，自改正之日起满六个月的，可以向我单位申请提前移出名单。",
            "申请可以在“信用淮安”网站提出，也可以到示例市政务服务中心信用窗口提出；提交履行义务的证明和信用承诺书两份材料。",
        ),
    },
    papers.NOT_LISTING_DECISION: {
        "facts": ("你单位在作出决定之前已足额支付拖欠的工资，并作出书面承诺。",),
        "evidence": ("工资支付凭证（示例）", "书面信用承诺书（示例）"),
        "basis": (Cited("《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第七条", "已改正并作出书面承诺的，可以不列入"),),
        "procedure": ("我单位于2026年11月2日向你单位送达事先告知书（SXGZ-2026-000001）。",),
        "decision": (f"不将你单位列入{LIST}。",),
    },
    papers.REMOVAL_DECISION: {
        "earlier": (DECISION,),
        "facts": ("你单位已足额支付拖欠的工资，自改正之日起已满六个月，并作出书面信用承诺。",),
        "evidence": ("工资支付凭证（示例）",),
        "basis": (Cited("《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第十二条", "改正满六个月的，可以提前移出"),),
        "decision": (f"自本决定作出之日起，将你单位移出{LIST}。",),
    },
    papers.OBJECTION_REPLY: {
        "earlier": (NOTICE,),
        "reply": Reply(
            received_on=date(2026, 11, 6),
            said=("欠款系总承包单位未按期拨付工程款所致，不应由我单位承担责任。",),
            checked=("我单位于2026年11月9日调取工程款支付凭证，总承包单位已于2026年7月足额拨付人工费用。",),
            conclusion=("异议不成立。",),
            reasons=("人工费用已经足额拨付，未支付工资系你单位自身行为；分包单位对所招用的农民工工资支付负直接责任。",),
        ),
        "basis": (Cited("《保障农民工工资支付条例》第三十条", "分包单位对所招用的农民工工资支付负直接责任"),),
    },
    papers.CORRECTION_RECEIPT: {
        "records": REPAIRED,
        "reply": Reply(received_on=date(2026, 11, 6), said=("罚款金额多写了一位（示例）。",)),
        "next_steps": ("2026年11月6日收到，异议编号 XXYY-2026-000001。",),
    },
    papers.FALSE_PROMISE_DECISION: {
        "records": REPAIRED, "facts": ("修复时承诺已经改正，复查没有改正（示例）。",), "evidence": ("复查笔录（示例）",),
        "procedure": ("2026年11月2日送达事先告知书（SXGZ-2026-000001）。",), "basis": BASIS,
        "decision": ("记录你单位的承诺不实，恢复公示和共享。",), "exit_conditions": ("公示到 2029-11-23。",),
        "repair": ("自决定作出之日起36个月内，按照规定不得修复。",),
        "rights": papers.DECISION_RIGHTS,
        "reconsideration_body": "示例市人民政府", "reconsideration_period": "60日",
        "court": "示例市示例区人民法院", "litigation_period": "6个月",
    },
    papers.CORRECTION_DECISION: {
        "earlier": (Earlier("行政处罚决定书", "示市监罚决字〔2026〕1号", date(2026, 5, 11)),),
        "decision": ("“罚款金额”由“0.2”改为“0.02”，依据：示市监罚决字〔2026〕1号。",),
        "reply": Reply(
            received_on=date(2026, 11, 6), said=("罚款金额多写了一位（示例）。",), checked=("原决定书载明罚款二百元（示例）。",),
            reasons=("报送时小数点录入有误（示例）。",),
        ),
        "rights": papers.DECISION_RIGHTS[:2],
        "reconsideration_body": "示例市人民政府", "reconsideration_period": "60日",
        "court": "示例市示例区人民法院", "litigation_period": "6个月",
    },
    papers.PROOF_OF_SERVICE: {"service": Service(papers=(NOTICE,), way="直接送达", place="示例市示例路2号", servers=("示例甲", "示例乙"))},
    papers.HEARING_RECORD: {
        "hearing": Hearing(
            on=date(2026, 11, 16), hours="9时30分至11时", place="示例市人力资源和社会保障局第一会议室",
            presider="示例丙", recorder="示例丁", attended=("示例甲（办案人员）", "示例某某（当事人的代理人）"),
            proceedings=(
                ("示例丙", "现在就拟列入名单一案举行听证，告知参加人的权利和义务。当事人是否申请回避？"),
                ("示例某某", "不申请回避。"),
                ("示例甲", "陈述拟列入名单的事由、证据和依据。"),
                ("示例某某", "工资已于本月十日全部支付，请求不予列入。"),
            ),
        ),
    },
    papers.REPAIR_RECEIPT: {
        "records": REPAIRED, "materials": ("履行义务的证明", "信用承诺书"),
        "next_steps": ("2026年11月23日收到，申请编号 XFSQ-2026-000001。",),
    },
    papers.SUPPLEMENT_NOTICE: {
        "records": REPAIRED, "lacking": ("信用承诺书",), "basis": BASIS, "next_steps": ("材料可以在网上补交。",),
    },
    papers.REPAIR_DECISION: {
        "records": REPAIRED, "facts": ("已查明行为已经改正（示例）。",), "basis": BASIS,
        "decision": ("准予修复。",), "effect": ("终止共享公开。",),
    },
    papers.REPAIR_REFUSAL: {
        "records": REPAIRED, "facts": ("没有查明行为已经改正（示例）。",), "basis": BASIS,
        "decision": ("不予修复。",), "reasons": ("行为没有改正（示例）。",), "next_steps": ("条件具备后可以随时再次申请。",),
        "rights": (papers.RECONSIDERATION, papers.LITIGATION),
        "reconsideration_body": "示例市人民政府", "reconsideration_period": "60日",
        "court": "示例市示例区人民法院", "litigation_period": "6个月",
    },
}  # fmt: skip


def content(kind: str, **other: Any) -> PaperContent:
    """What the paper of this kind says in the case of the firm."""
    told: dict[str, Any] = {
        "issuer": ISSUER, "party": PARTY, "list_name": LIST, "case_number": "LRAJ-2026-000001", "contact": CONTACT,
        **CONTENT[kind], **other,
    }  # fmt: skip
    return PaperContent(**told)


def draft(kind: str, *, request: str = "", **other: Any) -> Draft:
    return papers.draft(content(kind, **other), kinds.kind(kind, LAW), subject=SUBJECT, request=request)
