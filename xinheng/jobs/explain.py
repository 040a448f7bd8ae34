"""What `xinheng explain record` prints (说明一条记录)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from xinheng.access import queries as access
from xinheng.access.actor import Actor
from xinheng.access.gate import open_set
from xinheng.catalog.public import current_law
from xinheng.documents.kinds import words
from xinheng.jobs.workdays import a_day
from xinheng.law.language import Refusal
from xinheng.publication.answers import PUBLIC
from xinheng.publication.explaining import WHAT, Explanation, explain
from xinheng.runtime import clock

DONE = 0
PURPOSE, BASIS = "supervision", "命令行说明"


class ExplainFault(ValueError):
    """An argument names nothing we know; the text is Chinese."""


def arguments(parser: ArgumentParser) -> None:
    """What the command is told."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="record")
    one = kinds.add_parser("record", help="一条记录")
    one.add_argument("id", metavar="ID", help="记录编号")
    one.add_argument("--audience", default="public", metavar="CODE", help="提供对象，默认 public 社会公众")
    one.add_argument("--on", "--as-of", type=a_day, metavar="DATE", help="哪一天，默认今天，如 2026-11-23")
    one.add_argument(
        "--user", default="", metavar="NAME", help="查看未公开的记录时登记的账号，默认市信用办的人员"
    )
    one.add_argument("--basis", default="", metavar="TEXT", help="查询依据，如案件号、督查文号")
    one.add_argument("--json", action="store_true", help="输出 JSON")


def run(options: Mapping[str, Any]) -> str:
    """The explanation as text or JSON. Raises ExplainFault or Refusal."""
    found = _found(_record(options["id"]), options)
    if options["json"]:
        return json.dumps(_as_json(found), ensure_ascii=False, indent=1)
    return "\n".join(_lines(found))


def _record(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ExplainFault("记录编号应是 36 位的编号，可以从记录页的地址或者回执中复制。") from None


def _found(record: UUID, options: Mapping[str, Any]) -> Explanation:
    """What anybody may see needs no register; for the rest the look is registered in an officer's name."""
    audience, on = options["audience"], options["on"] or clock.today()
    try:
        current_law(on).audience(audience)
        if audience == PUBLIC and not options["user"]:
            return explain(record, audience, on)
    except Refusal as refusal:
        if refusal.reasons[0].code != "PURPOSE_REQUIRED":
            raise
    except KeyError:
        raise ExplainFault(f"没有“{audience}”这个提供对象，公开网站是 public。") from None
    return _registered(record, audience, on, _officer(options["user"]), options["basis"] or BASIS)


def _registered(record: UUID, audience: str, on: date, actor: Actor, basis: str) -> Explanation:
    what = f"{WHAT}:{record}"
    opened = open_set(actor=actor, what=what, purpose=PURPOSE, basis=basis, now=clock.now())
    return explain(record, audience, on, opened=opened)


def _officer(name: str) -> Actor:
    """The officer named, else one of the credit office."""
    lead = next((each.id for each in access.agencies() if each.is_lead), None)
    actor = access.actor_by_username(name) if name else access.agency_actor(lead, "office") if lead else None
    if actor is None:
        raise ExplainFault("查看未公开的记录要登记查询人，请用 --user 指明账号。")
    return actor


def _lines(found: Explanation) -> Iterator[str]:
    yield f"{found.item_name}｜对象：{found.audience_name}｜日期：{found.on}｜法规数据：{found.edition}"
    yield f"结论：{found.conclusion}。"
    for told in found.told:
        yield f"理由：{told.text}"
        yield from (f"  依据：{clause.label}　{clause.text}" for clause in told.clauses)
    yield from (f"目录条目的依据：{clause.label}　{clause.text}" for clause in found.basis)
    if found.visible_from:
        last = f"{found.until - timedelta(days=1)} 止" if found.until else "长期"
        label = f"（{found.term_label}）" if found.term_label else ""
        yield f"期间：自 {found.visible_from} 起，{last}{label}。"
    if found.held:
        yield "新规定本可以开始或者延长公示，尚待工作人员决定；决定之前公开页面不变。"
    if found.marks:
        known = words("marks", current_law(found.on))
        yield f"标注：{'、'.join(known[each] for each in found.marks)}。"
    if found.shown:
        yield f"可以显示的栏目：{'、'.join(found.shown)}。"


def _as_json(found: Explanation) -> dict[str, Any]:
    return {
        "record": str(found.record),
        "item": found.item,
        "audience": found.audience,
        "on": found.on.isoformat(),
        "edition": found.edition,
        "outcome": found.outcome.name.lower(),
        "visible": found.visible,
        "conclusion": found.conclusion,
        "reasons": [
            {"code": each.code, "text": each.text, "clauses": [clause.id for clause in each.clauses]}
            for each in found.told
        ],
        "basis": [clause.id for clause in found.basis],
        "visible_from": found.visible_from and found.visible_from.isoformat(),
        "visible_until": found.until and found.until.isoformat(),
        "held": found.held,
        "marks": list(found.marks),
        "shown": list(found.shown),
    }
