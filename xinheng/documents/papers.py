"""What a paper of a case says, and which of the parts asked of it that are (办案文书的内容). Pure.

The repair notice (信用修复告知书) is no kind of its own: it is the annex of the decision's own PDF, so that it has
no number, hash or service apart and nobody can serve, seal or keep the one without the other (两书同达).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from xinheng.documents import letters
from xinheng.documents.kinds import DocumentKind
from xinheng.documents.services import Draft
from xinheng.law.language import Refusal

PRIOR_NOTICE, PROOF_OF_SERVICE, OBJECTION_REPLY, HEARING_RECORD = (
    "prior_notice", "proof_of_service", "objection_reply", "hearing_record",
)  # fmt: skip
LISTING_DECISION, NOT_LISTING_DECISION, REMOVAL_DECISION = (
    "listing_decision", "not_listing_decision", "removal_decision",
)  # fmt: skip
REPAIR_RECEIPT, SUPPLEMENT_NOTICE, REPAIR_DECISION, REPAIR_REFUSAL = (
    "repair_receipt", "supplement_notice", "repair_decision", "repair_refusal_decision",
)  # fmt: skip
CORRECTION_RECEIPT, CORRECTION_DECISION = "correction_receipt", "correction_decision"
FALSE_PROMISE_DECISION = "false_promise_decision"
# Rights by the names under which reference/documents.yaml has their sentences.
REPRESENTATION, OBJECTION, HEARING = "representation", "objection", "hearing"
RECONSIDERATION, LITIGATION, CORRECTION = "reconsideration", "litigation", "correction"
NOTICE_RIGHTS = (REPRESENTATION, OBJECTION)
DECISION_RIGHTS = (RECONSIDERATION, LITIGATION, CORRECTION)
AUDIENCE = "self"

Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperParty:
    """To whom a paper is, as it prints: masked or not is the caller's business. `standing`: 系某公司法定代表人."""

    name: str
    code: str = ""
    code_label: str = "统一社会信用代码"
    standing: str = ""
    person: bool = False


@dataclass(frozen=True, slots=True)
class Cited:
    """A provision as a paper cites it, and what it says in our own short words."""

    cite: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A paper that this one follows or serves: its name, number and day."""

    name: str
    number: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom the party may ask at the issuing body."""

    person: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the party brought forward, what was verified, the outcome and its reasons (异议核实反馈)."""

    received_on: date
    form: str = "异议"
    said: Texts = ()
    checked: Texts = ()
    conclusion: Texts = ()
    reasons: Texts = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How papers were served (送达). What is not known yet is left blank, to be filled in and signed by hand."""

    papers: tuple[Earlier, ...]
    way: str
    on: date | None = None
    place: str = ""
    receiver: str = ""
    proofs: Texts = ()
    servers: Texts = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """A hearing as it was held; `proceedings` are (who, what was said)."""

    on: date
    hours: str = ""
    place: str = ""
    presider: str = ""
    recorder: str = ""
    attended: Texts = ()
    proceedings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperContent:
    """Everything a paper may say; a kind prints the sections that it has and leaves out what is empty.

    `procedure` tells how the party was notified and heard. `decision` is what is intended (notice) or decided, in whole sentences. `rights` name sentences of
    reference/documents.yaml; periods are words: `window` 5个工作日, `reply_period` 10个工作日,
    `reconsideration_period` 60日, `litigation_period` 6个月. `repair` are the paragraphs of the repair notice.
    `records` to `next_steps` are those of the papers of repair, each a whole sentence.
    """

    issuer: str
    party: PaperParty
    list_name: str = ""
    # What a notice is of, and how it is called where it is no listing: 信用修复承诺不实, 承诺不实处理.
    about: str = ""
    act: str = ""
    case_number: str = ""
    earlier: tuple[Earlier, ...] = ()
    facts: Texts = ()
    evidence: Texts = ()
    procedure: Texts = ()
    basis: tuple[Cited, ...] = ()
    decision: Texts = ()
    term: str = ""
    measures: Texts = ()
    rights: Texts = ()
    window: str = ""
    reply_period: str = ""
    reconsideration_body: str = ""
    reconsideration_period: str = ""
    court: str = ""
    litigation_period: str = ""
    exit_conditions: Texts = ()
    repair: Texts = ()
    records: Texts = ()
    materials: Texts = ()
    lacking: Texts = ()
    effect: Texts = ()
    reasons: Texts = ()
    next_steps: Texts = ()
    contact: Contact = Contact()
    reply: Reply | None = None
    service: Service | None = None
    hearing: Hearing | None = None


