"""The directory of repair with its gaps (修复名录的查询): who has to be in it, who is, and what is missing."""

# clauses: 5.1c, 5.1e

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from xinheng.access.queries import AgencyView, agencies
from xinheng.access.scope import whole_city
from xinheng.casework.models import Case
from xinheng.exchange import feeds
from xinheng.exchange.models import Batch, BatchState
from xinheng.law.charges import FILE
from xinheng.law.lawbook import Law
from xinheng.oversight.directory import manner_names, place_names
from xinheng.oversight.models import ContactPoint, Place, RepairProcedure

SERIOUS_LIST = "serious_list"


@dataclass(frozen=True, slots=True)
class Point:
    """A contact point as it is published."""

    id: UUID
    kind: str
    place: str
    agency: UUID | None
    window: str
    person: str
    address: str
    phone: str
    hours: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """How a body repairs one item; `id` None: it has to publish that and has not, which is a gap."""

    item: str
    item_name: str
    id: UUID | None = None
    manners: tuple[str, ...] = ()
    note: str = ""
    since: datetime | None = None

    @property
    def gap(self) -> bool:
        return self.id is None


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A county, body or site that has to have a person or window; `code` is that of a body, else of the place."""

    kind: str
    code: str
    name: str
    points: tuple[Point, ...]
    procedures: tuple[ProcedureRow, ...] = ()

    @property
    def gap(self) -> bool:
        return not self.points


@dataclass(frozen=True, slots=True)
class Group:
    """All places of a kind."""

    kind: str
    name: str
    rows: tuple[PlaceRow, ...]


def directory(law: Law) -> tuple[Group, ...]:
    """Everybody who has to be in the directory on the day of the law, gaps among them."""
    points, procedures = _points(), _procedures(law)
    told = {each["id"]: str(each["name"]) for each in law.document(FILE).get("places", ())}
    return tuple(
        Group(kind, name, tuple(_rows(kind, law, points, procedures))) for kind, name in told.items()
    )


def of_agency(agency: AgencyView, law: Law) -> PlaceRow:
    """One body's own line."""
    return _of_agency(agency, _points(), _procedures(law))


def place(kind: str, code: str, law: Law) -> PlaceRow | None:
    """The line of a county or site; None for one that does not have to be there."""
    name = place_names(kind, law).get(code)
    return None if name is None else PlaceRow(kind, code, name, tuple(_points()[(kind, code)]))


def contact(contact_id: UUID) -> Point | None:
    """A contact point that is published now."""
    row = ContactPoint.objects.filter(pk=contact_id, ended_at=None).first()
    return _point(row) if row else None


Points = Mapping[tuple[str, str], list[Point]]
Procedures = Mapping[UUID, tuple[ProcedureRow, ...]]


def _rows(kind: str, law: Law, points: Points, procedures: Procedures) -> Iterable[PlaceRow]:
    if kind == Place.AGENCY:
        return [_of_agency(each, points, procedures) for each in agencies()]
    names = place_names(kind, law)
    return [PlaceRow(kind, code, name, tuple(points[(kind, code)])) for code, name in names.items()]


def _of_agency(agency: AgencyView, points: Points, procedures: Procedures) -> PlaceRow:
    mine = tuple(points[(Place.AGENCY, str(agency.id))])
    return PlaceRow(Place.AGENCY, agency.uscc, agency.name, mine, procedures.get(agency.id, ()))


def _points() -> Points:
    found: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for row in ContactPoint.objects.filter(ended_at=None).order_by("published_at", "id"):
        found[(row.kind, row.place or str(row.agency_id))].append(_point(row))
    return found


def _point(row: ContactPoint) -> Point:
    kept = ("id", "kind", "place", "window", "person", "address", "phone", "hours")
    return Point(agency=row.agency_id, since=row.published_at, **{name: getattr(row, name) for name in kept})


def _procedures(law: Law) -> Procedures:
    """What each body has published, and of what it should have: the adverse items that it decided on."""
    names = {item.code: item.name for item in law.items() if item.adverse}
    there: dict[UUID, dict[str, ProcedureRow]] = defaultdict(dict)
    for agency, item in _decided():
        if item in names:
            there[agency][item] = ProcedureRow(item, names[item])
    manners = manner_names(law)
    for row in RepairProcedure.objects.filter(ended_at=None).order_by("item"):
        shown = tuple(manners.get(each, each) for each in row.manners)
        there[row.agency_id][row.item] = ProcedureRow(
            row.item, names.get(row.item, row.item), row.pk, shown, row.note, row.published_at
        )
    order = list(names)
    return {
        agency: tuple(sorted(rows.values(), key=lambda each: order.index(each.item) if each.item in names else 99))
        for agency, rows in there.items()
    }  # fmt: skip


def _decided() -> set[tuple[UUID, str]]:
    """(body, item) of every sheet that was submitted, and of every listing case."""
    items = {code: feeds.load(code).item for code in feeds.codes()}
    with transaction.atomic(), whole_city():
        sent = Batch.objects.filter(state=BatchState.SUBMITTED).order_by().values_list("agency", "feed")
        listed = Case.objects.order_by().values_list("agency", flat=True).distinct()
        return {(agency, items.get(feed, feed)) for agency, feed in sent.distinct()} | {
            (agency, SERIOUS_LIST) for agency in listed
        }
