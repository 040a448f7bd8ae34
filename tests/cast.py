"""The people of our stories, all fictional and visibly so (示例人物).

`settle()` writes them to the database; without it they are plain actors that need none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from xinheng.access.actor import Actor
from xinheng.access.models import Agency, User
from xinheng.law.identifiers import resident_id_check, uscc_check
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
PASSWORD = "示例-口令-够长的一句话"

# No area has this number, so no code of the cast is anybody's.
AREA = "329999"


def uscc(prefix: str, serial: int) -> str:
    """A valid unified social credit code of a body that does not exist: `uscc("91", 1)`."""
    stem = f"{prefix}{AREA}XL{serial:06d}0"
    return stem + uscc_check(stem)


def resident_id(born: date, serial: int) -> str:
    """A valid resident id number of a person who does not exist."""
    stem = f"{AREA}{born:%Y%m%d}{serial:03d}"
    return stem + resident_id_check(stem)


@dataclass(frozen=True, slots=True)
class Office:
    """An agency of the cast."""

    id: UUID
    uscc: str
    name: str
    domains: tuple[str, ...] = ()
    is_lead: bool = False


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer of the cast; `actor` is what services take."""

    username: str
    office: Office
    actor: Actor


def _office(serial: int, name: str, *domains: str, is_lead: bool = False) -> Office:
    return Office(UUID(int=0xA0 + serial), uscc("11", serial), name, domains, is_lead)


def _officer(serial: int, username: str, name: str, office: Office, *roles: str) -> Officer:
    actor = Actor(UUID(int=0xB00 + serial), office.id, office.name, frozenset(roles), name, "desk")
    return Officer(username, office, actor)


CREDIT_OFFICE = _office(1, "示例市发展和改革委员会", is_lead=True)
MARKET = _office(2, "示例市市场监督管理局", "food", "market")
ENVIRONMENT = _office(3, "示例市生态环境局")
LABOUR = _office(4, "示例市人力资源和社会保障局", "human_resources")
TAX = _office(5, "示例市税务局稽查局", "tax")

MARKET_CLERK = _officer(1, "market-clerk", "示例甲", MARKET, "clerk")
MARKET_CHECKER = _officer(2, "market-checker", "示例乙", MARKET, "checker")
ENVIRONMENT_CLERK = _officer(3, "environment-clerk", "示例丙", ENVIRONMENT, "clerk")
ENVIRONMENT_CHECKER = _officer(4, "environment-checker", "示例丁", ENVIRONMENT, "checker")
OFFICER = _officer(5, "office", "示例戊", CREDIT_OFFICE, "office")
SECOND_OFFICER = _officer(6, "office-two", "示例己", CREDIT_OFFICE, "office")
AUDITOR = _officer(7, "auditor", "示例庚", CREDIT_OFFICE, "auditor")
ADMIN = _officer(8, "admin", "示例辛", CREDIT_OFFICE, "admin")
LABOUR_CLERK = _officer(9, "labour-clerk", "示例壬", LABOUR, "clerk")
LABOUR_CHECKER = _officer(10, "labour-checker", "示例癸", LABOUR, "checker")
LABOUR_SIGNER = _officer(11, "labour-signer", "示例子", LABOUR, "signer")
LABOUR_SECOND = _officer(12, "labour-second", "示例丑", LABOUR, "clerk", "checker", "signer")
TAX_CLERK = _officer(13, "tax-clerk", "示例寅", TAX, "clerk")
TAX_CHECKER = _officer(14, "tax-checker", "示例卯", TAX, "checker")
TAX_SIGNER = _officer(15, "tax-signer", "示例辰", TAX, "signer")
MARKET_SIGNER = _officer(16, "market-signer", "示例巳", MARKET, "signer")
WINDOW_STAFF = _officer(17, "window", "示例午", CREDIT_OFFICE, "window")

OFFICES = (CREDIT_OFFICE, MARKET, ENVIRONMENT, LABOUR, TAX)
OFFICERS = (
    MARKET_CLERK,
    MARKET_CHECKER,
    ENVIRONMENT_CLERK,
    ENVIRONMENT_CHECKER,
    OFFICER,
    SECOND_OFFICER,
    AUDITOR,
    ADMIN,
    LABOUR_CLERK,
    LABOUR_CHECKER,
    LABOUR_SIGNER,
    LABOUR_SECOND,
    TAX_CLERK,
    TAX_CHECKER,
    TAX_SIGNER,
    MARKET_SIGNER,
    WINDOW_STAFF,
)

# Subjects of the stories: a firm, a shop, a grown-up and a minor.
FIRM_CODE, FIRM_NAME = uscc("91", 501), "示例淮上食品有限公司"
OTHER_FIRM_CODE, OTHER_FIRM_NAME = uscc("91", 502), "示例运河建材有限公司"
SHOP_CODE, SHOP_NAME = uscc("92", 503), "示例区小店"
PERSON_ID, PERSON_NAME = resident_id(date(1985, 6, 15), 11), "示例某某"
BOSS_ID, AGENT_ID = resident_id(date(1970, 1, 2), 44), resident_id(date(1990, 2, 3), 55)
MINOR_ID, MINOR_NAME = resident_id(date(2012, 3, 1), 22), "示例小某"


@transaction.atomic
def settle(*, told: bool = False) -> None:
    """Write agencies and officers to the database, with PASSWORD and without a second factor.

    Without `told` they were there before the story and no event tells of them.
    """
    Agency.objects.bulk_create(
        Agency(
            id=office.id,
            uscc=office.uscc,
            name=office.name,
            region=AREA,
            level="city",
            domains=list(office.domains),
            channel_name=f"{office.name}网站",
            channel_url="https://example.invalid/",
            is_lead=office.is_lead,
        )
        for office in OFFICES
    )
    password = make_password(PASSWORD)
    User.objects.bulk_create(
        User(
            id=each.actor.user_id,
            username=each.username,
            name=each.actor.name,
            agency_id=each.office.id,
            roles=sorted(each.actor.roles),
            password=password,
        )
        for each in OFFICERS
    )
    tell() if told else leave_untold()


def tell(kind: EventKind = EventKind.USER_CREATED) -> None:
    """Put what a test wrote by hand into the ledger, as the service would that writes it."""
    with transaction.atomic():
        append(kind, payload={}, agency=None, now=NOW)


def leave_untold() -> None:
    """Let what a test wrote by hand into protected tables pass without an event."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_claim()")


@contextmanager
def untold(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """A transaction behind the application's back whose writes to protected tables nobody tells."""
    with connection.transaction():
        yield
        connection.execute("SELECT count(*) FROM ledger_claim()")
