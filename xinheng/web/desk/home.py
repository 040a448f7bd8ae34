"""The work list: what waits for this officer (待办)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from xinheng.access.actor import Actor
from xinheng.access.permissions import may
from xinheng.casework import correctionviews as corrections
from xinheng.casework.promises import queries as promises
from xinheng.casework.queries import waiting_for
from xinheng.casework.repairs import queries as repairs
from xinheng.catalog.public import current_law
from xinheng.catalog.queries import ruling_rows
from xinheng.catalog.windows import waiting_windows
from xinheng.exchange import queries as batches
from xinheng.exchange.proposals import proposals
from xinheng.oversight.complaintqueries import open_count as complaints
from xinheng.publication.queries import held_count
from xinheng.registry import measurequeries
from xinheng.registry.reviews import touched_counts
from xinheng.runtime import clock, jobs
from xinheng.web.desk import reminding
from xinheng.web.desk.answers import officer, page
from xinheng.web.desk.cases.listing import Line, line_of

MOST = 20


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do, with the verb that leads to it."""

    title: str
    why: str
    since: datetime | None
    verb: str
    address: str


@require_GET
@officer()
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Counts that lead to their lists, and the oldest things to do first."""
    dated = (
        *_batches(actor), *_proposals(actor), *_measures(actor), *_promises(actor), *_rulings(actor), *_windows(actor),
    )  # fmt: skip
    todo = [*sorted(dated, key=lambda each: str(each.since)), *_waiting(actor), *_touched(actor)]
    context = {
        "kpis": list(_counts(actor)), "todo": todo[:MOST], "running": list(_running(actor)),
        "cases": _cases(actor), "reminders": reminding.mine(actor),
    }  # fmt: skip
    return page(request, actor, "desk/home.html", context)


def _cases(actor: Actor) -> list[Line]:
    """The cases that wait for this officer, the nearest legal deadline first."""
    if not may(actor, "case.step"):
        return []
    law = current_law(clock.today())
    return [line_of(each, law) for each in waiting_for(actor)]


def _running(actor: Actor) -> Iterator[tuple[str, jobs.JobView, str]]:
    """Work that goes on while nobody watches, to be found again: what it is, how far, and its page."""
    for job in jobs.recent(actor=actor, limit=MOST):
        if not job.ended and job.kind in _JOBS:
            label, route, name = _JOBS[job.kind]
            yield label, job, reverse(route, args=[job.args[name]])


# What a job is called, and the page on which it is watched.
_JOBS = {
    "intake.check": ("校验报送表", "desk:batch", "batch"),
    "intake.submit": ("入库", "desk:batch", "batch"),
    "reports.issue_list": ("批量出具", "desk:report-list", "run"),
}


def _counts(actor: Actor) -> Iterator[tuple[int, str, str]]:
    if may(actor, "batch.view"):
        ready = batches.batches(actor=actor, size=1, state="ready").total
        bad = batches.batches(actor=actor, size=1, state="problems").total
        yield ready, "批可提交", reverse("desk:batches") + "?state=ready"
        yield bad, "批有问题", reverse("desk:batches") + "?state=problems"
    if may(actor, "waiting.view"):
        yield batches.waiting_count(actor=actor), "行待裁定", reverse("desk:waiting")
    if may(actor, "widening.decide"):
        yield held_count(actor=actor), "条待定公示", reverse("desk:widenings")
    if may(actor, "repair.step"):
        yield repairs.count(actor), "件修复在办", reverse("desk:repairs")
    if may(actor, "correction.step"):
        yield corrections.count(actor), "件异议在办", reverse("desk:corrections")
    if may(actor, "complaint.handle"):
        yield complaints(actor=actor), "件举报待办", reverse("desk:complaints")
    if may(actor, "measure.end"):
        yield measurequeries.notice_count(actor=actor), "件措施须处理", reverse("desk:measures")


def _batches(actor: Actor) -> Iterator[Todo]:
    if not may(actor, "batch.submit"):
        return
    for state, verb in (("ready", "提交"), ("problems", "查看问题")):
        for row in batches.batches(actor=actor, state=state).rows:
            why = f"{row.feed_name}，通过 {row.counts['accepted']} 条，未通过 {row.counts['refused']} 条"
            yield Todo(f"批次 {row.no}", why, row.created_at, verb, reverse("desk:batch", args=[row.id]))


def _proposals(actor: Actor) -> Iterator[Todo]:
    if not (may(actor, "proposal.decide") or may(actor, "waiting.settle")):
        return
    for row in proposals(actor=actor, size=MOST).rows:
        verb = "waiting.settle" if row.kind == "settle" else "proposal.decide"
        if row.proposed_by != actor.user_id and may(actor, verb):
            address = reverse("desk:proposal", args=[row.id])
            yield Todo(row.kind_label, row.target, row.proposed_at, "审核", address)


def _measures(actor: Actor) -> Iterator[Todo]:
    if not may(actor, "measure.decide"):
        return
    for measure, number, by, since in measurequeries.proposed(actor=actor):
        if by != actor.user_id:
            yield Todo(f"惩戒措施 {number}", "待审核", since, "审核", reverse("desk:measure", args=[measure]))


def _promises(actor: Actor) -> Iterator[Todo]:
    if not may(actor, "repair.step"):
        return
    for row in promises.waiting_for(actor):
        why = f"{row.state_label}{f'，期限 {row.due}' if row.due else ''}"
        yield Todo(f"承诺不实案卷 {row.number}", why, None, "办理", reverse("desk:promise", args=[row.id]))


def _waiting(actor: Actor) -> Iterator[Todo]:
    if may(actor, "waiting.settle") and (rows := batches.waiting_count(actor=actor)):
        yield Todo(
            f"{rows} 行待裁定", "有问题要由人来答，答复前不入库", None, "查看", reverse("desk:waiting")
        )


def _rulings(actor: Actor) -> Iterator[Todo]:
    if not may(actor, "ruling.approve"):
        return
    for row in ruling_rows():
        waits = row.approved_at is None and row.revoked_at is None
        if waits and row.proposed_by != actor.user_id:
            address = reverse("desk:ruling-decide", args=[row.id, "approve"])
            yield Todo(f"裁定 {row.number}", row.ground, row.proposed_at, "审阅", address)


def _windows(actor: Actor) -> Iterator[Todo]:
    if not may(actor, "window.approve"):
        return
    for row in waiting_windows():
        asked, verb = (row.ending, "approve-end") if row.ending else (row, "approve")
        if asked.proposed_by != actor.user_id:
            address = reverse("desk:window-decide", args=[row.id, verb])
            yield Todo(f"不可抗力窗口 {row.number}", asked.ground, asked.proposed_at, "审阅", address)


def _touched(actor: Actor) -> Iterator[Todo]:
    if may(actor, "touched.review") and (rows := sum(touched_counts(actor=actor).values())):
        why = "落在不可抗力窗口内，等工作人员逐件决定"
        yield Todo(f"{rows} 件待复核", why, None, "查看", reverse("desk:touched"))
