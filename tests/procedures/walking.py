"""A listing case walked step by step on the pure table (名单案卷走查), and what an onlooker would call wrong with it.

`Walk` does to frozen facts what casework does to rows. `wrongs` is written from the plan and not from the
guards: it looks at a listed case and at what was true when each step was taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from xinheng.law.facts import AgeClass, Effect, InstrumentKind, SubjectKind
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law, Lawbook, load
from xinheng.law.leniency import Leniency
from xinheng.law.listing import Body, Ground, ListingFacts
from xinheng.law.lists import BodyLevel, PartyRole, SeriousList
from xinheng.law.machine import Machine
from xinheng.law.procedures.casefacts import CaseFacts, Notice, Objection, Paper, Signed
from xinheng.law.procedures.listing import LISTING
from xinheng.law.serving import ProofOfService

START = date(2026, 3, 2)
MAKER, CHECKER, SIGNER, OTHER = "示例甲", "示例乙", "示例丙", "示例丁"
FIRM, PERSON = "示例公司", "示例某某"
HEARD = Leniency(heard=True)
SAID = frozenset({"facts", "basis", "rights", "window"})
DECIDED = frozenset(
    {"party", "facts", "evidence", "basis", "decision", "rights", "deadlines", "reconsideration_body", "court",
     "exit_conditions", "repair_notice"}
)  # fmt: skip


@cache
def book() -> Lawbook:
    return load()


def law_on(day: date, lawbook: Lawbook | None = None) -> Law:
    return (lawbook or book()).as_of(day)


def _facts(
    code: str, range_: str, trade: str, kind: InstrumentKind, *criteria: str, **body: Any
) -> ListingFacts:
    return ListingFacts(
        list=code,
        range=range_,
        body=Body(name="示例县某局", level=BodyLevel.COUNTY, trades=(trade,), **body),
        grounds=(Ground(id="示例文书〔2026〕1号", kind=kind, effect=Effect.EFFECTIVE),),
        criteria=criteria,
        subject_kind=SubjectKind.LEGAL_PERSON,
        leniency=HEARD,
    )


LISTS = {
    "wage": _facts(
        "wage", "R2", "human_resources", InstrumentKind.OTHER_ADMINISTRATIVE, "amount", "order_lapsed"
    ),
    "market": _facts(
        "market",
        "R1",
        "market",
        InstrumentKind.PENALTY,
        "violation",
        "permit",
        "grave",
        superior_consent=True,
    ),
    "tax": _facts("tax", "R2", "tax", InstrumentKind.PENALTY, "false_invoices", "effective"),
    # Received only: no case may be carried on it, however whole the facts look.
    "court": _facts("court", "R3", "court", InstrumentKind.JUDGMENT),
}


def fresh(code: str = "wage", **changes: Any) -> CaseFacts:
    """A case about to be opened, all of whose facts are in order."""
    return CaseFacts(
        state="new", today=START, party=FIRM, listing=replace(LISTS[code], **changes), reason="示例理由"
    )


@dataclass
class Walk:
    """One case under way. `spoil` changes the facts before each step is asked, as a defect would."""

    facts: CaseFacts
    machine: Machine = LISTING
    lawbook: Lawbook = field(default_factory=book)
    spoil: Callable[[CaseFacts], CaseFacts] = lambda facts: facts
    taken: list[tuple[str, CaseFacts]] = field(default_factory=list)

    @property
    def law(self) -> Law:
        return self.lawbook.as_of(self.facts.today)

    def take(self, step: str, actor: str) -> None:
        """Ask and, if permitted, take the step. Raises Refusal."""
        self.facts = self.spoil(replace(self.facts, actor=actor))
        self.machine.ask(step, self.facts, self.law).require()
        self.taken.append((step, self.facts))
        self.facts = replace(
            self.facts,
            state=self.machine.step(step).after(self.facts.state),
            signed=(*self.facts.signed, Signed(step=step, person=self.facts.actor)),
        )

    def give(self, **changes: Any) -> None:
        self.facts = replace(self.facts, **changes)

    def wait(self, days: int) -> None:
        self.facts = replace(self.facts, today=self.facts.today + timedelta(days=days))

    # ---- the lawful way, in its parts --------------------------------------------------------------

    def notified(self, window: int | None = 7) -> Walk:
        self.take("open", MAKER)
        self.give(notice=self.notice(window))
        self.take("notify", CHECKER)
        return self

    def notice(self, window: int | None = 7) -> Notice:
        facts = self.facts
        number = f"示例告字〔2026〕{facts.version}号"
        return Notice(
            number=number, party=facts.party, version=facts.version, issued_on=facts.today, says=SAID, window=window
        )  # fmt: skip

    def served(self) -> Walk:
        assert self.facts.notice
        self.give(notice_proof=self.proof(self.facts.notice.number))
        self.take("serve_notice", MAKER)
        return self

    def proof(self, document: str) -> ProofOfService:
        return ProofOfService(
            document=document, party=self.facts.party, way="direct", on=self.facts.today,
            shows=frozenset({"receipt_signed"}),
        )  # fmt: skip

    def objects(self, objection: Objection) -> Walk:
        self.take("receive", FIRM)
        self.give(objections=(*self.facts.objections, objection))
        return self

    def proposed(self) -> Walk:
        self.take("propose", MAKER)
        return self

    def decided(self) -> Walk:
        self.take("check", CHECKER)
        self.give(decision=Paper(number="示例决字〔2026〕1号", party=self.facts.party, says=DECIDED))
        self.take("decide", SIGNER)
        self.give(days=(("decided", self.facts.today),))
        return self

    def listed(self) -> Walk:
        paper = self.facts.decision
        assert paper
        self.give(decision=replace(paper, sealed_copy_matches=True), decision_proof=self.proof(paper.number))
        self.take("list", MAKER)
        self.give(days=(*self.facts.days, ("listed", self.facts.today)))
        return self

    def whole_way(self, pause: int = 30) -> Walk:
        """From nothing to listed, all of it lawful unless `spoil` sees to it."""
        self.notified().served().wait(pause)
        return self.proposed().decided().listed()


# ---- the onlooker ------------------------------------------------------------------------------------


def wrongs(walk: Walk) -> list[str]:
    """What is wrong with a listed case, from the plan's own words."""
    return [told for told, there in _seen(walk) if there]


