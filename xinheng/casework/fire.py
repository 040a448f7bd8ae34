"""The only function that changes the state of a case (办理一步): one transaction or none.

Lock the case, see that nobody was faster, ask role, state and all guards under the law of the day; issue the
paper, write the step, follow with clocks and entry, append the event.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.casework import texts
from xinheng.casework.facts import facts_of
from xinheng.casework.given import Given
from xinheng.casework.held import Held, load
from xinheng.casework.models import Case, CasePaper, CaseStep
from xinheng.casework.papers import content_of, key_of
from xinheng.casework.procedures.listing import AFTER, BEFORE, WITH, Taking, follow_entry
from xinheng.casework.prospect import with_paper
from xinheng.casework.taking import Taken, lock, on_behalf, require_current, require_role, step_columns
from xinheng.catalog.public import current_law
from xinheng.documents import kinds, papers
from xinheng.documents.services import issue_paper
from xinheng.law.deadlines import window_period
from xinheng.law.duties import SigningFacts, may_sign
from xinheng.law.language import Verdict
from xinheng.law.lists import BodyLevel
from xinheng.law.machine import Step
from xinheng.law.procedures.casefacts import CaseFacts
from xinheng.law.procedures.listing import LISTING, SIGNER
from xinheng.ledger.emitting import emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7

# Listing is a matter of the departments, each for itself (四（一）).
PARAGRAPH, DEPARTMENTS = "4.1", "departments"
KINDS = {step.name: EventKind(f"case.{step.name}") for step in LISTING.steps}


@emits(*KINDS.values())
def fire(case_id: UUID, step: str, *, revision: int, given: Given, actor: Actor, now: datetime) -> Taken:
    """Take a step of a case that stands at `revision`.

    Raises Refusal NOT_FOUND, CASE_CHANGED when somebody was faster, PERMISSION_DENIED, and whatever the guards of
    the step answer (四（一）、二（三）、二（四）).
    """
    with acting(actor):
        held = load(lock(Case, case_id, actor))
        require_current(held.case, revision, LISTING, held.steps)
        require_role(LISTING.step(step), actor)
        return carry_out(LISTING.step(step), held, given, actor=actor, now=now)


def carry_out(step: Step, held: Held, given: Given, *, actor: Actor, now: datetime) -> Taken:
    """The step itself, on a case that is held. Called by `fire`, and by `open_case` for the first step."""
    today, law = day_of(now), current_law(day_of(now))
    it = Taking(step=step.name, held=held, given=given, actor=actor, now=now, today=today, law=law)
    if held.case.state not in step.sources:
        # Nothing is written or drawn for a step that cannot be taken from here; all that is missing is told.
        _asked(step, it, frozenset()).require()
    if effect := BEFORE.get(step.name):
        effect(it)
        it = replace(it, held=load(held.case))
    content = content_of(key_of(step.document, step.name), it.held, given, law) if step.document else None
    says = papers.says(content, step.document) if content else frozenset()
    verdict = _asked(step, it, says).require()
    if effect := WITH.get(step.name):
        effect(it)
    return _written(step, it, verdict, content, says)


def _asked(step: Step, it: Taking, says: frozenset[str]) -> Verdict:
    """State and guards; where a signer signs, also whether the body may sign this paragraph of the plan (6.2b)."""
    verdict = LISTING.ask(step.name, _facts(step, it, says), it.law)
    if step.roles != {SIGNER}:
        return verdict
    agency, area = it.held.agency, it.held.case.area
    facts = SigningFacts(
        paragraph=PARAGRAPH, body=DEPARTMENTS, area=agency.region, matter_area=area,
        county=agency.level == BodyLevel.COUNTY,
    )  # fmt: skip
    return replace(verdict, reasons=(*verdict.reasons, may_sign(facts, it.law)))


def _facts(step: Step, it: Taking, says: frozenset[str]) -> CaseFacts:
    """The case as it is, with the paper that this step would make."""
    held = it.held
    facts = facts_of(
        held, today=it.today, actor=it.actor.user_id, reason=it.given.reason, alive=step.name == "restore"
    )
    ordered = it.given.reinstating.number if it.given.reinstating else ""
    return with_paper(replace(facts, ordered=ordered), held, step.document, says, it.today)


def _written(step: Step, it: Taking, verdict: Verdict, content: Any, says: frozenset[str]) -> Taken:
    """Paper, step, case, what follows, event: in this order, so that each event tells its own rows."""
    case, before = it.held.case, it.held.case.state
    issued = _issued(step, it, content) if content else None
    event, case.revision, case.state = uuid7(), case.revision + 1, step.after(case.state)
    row = _step_row(step, it, verdict, before, event)
    if issued:
        _paper_row(row, step, it, issued, says)
    if effect := AFTER.get(step.name):
        effect(it)
    case.save(update_fields=["state", "version", "revision", "decided_on", "listed_on", "until"])
    follow_entry(it, before, case.state)
    append(
        KINDS[step.name], payload=_told(it, row, issued), agency=case.agency_id, now=it.now, event_id=event
    )
    return Taken(case.pk, case.state, case.revision, issued[0] if issued else None)


def _issued(step: Step, it: Taking, content: Any) -> tuple[UUID, str]:
    kind = kinds.kind(step.document, it.law)
    request = f"case:{it.held.case.pk}:{it.held.case.revision + 1}"
    draft = papers.draft(content, kind, subject=it.held.subject, request=request)
    made = issue_paper(draft, actor=_issuer(it), now=it.now)
    return made.id, made.number


def _issuer(it: Taking) -> Actor:
    """The deciding body issues, also where the system takes the step."""
    return replace(it.actor, agency_id=it.held.case.agency_id)


def _step_row(step: Step, it: Taking, verdict: Verdict, before: str, event: UUID) -> CaseStep:
    case, identity = it.held.case, uuid7()
    return CaseStep.objects.create(
        id=identity, case=case, version=case.version,
        **step_columns(step, verdict, before, seq=case.revision, event=event, actor=it.actor.user_id, now=it.now),
        **texts.sealed(CaseStep, identity, case.subject_id, {"reason": it.given.reason.strip()}),
    )  # fmt: skip


def _paper_row(row: CaseStep, step: Step, it: Taking, issued: tuple[UUID, str], says: frozenset[str]) -> None:
    document, number = issued
    CasePaper.objects.create(
        id=uuid7(), case=row.case, step=row, kind=step.document, version=row.version, document=document,
        number=number, party=it.held.subject, issued_on=it.today, says=sorted(says),
        window=_window(it) if step.document == "prior_notice" else None,
    )  # fmt: skip


def _window(it: Taking) -> int | None:
    """In how many working days the party may speak, as the notice tells: the list's own rule, else as fixed."""
    what = window_period(it.law.serious_list(it.held.case.list), it.law)
    return what.n if what.certain else it.held.draft.window


def _told(it: Taking, row: CaseStep, issued: tuple[UUID, str] | None) -> dict[str, object]:
    told: dict[str, object] = {
        "case": it.held.case.pk, "number": it.held.case.number, "seq": row.seq, "step": row.step,
        "from": row.source, "to": row.target, "by": it.actor.user_id, "edition": row.edition, **on_behalf(it.actor),
    }  # fmt: skip
    return told | ({"document": issued[0], "paper": issued[1]} if issued else {})
