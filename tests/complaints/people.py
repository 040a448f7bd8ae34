"""Bodies of the table that the cast lacks, and what they do (举报的办理机关)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from tests import cast
from xinheng.access.actor import Actor, anybody
from xinheng.access.models import Agency, User
from xinheng.access.scope import whole_city
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.models import EventPayload
from xinheng.oversight import services
from xinheng.oversight.complaints import ComplaintGiven, ComplaintReceipt
from xinheng.oversight.models import Complaint

TEXT = "示例培训公司说交钱就能修复，收了我 3000 元（示例）。"
REPLY = "经核实，已责令退还（示例），情况属实。"
POLICE, DISCIPLINE = (
    Agency(id=UUID(int=0xA90 + n), uscc=cast.uscc("11", 90 + n), name=name, region=cast.AREA, level="city", domains=[code])
    for n, (name, code) in enumerate([("示例市公安局", "police"), ("示例市纪检监察组", "discipline")])
)  # fmt: skip


def officer(agency: Agency, serial: int, *roles: str) -> Actor:
    return Actor(
        UUID(int=0xB90 + serial), agency.id, agency.name, frozenset(roles), f"示例{serial}号", "desk"
    )


POLICE_CHECKER = officer(POLICE, 0, "checker")
DISCIPLINE_CHECKER = officer(DISCIPLINE, 1, "checker")


def settle() -> None:
    Agency.objects.bulk_create([POLICE, DISCIPLINE])
    User.objects.bulk_create(
        User(id=each.user_id, username=each.name, name=each.name, agency_id=each.agency_id, roles=["checker"], password="!")
        for each in (POLICE_CHECKER, DISCIPLINE_CHECKER)
    )  # fmt: skip
    cast.leave_untold()


def lodged(category: str = "charge", about: str = "", **more: object) -> ComplaintReceipt:
    given = ComplaintGiven(category, TEXT, about, **more)  # type: ignore[arg-type]
    return services.lodge(given, once=uuid4(), actor=anybody(), now=cast.NOW)


def row(number: str) -> Complaint:
    with whole_city():
        return Complaint.objects.get(number=number)


def told(kind: EventKind) -> list[Any]:
    """The payloads of the events of a kind."""
    return [
        each.payload
        for each in EventPayload.objects.filter(event__kind=kind).order_by("event__at", "event_id")
    ]
