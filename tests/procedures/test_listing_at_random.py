"""Officers, parties and courts act at random (随机走查): no run comes to a listed entry with anything wrong with it.

Small here; `make soak` runs it 2,000 times 50 steps. With a guard taken out the same run finds the wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.procedures.test_guards_of_listing import DEFECTS
from tests.procedures.walking import (
    CHECKER,
    DECIDED,
    LISTS,
    MAKER,
    OTHER,
    SAID,
    SIGNER,
    Walk,
    fresh,
    without,
    wrongs,
)
from xinheng.law.facts import AgeClass, Effect, SubjectKind
from xinheng.law.language import Refusal
from xinheng.law.leniency import Leniency, LeniencyDecision
from xinheng.law.lists import BodyLevel, PartyRole
from xinheng.law.machine import Machine
from xinheng.law.procedures.casefacts import CaseFacts, Objection, ObjectionKind, Paper
from xinheng.law.procedures.listing import LISTING

SEEN: Counter[str] = Counter()

WAY = {
    "new": ("open", MAKER), "draft": ("notify", CHECKER), "notified": ("serve_notice", MAKER),
    "awaiting": ("propose", MAKER), "proposed": ("check", CHECKER), "checked": ("decide", SIGNER),
    "decided": ("list", MAKER),
}  # fmt: skip
PEOPLE = (MAKER, CHECKER, SIGNER, OTHER)
LISTING_DEFECTS: dict[str, Callable[[CaseFacts], dict[str, Any]]] = {
    "乡镇": lambda f: {"body": replace(f.listing.body, level=BodyLevel.TOWNSHIP)},
    "开发区": lambda f: {"body": replace(f.listing.body, level=BodyLevel.ZONE_COMMITTEE)},
    "别的部门": lambda f: {"body": replace(f.listing.body, trades=("finance",))},
    "未生效": lambda f: {"grounds": (replace(f.listing.grounds[0], effect=Effect.NOT_YET),)},
    "自然人": lambda f: {"subject_kind": SubjectKind.NATURAL_PERSON, "age": AgeClass.ADULT, "role": PartyRole.SUBJECT},
    "没有文书": lambda f: {"grounds": ()},
    "标准不符": lambda f: {"criteria": f.listing.criteria[:1]},
    "范围": lambda f: {"range": "R4"},
    "自设名单": lambda f: {"list": "市民失信"},
    "法院名单": lambda f: {"list": "court"},
    "未成年": lambda f: {"subject_kind": SubjectKind.NATURAL_PERSON, "age": AgeClass.MINOR},
    "不可抗力": lambda f: {"leniency": Leniency(heard=True, grounds=("force_majeure",))},
    "已答复从宽": lambda f: {"leniency": replace(f.listing.leniency, decision=LeniencyDecision.SPARE, reason="示例")},
    "上级未同意": lambda f: {"body": replace(f.listing.body, superior_consent=False)},
    "关联人员": lambda f: {"role": PartyRole.PRINCIPAL, "subject_kind": SubjectKind.NATURAL_PERSON, "age": AgeClass.ADULT},
}  # fmt: skip
SLIPS = ("", "", "", "", "", "没有", "别人的", "不全", "旧稿", "未签章")
# One slip at one step of a case that is otherwise lawful: a long run meets each.
SLIP_AT = [
    *(
        (step, slip)
        for step in ("notify", "serve_notice", "decide", "list")
        for slip in ("没有", "别人的", "不全")
    ),
    ("list", "未签章"),
]


class Office(RuleBasedStateMachine):
    """One case after another; each rule is something a person does, rightly or not."""

    table: Machine = LISTING

    def __init__(self) -> None:
        super().__init__()
        self.begin("wage")

    def begin(self, code: str, alone: str = "", slip: tuple[str, str] = ("", "")) -> None:
        self.code, self.alone, self.slip = code, alone, slip
        self.walk = Walk(fresh(code), machine=self.table)

    @rule(slip=st.sampled_from(SLIPS), right=st.integers(0, 3), person=st.sampled_from(PEOPLE))
    def step_forward(self, slip: str, right: int, person: str) -> None:
        self.forward(slip, right, person)

    def forward(self, slip: str, right: int, person: str) -> None:
        """The next step on the way, mostly by the right person and with the right paper."""
        if self.walk.facts.state not in WAY:
            return
        step, officer = WAY[self.walk.facts.state]
        self.papers(step, self.slip[1] if step == self.slip[0] else slip)
        self.attempt(step, MAKER if step == self.alone else officer if right else person)

    @rule(steps=st.integers(3, 8), slip=st.sampled_from(SLIPS))
    def a_good_week(self, steps: int, slip: str) -> None:
        """Some steps in a row by the right persons; what was wrong with the case stays wrong, a slip is made again."""
        for _ in range(steps):
            if self.walk.facts.state == "awaiting":
                self.walk.wait(20)
            self.forward(slip, 1, MAKER)

    @rule(
        code=st.sampled_from(sorted(LISTS)),
        defect=st.sampled_from(["", "", *sorted(LISTING_DEFECTS)]),
        answer=st.sampled_from(["", "", "open", "answered", "upheld"]),
        alone=st.sampled_from(["", "", "", "check", "decide"]),
        slip=st.sampled_from(SLIPS[:5] + tuple(SLIP_AT)),
    )
    def a_case_from_the_start(
        self, code: str, defect: str, answer: str, alone: str, slip: tuple[str, str] | str
    ) -> None:
        """The next case has at most one thing wrong with it and one objection; `alone`: a step its maker takes too."""
        self.begin(code, alone, ("", "") if isinstance(slip, str) else slip)
        if defect and isinstance(slip, str):
            self.facts_change(defect)
        self.a_good_week(3, "")
        if answer:
            self.party_speaks(ObjectionKind.OBJECTION)
        if answer in ("answered", "upheld"):
            self.party_is_answered(answer != "upheld", "示例理由", False)
        self.a_good_week(5, "")

    def attempt(self, step: str, person: str) -> None:
        try:
            self.walk.take(step, person)
        except Refusal:
            SEEN["refused"] += 1
            return
        self.after(step)
        SEEN[self.walk.facts.state] += 1

    def after(self, step: str) -> None:
        facts = self.walk.facts
        if step == "redraft":
            self.walk.give(version=facts.version + 1)
        if step in ("decide", "list"):
            self.walk.give(days=(*facts.days, ("decided" if step == "decide" else "listed", facts.today)))

    def papers(self, step: str, slip: str) -> None:
        """The paper that goes with a step, right or with a slip."""
        if step == "notify":
            self.notice(slip)
        if step == "serve_notice" and self.walk.facts.notice:
            self.serve("notice_proof", self.walk.facts.notice.number, slip)
        if step == "decide":
            self.decision(slip)
        if step == "list" and self.walk.facts.decision:
            sealed = slip != "未签章"
            self.walk.give(decision=replace(self.walk.facts.decision, sealed_copy_matches=sealed))
            self.serve("decision_proof", self.walk.facts.decision.number, slip)

    def notice(self, slip: str) -> None:
        right = self.walk.notice()
        self.walk.give(
            notice={
                "没有": None, "别人的": replace(right, party="示例他人"), "不全": replace(right, says=SAID - {"basis"}),
                "旧稿": replace(right, version=right.version - 1),
            }.get(slip, right)
        )  # fmt: skip

    def serve(self, which: str, number: str, slip: str) -> None:
        right = self.walk.proof(number)
        proof = {
            "没有": None, "别人的": replace(right, party="示例他人"), "不全": replace(right, shows=frozenset()),
            "旧稿": replace(right, document="示例旧文号"),
        }.get(slip, right)  # fmt: skip
        self.walk.give(**{which: proof})

    def decision(self, slip: str) -> None:
        right = Paper(number="示例决字", party=self.walk.facts.party, says=DECIDED)
        self.walk.give(
            decision={
                "没有": None, "别人的": replace(right, party="示例他人"), "不全": replace(right, says=DECIDED - {"court"}),
            }.get(slip, right)
        )  # fmt: skip

    @rule(days=st.integers(1, 15))
    def days_pass(self, days: int) -> None:
        self.walk.give(today=self.walk.facts.today + timedelta(days=days))

    @rule(kind=st.sampled_from(ObjectionKind))
    def party_speaks(self, kind: ObjectionKind) -> None:
        facts = self.walk.facts
        if facts.state not in ("notified", "awaiting", "proposed", "checked"):
            return
        said = Objection(
            id=str(len(facts.objections)), version=facts.version, kind=kind, received_on=facts.today
        )
        self.walk.objects(said)

    @rule(
        upheld=st.integers(0, 2), reasons=st.sampled_from(("示例理由", "示例理由", "")), heard=st.booleans()
    )
    def party_is_answered(self, upheld: int, reasons: str, heard: bool) -> None:
        """An officer writes an answer, not always a good one."""
        facts = self.walk.facts
        answer: dict[str, Any] = {"replied_on": facts.today, "reasons": reasons, "upheld": upheld == 0}
        answer |= {"heard_on": facts.today} if heard else {}
        self.walk.give(objections=tuple(replace(each, **answer) for each in facts.objections))

    @rule(defect=st.sampled_from(sorted(LISTING_DEFECTS)))
    def something_is_wrong(self, defect: str) -> None:
        self.facts_change(defect)

    def facts_change(self, defect: str) -> None:
        """A document falls, somebody claims more than he may; one thing at a time, until it is put right."""
        code = self.code
        if self.walk.facts.state not in ("listed", "hidden"):
            self.walk.give(listing=replace(LISTS[code], **LISTING_DEFECTS[defect](fresh(code))))

    @rule()
    def facts_are_mended(self) -> None:
        self.walk.give(listing=LISTS[self.code])

    @rule(silent=st.integers(0, 4))
    def reason(self, silent: int) -> None:
        self.walk.give(reason="示例理由" if silent else "")

    @invariant()
    def nothing_is_wrong_with_what_is_listed(self) -> None:
        if self.walk.facts.state == "listed":
            assert wrongs(self.walk) == []


def run(table: Machine, examples: int, steps: int) -> None:
    office = type("Office", (Office,), {"table": table})
    run_state_machine_as_test(
        office,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True, database=None,
            phases=(Phase.generate,), suppress_health_check=list(HealthCheck), print_blob=False,
        ),
    )  # fmt: skip


@pytest.mark.clause("2.3", "4.1a", "4.1b", "4.1c")
def test_no_run_lists_anybody_wrongly() -> None:
    SEEN.clear()
    run(LISTING, 60, 30)
    # A run in which nobody is ever listed would prove nothing.
    assert SEEN["listed"] >= 5, SEEN
    assert SEEN["refused"] > SEEN["listed"]


@pytest.mark.parametrize("guard", ["listing.known", "listing.grounds", "listing.level"])
def test_with_a_guard_taken_out_a_run_finds_the_wrong(guard: str) -> None:
    with pytest.raises(AssertionError):
        run(without(guard), 1_000, 50)


@pytest.mark.soak
def test_no_run_lists_anybody_wrongly_at_length() -> None:
    """The same, 2,000 times 50 steps."""
    SEEN.clear()
    run(LISTING, 2_000, 50)
    assert SEEN["listed"] >= 100, SEEN


# What only another lawbook shows is in test_guards_of_listing.py.
OF_THE_LAW = {"listing.domain", "listing.parts", "listing.standard"}


@pytest.mark.soak
@pytest.mark.parametrize("guard", sorted(set(DEFECTS) - OF_THE_LAW))
def test_with_any_guard_taken_out_a_long_run_finds_the_wrong(guard: str) -> None:
    with pytest.raises(AssertionError):
        run(without(guard), 2_000, 50)
