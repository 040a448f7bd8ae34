"""The only function that changes the state of a repair (办理修复的一步): one transaction or none.

Lock the case, see that nobody was faster, ask role, state and all guards under the law of the day; issue the paper,
write the step, follow with clocks, decisions and effects on every record granted, append the event.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.casework import writing
from xinheng.casework.repairs.effects import BEFORE, Taking, follow, lifted
from xinheng.casework.repairs.facts import facts_of
from xinheng.casework.repairs.given import Given
from xinheng.casework.repairs.held import Held, load
from xinheng.casework.repairs.models import RepairCase, RepairPaper, RepairStep
from xinheng.casework.repairs.papers import content_of
from xinheng.casework.taking import Taken, lock, require_current, require_role
from xinheng.catalog.public import current_law
from xinheng.documents import papers
from xinheng.documents.papers import PaperContent
from xinheng.law.language import Verdict
from xinheng.law.machine import Step
from xinheng.law.procedures.casefacts import Paper
from xinheng.law.procedures.repair import GRANT_PAPER, REFUSAL_PAPER, REPAIR
from xinheng.ledger.emitting import emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7

KINDS = {step.name: EventKind(f"repair.{step.name}") for step in REPAIR.steps}
# Papers that the guards of their own step look at before they are made.
SEEN_BY_GUARDS = (GRANT_PAPER, REFUSAL_PAPER)


@emits(*KINDS.values())
def fire(
    case_id: UUID, step: str, *, revision: int | None = None, given: Given, actor: Actor, now: datetime
) -> Taken:
    """Take a step of a case of repair that stands at `revision`; an applicant's own step needs to name none.

    Raises Refusal NOT_FOUND, CASE_CHANGED when somebody was faster, PERMISSION_DENIED, and whatever the guards of
    the step answer (五（一）).
    """
    with acting(actor):
        held = load(lock(RepairCase, case_id, actor))
        if revision is not None:
            require_current(held.case, revision, REPAIR, held.steps)
        require_role(REPAIR.step(step), actor)
        return carry_out(REPAIR.step(step), held, given, actor=actor, now=now)


def carry_out(step: Step, held: Held, given: Given, *, actor: Actor, now: datetime) -> Taken:
    """The step itself, on a case that is held. Called by `fire`, and by the lodging for the first step."""
    today = day_of(now)
    it = Taking(
        step=step, held=held, given=given, actor=actor, now=now, today=today, law=current_law(today), event=uuid7()
    )  # fmt: skip
    if held.case.state not in step.sources:
        # Nothing is written or drawn for a step that cannot be taken from here; all that is missing is told.
        _asked(it, None).require()
    if effect := BEFORE.get(step.name):
        effect(it)
        it = replace(it, held=load(held.case))
    content = content_of(step.document, it.held, given, it.law) if step.document else None
    verdict = _asked(it, content).require()
    if step.name == "ask_supplement":
        it.held.case.asked = sorted(set(given.asking))
    return _written(it, verdict, content)


def _asked(it: Taking, content: PaperContent | None) -> Verdict:
    """State and guards, with the paper that this step would make."""
    paper = paper_of(it.step, it.held, content)
    facts = facts_of(it.held, it.law, actor=it.actor.user_id, given=it.given, paper=paper)
    return REPAIR.ask(it.step.name, facts, it.law)


def paper_of(step: Step, held: Held, content: PaperContent | None) -> Paper | None:
    """The paper that a step is about to make, for its guards."""
    if content is None or step.document not in SEEN_BY_GUARDS:
        return None
    says = papers.says(content, step.document)
    return Paper(number="", party=str(held.subject), says=says)


def _written(it: Taking, verdict: Verdict, content: PaperContent | None) -> Taken:
    """Paper, step, what follows, case, event: in this order, so that each event tells its own rows."""
    case, step, before = it.held.case, it.step, it.held.case.state
    issued = writing.issued(it, content, matter="repair") if content else None
    row = writing.step_row(RepairStep, it, verdict, before)
    if issued and content:
        RepairPaper.objects.create(**writing.paper_columns(row, it, issued, content))
    follow(it)
    case.revision, case.state = row.seq, row.target
    if step.name in ("grant", "refuse"):
        case.decided_on = it.today
    case.save(update_fields=["state", "revision", "handler", "contact", "asked", "decided_on"])
    append(
        KINDS[step.name], payload=_told(it, row, issued), agency=case.agency_id, now=it.now, event_id=it.event
    )
    return Taken(case.pk, case.state, case.revision, issued[0] if issued else None)


def _told(it: Taking, row: RepairStep, issued: tuple[UUID, str] | None) -> dict[str, object]:
    case = it.held.case
    told = writing.told(it, row, issued) | {
        "repair": case.pk, "application": case.application_id,
        "items": [[each.pk, each.outcome] for each in it.held.items],
    }  # fmt: skip
    if it.step.document == GRANT_PAPER:
        told["lifted"] = lifted(it)
    return told
