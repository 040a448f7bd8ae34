"""The procedure of correction (信息有误的异议): field by field, marked 异议处理中 at once; "这不是我" freezes publication.

The fact is wrong, so there is no minimum, no commitment and no condition. The platform alters nothing: the
source says what its documents say, and two persons decide each field with reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from xinheng.law.language import Answer, Outcome, rule
from xinheng.law.machine import SYSTEM, Machine, Step
from xinheng.law.procedures.casefacts import Paper, Signed, unserved
from xinheng.law.procedures.listing import CHECKER, CLERK, SUBJECT, WINDOW
from xinheng.law.serving import ProofOfService

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law

NEW, LODGED, ASKED, ANSWERED, PROPOSED = "new", "lodged", "asked", "answered", "proposed"
DECIDED, DONE, WITHDRAWN = "decided", "done", "withdrawn"
STATES = {
    NEW: "未提交",
    LODGED: "已受理",
    ASKED: "已请认定单位核查",
    ANSWERED: "认定单位已答复",
    PROPOSED: "已拟定处理",
    DECIDED: "已作出处理，待送达",
    DONE: "已完成",
    WITHDRAWN: "已撤回",
}
OPEN = frozenset({LODGED, ASKED, ANSWERED, PROPOSED})
PAPER_SAYS = {
    "party": "当事人",
    "fields": "逐栏的处理",
    "reasons": "理由",
    "rights": "权利",
    "deadlines": "救济期限",
    "reconsideration_body": "复议机关",
    "court": "管辖法院",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldClaim:
    """One field: the value held, the value claimed, the value decided (None: not yet), why, on which document."""

    field: str
    old: str
    claimed: str
    decided: str | None = None
    reason: str = ""
    document: str = ""

    @property
    def changed(self) -> bool:
        return self.decided is not None and self.decided != self.old


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionFacts:
    """One request for correction. `not_me`: the party says the record is somebody else's; `mistaken`: it is.

    `siblings` are other records with the same confusion, `siblings_seen` those looked at. `frozen` says that
    publication rests meanwhile.
    """

    state: str
    today: date
    party: str
    claims: tuple[FieldClaim, ...] = ()
    not_me: bool = False
    mistaken: bool | None = None
    siblings: frozenset[str] = frozenset()
    siblings_seen: frozenset[str] = frozenset()
    frozen: bool = False
    actor: str = ""
    signed: tuple[Signed, ...] = ()
    answer: str = ""
    paper: Paper | None = None
    proof: ProofOfService | None = None
    decided_on: date | None = None
    holders: frozenset[str] = frozenset()
    receipts: frozenset[str] = frozenset()
    withdrawal_asked: bool = False
    reason: str = ""

    def signer_of(self, *steps: str) -> frozenset[str]:
        """The persons who took any of these steps."""
        return frozenset(each.person for each in self.signed if each.step in steps)


@dataclass(frozen=True, slots=True)
class Outputs:
    """What every output does meanwhile: the mark 异议处理中, and whether publication rests."""

    marked: bool
    published: bool


def outputs(facts: CorrectionFacts) -> Outputs:
    """From the moment of lodging until it is decided and carried out (5.2, 3.2b)."""
    under_way = facts.state in OPEN | {DECIDED}
    in_doubt = facts.frozen or (facts.not_me and facts.mistaken is not False)
    return Outputs(marked=under_way, published=not (under_way and in_doubt))


@rule("correction.open", "civil#1029", "pipl#46", "ogi#41")
def always_received(_facts: CorrectionFacts, _law: Law) -> Answer:
    """Whoever says that what is held about him is wrong is received, with a receipt, without conditions."""
    return Outcome.PERMITTED, "CORRECTION_OPEN"


@rule("correction.not_me", "civil#1029", "huaian-2021-13#3.2b")
def says_not_me(facts: CorrectionFacts, _law: Law) -> Answer:
    """The word of the party is enough to freeze publication: a mistaken name does harm every day."""
    return Outcome.PERMITTED if facts.not_me else (Outcome.FORBIDDEN, "CORRECTION_NO_CONFUSION")


@rule("correction.answered", "huaian-2021-13#2.2b")
def source_answered(facts: CorrectionFacts, _law: Law) -> Answer:
    """The determining body says what its documents say; the platform alters nothing on its own."""
    return Outcome.PERMITTED if facts.answer.strip() else (Outcome.FORBIDDEN, "CORRECTION_NO_ANSWER")


@rule("correction.each_field", "huaian-2021-13#2.2b", "pipl#46")
def each_field_decided(facts: CorrectionFacts, _law: Law) -> Answer:
    """Every field claimed is decided with its own reason, and so is the question of who it is."""
    left = [each.field for each in facts.claims if each.decided is None or not each.reason.strip()]
    if facts.not_me and facts.mistaken is None:
        left.append("是否为本人")
    told = {"lacking": "、".join(left)}
    return (Outcome.FORBIDDEN, "CORRECTION_FIELD_OPEN", told) if left else Outcome.PERMITTED


@rule("correction.document", "huaian-2021-13#2.2b")
def on_a_document(facts: CorrectionFacts, _law: Law) -> Answer:
    """A value changes only as a document of the source has it."""
    bare = [each.field for each in facts.claims if each.changed and not each.document.strip()]
    told = {"lacking": "、".join(bare)}
    return (Outcome.FORBIDDEN, "CORRECTION_WITHOUT_DOCUMENT", told) if bare else Outcome.PERMITTED


@rule("correction.siblings", "civil#1029", "huaian-2021-13#2.2b")
def siblings_looked_at(facts: CorrectionFacts, _law: Law) -> Answer:
    """Where it was somebody else, the records with the same confusion are looked at too."""
    left = facts.siblings - facts.siblings_seen if facts.mistaken else frozenset()
    told = {"count": str(len(left))}
    return (Outcome.FORBIDDEN, "CORRECTION_SIBLINGS", told) if left else Outcome.PERMITTED


@rule("correction.second", "huaian-2021-13#5.2")
def second_person(facts: CorrectionFacts, _law: Law) -> Answer:
    """Who decides is somebody, and not who proposed."""
    apart = facts.actor and facts.actor not in facts.signer_of("propose")
    return Outcome.PERMITTED if apart else (Outcome.FORBIDDEN, "SAME_PERSON")


@rule("correction.paper", "huaian-2021-13#2.2b", "arl#20")
def paper_says(facts: CorrectionFacts, _law: Law) -> Answer:
    """The paper tells each field with its reason, and the remedies."""
    if facts.paper is None or facts.paper.party != facts.party:
        return Outcome.FORBIDDEN, "DECISION_MISSING"
    lacking = [name for key, name in PAPER_SAYS.items() if key not in facts.paper.says]
    told = {"lacking": "、".join(lacking)}
    return (Outcome.FORBIDDEN, "DECISION_INCOMPLETE", told) if lacking else Outcome.PERMITTED


@rule("correction.served", "arl#20")
def decision_served(facts: CorrectionFacts, law: Law) -> Answer:
    """The decision has reached the party, with proof."""
    number = facts.paper.number if facts.paper else ""
    why = unserved(facts.proof, number, facts.decided_on, facts, law)
    return (Outcome.FORBIDDEN, "DECISION_NOT_SERVED", {"why": why}) if why else Outcome.PERMITTED


@rule("correction.complete", "huaian-2021-13#3.2b", "huaian-2021-13#5.1d")
def carried_everywhere(facts: CorrectionFacts, _law: Law) -> Answer:
    """Every holder has confirmed the corrected content or the end of the mark."""
    left = facts.holders - facts.receipts
    told = {"count": str(len(left))}
    return (Outcome.FORBIDDEN, "REPAIR_RECEIPTS_OPEN", told) if left else Outcome.PERMITTED


@rule("correction.was_him", "huaian-2021-13#3.2b", "huaian-2021-13#1.3a")
def was_the_party(facts: CorrectionFacts, _law: Law) -> Answer:
    """Publication goes on only where it was decided that the record is the party's after all."""
    sure = facts.frozen and facts.mistaken is False
    return Outcome.PERMITTED if sure else (Outcome.FORBIDDEN, "CORRECTION_STAYS_FROZEN")


