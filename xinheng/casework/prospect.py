"""What may be done with a case now, and what is still missing (可办事项): the same question as the step itself asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from xinheng.casework.facts import facts_of
from xinheng.casework.given import Given
from xinheng.casework.held import Held
from xinheng.casework.papers import content_of, key_of
from xinheng.documents import papers
from xinheng.law.language import Reason
from xinheng.law.lawbook import Law
from xinheng.law.machine import SYSTEM, Step
from xinheng.law.procedures.casefacts import CaseFacts, Notice, Paper
from xinheng.law.procedures.listing import LISTING

# Papers that a step makes before its guards look at them.
SEEN_BY_GUARDS = ("prior_notice", "listing_decision")
# What a step brings itself is not missing before it.
BROUGHT = {"serve_notice": "case.notice_served", "list": "case.decision_served"}
# Back on the list leads a case of its own alone (promises).
BY_OFFICERS = frozenset(
    step.name for step in LISTING.steps if step.roles != {SYSTEM} and step.name != "reinstate"
)
# Whatever reason an officer gives, the outlook asks as if there were one.
SOME_REASON = "（待填写）"


def with_paper(facts: CaseFacts, held: Held, document: str, says: frozenset[str], today: date) -> CaseFacts:
    """The facts with the paper that a step is about to make."""
    party = str(held.subject)
    if document == "prior_notice":
        version, window = held.case.version, held.draft.window
        notice = Notice(number="", party=party, version=version, issued_on=today, says=says, window=window)
        return replace(facts, notice=notice)
    if document == "listing_decision":
        return replace(facts, decision=Paper(number="", party=party, says=says))
    return facts


@dataclass(frozen=True, slots=True)
class Outlook:
    """One step: whether it can be taken, by this officer, and what stands in the way.

    Of a step that is another's, what stands in the way of this very person is not told.
    """

    step: Step
    mine: bool
    against: tuple[Reason, ...]

    @property
    def ready(self) -> bool:
        return not self.against


def outlook(held: Held, *, actor: UUID, roles: frozenset[str], today: date, law: Law) -> tuple[Outlook, ...]:
    """Every step of the procedure that an officer takes, in the order of the table, asked as it would be."""
    return tuple(
        _looked(step, held, actor, roles, today, law) for step in LISTING.steps if step.name in BY_OFFICERS
    )


def _looked(step: Step, held: Held, actor: UUID, roles: frozenset[str], today: date, law: Law) -> Outlook:
    mine = bool(step.roles & roles)
    against = _against(step, held, actor, today, law)
    return Outlook(step, mine, tuple(each for each in against if mine or each.code != "SAME_PERSON"))


def _against(step: Step, held: Held, actor: UUID, today: date, law: Law) -> tuple[Reason, ...]:
    alive = step.name == "restore"
    facts = facts_of(held, today=today, actor=actor, reason=SOME_REASON, alive=alive)
    if step.document in SEEN_BY_GUARDS:
        content = content_of(key_of(step.document, step.name), held, Given(reason=SOME_REASON), law)
        facts = with_paper(facts, held, step.document, papers.says(content, step.document), today)
    against = LISTING.ask(step.name, facts, law).against
    return tuple(each for each in against if each.rule != BROUGHT.get(step.name))
