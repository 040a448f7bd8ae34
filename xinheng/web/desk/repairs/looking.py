"""A repair opened for an officer (打开修复案卷): the party's file with it, on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_file
from xinheng.access.purposes import Purpose, open_to
from xinheng.casework.repairs import queries
from xinheng.casework.repairs.queries import Ground, Outlook
from xinheng.casework.repairs.views import CaseView
from xinheng.catalog.public import current_law
from xinheng.law.facts import SubjectKind
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.runtime import clock
from xinheng.subjects import queries as subjects


def purpose_for(actor: Actor) -> Purpose:
    """Why this officer looks: to deal with an application, to decide on one, or to supervise."""
    may = open_to(actor.roles)
    return next(
        each for each in (Purpose.OBJECTION, Purpose.DUTY, Purpose.SUPERVISION) if each in may
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Looked:
    """A case in an opened file, under the law of today; `party` is the name as the file has it."""

    view: CaseView
    outlook: tuple[Outlook, ...]
    opened: Opened
    law: Law
    party: str

    def grounds(self) -> dict[UUID, tuple[Ground, ...]]:
        return queries.grounds(self.view.id, opened=self.opened, law=self.law)


def look(case: UUID, actor: Actor) -> Looked:
    """Open the party's file for this case. Raises Refusal NOT_FOUND, and what the gate answers."""
    found = queries.known(case, actor=actor)
    if found is None:
        raise Refusal.because("NOT_FOUND")
    opened = open_file(
        actor=actor, subject=found.subject, purpose=purpose_for(actor), basis=f"修复案卷 {found.number}", now=clock.now()
    )  # fmt: skip
    law = current_law(clock.today())
    view = queries.case(case, opened=opened, law=law)
    return Looked(view, queries.outlook(case, opened=opened, law=law), opened, law, name_of(view, opened))


class Named(Protocol):
    """A case by whose party it is."""

    @property
    def subject(self) -> UUID: ...
    @property
    def subject_kind(self) -> str: ...
    @property
    def party(self) -> str: ...


def name_of(view: Named, opened: Opened) -> str:
    """The party's name; of a person as the opened file has it."""
    if view.subject_kind != SubjectKind.NATURAL_PERSON:
        return view.party
    person = subjects.person_in_clear(view.subject, opened=opened)
    return person[2] if person else ""
