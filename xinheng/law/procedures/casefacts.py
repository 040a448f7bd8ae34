"""The facts of one party's listing case (名单案卷): frozen, built in one place, all that the guards may know."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from xinheng.law.deadlines import Deadline, Due, begin, due, reply_period, window_period
from xinheng.law.listing import ListingFacts
from xinheng.law.serving import ProofOfService, served_on, unproved, ways

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law


class ObjectionKind(enum.StrEnum):
    """In what form the party spoke before the decision (陈述申辩、异议、听证)."""

    REPRESENTATION = "representation"
    OBJECTION = "objection"
    HEARING = "hearing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A prior notice (事先告知书): to whom, of which version of the draft, what it says, its window if it fixes one.

    `says` are of facts, basis, rights, window.
    """

    number: str
    party: str
    version: int
    issued_on: date
    says: frozenset[str]
    window: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What the party brought forward against a draft; answered when verified and replied to in writing with reasons."""

    id: str
    version: int = 1
    kind: ObjectionKind
    received_on: date
    replied_on: date | None = None
    reasons: str = ""
    upheld: bool = False
    heard_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A decision paper (决定书): number, to whom, what it says, and whether the sealed copy matched the body.

    `says` are of party, facts, evidence, basis, decision, rights, deadlines, reconsideration_body, court,
    exit_conditions, repair_notice.
    """

    number: str
    party: str
    says: frozenset[str]
    sealed_copy_matches: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who took which step, by the step's name."""

    step: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """What is known of a way out: days by event, ticked conditions, and why an officer grants it."""

    listed_until: date | None = None
    corrected_on: date | None = None
    met: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    applied: bool = False
    reason: str = ""
    unit_removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """One party's case as it stands: `actor` is the person now acting, `signed` who acted before.

    A linked person has a case of its own; `unit_state` is then the state of the unit's case, else "".
    `version` counts the drafts: a notice of an earlier draft tells the party something else.
    `days` are decided, listed, published where they have happened. `ordered`: the decision that puts it back.
    """

    state: str
    today: date
    party: str
    listing: ListingFacts
    actor: str = ""
    version: int = 1
    signed: tuple[Signed, ...] = ()
    notice: Notice | None = None
    notice_proof: ProofOfService | None = None
    objections: tuple[Objection, ...] = ()
    decision: Paper | None = None
    decision_proof: ProofOfService | None = None
    unit_state: str = ""
    days: tuple[tuple[str, date], ...] = ()
    exit: Exit = Exit()
    reason: str = ""
    ordered: str = ""

    def signer_of(self, *steps: str) -> frozenset[str]:
        """The persons who took any of these steps."""
        return frozenset(each.person for each in self.signed if each.step in steps)


class OfAParty(Protocol):
    """What service is asked about: the facts of a procedure, its party and its day."""

    @property
    def party(self) -> str: ...
    @property
    def today(self) -> date: ...


def unserved(
    proof: ProofOfService | None, paper: str, made_on: date | None, facts: OfAParty, law: Law
) -> str:
    """What is wrong with the service of a paper to the party of a case, in Chinese; empty when served and proved.

    `made_on` is the day of the paper where it is known: nothing is served before that, nor before its day has come.
    """
    if proof is None:
        return "还没有登记送达回证"
    if proof.document != paper:
        return "回证所写的不是这一份文书"
    if proof.party != facts.party:
        return "回证所写的受送达人不是这一当事人"
    if lacking := unproved(proof, law):
        return f"回证缺少{'、'.join(lacking)}"
    if made_on and proof.on < made_on:
        return "送达的日期早于文书制作的日期"
    return "送达之日还没有到" if served_on(proof, law) > facts.today else ""


def served_day(facts: CaseFacts, law: Law) -> date | None:
    """The day of service as the proof on file has it; whether that proof is good is `notice_served`'s question."""
    proof = facts.notice_proof
    return served_on(proof, law) if proof and proof.way in ways(law) else None


def window_deadline(facts: CaseFacts, law: Law) -> Deadline | None:
    """The party's time to speak, by the list's rule or as the notice fixes it; None while it has not begun."""
    start = served_day(facts, law)
    what = window_period(law.serious_list(facts.listing.list), law)
    fixed = facts.notice.window if facts.notice else None
    if start is None or not (what.certain or fixed):
        return None
    return begin(what, start, fixed=fixed)


def window(facts: CaseFacts, law: Law) -> Due | None:
    """When the party's time to speak ends."""
    deadline = window_deadline(facts, law)
    return due(deadline, law.calendar) if deadline else None


def reply_deadline(objection: Objection, facts: CaseFacts, law: Law) -> Deadline:
    """By when this objection is answered: from the day it came in, whatever is supplemented later (4.1b)."""
    return begin(reply_period(law.serious_list(facts.listing.list), law), objection.received_on)


def reply_due(objection: Objection, facts: CaseFacts, law: Law) -> Due:
    """The last day for the reply, explained."""
    return due(reply_deadline(objection, facts, law), law.calendar)
