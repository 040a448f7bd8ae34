"""Reading agencies, officers and the register of looks (单位、人员与查询登记)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xinheng.access.actor import Actor, actor_of
from xinheng.access.gate import OWN, Opened
from xinheng.access.models import AccessEntry, Agency, User
from xinheng.access.permissions import require
from xinheng.access.purposes import purpose_of
from xinheng.access.scope import acting
from xinheng.law.language import Refusal

REGISTER = "register"


@dataclass(frozen=True, slots=True)
class AgencyView:
    """An agency as pages and commands show it."""

    id: UUID
    uscc: str
    name: str
    region: str
    level: str
    domains: tuple[str, ...]
    channel_name: str
    channel_url: str
    is_lead: bool


def agency_by_code(uscc: str) -> AgencyView | None:
    """The active agency with that code."""
    return next(_agencies(uscc=uscc), None)


def agency(agency_id: UUID) -> AgencyView | None:
    """The active agency with that id."""
    return next(_agencies(pk=agency_id), None)


def agencies() -> list[AgencyView]:
    """All active agencies by name."""
    return list(_agencies())


def agency_names() -> dict[UUID, str]:
    """Names of all agencies by id, those that are no more among them."""
    return dict(Agency.objects.values_list("pk", "name"))


def actor_by_username(username: str, *, channel: str = "cli") -> Actor | None:
    """The actor of an active account, for commands that name who acts."""
    user = User.objects.select_related("agency").filter(username=username, is_active=True).first()
    return None if user is None else actor_of(user, channel=channel)


def agency_actor(agency_id: UUID, role: str, *, channel: str = "cli") -> Actor | None:
    """The first active officer of an agency in a role, by username: for commands that name an agency only."""
    users = User.objects.select_related("agency").filter(
        agency=agency_id, roles__contains=[role], is_active=True
    )
    user = users.order_by("username").first()
    return None if user is None else actor_of(user, channel=channel)


def officer_names(user_ids: set[UUID]) -> dict[UUID, str]:
    """Names of officers by id, for "由谁办理" on pages; unknown ids are left out."""
    return dict(User.objects.filter(pk__in=user_ids).values_list("pk", "name"))


def colleagues(agency_id: UUID, role: str) -> dict[UUID, str]:
    """The active officers of an agency in a role, by name: to whom work may be handed over."""
    found = User.objects.filter(agency=agency_id, roles__contains=[role], is_active=True)
    return dict(found.order_by("name", "username").values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One look, granted or refused."""

    id: UUID
    at: datetime
    actor: UUID
    agency: UUID
    channel: str
    what: str
    subject: UUID | None
    purpose: str
    purpose_label: str
    basis: str
    granted: bool
    refusal: str


def register(
    *, opened: Opened, subject: UUID | None = None, before: datetime | None = None, limit: int = 100
) -> list[RegisterRow]:
    """The register, newest first: of the own agency, or of the whole city for office and auditor.

    `opened` comes from `open_set(what="register")`: reading the register is itself on record.
    Raises Refusal PERMISSION_DENIED or NOT_YOURS.
    """
    require(opened.actor, "register.view")
    opened.require_what(REGISTER)
    with acting(opened.actor):
        rows = AccessEntry.objects.order_by("-at", "-id")
        if not opened.actor.whole_city:
            rows = rows.filter(agency=opened.actor.agency_id)
        if subject is not None:
            rows = rows.filter(subject=subject)
        if before is not None:
            rows = rows.filter(at__lt=before)
        return [_row(each) for each in rows[:limit]]


@dataclass(frozen=True, slots=True)
class OwnLook:
    """One look at the own file, as its subject is told of it: the body and never the officer."""

    at: datetime
    body: str
    own: bool
    at_window: bool
    what: str
    purpose_label: str
    basis: str
    granted: bool


def own_register(
    *, opened: Opened, own: bool = False, page: int = 1, size: int = 50
) -> tuple[list[OwnLook], int]:
    """(looks, total): who looked up the opened own file, newest first; with `own` one's own looks too."""
    if not opened.is_own:
        raise Refusal.because("NOT_YOURS")
    with acting(opened.actor):
        rows = AccessEntry.objects.filter(subject=opened.subject).order_by("-at", "-id")
        if not own:
            rows = rows.exclude(what=OWN)
        first = (max(1, page) - 1) * size
        found, total = list(rows[first : first + size]), rows.count()
    names = agency_names()
    return [_own_look(each, names) for each in found], total


def _own_look(entry: AccessEntry, names: dict[UUID, str]) -> OwnLook:
    known = purpose_of(entry.purpose)
    own = entry.what == OWN
    return OwnLook(
        at=entry.at, body=names.get(entry.agency, ""), own=own, at_window=own and entry.channel == "window",
        what=entry.what, purpose_label=known.label if known else "", basis="" if own else entry.basis,
        granted=entry.granted,
    )  # fmt: skip


def entry_of(opened: Opened) -> RegisterRow:
    """The register entry that stands behind a token. Raises Refusal REGISTER_UNAVAILABLE if there is none."""
    with acting(opened.actor):
        found = AccessEntry.objects.filter(id=opened.entry, at=opened.at).first()
    if found is None:
        raise Refusal.because("REGISTER_UNAVAILABLE")
    return _row(found)


def _row(entry: AccessEntry) -> RegisterRow:
    purpose = purpose_of(entry.purpose)
    label = purpose.label if purpose else ""
    kept = (
        "id",
        "at",
        "actor",
        "agency",
        "channel",
        "what",
        "subject",
        "purpose",
        "basis",
        "granted",
        "refusal",
    )
    return RegisterRow(purpose_label=label, **{name: getattr(entry, name) for name in kept})


def _agencies(**only: object) -> Iterator[AgencyView]:
    for row in Agency.objects.filter(is_active=True, **only).order_by("name", "id"):
        kept = ("id", "uscc", "name", "region", "level", "channel_name", "channel_url", "is_lead")
        yield AgencyView(domains=tuple(row.domains), **{name: getattr(row, name) for name in kept})
