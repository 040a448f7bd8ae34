"""The only function that changes the state of a case on a false promise (办理承诺不实的一步): one transaction or none.

Lock the case, see that nobody was faster, ask role, state and all guards under the law of the day; issue the paper,
write the step, follow with clocks and with what is carried out, append the event.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.casework import writing
from xinheng.casework.given import Given
from xinheng.casework.promises.effects import AFTER, BEFORE, WITH, Taking
from xinheng.casework.promises.facts import facts_of
from xinheng.casework.promises.held import DECISION, NOTICE, Held, load
from xinheng.casework.promises.models import PromiseCase, PromisePaper, PromiseStep
from xinheng.casework.promises.papers import content_of, window_of
from xinheng.casework.taking import Taken, lock, require_current, require_role
from xinheng.catalog.public import current_law
from xinheng.documents import papers
from xinheng.documents.papers import PaperContent
from xinheng.law.language import Verdict
from xinheng.law.lawbook import Law
from xinheng.law.machine import Step
from xinheng.law.procedures.casefacts import Notice, Paper
from xinheng.law.procedures.repair import FALSE_PROMISE
from xinheng.ledger.emitting import emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7

KINDS = {step.name: EventKind(f"promise.{step.name}") for step in FALSE_PROMISE.steps}
# Papers that the guards of their own step look at before they are made.
SEEN_BY_GUARDS = (NOTICE, DECISION)


@emits(*KINDS.values())
def fire(case_id: UUID, step: str, *, revision: int, given: Given, actor: Actor, now: datetime) -> Taken:
    """Take a step of a case that stands at `revision`.

    Raises Refusal NOT_FOUND, CASE_CHANGED when somebody was faster, PERMISSION_DENIED, and whatever the guards of
    the step answer (一（三）、四（一）).
    """
    with acting(actor):
        held = load(lock(PromiseCase, case_id, actor))
        require_current(held.case, revision, FALSE_PROMISE, held.steps)
        require_role(FALSE_PROMISE.step(step), actor)
        return carry_out(FALSE_PROMISE.step(step), held, given, actor=actor, now=now)


def carry_out(step: Step, held: Held, given: Given, *, actor: Actor, now: datetime) -> Taken:
    """The step itself, on a case that is held. Called by `fire`, and by the opening for the first step."""
    today = day_of(now)
    it = Taking(
        step=step, held=held, given=given, actor=actor, now=now, today=today, law=current_law(today), event=uuid7()
    )  # fmt: skip
    if held.case.state not in step.sources:
        # Nothing is written or drawn for a step that cannot be taken from here; all that is missing is told.
        asked(step, held, given, it.law, actor.user_id, None).require()
    if effect := BEFORE.get(step.name):
        effect(it)
        it = replace(it, held=load(held.case))
    content = content_of(step.name, it.held, given, it.law) if step.document else None
    verdict = asked(step, it.held, given, it.law, actor.user_id, content).require()
    if effect := WITH.get(step.name):
        effect(it)
    return _written(it, verdict, content)


def asked(
    step: Step, held: Held, given: Given, law: Law, actor: UUID, content: PaperContent | None
) -> Verdict:
    """State and guards, with the paper that this step would make."""
    facts = facts_of(held, law, actor=actor, reason=given.reason)
    if content is not None and step.document in SEEN_BY_GUARDS:
        says, party = papers.says(content, step.document), str(held.subject)
        if step.document == NOTICE:
            told = Notice(
                number="", party=party, version=1, issued_on=law.day, says=says, window=window_of(held, law)
            )
            facts = replace(facts, notice=told)
        else:
            facts = replace(facts, decision=Paper(number="", party=party, says=says))
    return FALSE_PROMISE.ask(step.name, facts, law)


def _written(it: Taking, verdict: Verdict, content: PaperContent | None) -> Taken:
    """Paper, step, what follows, case, event: in this order, so that each event tells its own rows."""
    case, step, before = it.held.case, it.step, it.held.case.state
    issued = writing.issued(it, content, matter="promise") if content else None
    row = writing.step_row(PromiseStep, it, verdict, before)
    if issued and content:
        window = window_of(it.held, it.law) if step.document == NOTICE else None
        PromisePaper.objects.create(**writing.paper_columns(row, it, issued, content), window=window)
    if effect := AFTER.get(step.name):
        effect(it)
    case.revision, case.state = row.seq, row.target
    case.save(update_fields=["state", "revision", "decided_on", "entered_on", "shown_until"])
    append(
        KINDS[step.name], payload=_told(it, row, issued), agency=case.agency_id, now=it.now, event_id=it.event
    )
    return Taken(case.pk, case.state, case.revision, issued[0] if issued else None)


def _told(it: Taking, row: PromiseStep, issued: tuple[UUID, str] | None) -> dict[str, object]:
    case = it.held.case
    return writing.told(it, row, issued) | {
        "promise": case.pk, "repair": it.held.repaired.case.pk, "item": case.item_id,
    }  # fmt: skip