def _seen(walk: Walk) -> Iterator[tuple[str, bool]]:
    facts, when = walk.facts, dict(walk.taken)
    decide, listing = when.get("decide", facts), when.get("list", facts)
    yield from _list_wrongs(walk.law.serious_list(facts.listing.list), listing.listing, walk.lawbook)
    yield from _party_wrongs(listing)
    yield from _notice_wrongs(facts, decide, walk.law)
    yield "异议未答", any(e.replied_on is None or not e.reasons for e in decide.objections)
    yield "异议成立", any(e.upheld and e.version == decide.version for e in decide.objections)
    yield "听证未办", any(e.kind == "hearing" and e.heard_on is None for e in decide.objections)
    yield from _person_wrongs(facts)
    yield "拟定没有理由", "propose" in when and not when["propose"].reason
    yield from _paper_wrongs(facts)


def _list_wrongs(
    listed: SeriousList | None, facts: ListingFacts, lawbook: Lawbook
) -> Iterator[tuple[str, bool]]:
    yield "名单不存在", listed is None
    if listed is None:
        return
    yield "名单只接收", not listed.carried
    yield "范围不符", facts.range not in listed.ranges
    ranks = {
        c: lawbook.instruments[c.partition("#")[0]].rank
        for part in listed.standard.values()
        for c in part.basis
    }
    domain = [
        lawbook.instruments[c.partition("#")[0]].rank for c in (listed.domain.basis if listed.domain else ())
    ]
    national = {"law", "administrative_regulation", "central_policy"}
    yield "领域没有依据", not national & set(domain)
    yield "标准缺部分", set(listed.standard) != {"criteria", "procedure", "removal", "remedies"}
    known = national | {"department_rule"}
    yield "标准没有依据", any(not known & {ranks[c] for c in part.basis} for part in listed.standard.values())
    yield "标准未核对", any(part.confidence == "uncertain" for part in listed.standard.values())
    yield "标准不符", any(not set(group) & set(facts.criteria) for group in listed.all_of)
    yield "不归该部门", not (listed.authority and set(listed.authority.trades) & set(facts.body.trades))
    yield "层级不够", facts.body.level not in {"county", "city", "province", "national"}
    consent = facts.list == "market" and facts.body.level in {"county", "city"}
    yield "上级未同意", consent and not facts.body.superior_consent
    subject = facts.role == "subject"
    linked = facts.role in listed.linked and facts.subject_kind == "natural_person"
    yield "对象不符", (facts.subject_kind not in listed.subjects) if subject else not linked


