"""Cases as officers may read them (案卷查询): lists without persons, one case in an opened file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.casework import clocks, prospect
from xinheng.casework.given import Given
from xinheng.casework.held import load
from xinheng.casework.models import (
    Ask,
    Case,
    Deadline,
    Objection,
)
from xinheng.casework.papers import content_of, key_of
from xinheng.casework.views import CaseRow, CaseView, view
from xinheng.documents import kinds, papers
from xinheng.documents.services import preview
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.procedures.listing import LISTING
from xinheng.runtime.paging import Page, paged

CASES = "cases"
OVER = LISTING.finals
GROUPS: Mapping[str, Q] = {
    "open": ~Q(state__in=[*OVER, "listed"]),
    "listed": Q(state__in=["listed", "hidden"]),
    "over": Q(state__in=OVER),
    "all": Q(),
}


def cases(
    *,
    opened: Opened,
    group: str = "open",
    handler: UUID | None = None,
    number: str = "",
    page: int = 1,
    size: int = 20,
) -> Page[CaseRow]:
    """The cases of the opened set, the next legal deadline first; of all agencies for office and auditor."""
    opened.require_what(CASES)
    require(opened.actor, "case.view")
    with acting(opened.actor):
        found = _listed().filter(GROUPS.get(group, GROUPS["open"]))
        if handler:
            found = found.filter(handler=handler)
        if number.strip():
            found = found.filter(number=number.strip())
        return paged(found, page, size, _row)


def waiting_for(actor: Actor, *, size: int = 20) -> list[CaseRow]:
    """What waits for this officer: a state whose next step is of the officer's roles, the nearest deadline first."""
    require(actor, "case.view")
    names = {step.name: step for step in LISTING.steps}
    states = [state for state, step in _NEXT.items() if names[step].roles & actor.roles]
    with acting(actor):
        found = _listed().filter(Q(state__in=states) | (_ASKED if "signer" in actor.roles else Q(pk=None)))
        return [_row(each) for each in found[:size]]


# The step that leads on from a state.
_NEXT = {
    "draft": "notify", "notified": "serve_notice", "awaiting": "propose", "proposed": "check", "checked": "decide",
    "decided": "list", "hidden": "restore",
}  # fmt: skip
_ASKED = Q(Exists(Ask.objects.filter(case=OuterRef("pk"), decided_by=None)))


def count(actor: Actor, group: str = "open") -> int:
    """How many cases of a group the actor's agency has."""
    require(actor, "case.view")
    with acting(actor):
        return Case.objects.filter(GROUPS[group]).count()


def _listed() -> QuerySet[Case]:
    """Cases with their next deadline: a party's time to seek a remedy is none of the office's."""
    open_objection = Objection.objects.filter(case=OuterRef("pk"), replied_on=None)
    # A party's time to speak or to seek a remedy is no deadline of the office.
    party = (clocks.WINDOW, *clocks.REMEDIES)
    running = Deadline.objects.filter(case=OuterRef("pk"), stopped_on=None).exclude(name__in=party)
    first = running.order_by("last", "id")
    found = Case.objects.annotate(
        due=Subquery(first.values("last")[:1]),
        provisional=Coalesce(Subquery(first.values("provisional")[:1]), False),
        waits=Exists(open_objection),
    )
    return found.order_by(F("due").asc(nulls_last=True), "-opened_on", "-id")


_SAME = (
    "id",
    "number",
    "list",
    "party",
    "role",
    "state",
    "handler",
    "opened_on",
    "until",
    "due",
    "provisional",
)


def _row(found: Any) -> CaseRow:
    told = {name: getattr(found, name) for name in _SAME}
    return CaseRow(**told, state_label=LISTING.states[found.state], waits_reply=found.waits)


# ---- one case -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """What may be known of a case before the party's file is opened."""

    id: UUID
    number: str
    subject: UUID
    state: str
    revision: int
    agency: UUID


def known(case_id: UUID, *, actor: Actor) -> Known | None:
    """A case by its id; None for another agency's as for one that is not there."""
    require(actor, "case.view")
    with acting(actor):
        row = Case.objects.filter(pk=case_id).first()
        return None if row is None else _known(row)


def by_number(number: str, *, actor: Actor) -> Known | None:
    """A case by its number, as `known`."""
    require(actor, "case.view")
    with acting(actor):
        row = Case.objects.filter(number=number.strip()).first()
        return None if row is None else _known(row)


def _known(row: Case) -> Known:
    return Known(row.pk, row.number, row.subject_id, row.state, row.revision, row.agency_id)


def case(case_id: UUID, *, opened: Opened, law: Law) -> CaseView:
    """One case whole, with what may be done now. Raises Refusal NOT_FOUND, NOT_YOURS for another's file."""
    actor = opened.actor
    require(actor, "case.view")
    with acting(actor):
        row = _listed().filter(pk=case_id).first()
        if row is None:
            raise Refusal.because("NOT_FOUND")
        opened.require_subject(row.subject_id)
        held = load(row)
        ahead = prospect.outlook(held, actor=actor.user_id, roles=actor.roles, today=law.day, law=law)
        return view(held, _row(row), ahead, law)


def sample(case_id: UUID, step: str, *, opened: Opened, law: Law, now: datetime) -> bytes:
    """The paper that a step would make now, as a sample (样稿). Raises Refusal NOT_FOUND, and for what it lacks."""
    found = next((each for each in LISTING.steps if each.name == step), None)
    if found is None or found.document not in prospect.SEEN_BY_GUARDS:
        raise Refusal.because("NOT_FOUND")
    with acting(opened.actor):
        row = Case.objects.filter(pk=case_id).first()
        if row is None:
            raise Refusal.because("NOT_FOUND")
        opened.require_subject(row.subject_id)
        content = content_of(key_of(found.document, step), load(row), Given(), law)
        draft = papers.draft(content, kinds.kind(found.document, law), subject=row.subject_id)
        return preview(draft, now=now)
