"""What `xinheng asof record | subject` prints (某日情况)."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from xinheng.access import queries as access
from xinheng.access.actor import Actor
from xinheng.law.refusals import Told
from xinheng.publication import asof, asof_words
from xinheng.publication.asof import Act, Answer, Change, Standing, SubjectAnswer
from xinheng.registry import asof as registry
from xinheng.registry.asof import Asked
from xinheng.runtime import clock

PAGE_SIZE = 20


class AsofFault(ValueError):
    """An argument names nothing we know; the text is Chinese and never repeats a code."""


def arguments(parser: ArgumentParser) -> None:
    """What the command is told."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="record | subject")
    record = kinds.add_parser("record", help="一条记录")
    record.add_argument("id", metavar="ID", help="记录编号")
    subject = kinds.add_parser("subject", help="一个主体当天的全部记录")
    subject.add_argument(
        "code", metavar="CODE", help="统一社会信用代码或者证件号码；写 - 从标准输入读，不留在命令历史里"
    )
    subject.add_argument("--id-kind", default="resident_id", metavar="KIND", help="证件种类，默认身份证")
    subject.add_argument("--page", type=int, default=1, metavar="N", help=f"第几页，每页 {PAGE_SIZE} 条")
    for each in (record, subject):
        _common(each)


def _common(parser: ArgumentParser) -> None:
    day = date.fromisoformat
    parser.add_argument("--as-of", type=day, required=True, metavar="DATE", help="所问日期，如 2026-11-23")
    parser.add_argument(
        "--known", type=day, metavar="DATE", help="当时所知：只看到这一天为止登记的，默认今天"
    )
    parser.add_argument(
        "--purpose", required=True, metavar="CODE", help="查询目的，如 supervision 监督检查和审计"
    )
    parser.add_argument("--basis", required=True, metavar="TEXT", help="查询依据，如案件号、督查文号")
    parser.add_argument("--user", default="", metavar="NAME", help="查询人的账号，默认市信用办的人员")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(options: Mapping[str, Any]) -> str:
    """The answer as text or JSON. Raises AsofFault or Refusal; the look is on record either way."""
    now = clock.now()
    today = clock.day_of(now)
    asked = Asked.of(options["as_of"], options["known"], today=today)
    if options["kind"] == "record":
        answer = _record(options, asked, now, today)
        return _json(_answer_json(answer)) if options["json"] else "\n".join(_record_lines(answer))
    found = _subject(options, asked, now, today)
    return _json(_subject_json(found, asked)) if options["json"] else "\n".join(_subject_lines(found, asked))


def _record(options: Mapping[str, Any], asked: Asked, now: datetime, today: date) -> Answer:
    try:
        record = UUID(options["id"])
    except ValueError:
        raise AsofFault("记录编号应是 36 位的编号，可以从记录页的地址或者回执中复制。") from None
    opened = registry.open_record(record, **_who(options), now=now)
    return asof.of_record(record, asked, opened=opened, today=today)


def _subject(options: Mapping[str, Any], asked: Asked, now: datetime, today: date) -> SubjectAnswer:
    code = sys.stdin.readline().strip() if options["code"] == "-" else options["code"]
    opened = registry.open_subject(code, options["id_kind"], **_who(options), now=now)
    return asof.of_subject(asked, opened=opened, today=today, page=options["page"], size=PAGE_SIZE)


def _who(options: Mapping[str, Any]) -> dict[str, Any]:
    """Who asks, why and on what basis."""
    return {"actor": _officer(options["user"]), "purpose": options["purpose"], "basis": options["basis"]}


def _officer(name: str) -> Actor:
    """The officer named, else one of the credit office."""
    lead = next((each.id for each in access.agencies() if each.is_lead), None)
    actor = access.actor_by_username(name) if name else access.agency_actor(lead, "office") if lead else None
    if actor is None:
        raise AsofFault("查询要登记查询人，请用 --user 指明账号。")
    return actor


def _record_lines(answer: Answer) -> Iterator[str]:
    history, asked = answer.history, answer.asked
    yield f"{history.number}｜{history.body_name}｜记录 {history.record}"
    yield f"所问日期 {asked.as_of}，当时所知 {asked.known}（各以北京时间当天 24 时为准）"
    headings = [heading for heading, _ in asof_words.columns(answer)]
    for row in asof_words.rows(answer):
        yield f"{row.label}："
        for heading, text, differs in zip(headings, row.texts, row.differs, strict=True):
            yield f"  {heading}：{text}{'（与现在不同）' if differs else ''}"
    for heading, standing in asof_words.columns(answer):
        yield from _why_lines(heading, standing)
    yield f"到 {asked.known} 为止的经过："
    yield from (f"  {asof_words.moment(each.at)}　{asof_words.act(each)}" for each in answer.acts)


