"""What a step of a repair and of a false promise writes alike (办理一步所写): its paper, its row, what its event tells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from xinheng.casework import texts
from xinheng.casework.rows import StepRow
from xinheng.casework.taking import Taking, on_behalf, step_columns
from xinheng.documents import kinds, papers
from xinheng.documents.papers import PaperContent
from xinheng.documents.services import issue_paper
from xinheng.law.language import Verdict
from xinheng.ledger.emitting import part_of_event
from xinheng.runtime.db import uuid7

S = TypeVar("S", bound=StepRow)
Issued = tuple[UUID, str]


def issued(it: Taking[Any, Any], content: PaperContent, *, matter: str) -> Issued:
    """Issue the step's paper, once for its place in the case; (document, number). The deciding body issues it."""
    case = it.held.case
    request = f"{matter}:{case.pk}:{case.revision + 1}"
    draft = papers.draft(
        content, kinds.kind(it.step.document, it.law), subject=it.held.subject, request=request
    )
    made = issue_paper(draft, actor=replace(it.actor, agency_id=case.agency_id), now=it.now)
    return made.id, made.number


@part_of_event
def step_row(model: type[S], it: Taking[Any, Any], verdict: Verdict, before: str) -> S:
    """The step as it was taken from the state `before`, its reason sealed under the party's key."""
    case, identity = it.held.case, uuid7()
    row: S = model._default_manager.create(
        id=identity, case=case,
        **step_columns(
            it.step, verdict, before, seq=case.revision + 1, event=it.event, actor=it.actor.user_id, now=it.now
        ),
        **texts.sealed(model, identity, case.subject_id, {"reason": it.given.reason.strip()}),
    )  # fmt: skip
    return row


def paper_columns(row: Any, it: Taking[Any, Any], made: Issued, content: PaperContent) -> dict[str, Any]:
    """What every paper of a step says of itself."""
    document, number = made
    return {
        "id": uuid7(), "case": row.case, "step": row, "kind": it.step.document, "document": document, "number": number,
        "party": it.held.subject, "issued_on": it.today, "says": sorted(papers.says(content, it.step.document)),
    }  # fmt: skip


def told(it: Taking[Any, Any], row: StepRow, made: Issued | None) -> dict[str, object]:
    """What the event of a step tells of any case."""
    return {
        "number": it.held.case.number, "seq": row.seq, "step": row.step, "from": row.source, "to": row.target,
        "by": it.actor.user_id, "edition": row.edition, **on_behalf(it.actor),
        **({"document": made[0], "paper": made[1]} if made else {}),
    }  # fmt: skip
