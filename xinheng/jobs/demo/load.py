"""Filling the fictional city through the same services that a real one uses (示例装载)."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from xinheng.access.actor import Actor, host
from xinheng.access.queries import actor_by_username, agency_by_code
from xinheng.access.services import bind_second_factor, create_agency, create_user
from xinheng.catalog import services as catalog
from xinheng.catalog.queries import bundles
from xinheng.exchange import services as exchange
from xinheng.jobs.demo import cases, city, files, mending, people, windows
from xinheng.jobs.demo.matter import Staff
from xinheng.jobs.demo.rulings import rule_on_all
from xinheng.runtime.clock import day_of

SEED = 20_210_628
PASSWORD = "示例口令-请勿用于正式环境"  # noqa: S105 - printed for every visitor of the demo
Say = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Account:
    """A demo account as it is printed."""

    username: str
    name: str
    agency: city.DemoAgency
    role: str


ACCOUNTS = (
    Account("jingban", "示例经办人", city.AGENCIES[0], "clerk"),
    Account("shenhe", "示例审核人", city.AGENCIES[0], "checker"),
    Account("qianfa", "示例签发人", city.AGENCIES[0], "signer"),
    Account("jingban-rs", "示例人社经办人", city.LABOUR, "clerk"),
    Account("shenhe-rs", "示例人社审核人", city.LABOUR, "checker"),
    Account("qianfa-rs", "示例人社签发人", city.LABOUR, "signer"),
    Account("jingban-sw", "示例税务经办人", city.TAX, "clerk"),
    Account("shenhe-sw", "示例税务审核人", city.TAX, "checker"),
    Account("qianfa-sw", "示例税务签发人", city.TAX, "signer"),
    Account("xinyongban", "示例信用办甲", city.LEAD, "office"),
    Account("xinyongban2", "示例信用办乙", city.LEAD, "office"),
    Account("shenji", "示例审计员", city.LEAD, "auditor"),
    Account("chuangkou", "示例窗口人员", city.LEAD, "window"),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the demo city holds."""

    rows: int
    accepted: int
    refused: int
    waiting: int
    rulings: int
    cases: int
    mended: int


def is_loaded(folder: Path) -> bool:
    """Whether the demo city is complete: what is left for the visitor is written last."""
    return (folder / files.LEFT_FOR_THE_VISITOR).exists()


def load(folder: Path, *, now: datetime, say: Say) -> Loaded:
    """Agencies, officers, lawbook, sheets, rulings, cases; every step by services, none behind their back.

    A load that was broken off goes on where it stood.
    """
    say("正在建立单位和账号……")
    _agencies(now)
    _accounts(now)
    office = [_actor(each.username) for each in ACCOUNTS if each.role == "office"]
    if not bundles():
        catalog.found(officers=(office[0].user_id, office[1].user_id), now=now)
    today = day_of(now)
    subjects = city.subjects(random.Random(SEED), today)
    sheets = files.write_all(folder / "报送表", subjects, seed=SEED, today=today)
    counts = [_submit(each, now, say) for each in sheets]
    say("正在作出示例裁定……")
    ruled = rule_on_all(proposer=office[0], approver=office[1], now=now)
    say("正在办理示例案卷……")
    offices = _offices()
    decided = cases.found(offices, now=now, say=say)
    say("正在办理示例修复、异议和撤销……")
    desk = mending.Desk(city.AGENCIES[0], offices.market, _actor("chuangkou"), now)
    mended = mending.found(desk, say=say)
    clerks, about = (_clerk_of(city.AGENCIES[0]), _clerk_of(city.AGENCIES[1])), city.AGENCIES[5].code
    windows.found(clerks=clerks, office=office[0], about=about, now=now)
    people.write(folder, office=office[0], now=now)
    files.write_to_upload(folder, subjects, seed=SEED, today=today)
    rows, accepted, refused, waiting = (
        sum(each[name] for each in counts) for name in ("rows", "accepted", "refused", "waiting")
    )
    return Loaded(rows, accepted, refused, waiting, ruled, decided, mended)


def _agencies(now: datetime) -> None:
    for each in city.CITY:
        if agency_by_code(each.code):
            continue
        create_agency(
            uscc=each.code,
            name=each.name,
            region=each.region,
            level=each.level,
            domains=each.domains,
            channel_name=f"{each.name}网站（示例）",
            channel_url=each.site,
            is_lead=each is city.LEAD,
            actor=host(),
            now=now,
        )


def _accounts(now: datetime) -> None:
    for place, agency in enumerate(city.AGENCIES[1:], start=2):
        _account(Account(f"jingban{place}", f"示例经办人{place}", agency, "clerk"), now)
    for each in ACCOUNTS:
        _account(each, now)


def _account(account: Account, now: datetime) -> None:
    if actor_by_username(account.username):
        return
    found = _found(agency_by_code(account.agency.code))
    user = create_user(
        username=account.username,
        name=account.name,
        agency_id=found.id,
        roles=[account.role],
        password=PASSWORD,
        actor=host(),
        now=now,
    )
    bind_second_factor(user_id=user.id, actor=host(), now=now, secret=secrets.token_bytes(20))


def _actor(username: str) -> Actor:
    return _found(actor_by_username(username, channel="demo"))


def _offices() -> cases.Offices:
    """The staff of each list, by the ends of their account names."""
    labour, market, tax = (
        Staff(*(_actor(f"{role}{end}") for role in ("jingban", "shenhe", "qianfa")))
        for end in ("-rs", "", "-sw")
    )
    return cases.Offices(labour, market, tax)


def _found(what: T | None) -> T:
    """What the step before has made."""
    if what is None:
        raise LookupError("the demo city is incomplete: remove its folder and begin again")
    return what


def _clerk_of(agency: city.DemoAgency) -> Actor:
    place = city.AGENCIES.index(agency) + 1
    return _actor("jingban" if place == 1 else f"jingban{place}")


def _submit(sheet: files.DemoFile, now: datetime, say: Say) -> dict[str, int]:
    say(f"正在报送 {sheet.path.name}……")
    actor = _clerk_of(sheet.agency)
    source = {"reviewed": True}
    with sheet.path.open("rb") as file:
        batch = exchange.receive(
            file, actor=actor, feed=sheet.feed, file_name=sheet.path.name, source=source, now=now, queue=False
        )
    return dict(exchange.submit_now(batch, actor=actor, now=now).counts)


def accounts_told(accounts: Sequence[Account] = ACCOUNTS) -> list[str]:
    """One line per demo account."""
    return [f"  {each.username:<12} {each.name}（{each.agency.name}）" for each in accounts]
