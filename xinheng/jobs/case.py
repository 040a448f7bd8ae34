"""What `xinheng case show | list` does: cases read through the gate, told whole with their proofs (命令行查案卷)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from xinheng.access import queries as access
from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_file, open_set, turn_away
from xinheng.access.purposes import Purpose
from xinheng.casework import queries
from xinheng.casework.queries import CASES, GROUPS
from xinheng.casework.views import CaseRow
from xinheng.catalog.public import current_law
from xinheng.jobs import case_json, case_lines
from xinheng.jobs.case_json import Account, iso, party_told
from xinheng.law.lawbook import Law
from xinheng.law.procedures.listing import LISTING
from xinheng.runtime import clock
from xinheng.runtime.paging import Page

BASIS = "命令行查看案卷"
PAGE_SIZE = 50


class CaseFault(ValueError):
    """An argument names nothing we know; the text is Chinese."""


def arguments(parser: ArgumentParser) -> None:
    """What the command is told."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="show | list")
    show = steps.add_parser("show", help="一件案卷的全部经过，连同依据和入账证明")
    show.add_argument("number", metavar="NO", help="案卷编号，如 MDAJ-2026-000001")
    several = steps.add_parser("list", help="案卷清单，期限近的在前，不含自然人姓名")
    several.add_argument(
        "--group", choices=tuple(GROUPS), default="open",
        help="open 在办（默认）、listed 在名单上、over 已办结、all 全部",
    )  # fmt: skip
    several.add_argument("--page", type=int, default=1, metavar="N", help=f"第几页，每页 {PAGE_SIZE} 件")
    for each in (show, several):
        _looks(each)


def _looks(parser: ArgumentParser) -> None:
    """Every look is registered: who, why, on what basis."""
    parser.add_argument(
        "--user", "--actor", dest="user", default="", metavar="NAME", help="查看人账号，默认市信用办的人员"
    )
    parser.add_argument(
        "--purpose", default=Purpose.LISTING.value, metavar="CODE",
        help="查询目的，默认 listing 办理名单案卷；审计用 supervision",
    )  # fmt: skip
    parser.add_argument("--basis", default="", metavar="TEXT", help="查询依据，默认案卷编号，记入查询登记")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(options: Mapping[str, Any]) -> str:
    """The account of a case, or a list, as text or JSON. Raises CaseFault or Refusal; the look is on record."""
    actor, now = _officer(options["user"]), clock.now()
    law = current_law(clock.day_of(now))
    if options["step"] == "list":
        return _listed(options, actor, now, law)
    account = _account(options, actor, now, law)
    if options["json"]:
        return _json(case_json.told(account))
    return "\n".join(case_lines.lines(account))


def _officer(name: str) -> Actor:
    """The officer named, else one of the credit office."""
    lead = next((each.id for each in access.agencies() if each.is_lead), None)
    actor = access.actor_by_username(name) if name else access.agency_actor(lead, "office") if lead else None
    if actor is None:
        raise CaseFault("查看案卷要登记查看人，请用 --user 指明账号。")
    return actor


# ---- one case ------------------------------------------------------------------------------------------


def _account(options: Mapping[str, Any], actor: Actor, now: datetime, law: Law) -> Account:
    """The case whole. What is not there and what is another agency's are answered, and registered, alike."""
    purpose, basis = options["purpose"], options["basis"]
    known = queries.by_number(options["number"], actor=actor)
    if known is None:
        turn_away(actor=actor, what=CASES, purpose=purpose, basis=basis or BASIS, now=now)
    opened = open_file(
        actor=actor, subject=known.subject, purpose=purpose, basis=basis or known.number, now=now
    )
    return case_json.account(queries.case(known.id, opened=opened, law=law), opened, law)


# ---- a list --------------------------------------------------------------------------------------------


def _listed(options: Mapping[str, Any], actor: Actor, now: datetime, law: Law) -> str:
    opened = open_set(
        actor=actor, what=CASES, purpose=options["purpose"], basis=options["basis"] or BASIS, now=now
    )
    page = queries.cases(opened=opened, group=options["group"], page=options["page"], size=PAGE_SIZE)
    names = access.officer_names({each.handler for each in page.rows})
    if options["json"]:
        rows = [_row(each, law) | {"handler": names.get(each.handler, "")} for each in page.rows]
        return _json({**_head(page, options["group"], opened), "cases": rows})
    return "\n".join(_lines(page, law))


def _head(page: Page[CaseRow], group: str, opened: Opened) -> dict[str, Any]:
    told = {"group": group, "total": page.total, "page": page.page, "size": page.size}
    return {**told, "look": case_json.look(opened)}


def _row(row: CaseRow, law: Law) -> dict[str, Any]:
    return {
        "number": row.number,
        "list": row.list,
        "list_name": case_json.list_name(row.list, law),
        "party": party_told(row.party),
        "role": row.role,
        "state": row.state,
        "state_label": row.state_label,
        "opened_on": iso(row.opened_on),
        "until": iso(row.until),
        "due": iso(row.due),
        "provisional": row.provisional,
        "waits_reply": row.waits_reply,
    }


def _lines(page: Page[CaseRow], law: Law) -> Iterator[str]:
    for row in page.rows:
        due = f"｜最近期限 {row.due}{'（暂定）' if row.provisional else ''}" if row.due else ""
        until = f"｜至 {row.until}" if row.until and row.state not in LISTING.finals else ""
        waits = "｜有意见待反馈" if row.waits_reply else ""
        name = case_json.list_name(row.list, law)
        yield f"{row.number}｜{name}｜{party_told(row.party)}｜{row.state_label}{until}{due}{waits}"
    yield f"共 {page.total} 件，第 {page.page} / {max(1, -(-page.total // page.size))} 页。"


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1)
