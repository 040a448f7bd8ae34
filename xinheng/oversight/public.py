"""What anybody may ask, and complain (公开的修复名录、举报): whom to ask about repair, and how each body repairs.

The only persons in it are those whom a body names as its contact for repair. Of a complaint nothing is told here but
its number and code, to who sends it; how far it is, `documents.public` tells.
"""

# clauses: 5.1c, 5.1e

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xinheng.access.actor import anybody
from xinheng.access.queries import agencies, agency_by_code
from xinheng.law import complaints as table
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.oversight import complaintfiles, complaints, queries
from xinheng.oversight.complaints import ComplaintGiven, ComplaintReceipt
from xinheng.oversight.queries import Group, PlaceRow, ProcedureRow

__all__ = ["ComplaintGiven", "ComplaintReceipt", "Group", "PlaceRow", "ProcedureRow", "ProcedureShown"]
FILE_MOST = complaintfiles.MOST
MARKET = "market"


@dataclass(frozen=True, slots=True)
class ProcedureShown:
    """How a body repairs one item, with its contact points; `procedure.gap` where it has published nothing.

    `market`: it is a market supervision authority, for which rules of its own hold beside the others.
    """

    body: PlaceRow
    procedure: ProcedureRow
    market: bool


def directory(law: Law) -> tuple[Group, ...]:
    """Everybody who has to have a person or a window for repair; who has none is in it as a gap."""
    return queries.directory(law)


def procedure(uscc: str, item: str, law: Law) -> ProcedureShown | None:
    """None for a body that is not registered, or an item of the catalog that needs no repair."""
    body, found = agency_by_code(uscc), law.item(item)
    if body is None or found is None or not found.adverse:
        return None
    row = queries.of_agency(body, law)
    told = next((each for each in row.procedures if each.item == item), ProcedureRow(item, found.name))
    return ProcedureShown(row, told, MARKET in body.domains)


def procedure_address(uscc: str, item: str, law: Law) -> str:
    """Where the procedure is shown: of the body itself if it is registered, else of all."""
    found = law.item(item)
    known = bool(uscc) and found is not None and found.adverse and agency_by_code(uscc) is not None
    return f"/repair/{uscc}/{item}" if known else "/repair/"


def complained_about() -> dict[str, str]:
    """The bodies that a complaint can name, by code."""
    return {each.uscc: each.name for each in agencies()}


def categories(law: Law) -> list[tuple[str, str, str]]:
    """(id, name, hint) of what can be complained about."""
    return [(each.id, each.name, each.hint) for each in table.categories(law).values()]


def lodge(given: ComplaintGiven, *, once: UUID, now: datetime) -> ComplaintReceipt:
    """Receive a complaint from whoever sends it. Raises Refusal COMPLAINT_INCOMPLETE, COMPLAINT_FILE_UNREADABLE."""
    return complaints.lodge(given, once=once, actor=anybody(), now=now)


def file_too_large() -> Refusal:
    """What is told of a file that need not be read to be refused."""
    return complaintfiles.too_large()
