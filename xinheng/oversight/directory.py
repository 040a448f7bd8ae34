"""Keeping the directory of repair: contact points and procedures, each by its own body (修复名录的公布).

What has to be brought and from when one may apply is the law's to say (reference/repair.yaml) and is typed by
nobody: a body states where it can be reached and in which of the known ways an application may come in.
"""

# clauses: 5.1c, 5.1e

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.permissions import OFFICE, require
from xinheng.access.scope import acting
from xinheng.catalog.queries import current_lawbook
from xinheng.law.charges import FILE, require_none
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.ledger.emitting import emits
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.oversight.models import ContactPoint, Place, RepairProcedure
from xinheng.runtime.clock import day_of

CLAUSE, PROCEDURE_CLAUSE = "huaian-2021-13#5.1c", "huaian-2021-13#5.1e"
LONGEST, LONGEST_NOTE = 100, 300
Row = TypeVar("Row", ContactPoint, RepairProcedure)


@dataclass(frozen=True, slots=True)
class ContactGiven:
    """A named person or window, and how it is reached."""

    window: str = ""
    person: str = ""
    address: str = ""
    phone: str = ""
    hours: str = ""


@emits(EventKind.CONTACT_PUBLISHED)
def publish_contact(
    *,
    kind: str,
    place: str,
    given: ContactGiven,
    replaces: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Publish a contact point of the own body, or, by the credit office, of a county or a site.

    `place` is "" for the own body. `replaces` ends another one of the same place. Raises Refusal PERMISSION_DENIED,
    CONTACT_INCOMPLETE, CHARGE_NAMED, or NOT_FOUND for what is not there to be replaced.
    """
    _require_keeper(actor, kind)
    tidy = _tidy(given)
    _require_whole(kind, place, tidy, _law(day_of(now)))
    with acting(actor):
        if replaces is not None:
            old = _end_contact(replaces, actor, now)
            if (old.kind, old.place) != (kind, place):
                raise Refusal.because("NOT_FOUND")
        row = ContactPoint.objects.create(
            id=uuid7(), kind=kind, agency_id=actor.agency_id if kind == Place.AGENCY else None, place=place,
            published_by=actor.user_id, published_at=now, **asdict(tidy),
        )  # fmt: skip
        told = {"contact": row.pk, "kind": kind, "place": place, "replaces": replaces}
        _tell(EventKind.CONTACT_PUBLISHED, told, actor, now)
    return row.pk


@emits(EventKind.CONTACT_ENDED)
def end_contact(contact: UUID, *, actor: Actor, now: datetime) -> None:
    """Publish a contact point no longer. Raises Refusal PERMISSION_DENIED, or NOT_FOUND."""
    require(actor, "contact.keep")
    with acting(actor):
        row = _end_contact(contact, actor, now)
        _require_keeper(actor, row.kind)
        _tell(EventKind.CONTACT_ENDED, {"contact": row.pk, "kind": row.kind, "place": row.place}, actor, now)


@emits(EventKind.PROCEDURE_PUBLISHED)
def publish_procedure(
    *, item: str, manners: Iterable[str], note: str = "", actor: Actor, now: datetime
) -> UUID:
    """Publish how the own body repairs what it decided of an item; what was published before of it ends.

    Raises Refusal PERMISSION_DENIED, PROCEDURE_INCOMPLETE or CHARGE_NAMED.
    """
    require(actor, "procedure.keep")
    law = _law(day_of(now))
    wanted = sorted(set(manners))
    found = law.item(item)
    if found is None or not found.adverse:
        raise _incomplete("没有选目录项，或者它不是失信信息")
    if not wanted or set(wanted) - set(manner_names(law)):
        raise _incomplete("没有选申请方式")
    if len(note) > LONGEST_NOTE:
        raise _incomplete(f"说明超过 {LONGEST_NOTE} 个字")
    require_none(law, note)
    with acting(actor):
        for old in RepairProcedure.objects.filter(agency=actor.agency_id, item=item, ended_at=None):
            _end(old, actor, now)
        row = RepairProcedure.objects.create(
            id=uuid7(), agency_id=actor.agency_id, item=item, manners=wanted, note=note.strip(),
            published_by=actor.user_id, published_at=now,
        )  # fmt: skip
        _tell(EventKind.PROCEDURE_PUBLISHED, {"procedure": row.pk, "item": item}, actor, now)
    return row.pk


@emits(EventKind.PROCEDURE_ENDED)
def end_procedure(procedure: UUID, *, actor: Actor, now: datetime) -> None:
    """Publish a procedure no longer; its item becomes a gap. Raises Refusal PERMISSION_DENIED, or NOT_FOUND."""
    require(actor, "procedure.keep")
    with acting(actor):
        row = RepairProcedure.objects.select_for_update().filter(pk=procedure, ended_at=None).first()
        if row is None or row.agency_id != actor.agency_id:
            raise Refusal.because("NOT_FOUND")
        _end(row, actor, now)
        _tell(EventKind.PROCEDURE_ENDED, {"procedure": row.pk, "item": row.item}, actor, now)


def manner_names(law: Law) -> Mapping[str, str]:
    """The known ways to apply, by id."""
    return {each["id"]: each["name"] for each in law.document(FILE)["manners"]}


def place_names(kind: str, law: Law) -> Mapping[str, str]:
    """The counties or sites that have to have a contact point on the day of the law, by code; {} for bodies."""
    told = law.document(FILE)
    if kind == Place.SITE:
        return {each["id"]: each["name"] for each in told["sites"]}
    levels = next((each.get("levels", ()) for each in told["places"] if each["id"] == kind), ())
    return {
        code: each.name
        for code, each in law.book.regions.items()
        if each.level in levels and (each.valid_to is None or each.valid_to >= law.day)
    }


def _law(day: date) -> Law:
    return current_lawbook().as_of(day)


def _require_keeper(actor: Actor, kind: str) -> None:
    """Each body for itself; counties and sites by the credit office."""
    require(actor, "contact.keep")
    if kind != Place.AGENCY and OFFICE not in actor.roles:
        raise Refusal.because("PERMISSION_DENIED", verb="公布县区和平台的专人和窗口")


def _tidy(given: ContactGiven) -> ContactGiven:
    return ContactGiven(**{name: " ".join(value.split()) for name, value in asdict(given).items()})


def _require_whole(kind: str, place: str, given: ContactGiven, law: Law) -> None:
    known = {""} if kind == Place.AGENCY else set(place_names(kind, law))
    if kind not in Place.values or place not in known:
        raise _unreachable("没有选地区或者平台")
    if not (given.window or given.person):
        raise _unreachable("没有写专人或者窗口")
    if not (given.phone or given.address):
        raise _unreachable("没有写电话或者地址")
    if any(len(value) > LONGEST for value in asdict(given).values()):
        raise _unreachable(f"有一项超过 {LONGEST} 个字")
    require_none(law, *asdict(given).values())


def _unreachable(why: str) -> Refusal:
    return Refusal.because("CONTACT_INCOMPLETE", CLAUSE, why=why)


def _incomplete(why: str) -> Refusal:
    return Refusal.because("PROCEDURE_INCOMPLETE", PROCEDURE_CLAUSE, why=why)


def _end_contact(contact: UUID, actor: Actor, now: datetime) -> ContactPoint:
    row = ContactPoint.objects.select_for_update().filter(pk=contact, ended_at=None).first()
    if row is None or row.agency_id not in (None, actor.agency_id):
        raise Refusal.because("NOT_FOUND")
    _require_keeper(actor, row.kind)
    return _end(row, actor, now)


def _end(row: Row, actor: Actor, now: datetime) -> Row:
    row.ended_by, row.ended_at = actor.user_id, now
    row.save(update_fields=["ended_by", "ended_at"])
    return row


def _tell(kind: EventKind, told: dict[str, object], actor: Actor, now: datetime) -> None:
    append(kind, payload={**told, "by": actor.user_id}, agency=actor.agency_id, now=now)
