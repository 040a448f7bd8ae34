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
# Whatever reason an officer gives, the outlook asks as if there were one.
SOME_REASON = "（待填写）"
# Between notice and decision nothing leads back: what an officer would do next, in the order of the plan.
ORDER = (
    "open", "notify", "serve_notice", "receive", "hold_hearing", "reply", "propose", "check", "decide", "list",
)  # fmt: skip


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
    """One step: whether it can be taken, by this officer, and what stands in the way."""

    step: Step
    mine: bool
    against: tuple[Reason, ...]

    @property
    def ready(self) -> bool:
        return not self.against


def outlook(held: Held, *, actor: UUID, roles: frozenset[str], today: date, law: Law) -> tuple[Outlook, ...]:
    """Every step of the procedure that an officer takes, in the order of the table, asked as it would be."""
    return tuple(
        Outlook(step, bool(step.roles & roles), _against(step, held, actor, today, law))
        for step in LISTING.steps
        if step.roles != {SYSTEM}
    )


def _against(step: Step, held: Held, actor: UUID, today: date, law: Law) -> tuple[Reason, ...]:
    alive = step.name == "restore"
    facts = facts_of(held, today=today, actor=actor, reason=SOME_REASON, alive=alive)
    if step.document in SEEN_BY_GUARDS:
        content = content_of(key_of(step.document, step.name), held, Given(reason=SOME_REASON), law)
        facts = with_paper(facts, held, step.document, papers.says(content, step.document), today)
    return LISTING.ask(step.name, facts, law).against
