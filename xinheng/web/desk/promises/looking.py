"""A case on a false promise opened for an officer (打开承诺不实案卷): the party's file with it, on record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_file
from xinheng.casework.promises import queries
from xinheng.casework.promises.views import CaseView
from xinheng.casework.repairs.queries import Outlook
from xinheng.catalog.public import current_law
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.runtime import clock
from xinheng.web.desk.repairs.looking import name_of, purpose_for


@dataclass(frozen=True, slots=True)
class Looked:
    """A case in an opened file, under the law of today; `party` is the name as the file has it."""

    view: CaseView
    outlook: tuple[Outlook, ...]
    opened: Opened
    law: Law
    party: str


def look(case: UUID, actor: Actor) -> Looked:
    """Open the party's file for this case. Raises Refusal NOT_FOUND, and what the gate answers."""
    found = queries.known(case, actor=actor)
    if found is None:
        raise Refusal.because("NOT_FOUND")
    opened = open_file(
        actor=actor, subject=found.subject, purpose=purpose_for(actor), basis=f"承诺不实案卷 {found.number}",
        now=clock.now(),
    )  # fmt: skip
    law = current_law(clock.today())
    view = queries.case(case, opened=opened, law=law)
    ahead = queries.outlook(case, opened=opened, law=law)
    return Looked(view, ahead, opened, law, name_of(view, opened))
