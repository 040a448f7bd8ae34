"""Lawful ways through correction and revocation, each guard's defect, and the onlooker (更正与撤销走查)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.procedures.repairing import (
    CHECKER,
    MAKER,
    PARTY,
    SIGNER,
    SUBJECT,
    TODAY,
    Stage,
    Trail,
    paper,
    persons,
    served,
)
from tests.procedures.spoiling import Spoil, Way, all_the_way, only_then, put
from tests.procedures.waysofrepair import HOLDERS, return_wrongs, withdrawn_wrongs
from xinheng.law.facts import Effect
from xinheng.law.falling import DocumentState, Layer, Node
from xinheng.law.procedures.correction import CORRECTION, PAPER_SAYS, CorrectionFacts, FieldClaim
from xinheng.law.procedures.revocation import REVOCATION, RevocationFacts

CLAIM = FieldClaim(field="罚款金额", old="2", claimed="0.2")
SETTLED = replace(CLAIM, decided="0.2", reason="示例理由", document="示例决定书")
CLAIMED = CorrectionFacts(
    state="new", today=TODAY, party=PARTY, claims=(CLAIM,), not_me=True, frozen=True, reason="示例理由",
    siblings=frozenset({"丙"}),
)  # fmt: skip
PAPER = paper(PAPER_SAYS)


def correction_wrongs(trail: Trail) -> Iterator[tuple[str, bool]]:
    who, end = persons(trail), trail.facts
    yield "没有说不是自己就停止公示", not trail.at("freeze").not_me
    yield "认定单位没有答复", not trail.at("propose").answer
    yield "有一栏没有处理", any(each.decided is None or not each.reason for each in end.claims)
    yield "没有文书就改", any(each.changed and not each.document for each in end.claims)
    yield "同样认错的没有查看", bool(end.siblings - end.siblings_seen)
    yield "签发的就是拟定的", who["propose"] == who["decide"]
    yield "处理结果不全", not end.paper or not end.paper.says >= set(PAPER_SAYS)
    yield "没有送达", end.proof is None
    yield "没有改到底", bool(end.holders - end.receipts)


CORRECTED = Way(
    machine=CORRECTION,
    start=CLAIMED,
    path=(
        Stage("lodge", SUBJECT),
        Stage("freeze", "system"),
        Stage("ask_source", "system"),
        Stage("answer", MAKER, {"answer": "示例答复"}),
        Stage("propose", MAKER, {"claims": (SETTLED,), "mistaken": True}),
        Stage("decide", CHECKER, {"siblings_seen": frozenset({"丙"}), "paper": PAPER}),
        Stage("complete", "system", {"proof": served(), "decided_on": TODAY, **HOLDERS}),
    ),
    wrongs=correction_wrongs,
)
CORRECTION_DEFECTS: dict[str, Callable[[], Spoil]] = {
    "correction.not_me": lambda: put("freeze", not_me=False),
    "correction.answered": lambda: all_the_way("answer", answer=""),
    "correction.each_field": lambda: put("propose", claims=(replace(SETTLED, reason=""),)),
    "correction.document": lambda: put("propose", claims=(replace(SETTLED, document=""),)),
    "correction.siblings": lambda: put("decide", siblings_seen=frozenset()),
    "correction.second": lambda: put("decide", actor=MAKER),
    "correction.paper": lambda: put("decide", paper=paper(set(PAPER_SAYS) - {"court"})),  # type: ignore[arg-type]
    "correction.served": lambda: put("complete", proof=None),
    "correction.complete": lambda: put("complete", receipts=frozenset()),
}


def unfrozen_wrongs(trail: Trail) -> Iterator[tuple[str, bool]]:
    at = trail.at("unfreeze")
    yield "没有查明就恢复公示", at.mistaken is not False
    yield "没有送达就恢复公示", at.proof is None
    yield "没有理由就恢复公示", not at.reason.strip()


UNFROZEN = replace(
    CORRECTED,
    path=(
        *CORRECTED.path[:4],
        Stage("propose", MAKER, {"claims": (SETTLED,), "mistaken": False}),
        Stage("decide", CHECKER, {"paper": PAPER}),
        Stage("unfreeze", CHECKER, {"proof": served(), "decided_on": TODAY}),
    ),
    wrongs=unfrozen_wrongs,
)
UNFROZEN_DEFECTS: dict[str, Callable[[], Spoil]] = {
    "correction.was_him": lambda: put("unfreeze", mistaken=None),
    "correction.served": lambda: put("unfreeze", proof=None),
    "correction.reasoned": lambda: put("unfreeze", reason=""),
}
CORRECTION_WITHDRAWN = replace(
    CORRECTED,
    path=(Stage("lodge", SUBJECT), Stage("withdraw", SUBJECT, {"withdrawal_asked": True})),
    wrongs=withdrawn_wrongs,
)
CORRECTION_RETURNED = replace(
    CORRECTED, path=(*CORRECTED.path[:5], Stage("return", CHECKER)), wrongs=return_wrongs
)

# ---- revocation -----------------------------------------------------------------------------------------------------------

RECORD = Node(id="记录", layer=Layer.RECORD, rests_on=("处罚",))
ENTRY = Node(id="名单", layer=Layer.ENTRY, rests_on=("处罚", "另一处罚"))
REVOKED, STAYED = DocumentState(effect=Effect.REVOKED), DocumentState(effect=Effect.STAYED)
ANNULLED = RevocationFacts(
    state="new", today=TODAY, document="处罚", others=(("处罚", REVOKED), ("另一处罚", DocumentState())),
    nodes=(RECORD,), proof="示例判决", statement="示例理由", reason="示例理由",
)  # fmt: skip


def fall_wrongs(trail: Trail) -> Iterator[tuple[str, bool]]:
    fall = trail.at("fall")
    yield "文书没有变化", trail.at("open").is_now == DocumentState()
    yield "没有文书证明", not trail.at("open").proof
    yield "文书并没有失去效力", fall.is_now.effect not in {Effect.REVOKED, Effect.VOID, Effect.LAPSED}
    yield "另有依据也撤下", any("另一处罚" in each.rests_on for each in fall.nodes)
    yield "没有公开理由", not fall.statement
    yield "没有撤到底", bool(trail.facts.holders - trail.facts.receipts)


SOLE = Way(
    machine=REVOCATION,
    start=ANNULLED,
    path=(Stage("open", "system"), Stage("fall", "system"), Stage("complete", "system", HOLDERS)),
    wrongs=fall_wrongs,
)
SOLE_DEFECTS: dict[str, Callable[[], Spoil]] = {
    "revocation.changed": lambda: only_then("open", others=()),
    "revocation.proof": lambda: put("open", proof=""),
    "revocation.gone": lambda: put("fall", others=(("处罚", STAYED),)),
    "revocation.sole": lambda: put("fall", nodes=(RECORD, ENTRY)),
    "revocation.statement": lambda: put("fall", statement=""),
    "revocation.complete": lambda: put("complete", receipts=frozenset()),
}


def keep_wrongs(trail: Trail) -> Iterator[tuple[str, bool]]:
    who = persons(trail)
    yield "没有另有依据也保留", ENTRY not in trail.at("keep").nodes
    yield "保留没有三个人", len({who["open"], who["review"], who["keep"]}) < 3
    yield "保留没有理由", not trail.at("keep").reason.strip()


SHARED = Way(
    machine=REVOCATION,
    start=replace(ANNULLED, nodes=(RECORD, ENTRY)),
    path=(
        Stage("open", MAKER),
        Stage("hide", "system"),
        Stage("review", CHECKER),
        Stage("keep", SIGNER),
    ),
    wrongs=keep_wrongs,
)
SHARED_DEFECTS: dict[str, Callable[[], Spoil]] = {
    "revocation.shared": lambda: put("keep", nodes=(RECORD,)),
    "revocation.third": lambda: put("keep", actor=CHECKER),
    "revocation.reasoned": lambda: put("keep", reason=""),
}


def vary_wrongs(trail: Trail) -> Iterator[tuple[str, bool]]:
    yield "没有变更后的内容", not trail.at("vary").new_content
    yield "一个人更新", persons(trail)["open"] == persons(trail)["vary"]


VARIED = Way(
    machine=REVOCATION,
    start=replace(ANNULLED, others=(("处罚", DocumentState(varied=True)),), new_content=True),
    path=(Stage("open", MAKER), Stage("vary", CHECKER)),
    wrongs=vary_wrongs,
)
VARIED_DEFECTS: dict[str, Callable[[], Spoil]] = {
    "revocation.varied": lambda: put("vary", new_content=False),
    "revocation.second": lambda: put("vary", actor=MAKER),
}


def stay_wrongs(trail: Trail) -> Iterator[tuple[str, bool]]:
    yield "没有停止执行也中止", trail.at("suspend").is_now.effect is not Effect.STAYED
    yield "停止执行期间恢复", trail.at("resume").is_now.effect is not Effect.EFFECTIVE


STAY = Way(
    machine=REVOCATION,
    start=replace(ANNULLED, others=(("处罚", STAYED),)),
    path=(
        Stage("open", MAKER),
        Stage("suspend", "system"),
        Stage("review", CHECKER),
        Stage("resume", SIGNER, {"others": (("处罚", DocumentState()),)}),
    ),
    wrongs=stay_wrongs,
)
STAY_DEFECTS: dict[str, Callable[[], Spoil]] = {
    "revocation.stayed": lambda: put("suspend", others=(("处罚", REVOKED),)),
    "revocation.in_effect": lambda: put("resume", others=(("处罚", STAYED),)),
}