def _party_wrongs(case: CaseFacts) -> Iterator[tuple[str, bool]]:
    facts = case.listing
    yield "没有文书", not facts.grounds
    yield "文书无效", any(each.effect != "effective" for each in facts.grounds)
    person = facts.subject_kind is SubjectKind.NATURAL_PERSON
    yield "未成年或者年龄不明", person and facts.age is not AgeClass.ADULT
    undecided = facts.leniency.grounds and not (facts.leniency.decision == "go_on" and facts.leniency.reason)
    yield "未作宽容审慎处理", bool(undecided) or not facts.leniency.heard
    yield "单位未先认定", facts.role is not PartyRole.SUBJECT and case.unit_state not in {"decided", "listed"}


def _notice_wrongs(facts: CaseFacts, decide: CaseFacts, law: Law) -> Iterator[tuple[str, bool]]:
    notice, proof = decide.notice, decide.notice_proof
    yield "未告知本人", notice is None or notice.party != facts.party or notice.version != decide.version
    yield "告知不全", notice is None or not notice.says >= SAID
    wrong_proof = (
        proof is None or notice is None or proof.party != facts.party or proof.document != notice.number
    )
    yield "未送达本人", wrong_proof or (proof is not None and not proof.shows)
    if proof and notice:
        n = 5 if facts.listing.list == "wage" else notice.window or 10_000
        day, left = proof.on, n
        while left:
            day += timedelta(days=1)
            left -= law.calendar.is_workday(day)
        yield "期限未满", decide.today <= day


def _person_wrongs(facts: CaseFacts) -> Iterator[tuple[str, bool]]:
    made = {each.person for each in facts.signed if each.step in {"open", "redraft", "propose"}}
    checked = [each.person for each in facts.signed if each.step == "check"][-1:]
    signed = [each.person for each in facts.signed if each.step in {"decide", "restore"}][-1:]
    yield (
        "不是三个人",
        not (made and checked and signed) or len({*checked, *signed}) < 2 or bool({*checked, *signed} & made),
    )


def _paper_wrongs(facts: CaseFacts) -> Iterator[tuple[str, bool]]:
    paper, proof = facts.decision, facts.decision_proof
    yield "没有决定书", paper is None or paper.party != facts.party
    yield "决定书不全", paper is None or not paper.says >= DECIDED
    yield "决定书未签章", paper is None or not paper.sealed_copy_matches
    yield "决定书未送达", proof is None or proof.party != facts.party or not proof.shows


def without(rule: str, machine: Machine = LISTING) -> Machine:
    """The table with one guard taken out everywhere."""
    steps = (
        replace(s, guards=tuple(g for g in s.guards if g.name != rule), adverse=False) for s in machine.steps
    )
    return replace(machine, steps=tuple(steps))


def with_list(code: str, **changes: Any) -> Lawbook:
    """The lawbook with one list changed."""
    lists = tuple(replace(each, **changes) if each.code == code else each for each in book().lists)
    return replace(book(), lists=lists)


def refused(walk: Walk, step: str, actor: str) -> list[str]:
    """The codes for which a step is refused."""
    with pytest.raises(Refusal) as refusal:
        walk.take(step, actor)
    return [each.code for each in refusal.value.reasons]


def awaiting(code: str = "wage", **changes: Any) -> Walk:
    return Walk(fresh(code, **changes)).notified().served()


def listed(code: str = "wage") -> Walk:
    return Walk(fresh(code)).whole_way()
