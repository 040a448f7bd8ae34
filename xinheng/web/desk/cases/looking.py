"""A case opened for an officer (打开案卷): the party's file with it, on record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_file
from xinheng.access.purposes import Purpose, open_to
from xinheng.casework import queries
from xinheng.casework.views import CaseView
from xinheng.catalog.public import current_law
from xinheng.law.facts import SubjectKind
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.lists import SeriousList
from xinheng.runtime import clock
from xinheng.subjects import queries as subjects


def purpose_for(actor: Actor) -> Purpose:
    """Why this officer looks at a case: to carry it on, or to supervise."""
    return Purpose.LISTING if Purpose.LISTING in open_to(actor.roles) else Purpose.SUPERVISION


@dataclass(frozen=True, slots=True)
class Looked:
    """A case in an opened file, under the law of today; `party` is the name as the file has it."""

    view: CaseView
    opened: Opened
    law: Law
    listed: SeriousList
    party: str


def look(case: UUID, actor: Actor) -> Looked:
    """Open the party's file for this case. Raises Refusal NOT_FOUND, and what the gate answers."""
    found = queries.known(case, actor=actor)
    if found is None:
        raise Refusal.because("NOT_FOUND")
    opened = open_file(
        actor=actor, subject=found.subject, purpose=purpose_for(actor), basis=f"名单案卷 {found.number}", now=clock.now()
    )  # fmt: skip
    law = current_law(clock.today())
    view = queries.case(case, opened=opened, law=law)
    listed = law.list_ever(view.row.list)
    if listed is None:
        raise Refusal.because("NOT_FOUND")
    return Looked(view, opened, law, listed, _name(view, opened))


def _name(view: CaseView, opened: Opened) -> str:
    if view.subject_kind != SubjectKind.NATURAL_PERSON:
        return view.row.party
    person = subjects.person_in_clear(view.subject, opened=opened)
    return person[2] if person else ""
