"""A case for people (案卷说明): from top to bottom, what is, what was done, on what paper, by when, what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from xinheng.access.permissions import ROLE_LABELS
from xinheng.casework.explaining import MoveView
from xinheng.casework.prospect import Outlook
from xinheng.casework.views import AskView, DeadlineView, DraftView, ObjectionView, PaperView, StepView
from xinheng.documents import kinds
from xinheng.jobs.case_json import Account, list_name, party_told
from xinheng.law import serving
from xinheng.law.facts import Effect
from xinheng.law.lawbook import Law
from xinheng.law.leniency import GROUNDS
from xinheng.law.listing import EFFECTS
from xinheng.law.lists import RANGES
from xinheng.law.procedures.listing import LISTING
from xinheng.law.refusals import tell
from xinheng.ledger.proving import Proof
from xinheng.runtime.clock import HERE

FILE = "casework.yaml"
MOST_DAYS = 45
PENDING = "入账证明正在生成"
ROLES = {**ROLE_LABELS, "window": "窗口人员", "subject": "当事人"}
WORDS = {
    "facts": "事由", "evidence": "证据", "reconsideration_body": "复议机关", "court": "管辖法院",
    "contact_person": "联系人", "contact_phone": "联系电话", "contact_address": "联系地址", "reason": "说明",
    "receiver": "收件人", "place": "地点", "servers": "送达人", "note": "备注",
}  # fmt: skip
MATCHED = {"incremental": "电子印章，原件逐字节在内", "scan": "扫描件，凭编码并逐页比对"}


def lines(it: Account) -> Iterator[str]:
    """The whole account, one line after the other."""
    yield from _head(it)
    yield from _section("草稿", (line for each in it.case.drafts for line in _draft(each, it)))
    yield from _section("依据的文书", _grounds(it))
    yield from _section("经过", (line for each in it.case.steps for line in _step(each, it)))
    yield from _section("文书", (line for each in it.case.papers for line in _paper(each, it)))
    yield from _section(
        "当事人的意见", (line for each in it.case.objections for line in _objection(each, it))
    )
    yield from _section("期限", (line for each in it.case.deadlines for line in _deadline(each, it)))
    yield from _section("名单登记", _entry(it))
    yield from _section("移出的提议", (line for each in it.case.asks for line in _ask(each, it)))
    yield from _section("关联案卷", _linked(it))
    yield from _section(
        "备注", (f"{moment(each.at)}　{it.who(each.by)}：{each.text}" for each in it.case.notes)
    )
    yield from _section("接下来", _ahead(it))


def moment(at: datetime) -> str:
    """A moment by Beijing's clock."""
    return f"{at.astimezone(HERE):%Y-%m-%d %H:%M}"


def _section(title: str, told: Iterable[str]) -> Iterator[str]:
    """A part that has nothing to say has no title."""
    found = list(told)
    if found:
        yield ""
        yield f"{title}："
        yield from (f"  {line}" for line in found)


def _head(it: Account) -> Iterator[str]:
    case, row, opened = it.case, it.case.row, it.opened
    words = it.law.document(FILE)["roles"]
    until = f"，至 {row.until} 止" if row.until and row.state not in LISTING.finals else ""
    yield f"{row.number}｜{list_name(row.list, it.law)}｜{party_told(row.party)}（{words[row.role]}）"
    yield f"现在：{row.state_label}{until}｜第 {case.version} 稿，已办 {case.revision} 步｜立案 {row.opened_on}"
    yield f"认定单位：{case.agency_name}｜承办：{it.who(row.handler)}"
    yield f"查询登记：{opened.entry}（{opened.purpose.label}；{opened.basis}）"


def _draft(draft: DraftView, it: Account) -> Iterator[str]:
    listed = it.law.list_ever(it.case.row.list)
    known = listed.criteria if listed else {}
    yield f"第 {draft.version} 稿　{moment(draft.made_at)}　{it.who(draft.made_by)}"
    yield f"  范围：{RANGES[draft.range]}"
    yield from (f"  认定情形：{known.get(each, each)}" for each in draft.criteria)
    if draft.conduct_from or draft.conduct_to:
        yield f"  行为期间：{draft.conduct_from or '未注明'} 至 {draft.conduct_to or '未注明'}"
    if draft.window:
        yield f"  提出意见的期限：{draft.window} 个工作日"
    yield from _words(draft.words)


