"""The procedure of revocation and variation (撤销与变更): ex officio, within three working days, with a public reason.

A judgment, a reconsideration or the body itself took the document's effect or changed its content. Nobody has to
apply, nothing has to be waited for. What rested on it alone falls by itself; what rested on others too is hidden
and only officers let it go on. What `outcome_of` says is carried out when the case is opened; the steps after it
tell what it comes to for good. 复议诉讼中 alone is a mark and no case here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from xinheng.law.facts import Effect
from xinheng.law.falling import GONE, DocumentState, Fallen, Fate, Node, fall
from xinheng.law.language import Answer, Outcome, rule
from xinheng.law.machine import SYSTEM, Machine, Step
from xinheng.law.procedures.casefacts import Signed
from xinheng.law.procedures.listing import CHECKER, CLERK, SIGNER

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law

NEW, OPENED, SUSPENDED, HIDDEN, REVIEWED = "new", "opened", "suspended", "hidden", "reviewed"
FALLEN, VARIED, KEPT, DONE = "fallen", "varied", "kept", "done"
STATES = {
    NEW: "未立案",
    OPENED: "已登记文书变化",
    SUSPENDED: "停止执行，已中止公开和使用",
    HIDDEN: "另有依据，已隐去待定",
    REVIEWED: "已复核，待签发",
    FALLEN: "已一并撤下",
    VARIED: "已按变更后的内容更新",
    KEPT: "经复核继续保留",
    DONE: "已完成",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationFacts:
    """One document that changed, and what rests on it. `others` are the states of all documents concerned.

    `proof` is the judgment, decision or letter that says so; `statement` the reason that is made public.
    """

    state: str
    today: date
    document: str
    others: tuple[tuple[str, DocumentState], ...]
    nodes: tuple[Node, ...] = ()
    proof: str = ""
    statement: str = ""
    new_content: bool = False
    actor: str = ""
    signed: tuple[Signed, ...] = ()
    holders: frozenset[str] = frozenset()
    receipts: frozenset[str] = frozenset()
    reason: str = ""

    def signer_of(self, *steps: str) -> frozenset[str]:
        """The persons who took any of these steps."""
        return frozenset(each.person for each in self.signed if each.step in steps)

    @property
    def is_now(self) -> DocumentState:
        return dict(self.others).get(self.document, DocumentState())


def outcome_of(facts: RevocationFacts) -> tuple[Fallen, ...]:
    """What becomes of each thing that rests on the document. Raises Knot."""
    return fall(facts.nodes, {facts.document: facts.is_now, **dict(facts.others)})


@rule("revocation.proof", "apl#48", "huaian-2021-13#1.3a")
def change_proved(facts: RevocationFacts, _law: Law) -> Answer:
    """A document says that the other one fell, was stayed or was varied; hearsay takes nothing down, nor puts it up."""
    return Outcome.PERMITTED if facts.proof.strip() else (Outcome.FORBIDDEN, "REVOCATION_PROOF")


@rule("revocation.changed", "apl#48", "huaian-2021-13#1.3a")
def document_changed(facts: RevocationFacts, _law: Law) -> Answer:
    """The document lost its effect, is stayed or was varied; a dispute alone is only a mark."""
    state = facts.is_now
    changed = state.effect is not Effect.EFFECTIVE or state.varied
    return Outcome.PERMITTED if changed else (Outcome.FORBIDDEN, "GROUND_STANDS")


@rule("revocation.gone", "apl#48", "huaian-2021-13#1.3a")
def document_gone(facts: RevocationFacts, _law: Law) -> Answer:
    """It has no effect any more."""
    return Outcome.PERMITTED if facts.is_now.effect in GONE else (Outcome.FORBIDDEN, "GROUND_STANDS")


@rule("revocation.stayed", "arl#42", "all#56")
def document_stayed(facts: RevocationFacts, _law: Law) -> Answer:
    """Its execution is stayed: what rests on it rests too, while that lasts."""
    stayed = facts.is_now.effect is Effect.STAYED
    return Outcome.PERMITTED if stayed else (Outcome.FORBIDDEN, "REVOCATION_NOT_STAYED")


@rule("revocation.in_effect", "huaian-2021-13#1.3a")
def document_in_effect(facts: RevocationFacts, _law: Law) -> Answer:
    """The stay is over and the document has its effect again."""
    if facts.is_now.effect in GONE:
        return Outcome.FORBIDDEN, "REVOCATION_NO_EFFECT"
    again = facts.is_now.effect is Effect.EFFECTIVE
    return Outcome.PERMITTED if again else (Outcome.FORBIDDEN, "REVOCATION_STILL_STAYED")


@rule("revocation.varied", "apl#48", "huaian-2021-13#2.2b")
def document_varied(facts: RevocationFacts, _law: Law) -> Answer:
    """Its content was varied, the new content is there as the document has it, and it has its effect still."""
    if facts.is_now.effect is not Effect.EFFECTIVE:
        return Outcome.FORBIDDEN, "REVOCATION_NO_EFFECT"
    there = facts.is_now.varied and facts.new_content
    return Outcome.PERMITTED if there else (Outcome.FORBIDDEN, "REVOCATION_NO_CONTENT")


@rule("revocation.sole", "apl#48", "huaian-2021-13#1.3a")
def sole_ground(facts: RevocationFacts, _law: Law) -> Answer:
    """Nothing of it rests on anything else: all falls."""
    return _none_hidden(facts)


def _none_hidden(facts: RevocationFacts) -> Answer:
    left = [each for each in outcome_of(facts) if each.fate is Fate.HIDDEN]
    return (
        (Outcome.FORBIDDEN, "REVOCATION_SHARED_GROUND", {"count": str(len(left))})
        if left
        else Outcome.PERMITTED
    )


@rule("revocation.shared", "apl#48", "huaian-2021-13#1.3a")
def shared_ground(facts: RevocationFacts, _law: Law) -> Answer:
    """Something rests on other grounds too: it is hidden and an officer looks."""
    hidden = any(each.fate is Fate.HIDDEN for each in outcome_of(facts))
    return Outcome.PERMITTED if hidden else (Outcome.FORBIDDEN, "REVOCATION_SOLE_GROUND")


@rule("revocation.statement", "apl#48")
def reason_public(facts: RevocationFacts, _law: Law) -> Answer:
    """What was public is withdrawn with a public reason."""
    return Outcome.PERMITTED if facts.statement.strip() else (Outcome.FORBIDDEN, "REVOCATION_STATEMENT")


@rule("revocation.complete", "apl#48", "huaian-2021-13#5.1d")
def withdrawn_everywhere(facts: RevocationFacts, _law: Law) -> Answer:
    """Every holder confirmed."""
    left = facts.holders - facts.receipts
    told = {"count": str(len(left))}
    return (Outcome.FORBIDDEN, "REPAIR_RECEIPTS_OPEN", told) if left else Outcome.PERMITTED


@rule("revocation.second", "huaian-2021-13#5.2")
def second_person(facts: RevocationFacts, _law: Law) -> Answer:
    """Who acts is somebody, and not who opened or reviewed."""
    apart = facts.actor and facts.actor not in facts.signer_of("open", "review")
    return Outcome.PERMITTED if apart else (Outcome.FORBIDDEN, "SAME_PERSON")


@rule("revocation.third", "huaian-2021-13#1.3a", "huaian-2021-13#5.2")
def third_person(facts: RevocationFacts, _law: Law) -> Answer:
    """To go on with what was hidden is adverse: reviewed by a second, signed by a third."""
    made, looked = facts.signer_of("open"), facts.signer_of("review")
    apart = facts.actor and looked and facts.actor not in made | looked and not made & looked
    return Outcome.PERMITTED if apart else (Outcome.FORBIDDEN, "SAME_PERSON")


@rule("revocation.reasoned", "huaian-2021-13#1.3b")
def reasoned(facts: RevocationFacts, _law: Law) -> Answer:
    """Who acts says why."""
    return Outcome.PERMITTED if facts.reason.strip() else (Outcome.FORBIDDEN, "REASON_REQUIRED")


ACT, LAW48 = "withdrawal_of_fallen", ("apl#48", "huaian-2021-13#1.3a")

REVOCATION = Machine(
    name="revocation",
    states=STATES,
    initial=NEW,
    finals=frozenset({DONE}),
    steps=(
        Step(
            name="open", label="登记文书变化（依职权，无须申请）", sources=frozenset({NEW}), target=OPENED,
            roles=frozenset({SYSTEM, CLERK}), clauses=LAW48, guards=(document_changed, change_proved), starts=(ACT,),
        ),
        Step(
            name="fall", label="唯一依据失去，一并撤下并公开说明理由", sources=frozenset({OPENED, SUSPENDED}),
            target=FALLEN, roles=frozenset({SYSTEM, CLERK}), clauses=LAW48,
            guards=(document_gone, sole_ground, reason_public), document="withdrawal_statement", stops=(ACT,),
        ),
        Step(
            name="suspend", label="停止执行期间，中止公开、共享和使用", sources=frozenset({OPENED}), target=SUSPENDED,
            roles=frozenset({SYSTEM, CLERK}), clauses=("arl#42", "all#56", "huaian-2021-13#1.3a"),
            guards=(document_stayed,), stops=(ACT,),
        ),
        Step(
            name="hide", label="另有依据，先行隐去并交工作人员复核", sources=frozenset({OPENED, SUSPENDED}),
            target=HIDDEN, roles=frozenset({SYSTEM, CLERK}), clauses=LAW48, guards=(shared_ground, reason_public),
            document="withdrawal_statement", stops=(ACT,),
        ),
        Step(
            name="vary", label="按变更后的内容更新并公开说明理由", sources=frozenset({OPENED}), target=VARIED,
            roles=frozenset({CHECKER}), clauses=("apl#48", "huaian-2021-13#2.2b"),
            guards=(document_varied, second_person, reason_public), document="withdrawal_statement",
            stops=(ACT,), adverse=True,
        ),
        Step(
            name="let_fall", label="余下的依据不足，一并撤下", sources=frozenset({HIDDEN, REVIEWED}), target=FALLEN,
            roles=frozenset({CHECKER, SIGNER}), clauses=LAW48, guards=(reasoned,),
        ),
        Step(
            name="review", label="复核余下的依据是否足够", sources=frozenset({HIDDEN, SUSPENDED}), target=REVIEWED,
            roles=frozenset({CHECKER}), clauses=LAW48, guards=(reasoned,),
        ),
        Step(
            name="keep", label="余下的依据足够，继续保留", sources=frozenset({REVIEWED}), target=KEPT,
            roles=frozenset({SIGNER}), clauses=LAW48, guards=(shared_ground, third_person, reasoned), adverse=True,
        ),
        Step(
            name="resume", label="停止执行已经结束，恢复", sources=frozenset({REVIEWED}), target=KEPT,
            roles=frozenset({SIGNER}), clauses=("huaian-2021-13#1.3a",),
            guards=(document_in_effect, third_person, reasoned), adverse=True,
        ),
        Step(
            name="complete", label="各渠道都有回执，办结", sources=frozenset({FALLEN, VARIED, KEPT}), target=DONE,
            roles=frozenset({SYSTEM, CLERK}), clauses=("apl#48", "huaian-2021-13#5.1d"),
            guards=(withdrawn_everywhere,),
        ),
    ),
)  # fmt: skip