def _why_lines(heading: str, standing: Standing) -> Iterator[str]:
    shown, made = standing.shown, standing.kept.version
    for told in shown.told:
        yield f"理由（{heading}）：{told.text}"
        yield from (f"  依据：{clause.label}" for clause in told.clauses)
    if shown.digest:
        yield f"公开的栏目（{heading}）：{'、'.join(shown.fields)}"
        yield f"公开内容校验值（{heading}）：{shown.digest}"
    if made:
        yield f"全文校验值（{heading}）：{made.digest}"


def _subject_lines(found: SubjectAnswer, asked: Asked) -> Iterator[str]:
    page = found.page
    yield f"所问日期 {asked.as_of}，当时所知 {asked.known}（各以北京时间当天 24 时为准）"
    if not page.total:
        since = f"最早的一条于 {page.first_on} 入库。" if page.first_on else ""
        yield f"这一天登记簿里没有这个主体的记录。{since}"
    for answer in found.answers:
        yield f"{answer.history.number}｜{answer.history.body_name}｜记录 {answer.history.record}"
        for heading, standing in asof_words.columns(answer):
            yield f"  {heading}：{asof_words.brief(standing)}"
    yield f"当天有 {page.total} 条，第 {page.page} / {max(1, -(-page.total // page.size))} 页。"
    if page.later:
        yield f"另有 {page.later} 条在这一天以后、{asked.known} 以前入库。"


def _answer_json(answer: Answer) -> dict[str, Any]:
    return {
        "record": str(answer.history.record),
        "number": answer.history.number,
        **_asked_json(answer.asked),
        "then": _standing_json(answer.then),
        "by_known": _standing_json(answer.by_known),
        "now": _standing_json(answer.now),
        "acts": [_act_json(each) for each in answer.acts],
    }


def _asked_json(asked: Asked) -> dict[str, str]:
    return {"as_of": asked.as_of.isoformat(), "known": asked.known.isoformat()}


def _standing_json(standing: Standing) -> dict[str, Any]:
    kept, made = standing.kept, standing.kept.version
    edition = standing.law.catalog()
    return {
        **_asked_json(standing.asked),
        "version": made.version if made else None,
        "content_digest": made.digest if made else None,
        "effect": made.facts.get("effect") if made else None,
        "contested": bool(made.facts.get("contested")) if made else None,
        "state": kept.state,
        "since": _iso(kept.since),
        "event": kept.event and str(kept.event),
        "marks": list(kept.standing.marks),
        "decided": [each.effect.value for each in kept.standing.effects],
        "public": _shown_json(standing),
        "catalog": edition.id if edition else None,
        "bundle": standing.law.book.digest,
    }


def _shown_json(standing: Standing) -> dict[str, Any]:
    shown = standing.shown
    return {
        "visible": shown.visible,
        **_change_json(shown.change),
        "fields": list(shown.fields),
        "digest": shown.digest or None,
        "reasons": [_told_json(each) for each in shown.told],
    }


def _change_json(change: Change | None) -> dict[str, Any]:
    """The window that holds, since when and by which event; nulls where nothing was ever decided."""
    if change is None:
        return dict.fromkeys(("from", "until", "cause", "since", "event"))
    return {
        "from": _iso(change.visible_from),
        "until": _iso(change.visible_until),
        "cause": change.cause,
        "since": _iso(change.at),
        "event": str(change.event),
    }


def _told_json(told: Told) -> dict[str, Any]:
    return {"code": told.code, "text": told.text, "clauses": [clause.id for clause in told.clauses]}


def _act_json(act: Act) -> dict[str, Any]:
    return {
        "at": _iso(act.at),
        "event": str(act.event),
        "kind": act.kind and act.kind.value,
        "text": asof_words.act(act),
    }


def _subject_json(found: SubjectAnswer, asked: Asked) -> dict[str, Any]:
    page = found.page
    rows = [{name: each[name] for name in _IN_LIST} for each in map(_answer_json, found.answers)]
    told = {"total": page.total, "later": page.later, "page": page.page, "size": page.size}
    return {**_asked_json(asked), **told, "first_on": _iso(page.first_on), "records": rows}


_IN_LIST = ("record", "number", "then", "by_known", "now")


def _iso(when: date | None) -> str | None:
    return when.isoformat() if when else None


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1)