# What a paper of each kind has to tell. For notice and decision the guards of `listing` ask the same again, in the same
# words: law/procedures/listingrules.py, which this app asks nothing; a test holds the two together.
_DECIDED = {"party": "当事人", "facts": "事由", "basis": "依据", "decision": "决定内容"}
_LISTED = {
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
PARTS: Mapping[str, Mapping[str, str]] = {
    PRIOR_NOTICE: {
        "party": "当事人",
        "facts": "事由",
        "basis": "依据",
        "rights": "权利",
        "window": "提出意见的期限",
        "decision": "拟作出的决定",
    },
    LISTING_DECISION: _LISTED,
    FALSE_PROMISE_DECISION: _LISTED,
    NOT_LISTING_DECISION: _DECIDED,
    REMOVAL_DECISION: _DECIDED,
    OBJECTION_REPLY: {
        "party": "当事人",
        "said": "当事人的意见",
        "checked": "核实情况",
        "conclusion": "核实结论",
        "reasons": "理由",
    },
    CORRECTION_RECEIPT: {"party": "当事人", "records": "提出异议的信息", "said": "当事人的意见", "next": "接下来"},
    # As `PAPER_SAYS` of law/procedures/correction.py, which the guards of correction ask again.
    CORRECTION_DECISION: {
        "party": "当事人",
        "fields": "逐栏的处理",
        "reasons": "理由",
        "rights": "权利",
        "deadlines": "救济期限",
        "reconsideration_body": "复议机关",
        "court": "管辖法院",
    },
    PROOF_OF_SERVICE: {"party": "受送达人", "papers": "送达的文书", "way": "送达方式"},
    HEARING_RECORD: {
        "party": "当事人",
        "place": "听证地点",
        "presider": "听证主持人",
        "recorder": "记录人",
        "proceedings": "听证情况",
    },
    REPAIR_RECEIPT: {"party": "申请人", "records": "申请修复的信息", "next": "接下来"},
    SUPPLEMENT_NOTICE: {
        "party": "申请人", "records": "申请修复的信息", "lacking": "需要补正的材料", "next": "接下来",
    },
    # As `decision_says` of reference/repair.yaml, which the guards of `repair` ask again.
    REPAIR_DECISION: {
        "party": "申请人", "records": "修复的信息", "decision": "决定内容", "basis": "依据", "effect": "修复结果",
    },
    REPAIR_REFUSAL: {
        "party": "申请人", "records": "不予修复的信息", "facts": "查明的情况", "basis": "依据", "decision": "决定内容",
        "reasons": "理由", "next": "怎样才能修复", "rights": "权利", "deadlines": "救济期限",
        "reconsideration_body": "复议机关", "court": "管辖法院",
    },
}  # fmt: skip
_REFUSED = {
    PRIOR_NOTICE: ("NOTICE_INCOMPLETE", "huaian-2021-13#4.1a"),
    LISTING_DECISION: ("DECISION_INCOMPLETE", "huaian-2021-13#4.1c"),
    FALSE_PROMISE_DECISION: ("DECISION_INCOMPLETE", "huaian-2021-13#4.1c"),
    OBJECTION_REPLY: ("PAPER_INCOMPLETE", "huaian-2021-13#4.1b"),
    REMOVAL_DECISION: ("PAPER_INCOMPLETE", "huaian-2021-13#2.4"),
    **dict.fromkeys(
        (REPAIR_RECEIPT, SUPPLEMENT_NOTICE, REPAIR_DECISION, REPAIR_REFUSAL),
        ("PAPER_INCOMPLETE", "huaian-2021-13#5.1a"),
    ),
    **dict.fromkeys((CORRECTION_RECEIPT, CORRECTION_DECISION), ("PAPER_INCOMPLETE", "huaian-2021-13#2.2b")),
}
_OTHERS = ("PAPER_INCOMPLETE", "huaian-2021-13#4.1c")


def says(content: PaperContent, kind: str) -> frozenset[str]:
    """Which of the parts asked of this kind the paper really tells: those of which something is printed."""
    return frozenset(part for part in PARTS[kind] if _TOLD[part](content))


def make(content: PaperContent, kind: DocumentKind) -> Mapping[str, Any]:
    """What the body of this paper says, for `Draft.content`.

    Raises Refusal NOTICE_INCOMPLETE, DECISION_INCOMPLETE or, for the other kinds, PAPER_INCOMPLETE, naming what is
    lacking: a paper without facts, basis or rights cannot be made (四（一）).
    """
    told = says(content, kind.code)
    lacking = "、".join(name for part, name in PARTS[kind.code].items() if part not in told)
    if lacking:
        code, clause = _REFUSED.get(kind.code, _OTHERS)
        raise Refusal.because(code, clause, kind=kind.name, lacking=lacking)
    return letters.body(content, kind)


def draft(content: PaperContent, kind: DocumentKind, *, subject: UUID, request: str = "") -> Draft:
    """A draft for `services.issue_paper` and `preview`. Raises as `make`."""
    party = "" if content.party.person else content.party.name
    made = make(content, kind)
    return Draft(kind=kind, subject=subject, party=party, audience=AUDIENCE, content=made, request=request)


def _any(texts: Texts) -> bool:
    return any(each.strip() for each in texts)


def _deadlines(content: PaperContent) -> bool:
    """Both ways are told, each with its period."""
    periods = (content.reconsideration_period, content.litigation_period)
    return {RECONSIDERATION, LITIGATION} <= set(content.rights) and all(each.strip() for each in periods)


def _replied(content: PaperContent, part: str) -> bool:
    return content.reply is not None and _any(getattr(content.reply, part))


def _heard(content: PaperContent, part: str) -> bool:
    return content.hearing is not None and bool(getattr(content.hearing, part).strip())


_TOLD: Mapping[str, Callable[[PaperContent], bool]] = {
    "party": lambda it: bool(it.party.name.strip()),
    "facts": lambda it: _any(it.facts),
    "evidence": lambda it: _any(it.evidence),
    "basis": lambda it: _any(tuple(each.cite for each in it.basis)),
    "decision": lambda it: _any(it.decision),
    "fields": lambda it: _any(it.decision),
    "rights": lambda it: _any(it.rights),
    "window": lambda it: bool(it.window.strip()),
    "deadlines": _deadlines,
    # A body or court is printed in the sentence of the right that leads to it.
    "reconsideration_body": lambda it: RECONSIDERATION in it.rights and bool(it.reconsideration_body.strip()),
    "court": lambda it: LITIGATION in it.rights and bool(it.court.strip()),
    "exit_conditions": lambda it: _any(it.exit_conditions),
    "repair_notice": lambda it: _any(it.repair),
    "said": lambda it: _replied(it, "said"),
    "checked": lambda it: _replied(it, "checked"),
    "conclusion": lambda it: _replied(it, "conclusion"),
    "reasons": lambda it: _replied(it, "reasons") or _any(it.reasons),
    "records": lambda it: _any(it.records),
    "lacking": lambda it: _any(it.lacking),
    "effect": lambda it: _any(it.effect),
    "next": lambda it: _any(it.next_steps),
    "papers": lambda it: it.service is not None and _any(tuple(each.number for each in it.service.papers)),
    "way": lambda it: it.service is not None and bool(it.service.way.strip()),
    "place": lambda it: _heard(it, "place"),
    "presider": lambda it: _heard(it, "presider"),
    "recorder": lambda it: _heard(it, "recorder"),
    "proceedings": lambda it: (
        it.hearing is not None and _any(tuple(words for _, words in it.hearing.proceedings))
    ),
}