def _words(told: Mapping[str, Any]) -> Iterator[str]:
    for name, label in WORDS.items():
        if told.get(name):
            yield f"  {label}：{'；'.join(str(told[name]).splitlines())}"


def _grounds(it: Account) -> Iterator[str]:
    case = it.case
    for each in case.grounds:
        yield f"{each.number}　{each.body_name}　{each.decided_on}　{EFFECTS[Effect(each.effect)]}"
    if case.consent:
        said = "同意" if case.consent["granted"] else "不同意"
        yield f"上级意见：{case.consent['body_name']} {case.consent['number']}（{case.consent['given_on']}）{said}"
    if case.leniency:
        grounds = "、".join(GROUNDS[each] for each in case.leniency.grounds) or "没有提出宽容审慎的情形"
        yield f"宽容审慎：{'已听取' if case.leniency.heard else '尚未听取'}；{grounds}{case.leniency.reason and '；' + case.leniency.reason}"


def _step(step: StepView, it: Account) -> Iterator[str]:
    states = LISTING.states
    way = "" if step.source == step.target else f"　{states[step.source]} → {states[step.target]}"
    yield f"{step.seq}. {moment(step.at)}　{step.label}　{it.who(step.actor)}{way}"
    if step.reason:
        yield f"   理由：{step.reason}"
    yield f"   依据：{_cited(step.clauses, it.law)}"
    asked = [clause for each in step.asked for clause in each["clauses"]]
    yield f"   办理时问过 {len(step.asked)} 条规则（法规数据 {step.edition}）：{_cited(asked, it.law)}"
    yield f"   台账：事件 {step.event}，{_placed(it.proofs[step.event])}"


def _cited(clauses: Iterable[str], law: Law) -> str:
    """Each provision once, as it is cited: parts of one that we tell apart have one name."""
    return "、".join(dict.fromkeys(law.clause(each).label for each in clauses))


def _placed(proof: Proof | None) -> str:
    return f"第 {proof.index} 条，已签名至 {proof.size} 条的检查点可以证明" if proof else PENDING


def _paper(paper: PaperView, it: Account) -> Iterator[str]:
    name = kinds.kind(paper.kind, it.law).name
    yield f"{name} {paper.number}　{paper.issued_on}（第 {paper.seq} 步，第 {paper.version} 稿）"
    yield f"  文书 {paper.document}；台账：事件 {paper.event}，{_placed(it.proofs[paper.event])}"
    yield f"  正文 SHA-256 {paper.body_sha256}"
    yield f"  PDF SHA-256 {paper.pdf_sha256}"
    if paper.sealed:
        yield f"  签章件：{MATCHED[paper.sealed.method]}，{moment(paper.sealed.uploaded_at)} {it.who(paper.sealed.uploaded_by)}"
        yield f"  签章件 SHA-256 {paper.sealed.sha256}"
    if paper.service:
        yield from _service(paper, it)


def _service(paper: PaperView, it: Account) -> Iterator[str]:
    served = paper.service
    assert served is not None  # noqa: S101  # asked by the caller
    names = {each["id"]: each["name"] for each in it.law.document(serving.FILE)["proofs"]}
    shows = "、".join(str(names[each]) for each in served.shows)
    yield f"  送达：{serving.ways(it.law)[served.way].name}，{served.on}，送达日 {served.served_on}；回证有{shows}"
    yield from _words(served.words)


