"""Measures in the words of the desk: what it is, on what it rests, how long, why (惩戒措施的说法)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xinheng.law.lawbook import Law
from xinheng.law.leniency import GROUNDS
from xinheng.law.lists import PartyRole
from xinheng.law.measurelist import MeasureRow, MeasureTerm
from xinheng.law.reference import ClauseText
from xinheng.registry.measurefacts import DocumentHeld, EntryHeld, Given
from xinheng.registry.measurequeries import MeasureView
from xinheng.web.ui.templatetags.ui import beijing, day

ROLES = {
    PartyRole.SUBJECT: "当事人本身",
    PartyRole.LEGAL_REPRESENTATIVE: "法定代表人",
    PartyRole.PRINCIPAL: "主要负责人",
    PartyRole.DIRECT_MANAGER: "直接负责的主管人员",
    PartyRole.DIRECTLY_LIABLE: "其他直接责任人员",
}
DECISIONS = {
    "": "没有这些情形",
    "go_on": "有，仍须采取",
    "lighter": "有，采取较轻的措施",
    "spare": "有，从宽不采取",
}
# The factors on which the officer gives reasons, in the words of 一（三）.
REASONS = {"domain": "领域", "nature": "性质", "gravity": "情节轻重", "impact": "影响程度"}
_EFFECTS = {
    "effective": "已生效",
    "not_yet": "未生效",
    "stayed": "停止执行",
    "revoked": "已撤销",
    "void": "无效",
    "lapsed": "已失效",
}


def row_of(code: str, law: Law) -> MeasureRow | None:
    """The content row on the list in force on the day."""
    edition = law.measures_list()
    return edition.rows.get(code) if edition else None


def content(code: str, law: Law) -> str:
    """What a row says; its code where the list of the day no longer has it."""
    row = row_of(code, law)
    return row.content if row else code


def matter(code: str, row: str, law: Law) -> str:
    """A matter as the row words it."""
    found = row_of(row, law)
    return found.relation.get(code, code) if found else code


def clauses(ids: tuple[str, ...], law: Law) -> list[ClauseText]:
    """The clauses that resolve, for links."""
    return [law.clause(each) for each in ids if each in law.book.clauses]


def term_words(term: MeasureTerm) -> str:
    """How long the row lets it be."""
    if term.with_entry:
        return "随名单信息终止，不另定期限"
    if term.by_statute:
        return "按所引条文"
    if term.lifetime:
        return "终身"
    least = "" if term.least in (None, term.most) else f"{term.least} 至 "
    return f"{least}{term.most} 个月" if least or term.least == term.most else f"最长 {term.most} 个月"


def entry_words(entry: EntryHeld, law: Law) -> str:
    """The list and the number of the decision, and its last day."""
    known = law.serious_list(entry.list)
    last = f"最后一日 {day(entry.until)}" if entry.until else "没有固定的最后一日"
    left = "" if entry.state == "listed" else "（已不在名单上）"
    return f"{known.name if known else entry.list}，{entry.body_name} {entry.number}，{last}{left}"


def document_words(document: DocumentHeld) -> str:
    """The document by number and body, and its effect today."""
    effect = _EFFECTS.get(document.effect, document.effect)
    return f"{document.body_name} {document.number}（{day(document.decided_on)}，{effect}）"


def imposed(given: Given, law: Law) -> str:
    """The length of a measure as it was proposed."""
    row = row_of(given.row, law)
    if row is not None and row.term.with_entry:
        return term_words(row.term)
    length = "终身" if given.lifetime else f"{given.months} 个月" if given.months else "—"
    if not given.statute:
        return length
    cited = clauses((given.statute,), law)
    return f"{length}（{cited[0].label if cited else given.statute}）"


def summary(view: MeasureView, law: Law) -> list[dict[str, str]]:
    """What it is, against whom and on what, as rows of ui/parts/summary_list.html."""
    line, given = view.line, view.given
    told = [("惩戒内容", content(line.row, law)), ("办理事项", matter(line.matter, line.row, law))]
    if view.entry or view.document:
        told.append(("所依据的", _rests_on(view, law)))
        told.append(("当事人身份", ROLES[given.role]))
        told.append(("期限", imposed(given, law)))
    if line.decided_on:
        told += [
            ("自", day(line.decided_on)),
            ("至", day(line.until) if line.until else "没有固定的最后一日"),
        ]
    told += [
        ("暂时解除", f"{day(since)} 至 {day(last)}，重整、和解计划执行期间") for since, last in view.lifted
    ]
    return [{"label": label, "value": value} for label, value in told]


def _rests_on(view: MeasureView, law: Law) -> str:
    if view.entry:
        return entry_words(view.entry, law)
    return document_words(view.document) if view.document else ""


def why(view: MeasureView, law: Law) -> list[dict[str, str]]:
    """The reasons as the officer wrote them."""
    return [{"label": label, "value": value} for label, value in _why(view, law)]


def _why(view: MeasureView, law: Law) -> Iterator[tuple[str, str]]:
    said, given, row = view.said, view.given, row_of(view.line.row, law)
    if "reason" in said:
        yield "未采取的理由", said["reason"]
        return
    if given.grounds_met and row is not None:
        yield "具备的情形", "；".join(row.grounds.get(each, each) for each in given.grounds_met)
    yield "关联", said.get("link", "")
    yield from ((label, said.get(name, "")) for name, label in REASONS.items())
    named = "、".join(GROUNDS[each] for each in given.leniency.grounds)
    yield "宽容审慎", f"{DECISIONS[given.leniency.decision]}{f'（{named}）' if named else ''}"
    if given.leniency.reason:
        yield "处理理由", given.leniency.reason


def history(view: MeasureView, names: dict[Any, str]) -> list[tuple[str, str, str]]:
    """(who and when, what, in what words) from the first to the last."""
    line = view.line
    first = "登记未采取" if line.state == "not_taken" else "提出"
    told = [(f"{names.get(line.made_by, '')} {beijing(line.made_at)}", first, "")]
    if view.review_by:
        found = "复核认为必要" if view.review_necessary else "复核认为没有必要"
        told.append((names.get(view.review_by, ""), found, view.review.get("reason", "")))
    if view.decided_by:
        said = "未同意" if line.state == "refused" else "同意采取"
        who = f"{names.get(view.decided_by, '')} {beijing(view.decided_at)}"
        told.append((who, said, view.decision.get("reason", "")))
    for each in view.rated:
        who = f"{names.get(each.by, '')} {beijing(each.at)}"
        told.append((who, f"计划结束后重新评价：{each.answer}", each.reason))
    if line.ended_on:
        who = f"{names.get(view.ender, '随名单信息')} {day(line.ended_on)}"
        told.append((who, f"终止：{view.ended_by_label}", view.end.get("reason", "")))
    return told