@rule("correction.withdrawal_asked", "civil#1029")
def withdrawal_asked(facts: CorrectionFacts, _law: Law) -> Answer:
    """Only the party takes a request back."""
    asked = facts.withdrawal_asked
    return Outcome.PERMITTED if asked else (Outcome.FORBIDDEN, "REPAIR_WITHDRAWAL_NOT_ASKED")


@rule("correction.reasoned", "huaian-2021-13#1.3b")
def reasoned(facts: CorrectionFacts, _law: Law) -> Answer:
    """Who acts says why."""
    return Outcome.PERMITTED if facts.reason.strip() else (Outcome.FORBIDDEN, "REASON_REQUIRED")


FIELDS = (source_answered, each_field_decided, on_a_document)

CORRECTION = Machine(
    name="correction",
    states=STATES,
    initial=NEW,
    finals=frozenset({DONE, WITHDRAWN}),
    steps=(
        Step(
            name="lodge", label="收件并出具受理单，各处即时标注", sources=frozenset({NEW}), target=LODGED,
            roles=frozenset({SUBJECT, WINDOW}), clauses=("civil#1029", "pipl#46", "ogi#41"),
            guards=(always_received,), document="correction_receipt", starts=("correction_reply",),
        ),
        Step(
            name="freeze", label="“这不是我”：即时停止公示", sources=OPEN, roles=frozenset({SYSTEM, WINDOW, CLERK}),
            clauses=("civil#1029", "huaian-2021-13#3.2b"), guards=(says_not_me,),
        ),
        Step(
            name="ask_source", label="请认定单位核查", sources=frozenset({LODGED}), target=ASKED,
            roles=frozenset({SYSTEM, CLERK}), clauses=("huaian-2021-13#2.2b",),
        ),
        Step(
            name="answer", label="认定单位核对原始文书后答复", sources=frozenset({LODGED, ASKED}), target=ANSWERED,
            roles=frozenset({CLERK}), clauses=("huaian-2021-13#2.2b",), guards=(source_answered,),
        ),
        Step(
            name="propose", label="逐栏拟定处理", sources=frozenset({ANSWERED}), target=PROPOSED,
            roles=frozenset({CLERK}), clauses=("huaian-2021-13#2.2b", "pipl#46"), guards=FIELDS, adverse=True,
        ),
        Step(
            name="return", label="退回并说明理由", sources=frozenset({PROPOSED}), target=ANSWERED,
            roles=frozenset({CHECKER}), clauses=("huaian-2021-13#2.2b",), guards=(reasoned,),
        ),
        Step(
            name="decide", label="签发处理结果", sources=frozenset({PROPOSED}), target=DECIDED,
            roles=frozenset({CHECKER}), clauses=("huaian-2021-13#2.2b", "pipl#46"),
            guards=(*FIELDS, siblings_looked_at, second_person, paper_says), document="correction_decision",
            stops=("correction_reply",), adverse=True,
        ),
        Step(
            name="unfreeze", label="查明是本人，恢复公示", sources=frozenset({DECIDED}), roles=frozenset({CHECKER}),
            clauses=("huaian-2021-13#3.2b", "huaian-2021-13#1.3a"), guards=(was_the_party, decision_served, reasoned),
            adverse=True,
        ),
        Step(
            name="complete", label="送达并在各渠道改好，办结", sources=frozenset({DECIDED}), target=DONE,
            roles=frozenset({SYSTEM, CLERK}), clauses=("huaian-2021-13#3.2b", "arl#20"),
            guards=(decision_served, carried_everywhere), document="proof_of_service",
            starts=("reconsideration", "litigation"),
        ),
        Step(
            name="withdraw", label="撤回（可以再次提出）", sources=OPEN, target=WITHDRAWN,
            roles=frozenset({SUBJECT, WINDOW}), clauses=("civil#1029",), guards=(withdrawal_asked,),
            stops=("correction_reply",),
        ),
    ),
)  # fmt: skip