def _objection(each: ObjectionView, it: Account) -> Iterator[str]:
    kind = it.law.document(FILE)["objections"][each.kind]
    yield f"{each.number} {kind}　{moment(each.received_at)} 收到，{'期限内' if each.in_time else '期限后'}（第 {each.version} 稿）"
    yield f"  意见：{each.text}"
    if each.heard_on:
        yield f"  听证：{each.heard_on}"
    if each.replied_on is None:
        yield "  尚未反馈"
        return
    yield f"  {each.replied_on} 反馈：异议{'成立' if each.upheld else '不成立'}"
    yield f"  核实：{each.checked}"
    yield f"  理由：{each.reasons}"


def _deadline(each: DeadlineView, it: Account) -> Iterator[str]:
    ends = f"末日 {each.last or '待核'}{'（暂定）' if each.provisional else ''}"
    target = "（本办公室的工作目标，不是法定期限）" if each.office_target else ""
    yield f"{each.label}{target}：自 {each.start} 起，{ends}，{_running(each)}"
    yield f"  依据：{_cited(each.clauses, it.law)}"
    yield from (f"  {move.on} 放假安排更换：{_move(move)}" for move in each.moves)
    if each.stopped_on is None:
        yield from (f"  {day}" for day in _days(each.days))


def _move(move: MoveView) -> str:
    sure = "（暂定）" if move.after_provisional else ""
    same = move.before == move.after
    return (
        f"末日 {move.after} 不变，{sure or '已经确定'}"
        if same
        else f"末日由 {move.before} 变动为 {move.after}{sure}"
    )


def _days(days: tuple[str, ...]) -> tuple[str, ...]:
    """Day by day; of a period of months only how it begins and ends."""
    if len(days) <= MOST_DAYS:
        return days
    return (*days[:3], "……（逐日见 --json）", *days[-3:])


def _running(each: DeadlineView) -> str:
    if each.stopped_on:
        return f"{each.stopped_on} 已停止"
    if each.left is None:
        return "已中止"
    return f"还有 {each.left} 个工作日" if each.left >= 0 else f"已过 {-each.left} 个工作日"


def _entry(it: Account) -> Iterator[str]:
    entry = it.case.entry
    if entry is None:
        return
    until = f"至 {entry.until} 止" if entry.until else "期限待核"
    yield f"{entry.number}　{entry.listed_on} 列入，{until}；现在：{LISTING.states[entry.state]}"
    if entry.ended_on:
        yield f"{entry.ended_on} 移出：{LISTING.step(entry.ended_by).label}"
    yield f"列入时的判断：{'依法可以公布' if entry.publishable else '不公布'}"
    if entry.interim:
        yield "认定标准以部门规章为依据，属于统一标准出台前的过渡"


def _ask(each: AskView, it: Account) -> Iterator[str]:
    yield f"{moment(each.made_at)}　{it.who(each.made_by)} 提议：{each.label}"
    if each.applied_on:
        yield f"  当事人申请：{each.applied_on}"
    if each.corrected_on:
        yield f"  改正：{each.corrected_on}"
    yield f"  理由：{each.reason}"
    if each.decided_by and each.decided_at:
        said = "准予" if each.granted else "不准予"
        yield f"  {moment(each.decided_at)}　{it.who(each.decided_by)} {said}：{each.answer}"
    else:
        yield "  等待签发人决定"


def _linked(it: Account) -> Iterator[str]:
    words = it.law.document(FILE)["roles"]
    for each in (*((it.case.unit,) if it.case.unit else ()), *it.case.linked):
        yield f"{each.number}　{party_told(each.party)}（{words[each.role]}）　{each.state_label}"


def _ahead(it: Account) -> Iterator[str]:
    """What leads on from here; steps of other states are no news."""
    here = [each for each in it.case.outlook if it.case.row.state in each.step.sources]
    for each in here:
        if each.ready:
            yield f"可以办理：{each.step.label}（{_roles(each)}）"
    for each in here:
        if not each.ready:
            yield f"暂不能办理：{each.step.label}（{_roles(each)}）"
            for told in (tell(reason, it.law) for reason in each.against):
                yield f"  {told.text}"
                yield from (f"    依据：{clause.label}" for clause in told.clauses)


def _roles(each: Outlook) -> str:
    return "或者".join(label for role, label in ROLES.items() if role in each.step.roles)
