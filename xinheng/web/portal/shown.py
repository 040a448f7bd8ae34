"""What publication answers, made ready for the templates (展示): words, tags, bars; no law and no query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from xinheng.law.lawbook import Law
from xinheng.law.lists import RANGES
from xinheng.law.questions import questions
from xinheng.publication.public import Entry, RecordPage, Shown, SubjectPage, Tab
from xinheng.publication.public_lists import Listed
from xinheng.publication.tables import SERIOUS_LIST
from xinheng.web.portal import list_words, reading
from xinheng.web.ui.term_bar import TermBar, term_bar

KINDS = {
    "legal_person": "法人",
    "unincorporated": "非法人组织",
    "sole_trader": "个体工商户",
    "public_body": "机关、事业单位",
}
MARKS = {
    "contested": ("复议或者诉讼中", "amber"),
    "disputed": ("异议处理中", "amber"),
    "false_promise": ("修复承诺不实", "red"),
    "repaired": ("已修复", "green"),
    "repairing": ("修复办理中", "blue"),
    "plan_running": ("重整、和解计划执行中，惩戒措施暂时解除", "blue"),
    "untrustworthy": ("认定机关已认定为失信行为", ""),
}
SHOWN_NOW = ("公示中", "blue")
LISTED_NOW = ("已列入", "red")
RESTORED = ("修复承诺不实，恢复列入", "red")
LIST_NAME = "严重失信主体名单"
PENALTY, CLASS = "penalty", "公示分类："
# Fields that the page tells under 来源, with channel and body beside them.
TOLD_AS_SOURCE = ("source_url", "source_on")
EARLIER_END = "裁定之前按较早的截止日公示。"


def tabs(found: SubjectPage, law: Law) -> tuple[Tab, ...]:
    """Every publishable item of today's catalog, 0 included, then what older items still show.

    What was listed here is counted with the records of lists that were received.
    """
    there = {tab.code: tab for tab in found.tabs}
    if found.lists:
        received = there.get(SERIOUS_LIST, Tab(SERIOUS_LIST, LIST_NAME, 0, ()))
        there[SERIOUS_LIST] = replace(received, count=received.count + len(found.lists))
    listed = [
        there.pop(item.code, Tab(item.code, item.name, 0, ())) for item in law.items() if item.publishable
    ]
    return (*listed, *there.values())


def current_tab(all_tabs: Sequence[Tab], wanted: str) -> Tab:
    """The tab asked for, else the first that has something."""
    chosen = next((tab for tab in all_tabs if tab.code == wanted), None)
    return chosen or next((tab for tab in all_tabs if tab.count), all_tabs[0])


def cards(found: SubjectPage, tab: Tab, places: range, today: date, law: Law) -> list[dict[str, Any]]:
    """What stands at these places of a tab: under the lists first what was listed here, then what was received."""
    lists = found.lists if tab.code == SERIOUS_LIST else ()
    everything: tuple[Listed | Entry, ...] = (*lists, *tab.entries)
    return [
        list_card(each, today, law) if isinstance(each, Listed) else card(found.uscc, each, today, law)
        for each in everything[places.start : places.stop]
    ]


def list_card(entry: Listed, today: date, law: Law) -> dict[str, Any]:
    """Where a subject stands on a list, as ui/parts/record_card.html takes it; it leads to the list."""
    interim = [("过渡措施", "amber")] if entry.interim else []
    words = list_words.stop_gap(law) if entry.interim else ""
    return {
        "title": entry.list_name,
        "address": f"/lists/{entry.list}/",
        "tags": [
            RESTORED if list_words.restored(entry.number, law) else LISTED_NOW,
            *interim,
            *([MARKS["plan_running"]] if entry.lifted else []),
        ],
        "rows": (
            _fact("名单范围", RANGES.get(entry.range, entry.range)),
            _fact("认定单位", entry.body_name),
            _fact("决定文书", f"{entry.number}（{entry.decided_on.isoformat()}）"),
            _fact("列入日期", entry.listed_on.isoformat()),
        ),
        "bar": term_bar(entry.visible_from, entry.visible_until, None, today, words),
    }


def card(code: str, entry: Entry, today: date, law: Law) -> dict[str, Any]:
    """One record in the list of a subject, as ui/parts/record_card.html takes it."""
    return {
        "title": entry.title,
        "address": f"/s/{code}/r/{entry.record}",
        "tags": tags(entry.marks),
        "rows": (
            _fact("文号", entry.number),
            _fact("决定机关", entry.body_name),
            _fact("决定日期", entry.decided_on.isoformat()),
        ),
        "bar": _bar(entry, today, law),
    }


def _bar(entry: Entry, today: date, law: Law) -> TermBar:
    return term_bar(
        entry.visible_from,
        entry.visible_until,
        entry.repair_from,
        today,
        term_words(entry.item, entry.term_label),
        doubt(entry.doubt, law),
    )


def tags(marks: Sequence[str]) -> list[tuple[str, str]]:
    """The tags of a record that is public now; a mark without a word of ours is a fault, not a tag."""
    return [SHOWN_NOW, *(MARKS[mark] for mark in marks)]


def term_words(item: str, label: str) -> str:
    """What the length of a term rests on. A class says how long a penalty is shown, and nothing else."""
    if not label:
        return ""
    return f"{CLASS}{label.removeprefix(CLASS)}" if item == PENALTY else f"公示期限：{label}"


def doubt(ids: str, law: Law) -> str:
    """The open questions of a term in words; "" when its end is settled."""
    if not ids:
        return ""
    known = questions(law)
    named = (known[each].title if each in known else each for each in ids.split(","))
    return "；".join(named) + "。" + EARLIER_END


def record_context(found: RecordPage, today: date, law: Law) -> dict[str, Any]:
    """Everything the record page shows."""
    term = found.term
    item = law.item(found.item)
    return {
        "record": found,
        "tags": tags(found.marks),
        "rows": [_row(each) for each in found.fields if each.code not in TOLD_AS_SOURCE],
        "bar": term_bar(
            term.visible_from,
            term.until,
            term.repair_from,
            today,
            term_words(found.item, term.label),
            doubt(term.doubt, law),
        ),
        "clauses": reading.texts(law, found.basis),
        "adverse": item is not None and item.adverse,
        "today": today,
        "kind": KINDS.get(found.kind, ""),
    }


def _row(field: Shown) -> dict[str, Any]:
    fact = _fact(field.label, field.note or field.value)
    fact["withheld"] = bool(field.note)
    fact["code"] = field.code.endswith("_code")
    fact["masked"] = field.code == "party_name" and "*" in field.value
    return fact


def _fact(label: str, value: str) -> dict[str, Any]:
    """One row of ui/parts/summary_list.html; all keys there, since a template pays dearly for a missing one."""
    return {"label": label, "value": value, "withheld": False, "code": False, "masked": False, "change": ""}
